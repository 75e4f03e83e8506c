"""Digits in running text as they are dictated, also where recognition wrote words of their sound (要三八, 一三吧).

What a run of digits is for (a telephone, a house, a date) is the caller's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from models.phonetic import DIGIT_SOUNDS, cost, syllables
from voice.numerals import DIGITS

_SPOKEN_AS = {said: digit for digit, sounds in DIGIT_SOUNDS.items() for said in sounds}
_MAX_ALIKE, _MAX_NEARLY = 0.15, 0.5
"""Sound costs up to which a character is like a digit, or nearly like one."""
ALIKE, NEARLY = 0.5, 1.0
"""Doubt in a digit that was written as a word of its sound, or of nearly its sound."""
_DOUBT = {"D": 0.0, "R": 0.0, "H": ALIKE, "p": ALIKE, "h": NEARLY}
_MARGIN = 0.1
"""How much nearer than any other digit the one must be that a word nearly sounds like."""
_RADIO = frozenset({"dong", "guai", "gou"})
"""Said by few: other words are not taken for these."""
_RADIO_DIGITS = frozenset("洞拐勾")
"""Those words as they are written: digits after others."""
_NEVER = frozenset("是的了呢啊呀嗯哦我你您他她它在有楼层门号院上下")
"""Words too frequent to be digits that were misheard, whatever they sound like."""
_PARTICLES = frozenset("吧")
_ENDS = frozenset("对吗嘛哈")
"""Words that end a clause, as punctuation does."""
_RUN = re.compile(
    r"h{0,2}[HR]{0,3}(?:n{1,2}D|D)(?:_{0,3}(?:n{1,2}D|[DR]|(?:HH|[Hhp])(?=_{0,3}[DRn])))*(?:(?<=DDDD)H(?=[_.]|$))?"
)
"""Over the kinds of the characters: D digit, H sounds like one, h nearly, p only inside (吧 at the end is 吧),
R a radio operator's word, n counts digits (三个八, 双八), _ pause, . the end of a clause."""
_TIMES = DIGITS | {"双": 2, "俩": 2, "仨": 3}
"""What each character that counts digits is worth."""
_COUNTED = re.compile(r"[两二三四五六]个|[双俩仨]")
_PAUSES = frozenset(" \t\u3000-－—·")
_UNIT_NEXT = frozenset("十百千万亿")
MAX_RUN = 40
"""Digits of one run that are looked at; nobody dictates a longer telephone number."""


@dataclass(frozen=True, slots=True)
class Run:
    """Digits said in one breath: `raw[start:end]`."""

    digits: str
    start: int
    end: int
    doubts: tuple[float, ...]
    """For each digit: 0 when it was written as one, `ALIKE` or `NEARLY` for a word that sounds like it."""
    at: tuple[int, ...]
    """For each digit: the index of its character in `raw`."""


@lru_cache(maxsize=512)
def runs(raw: str) -> tuple[Run, ...]:
    """The digit runs of `raw`, from left to right."""
    kinds = _kinds(raw)
    found = []
    for m in _RUN.finditer(kinds):
        start, end = m.span()
        if raw[end : end + 1] in _UNIT_NEXT and kinds[end - 1] == "D":
            end -= 1  # the last digit belongs to a quantity
        digits: list[tuple[str, float, int]] = []
        times = 1
        for i in range(start, end):
            if kinds[i] == "n":
                times = _TIMES.get(raw[i], times)
            elif kinds[i] != "_":
                digits += [(_sounds_like(raw[i])[0], _DOUBT[kinds[i]], i)] * times
                times = 1
        if digits:
            said, doubts, at = zip(*digits[:MAX_RUN], strict=True)
            found.append(Run("".join(said), start, end, doubts, at))
    return tuple(found)


def _kinds(raw: str) -> str:
    """The kind of each character of `raw`, see `_RUN`."""
    kinds = "".join(map(_kind, raw))
    for m in _COUNTED.finditer(raw):
        if kinds[m.end() : m.end() + 1] == "D":
            kinds = kinds[: m.start()] + "n" * len(m[0]) + kinds[m.end() :]
    return kinds


@cache
def _kind(char: str) -> str:
    if char in DIGITS or char.isdecimal():
        return "D"
    if char in _RADIO_DIGITS:
        return "R"
    if char in _PAUSES:
        return "_"
    if char in _ENDS or not syllables(char).readings:
        return "."
    apart = _sounds_like(char)[1]
    alike = "p" if char in _PARTICLES else "H"
    return alike if apart <= _MAX_ALIKE else "h" if apart <= _MAX_NEARLY else "x"


@cache
def _sounds_like(char: str) -> tuple[str, float]:
    """The digit that `char` is or sounds like, and how far it is from it; far when two are as near."""
    if char in DIGITS:
        return str(DIGITS[char]), 0.0
    if char.isdecimal():
        return str(int(char)), 0.0
    readings = syllables(char).readings if char not in _NEVER else ()
    prices: dict[str, float] = {}
    for said, digit in _SPOKEN_AS.items():
        for r in (r for reading in readings for r in reading):
            price = cost(r, said)
            if price == 0 or said not in _RADIO:
                prices[digit] = min(price, prices.get(digit, 1.0))
    ranked = sorted((price, digit) for digit, price in prices.items())
    if not ranked or (len(ranked) > 1 and ranked[0][0] > _MAX_ALIKE and ranked[1][0] - ranked[0][0] < _MARGIN):
        return "", 1.0
    return ranked[0][1], ranked[0][0]
