"""Regular expressions in Chinese that are matched by sound.

`Sound("不用.{0,3}回电话")` finds those words in characters and, where recognition wrote homophones
(「不用给我回电化」), in folded pinyin. In the expression a Chinese character stands for its syllable, `.` for any one
syllable, and punctuation or spaces in the text, which end a clause, are matched by `,` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from models.phonetic import fold, syllables

CLAUSE_END = "，。？！；：、,.?!;: \t\n…"
"""What separates clauses in a transcript; recognition writes spaces where speakers pause."""
CLAUSE = re.compile(f"[^{re.escape(CLAUSE_END)}]+")
_TOKEN = re.compile(r"\{\d*,?\d*\}|\[(?P<any>[^\]]+)\]|(?P<han>[㐀-鿿])|(?P<dot>\.)|(?P<end>,)")


@dataclass(frozen=True, slots=True)
class Heard:
    """`raw[start:end]`, where an expression was found."""

    start: int
    end: int
    exact: bool
    """In characters; else only by sound."""


class Sound:
    """A compiled expression."""

    def __init__(self, expression: str, *, least: int = 3) -> None:
        """`least`: how many syllables a find by sound alone must have; fewer sound like too many other words."""
        self._least = least
        self._written = re.compile(_TOKEN.sub(_written_token, expression))
        self._spoken = re.compile(rf"\b(?:{_TOKEN.sub(_spoken_token, expression)})")

    def find(self, raw: str) -> Iterator[Heard]:
        """Where `raw` says the expression: first every place in characters, then others by sound."""
        return iter(_found(self, raw))

    def search(self, raw: str) -> Iterator[Heard]:
        """What `find` gives, not remembered."""
        exact = [Heard(*m.span(), exact=True) for m in self._written.finditer(raw) if m.group()]
        yield from exact
        units, at = _spoken(raw)
        for m in self._spoken.finditer(units):
            if m.group().count(" ") < self._least:
                continue
            start, end = at[units.count(" ", 0, m.start())], at[units.count(" ", 0, m.end()) - 1] + 1
            if not any(h.start < end and start < h.end for h in exact):
                yield Heard(start, end, exact=False)

    def first(self, raw: str) -> Heard | None:
        """The first place in characters, else by sound."""
        return next(self.find(raw), None)

    def __contains__(self, raw: str) -> bool:
        return self.first(raw) is not None


@lru_cache(maxsize=32768)
def _found(sound: Sound, raw: str) -> tuple[Heard, ...]:
    """What a call's finders ask for again with each new utterance: some 150 expressions in all that was said."""
    return tuple(sound.search(raw))


@lru_cache(maxsize=1024)
def _spoken(raw: str) -> tuple[str, tuple[int, ...]]:
    """`raw` as folded syllables, each followed by a space, clause ends as `,`; and each unit's index in `raw`."""
    spoken = syllables(raw)
    units = {i: fold(s[0]) for i, s in zip(spoken.at, spoken.readings, strict=True)}
    units |= {i: "," for i, c in enumerate(raw) if c in CLAUSE_END and i not in units}
    at = tuple(sorted(units))
    return "".join(f"{units[i]} " for i in at), at


def _written_token(m: re.Match[str]) -> str:
    """A piece of an expression, over characters."""
    match m.lastgroup:
        case "dot":
            return f"[^{re.escape(CLAUSE_END)}]"
        case "end":
            return f"[{re.escape(CLAUSE_END)}]"
        case _:
            return m.group()


def _spoken_token(m: re.Match[str]) -> str:
    """A piece of an expression, over folded syllables."""
    match m.lastgroup:
        case "any" | "han":
            readings = [r for unit in syllables(m.group(m.lastgroup)).readings for r in unit]
            return "(?:" + "|".join(f"{s} " for s in dict.fromkeys(map(fold, readings))) + ")"
        case "dot":
            return "(?:[A-Za-z]+ )"
        case "end":
            return "(?:, )"
        case _:
            return m.group()  # a count: {0,3}
