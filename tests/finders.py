"""The finders of the fields, loaded once for all tests."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from voice.fields.extractor import FieldResources

T = TypeVar("T")


@cache
def resources() -> FieldResources:
    """With all that ships with Yida."""
    return FieldResources.load()


def finder(kind: type[T]) -> T:
    """The finder of this class."""
    return next(f for f in resources().finders if isinstance(f, kind))
