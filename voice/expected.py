"""A number that was asked for, in words of its sound: 「要三六零零零有二…」.

Read without digits, Whisper writes a character for every digit, and seldom loses one; which it is does not matter.
Where a number is expected, and only there, even words that merely sound like digits are taken for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import dropwhile, groupby
from operator import itemgetter

from models.phonetic import DIGIT_SOUNDS, cost, syllables

_ALSO_HEARD = {
    "1": ("you", "yue", "ya", "niao", "jiao"),
    "3": ("shan", "shen", "sheng"),
    "4": ("shi", "ci", "zi", "zhi"),
    "5": ("wo",),
    "8": ("bai",),
}
"""What recognition makes of digits beside their own sound: 幺 is in no text, and a third of it becomes 有 or 由."""
_ALSO = 0.2
"""The cost of that."""
_NEAR = 0.5
"""Cost up to which a sound may be a digit …"""
_MEAN = 0.2
"""… and on average over a number."""
_LEAST_PIECE = 3
"""Digits of a number that is told in pieces; fewer may belong to words (慢一点)."""
_LOOSE = 2
"""Words around a number, on each side, that may sound like digits, too (是 like 四) …"""
_LONG = 10
"""… unless it has fewer digits than this: they may be the rest of a longer one."""
NUMERALS = frozenset("零〇一二三四五六七八九0123456789")
_MARKS = re.compile(r"[\s，,、。.\-－—]")


def with_number(text: str, spelled: Sequence[str], form: re.Pattern[str]) -> str:
    """What was said, with the number in it written in digits.

    Args:
        text: as it was read first.
        spelled: as it may be read without digits, the likeliest first.
        form: of the number that was asked for.
    """
    for place, reading in enumerate(spelled):
        windows = (window for row in _rows(_units(reading)) for window in _windows(row, form))
        found = max(windows, key=_worth, default=None)
        if found and (place == 0 or len(found) >= _LONG):  # of a long number that lost digits, a short one is left
            return _written(reading, found)
    if form.fullmatch(_MARKS.sub("", text)):
        return text
    pieces = filter(_is_piece, map(_begun, _rows(_units(spelled[0]))))
    piece = max(pieces, key=_worth, default=None)
    return _written(spelled[0], piece) if piece else text


def _written(text: str, row: Sequence[_Unit]) -> str:
    return text[: row[0].at] + "".join(unit.digit for unit in row) + text[row[-1].at + 1 :]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A syllable, taken for a digit."""

    at: int
    """Where its character is in the text."""
    digit: str
    """The one that it sounds like most …"""
    cost: float
    """… and how far it is from that."""
    numeral: bool
    """It was written as a digit."""


def _units(text: str) -> list[_Unit]:
    heard = syllables(text)
    return [
        _Unit(at, *min(map(_digit, readings), key=itemgetter(1)), text[at] in NUMERALS)
        for at, readings in zip(heard.at, heard.readings, strict=True)
    ]


@cache
def _digit(sound: str) -> tuple[str, float]:
    """The digit that `sound` is nearest to, and the cost between them."""
    for digit, sounds in _ALSO_HEARD.items():
        if sound in sounds:
            return digit, _ALSO
    return min(((d, cost(sound, said)) for d, known in DIGIT_SOUNDS.items() for said in known), key=itemgetter(1))


def _rows(units: Sequence[_Unit]) -> Iterator[Sequence[_Unit]]:
    """Stretches of sounds that may all be digits."""
    for near, row in groupby(units, key=lambda unit: unit.cost <= _NEAR):
        if near:
            yield list(row)


def _windows(row: Sequence[_Unit], form: re.Pattern[str]) -> Iterator[Sequence[_Unit]]:
    """The parts of `row` that are such a number: all of it but words around it that sound like digits, too."""
    digits = "".join(unit.digit for unit in row)
    for start in range(min(len(row), _LOOSE + 1)):
        for end in range(max(start + 1, len(row) - _LOOSE), len(row) + 1):
            window, left_out = row[start:end], (*row[:start], *row[end:])
            if (
                form.fullmatch(digits, start, end)
                and sum(unit.cost for unit in window) <= _MEAN * len(window)
                and (not left_out or len(window) >= _LONG)
                and not any(unit.numeral for unit in left_out)
            ):
                yield window


def _begun(row: Sequence[_Unit]) -> Sequence[_Unit]:
    """The row without words before it: 幺 is the only digit that no numeral is written for."""
    return list(dropwhile(lambda unit: not unit.numeral and unit.digit != "1", row))


def _is_piece(row: Sequence[_Unit]) -> bool:
    """Whether the row is part of a number: most of it was written in numerals."""
    return len(row) >= _LEAST_PIECE and 2 * sum(unit.numeral for unit in row) >= len(row)


def _worth(row: Sequence[_Unit]) -> float:
    """The more digits the better, and the more certain."""
    return sum(_NEAR - unit.cost for unit in row)
