"""The catalogue of requests: what a work order can be about, in two levels.

The catalogue is a data file that a deployer replaces: TOML, one line `"level 1" = ["level 2", …]` each. The
classifier knows the categories that it was trained with; after a change it must be trained again.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from models.errors import DataFileError

CATALOGUE = Path(__file__).parent / "data" / "categories.toml"
MAX_CATEGORIES = 1000
MAX_NAME = 30
"""Characters in the name of a level."""

Category: TypeAlias = tuple[str, str]
"""(level 1, level 2)"""

_ERROR_LINE = re.compile(r"\(at line (\d+),")


def load_catalogue(path: Path = CATALOGUE) -> tuple[Category, ...]:
    """The categories in the file `path`, in its order.

    Raises:
        DataFileError: the file cannot be read or an entry cannot be taken; says where, and why.
    """
    text = read_text(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _ERROR_LINE.search(str(error))
        raise DataFileError(path, int(line[1]) if line else None, f"is not TOML: {error}") from error
    categories = tuple(_categories(path, text, table))
    if not categories:
        raise DataFileError(path, None, "has no categories")
    if len(categories) > MAX_CATEGORIES:
        raise DataFileError(path, None, f"{len(categories)} categories, at most {MAX_CATEGORIES}")
    return categories


def read_text(path: Path) -> str:
    """The text of a data file.

    Raises:
        DataFileError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")  # Windows editors write a byte-order mark
    except OSError as error:
        raise DataFileError(path, None, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataFileError(path, None, f"is not UTF-8 at byte {error.start}") from error


def _categories(path: Path, text: str, table: dict[str, object]) -> Iterator[Category]:
    for upper, listed in table.items():
        line = _line_of(text, upper)
        _check_name(path, line, upper)
        if not isinstance(listed, list) or not listed:
            raise DataFileError(path, line, f"{upper} must be a list of level-2 names")
        for i, lower in enumerate(listed):
            _check_name(path, line, lower)
            if lower in listed[:i]:
                raise DataFileError(path, line, f"{upper} has {lower} twice")
            yield upper, lower


def _check_name(path: Path, line: int | None, name: object) -> None:
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        raise DataFileError(path, line, f"{name!r} is not a name of 1 to {MAX_NAME} characters")
    if not name.isprintable() or any(c in "[]/#" or c.isspace() for c in name):
        raise DataFileError(path, line, f"{name!r} must not have spaces, brackets, slashes or #")


def _line_of(text: str, key: str) -> int | None:
    """The line on which `key` is defined, as far as it is written plainly."""
    plain = re.compile(rf"""^\s*\[?["']?{re.escape(key)}["']?\s*[=\]]""")
    return next((n for n, line in enumerate(text.splitlines(), 1) if plain.match(line)), None)
