"""The words that tell danger to life: `data/dangers.toml`, which says itself what its expressions mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import msgspec

from models.catalogue import read_text
from models.errors import DataFileError
from voice.fields.sounds import Sound

DANGERS = Path(str(files("voice.fields").joinpath("data", "dangers.toml")))
_SAME_CLAUSE, _SAME_SENTENCE = "[^，。！？；,!?;]{0,6}", "[^。！？!?]{0,14}"
_NAMED = re.compile(r"<(\w+)>")
_AT_LINE = re.compile(r"at line (\d+)")
"""Where a TOML reader says it stopped."""


@dataclass(frozen=True, slots=True)
class Danger:
    """One kind of danger and how callers tell it."""

    number: str
    """110 police, 119 fire and rescue, 120 ambulance, 122 traffic accidents."""
    reason: str
    """For the operator, in Chinese."""
    sounds: Sound | None
    """Fixed words, told by sound too."""
    says: tuple[re.Pattern[str], ...]
    """Looser expressions, which by sound would match too much; each by itself, so that none hides another's find."""
    unless: re.Pattern[str] | None
    """What shows, anywhere in the text, that it is something else."""

    def named_in(self, text: str) -> Iterator[tuple[int, int, bool]]:
        """Where `text` names the danger, and whether in these very characters."""
        if self.unless is not None and self.unless.search(text):
            return
        if self.sounds is not None:
            yield from ((h.start, h.end, h.exact) for h in self.sounds.search(text))
        yield from ((*m.span(), True) for said in self.says for m in said.finditer(text))


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A danger as the data file tells it."""

    number: str
    reason: str
    says: tuple[str, ...]
    sounds: tuple[str, ...] = ()
    unless: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: dict[str, str]
    danger: tuple[_Entry, ...]


@lru_cache(maxsize=4)
def load_dangers(path: Path = DANGERS) -> tuple[Danger, ...]:
    """The dangers in the file `path`, the gravest first.

    Raises:
        DataFileError: the file cannot be read or an expression of it cannot be taken; says which, and why.
    """
    text = read_text(path)
    try:
        file = msgspec.toml.decode(text, type=_File)
    except msgspec.DecodeError as error:
        at = _AT_LINE.search(str(error))
        raise DataFileError(path, int(at[1]) if at else None, str(error)) from error
    return tuple(_Reader(path, text, file.words).danger(entry) for entry in file.danger)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Compiles the entries of one file."""

    path: Path
    text: str
    words: dict[str, str]

    def danger(self, entry: _Entry) -> Danger:
        """`entry`, compiled."""
        sounds = "|".join(self._checked(said).pattern for said in entry.sounds)
        return Danger(
            number=entry.number,
            reason=entry.reason,
            sounds=Sound(sounds) if sounds else None,
            says=tuple(map(self._checked, entry.says)),
            unless=self._checked(entry.unless) if entry.unless else None,
        )

    def _checked(self, said: str) -> re.Pattern[str]:
        """The regular expression that `said` stands for."""
        try:
            named = _NAMED.sub(lambda m: self.words[m[1]], said)
            written = named.replace("……", _SAME_SENTENCE).replace("…", _SAME_CLAUSE)
            return re.compile(written)
        except KeyError as error:
            raise DataFileError(self.path, self._line_of(said), f"there is no word <{error.args[0]}>") from error
        except re.error as error:
            raise DataFileError(self.path, self._line_of(said), f"{said!r}: {error}") from error

    def _line_of(self, said: str) -> int | None:
        return next((n for n, line in enumerate(self.text.splitlines(), 1) if said in line), None)
