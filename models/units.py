"""Units that a deployer knows by name: companies, shops, platforms, utilities.

A data file that a deployer replaces: one unit a line, its name first, then other names that people use for it,
separated by spaces; `#` begins a comment line.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from models.catalogue import read_text
from models.errors import DataFileError

UNITS = Path(__file__).parent / "data" / "units.txt"
MAX_UNITS = 100_000
MIN_NAME, MAX_NAME = 2, 40
"""Characters in a name."""


class Unit(msgspec.Struct, frozen=True):
    """A unit that can be complained about."""

    name: str
    aliases: tuple[str, ...] = ()


def load_units(path: Path = UNITS) -> tuple[Unit, ...]:
    """The units in the file `path`.

    Raises:
        DataFileError: the file cannot be read or a line of it cannot be taken; says which, and why.
    """
    found: list[Unit] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(read_text(path).splitlines(), 1):
        names = line.split()
        if not names or names[0].startswith("#"):
            continue
        for name in names:
            if not MIN_NAME <= len(name) <= MAX_NAME or not name.isprintable():
                raise DataFileError(path, number, f"{name!r} is not a name of {MIN_NAME} to {MAX_NAME} characters")
            if name in seen:
                raise DataFileError(path, number, f"{name} is on line {seen[name]} already")
            seen[name] = number
        if len(found) == MAX_UNITS:
            raise DataFileError(path, number, f"more than {MAX_UNITS} units")
        found.append(Unit(names[0], tuple(names[1:])))
    return tuple(found)
