"""Words of addresses that recognition has misheard, in their right characters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, partial

from models.phonetic import cost, syllables

_AFTER_NUMBER = ("号楼", "号院", "单元", "号房")
_ANYWHERE = (
    "小区",
    "胡同",
    "门口",
    "路口",
    "车库",
    "站牌",
    *(d + s for d in "东西南北" for s in "口门"),
)
_LONG = (
    "菜市场",
    "停车场",
    "地铁站",
    "公交站",
    "幼儿园",
    "派出所",
    "便利店",
    "商业街",
    "加油站",
    "篮球场",
    "十字路口",
)
_LONGEST = max(map(len, _LONG))
_NUMERALS = frozenset("零〇一二两三四五六七八九十百幺0123456789")
_SPOKEN_NUMERALS = "一二三四五六七八九十"
_PARTICLES = frozenset("吧是就而也有事时")
"""Sound like numerals, and stand before 单元 on their own account."""
_NEARLY = 0.3
"""Cost at which a unit is still taken for the one that must follow a number."""
_STATION = re.compile("(?:地铁)?站")
_LIKE = 0.3
"""Mean cost of a syllable up to which a name is taken for that of a station."""
_NEVER = 1.0
_ONE_WRONG = 0.6
"""Cost at which one syllable of a long word is still taken for the right one."""


def repaired(text: str) -> str:
    """`text`, as long as before, with misheard words of addresses in their right characters."""
    heard = syllables(text)
    chars = list(text)
    said = heard.first
    for i in range(len(said) - 1):
        a, b = heard.at[i], heard.at[i + 1]
        if b != a + 1:
            continue
        word = _words().get((said[i], said[i + 1]))
        if word is None and i and heard.at[i - 1] == a - 1 and chars[a - 1] in _NUMERALS:
            word = _nearest(said[i : i + 2])
        if word is not None:
            chars[a : b + 1] = word
            if word in _AFTER_NUMBER and i and heard.at[i - 1] == a - 1:
                chars[a - 1] = _numeral(chars[a - 1], said[i - 1])
    for i in range(len(said) - 2):
        word = _long_word(said[i : i + _LONGEST])
        if word and heard.at[i + len(word) - 1] == heard.at[i] + len(word) - 1:
            chars[heard.at[i] : heard.at[i] + len(word)] = word
    return "".join(chars)


def with_stations(text: str, stations: tuple[str, ...]) -> str:
    """`text`, as long as before, with misheard names of `stations` before 站 in their right characters."""
    for m in _STATION.finditer(text):
        best, least = "", _LIKE
        for length, names in _by_length(stations):
            said = text[max(0, m.start() - length) : m.start()]
            nearest = min(names, key=partial(price, said))
            if (lowest := price(said, nearest)) <= least:
                best, least = nearest, lowest
        text = text[: m.start() - len(best)] + best + text[m.start() :]
    return text


@cache
def _by_length(names: tuple[str, ...]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Shortest first, so that of equally near names the longest is taken."""
    return tuple((n, tuple(name for name in names if len(name) == n)) for n in sorted({len(name) for name in names}))


def price(said: str, name: str) -> float:
    """0-1: mean cost of taking the syllables of `said` for those of `name`; 1: it is another name, as it is with
    another numeral.
    """
    heard, meant = syllables(said).first, syllables(name).first
    if len(heard) != len(meant) or set(said) & _NUMERALS - set(name):
        return _NEVER
    each = [cost(a, b) for a, b in zip(heard, meant, strict=True)]
    return sum(each) / len(each) if max(each, default=_NEVER) < _NEVER else _NEVER


def _long_word(said: tuple[str, ...]) -> str | None:
    """The long word that `said` begins with, but for one syllable."""
    for word, sounds in _long_words():
        wrong = [(a, b) for a, b in zip(said, sounds, strict=False) if a != b]
        if len(said) >= len(sounds) and (not wrong or (len(wrong) == 1 and cost(*wrong[0]) <= _ONE_WRONG)):
            return word
    return None


@cache
def _long_words() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((word, syllables(word).first) for word in _LONG)


@cache
def _words() -> Mapping[tuple[str, ...], str]:
    return {syllables(word).first: word for word in (*_AFTER_NUMBER, *_ANYWHERE)}


def _nearest(said: Sequence[str]) -> str | None:
    return next(
        (
            w
            for w in _AFTER_NUMBER
            if sum(cost(a, b) for a, b in zip(said, syllables(w).first, strict=True)) <= _NEARLY
        ),
        None,
    )


def _numeral(char: str, said: str) -> str:
    """The numeral that must stand before 号楼 and the like, whatever was written for it (巴号院: 八号院)."""
    if char in _NUMERALS or char in _PARTICLES:
        return char
    return next((n for n in _SPOKEN_NUMERALS if said in syllables(n).readings[0]), char)
