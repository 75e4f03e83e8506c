"""What operators can choose from when they fill in a field."""

from __future__ import annotations

from functools import cache

import msgspec

from models.catalogue import Category, load_catalogue
from models.gazetteer import Level, load_gazetteer
from models.workorder import CHOICES, FieldName


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """Values to choose from, by field; for districts other values are taken, too."""

    request_type: tuple[str, ...]
    urgency: tuple[str, ...]
    emergency_number: tuple[str, ...]
    category: tuple[Category, ...]
    """(level 1, level 2)"""
    district: tuple[str, ...]


@cache
def load_choices() -> Choices:
    """The choices of this deployment's catalogue and gazetteer; read once, the files do not change under us.

    Raises:
        DataFileError: a data file cannot be taken.
    """
    return Choices(
        request_type=CHOICES[FieldName.REQUEST_TYPE],
        urgency=CHOICES[FieldName.URGENCY],
        emergency_number=CHOICES[FieldName.EMERGENCY_NUMBER],
        category=load_catalogue(),
        district=tuple(place.name for place in load_gazetteer().places if place.level is Level.DISTRICT),
    )
