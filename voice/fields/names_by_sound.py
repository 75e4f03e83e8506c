"""Names where recognition wrote hardly a word right: 「念贵信长」 for 免贵姓程, 「号地承显生」 for 好的程先生.

What introduces a name and the title behind it are known, so the place of a family name is found by how much the
words around it sound like them. Which name it is, all places of the call decide together (`surnames.posterior`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.phonetic import Syllables, cost, syllables
from voice.fields.explained import similar_sound
from voice.fields.explained_by_sound import explained_after
from voice.fields.surnames import like_surname

TITLES = {"先生": ("xian", "sheng"), "女士": ("nv", "shi")}
_INTRODUCTIONS: tuple[tuple[str, ...], ...] = tuple(
    tuple(said.split()) for said in ("mian gui xing", "mian gui", "wo xing", "wo jiao", "xing", "jiao")
)
_OPENINGS: tuple[tuple[str, ...], ...] = tuple(
    tuple(said.split())
    for said in ("hao de", "shi ma", "shi de", "dui ma", "ke yi", "hao", "dui", "xing", "en", "na")
)
"""What an operator says before he addresses somebody."""
_OF_FAMILY_NAMES = (("xing",), ("gui",))
"""Introductions end so that no given name follows."""
_STEEP = 3.0
"""By how many nats a syllable that sounds like another altogether makes it unlikely that this was said."""
_MOST_APART = 0.8
"""Sum of sound costs up to which words are worth considering."""
_BARE = 0.3
"""How often an answer begins with the name itself."""
_UNOPENED = 0.2
"""How often other words than these come before an address."""
_CLEAR = 0.3
"""Mean sound cost up to which such a word is told."""
_WELL_EXPLAINED, _EXPLAINED_AT_ALL, _SURELY_EXPLAINED = 6.5, 2.5, 14.0
"""Log odds that make an explanation certain, and that count where others come with it."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_SURE = 0.9
"""At most, that one of the places is the place."""


@dataclass(frozen=True, slots=True)
class Place:
    """`raw[start:end]`, where a family name may have been said."""

    start: int
    end: int
    surname: str
    """As written."""
    weight: float
    """How likely it is the place."""
    title: str = ""


@lru_cache(maxsize=512)
def answered(raw: str, asked: bool) -> tuple[Place, ...]:
    """Where `raw` may have the speaker's own name: after words that sound like an introduction.

    Args:
        asked: whether it was asked for; else only 免贵姓, which is said for nothing else, introduces one.
    """
    heard = syllables(raw)
    weights: dict[int, float] = {0: _BARE} if asked else {}
    for words in _INTRODUCTIONS if asked else _INTRODUCTIONS[:1]:
        apart = _apart(heard, 0, words)
        if apart <= _MOST_APART:
            weights[len(words)] = max(weights.get(len(words), 0.0), math.exp(-_STEEP * apart))
    places = ((_surname(heard, i), weight) for i, weight in weights.items())
    return _normal([Place(at, at + 1, raw[at], weight) for at, weight in places if at is not None])


@lru_cache(maxsize=512)
def explained(raw: str, asked: bool) -> tuple[int, int] | None:
    """The range of the name that the speaker of `raw` introduces, or begins with, and explains then.

    Args:
        asked: whether it was asked for.
    """
    heard = syllables(raw)
    best: tuple[int, int] | None = None
    most = 0.0
    for words in ((), *(said for said in _INTRODUCTIONS if _tells(heard, 0, said))):
        for length in (1,) if words[-1:] in _OF_FAMILY_NAMES else (2, 3):
            start, end = len(words), len(words) + length
            if _surname(heard, start) != start or not _HAN.fullmatch(raw, start, end):
                continue
            odds = _explained_odds(raw, start, end)
            if (told := _told(odds, introduced=bool(words) and (asked or length == 1))) > most:
                best, most = (start, end), told
    return best


def _told(odds: Sequence[float], *, introduced: bool) -> float:
    """How surely a name was told whose characters are explained with `odds`; 0: it was not."""
    given = odds[1:] or odds
    surely = max(given) >= _WELL_EXPLAINED if introduced else min(odds) >= _EXPLAINED_AT_ALL
    return sum(odds) if surely and (introduced or sum(odds) >= _SURELY_EXPLAINED) else 0.0


def _explained_odds(raw: str, start: int, end: int) -> list[float]:
    """How likely each character of the name `raw[start:end]` is explained behind it: log odds, 0 where none is."""
    found = explained_after(raw, start, end).values()
    return [max((e.odds for e in found if similar_sound(e.char, char)), default=0.0) for char in raw[start:end]]


@lru_cache(maxsize=512)
def addressed(raw: str) -> tuple[tuple[Place, ...], ...]:
    """Where the operator may address somebody as 先生 or 女士: for each such place the family names he may say."""
    heard = syllables(raw)
    return tuple(
        places
        for i in range(1, len(heard) - 1)
        for title, words in TITLES.items()
        if (apart := _apart(heard, i, words)) <= _MOST_APART
        and (places := _normal(list(_before_title(heard, i, title, math.exp(-_STEEP * apart)))))
    )


def _before_title(heard: Syllables, at: int, title: str, weight: float) -> Iterator[Place]:
    """The family names before the title at unit `at`: just before it, or before a given name."""
    end = heard.at[at + 1] + 1
    for length in (1, 2, 3):
        start = at - length
        if start < 0 or (first := _surname(heard, start)) is None:
            continue
        opened = any(_ends_in(heard, start, words) for words in _OPENINGS)
        alone = start == 0 or heard.at[start] - heard.at[start - 1] > 1
        yield Place(first, end, heard.text[first], weight * (1.0 if opened or alone else _UNOPENED) / length, title)
        if opened:
            weight *= _UNOPENED  # rather a word that opens the address than part of the name


def _ends_in(heard: Syllables, at: int, words: tuple[str, ...]) -> bool:
    """Whether the units before `at` sound like `words`."""
    return at >= len(words) and _tells(heard, at - len(words), words)


def _tells(heard: Syllables, at: int, words: tuple[str, ...]) -> bool:
    """Whether the units from `at` on sound clearly like `words`."""
    return _apart(heard, at, words) <= _CLEAR * len(words)


def _surname(heard: Syllables, at: int) -> int | None:
    """The index of the character of unit `at`, when it sounds like a family name."""
    if at >= len(heard) or not heard.text[heard.at[at]].isalpha() or not like_surname(heard.text[heard.at[at]]):
        return None
    return heard.at[at]


def _apart(heard: Syllables, at: int, words: tuple[str, ...]) -> float:
    """How far the units from `at` on are from `words`, summed up; endless where the text is over."""
    if at + len(words) > len(heard):
        return math.inf
    units = heard.readings[at : at + len(words)]
    return sum(min(cost(r, word) for r in readings) for readings, word in zip(units, words, strict=True))


def _normal(places: list[Place]) -> tuple[Place, ...]:
    """The places with weights that leave some room for none of them being one."""
    total = max(1.0, sum(p.weight for p in places) / _SURE)
    return tuple(Place(p.start, p.end, p.surname, p.weight / total, p.title) for p in places)
