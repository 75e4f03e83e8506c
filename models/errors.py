"""Errors of the `models` package.

ModelsError
├── InvalidFieldError   a value that a work-order field cannot take
├── NotFoundError       no such call or order
├── ConflictError       the thing is not in the state that the action needs
├── DataFileError       a reference data file (gazetteer, catalogue) that cannot be taken
├── StoreError          the database cannot be opened
└── WeightsError        a model's weights cannot be had
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class ModelsError(Exception):
    """Base of this package's errors."""

    http_status: ClassVar[int] = 500


class InvalidFieldError(ModelsError):
    """A value that a work-order field cannot take."""

    http_status = 422

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field}: got {value!r}, expected {expected}")


class NotFoundError(ModelsError):
    """No such call or order."""

    http_status = 404

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"no {kind} {key!r}")


class ConflictError(ModelsError):
    """The thing is not in the state that the action needs."""

    http_status = 409


class WeightsError(ModelsError):
    """A model's weights cannot be had; the message lists what was tried."""

    http_status = 503


class StoreError(ModelsError):
    """The database cannot be opened."""

    http_status = 503


class DataFileError(ModelsError):
    """A reference data file that cannot be taken; the message says where and why."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}" if line is not None else f"{path}: {reason}")
