"""Telephone numbers in what recognition wrote, digit by digit, whatever characters it took for the digits.

Whisper joins digits to tokens of several (「100」) and loses repeated ones. Read once more without digits, it writes
characters of their sound instead (「要三九要零零零四七六二」 for 13910004762) and keeps count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.phonetic import syllables

LEAST_DIGITS = 6
"""Fewer in a row are a house, a date or a sum."""
_WHOLE = re.compile(r"1[3-9]\d{9}|0(?:10|2\d)\d{8}|0[3-9]\d{2}\d{7,8}")
"""Mobile numbers and landlines of the Chinese numbering plan."""
_WRITTEN = dict(zip("零〇一二三四五六七八九幺两0123456789", "00123456789120123456789", strict=True))
_SOUNDS = {"yao": "1", "yi": "1", "er": "2", "san": "3", "si": "4", "wu": "5", "liu": "6", "qi": "7", "ba": "8"} | {
    "jiu": "9",
    "ling": "0",
    "dong": "0",
    "liang": "2",
    "guai": "7",
}
_LOOSE_ENDS = 2
"""Characters at the end that may belong to the next words although they sound like digits (已经, 起来)."""


@dataclass(frozen=True, slots=True)
class Dictated:
    """Digits in a row."""

    digits: str
    start: int
    """Characters of the text, half open."""
    end: int

    @property
    def whole(self) -> bool:
        """A complete telephone number."""
        return _WHOLE.fullmatch(self.digits) is not None


def dictated(text: str) -> Dictated | None:
    """The longest row of at least `LEAST_DIGITS` digits in `text`, most of them written as such."""
    return max(_rows(text), key=lambda row: (row.whole, len(row.digits)), default=None)


def with_number_of(text: str, spelled: str) -> str:
    """`text` with the telephone number that `spelled`, a reading without digits, has whole and `text` has not."""
    broken, found = dictated(text), dictated(spelled)
    if broken is None or broken.whole or found is None or not found.whole:
        return text
    return text[: broken.start] + found.digits + text[broken.end :]


def _rows(text: str) -> Iterator[Dictated]:
    heard = syllables(text)
    row: list[tuple[int, str, bool]] = []
    for at, readings in zip((*heard.at, len(text)), (*heard.readings, ()), strict=True):
        written = _WRITTEN.get(text[at : at + 1])
        digit = written or next((_SOUNDS[r] for r in readings if r in _SOUNDS), None)
        if digit is not None:
            row.append((at, digit, written is not None))
            continue
        if sum(sure for *_, sure in row) * 2 >= len(row) >= LEAST_DIGITS:
            yield _trimmed(row)
        row = []


def _trimmed(row: list[tuple[int, str, bool]]) -> Dictated:
    """The row without loose ends, where that makes a whole number of it."""
    for cut in range(_LOOSE_ENDS + 1):
        if any(sure for *_, sure in row[len(row) - cut :]):
            break
        kept = row[: len(row) - cut]
        found = Dictated("".join(digit for _, digit, _ in kept), kept[0][0], kept[-1][0] + 1)
        if found.whole:
            return found
    return Dictated("".join(digit for _, digit, _ in row), row[0][0], row[-1][0] + 1)
