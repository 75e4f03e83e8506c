"""The reference data that a deployment's settings name: its places, categories and units."""

from __future__ import annotations

from api.choices import Choices, make_choices
from api.settings import Settings
from models.catalogue import CATALOGUE, load_catalogue
from models.gazetteer import GAZETTEER, LANDMARKS, Gazetteer, load_gazetteer
from models.units import UNITS
from voice.fields.category import MODEL
from voice.fields.extractor import FieldResources
from voice.fields.spans.model import MODEL as SPANS
from voice.names import NameIndex


def read_gazetteer(settings: Settings) -> Gazetteer:
    """The places and landmarks of the hotline's area.

    Raises:
        DataFileError: a file cannot be taken; says where, and why.
    """
    landmarks = settings.landmarks or (LANDMARKS if settings.gazetteer is None else None)
    return load_gazetteer(settings.gazetteer or GAZETTEER, landmarks)


def load_fields(settings: Settings, names: NameIndex | None = None) -> FieldResources:
    """The finders of all fields; `names` when the places are loaded already.

    Raises:
        DataFileError: a file cannot be taken; says where, and why.
    """
    return FieldResources.load(
        names=names or NameIndex(read_gazetteer(settings)),
        catalogue=settings.catalogue or CATALOGUE,
        categories=settings.categories or MODEL,
        units=settings.units or UNITS,
        spans=settings.spans or SPANS,
    )


def load_choices(settings: Settings) -> Choices:
    """What operators can choose from.

    Raises:
        DataFileError: a file cannot be taken; says where, and why.
    """
    return make_choices(load_catalogue(settings.catalogue or CATALOGUE), read_gazetteer(settings))
