"""The place names of the hotline's area: districts, their streets and towns, their communities and villages.

The names are a data file that a deployer replaces: UTF-8 CSV with the columns district, street, community, aliases.
Each line is one place with the names of what it lies in; a place comes after what it lies in. `aliases` are other
names that people say or another register uses, separated by `|`; one that begins with `~` spells a local
pronunciation in other characters (~大石栏 for 大栅栏).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path

import msgspec

from models.errors import DataFileError

DATA = Path(__file__).parent / "data"
GAZETTEER = DATA / "gazetteer.csv"
LANDMARKS = DATA / "landmarks.csv"
MAX_NAME = 40
"""Characters in a name."""
MAX_PLACES = 200_000


class Level(IntEnum):
    """How far down in the hierarchy a place is."""

    DISTRICT = 0
    """区 县"""
    STREET = 1
    """街道 镇 乡 地区"""
    COMMUNITY = 2
    """社区 村"""


class Place(msgspec.Struct, frozen=True):
    """A district, a street or a community."""

    path: tuple[str, ...]
    """Official names from the district down to the place itself."""
    aliases: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    """Spellings of how it is pronounced; never to be shown."""

    @property
    def name(self) -> str:
        """Official name."""
        return self.path[-1]

    @property
    def level(self) -> Level:
        return Level(len(self.path) - 1)


class Gazetteer(msgspec.Struct, frozen=True):
    """All places, each after the one it lies in, and landmarks that addresses are described by."""

    places: tuple[Place, ...]
    landmarks: tuple[str, ...] = ()
    """Names of subway stations and other things that everybody knows."""


def load_gazetteer(places: Path = GAZETTEER, landmarks: Path | None = LANDMARKS) -> Gazetteer:
    """The gazetteer in the files `places` (see above) and `landmarks` (columns name, kind).

    Raises:
        DataFileError: a file cannot be read or a line of it cannot be taken; says which line, and why.
    """
    return Gazetteer(tuple(_places(places)), tuple(_landmarks(landmarks)) if landmarks else ())


def _places(path: Path) -> Iterator[Place]:
    seen: set[tuple[str, ...]] = set()
    for line, row in _rows(path, ("district", "street", "community", "aliases")):
        *names, listed = row
        levels = [n for n in names if n]
        if not levels or names[: len(levels)] != levels:
            raise DataFileError(path, line, "fill district, then street, then community, without a gap")
        place = tuple(levels)
        others = [a.strip() for a in listed.split("|")] if listed else []
        aliases = tuple(a for a in others if not a.startswith("~"))
        sounds = tuple(a[1:] for a in others if a.startswith("~"))
        for name in (*place, *aliases, *sounds):
            _check_name(path, line, name)
        if place in seen:
            raise DataFileError(path, line, f"{' '.join(place)} is there already")
        if len(place) > 1 and place[:-1] not in seen:
            raise DataFileError(path, line, f"{' '.join(place[:-1])} must have a line of its own before this one")
        if len(seen) == MAX_PLACES:
            raise DataFileError(path, line, f"more than {MAX_PLACES} places")
        seen.add(place)
        yield Place(place, aliases, sounds)
    if not seen:
        raise DataFileError(path, None, "has no places")


def _landmarks(path: Path) -> Iterator[str]:
    seen: set[str] = set()
    for line, (name, _kind) in _rows(path, ("name", "kind")):
        _check_name(path, line, name)
        if name in seen:
            raise DataFileError(path, line, f"{name} is there already")
        seen.add(name)
        yield name


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and stripped cells below the header; empty lines are skipped."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # Excel writes a byte-order mark
    except OSError as e:
        raise DataFileError(path, None, f"cannot be read: {e.strerror}") from e
    except UnicodeDecodeError as e:
        raise DataFileError(path, None, f"is not UTF-8 at byte {e.start}") from e
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        header = tuple(cell.strip() for cell in next(reader, []))
        if header != columns:
            raise DataFileError(path, 1, f"the header must be {','.join(columns)}, got {','.join(header)!r}")
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if len(cells) != len(columns):
                raise DataFileError(path, reader.line_num, f"{len(cells)} columns, expected {len(columns)}")
            yield reader.line_num, cells
    except csv.Error as e:
        raise DataFileError(path, reader.line_num, f"is not CSV: {e}") from e


def _check_name(path: Path, line: int, name: str) -> None:
    if not name:
        raise DataFileError(path, line, "an empty name")
    if len(name) > MAX_NAME:
        raise DataFileError(path, line, f"a name of {len(name)} characters, at most {MAX_NAME}")
    if not name.isprintable() or not any(c.isalpha() for c in name):
        raise DataFileError(path, line, f"{name!r} is not a name")
