"""What operators can choose from when they fill in a field."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from models.catalogue import Category
from models.gazetteer import Gazetteer, Level
from models.workorder import CHOICES, FieldName


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """Values to choose from, by field; for districts other values are taken, too."""

    request_type: tuple[str, ...]
    urgency: tuple[str, ...]
    emergency_number: tuple[str, ...]
    category: tuple[Category, ...]
    """(level 1, level 2)"""
    district: tuple[str, ...]


def make_choices(catalogue: Sequence[Category], gazetteer: Gazetteer) -> Choices:
    """The choices of a deployment's catalogue and gazetteer."""
    return Choices(
        request_type=CHOICES[FieldName.REQUEST_TYPE],
        urgency=CHOICES[FieldName.URGENCY],
        emergency_number=CHOICES[FieldName.EMERGENCY_NUMBER],
        category=tuple(catalogue),
        district=tuple(place.name for place in gazetteer.places if place.level is Level.DISTRICT),
    )
