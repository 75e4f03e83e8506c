"""An utterance as addresses are read from it: names repaired, units of addresses in their right characters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from models.phonetic import cost, syllables

BREAK = "|"
"""Stands for a name that is no part of the rest of the address: a district, a street, 芳星园二区社区."""
OPEN, CLOSE = "[", "]"
"""Around a name that the rest of the address begins with: 芳星园二区."""
DIGIT = "零〇一二两三四五六七八九幺0-9"
"""Of a class of characters: digits as they are spoken or written."""
_AFTER_NUMBER = ("号楼", "号院", "单元", "号房")
_ANYWHERE = (
    "小区",
    "胡同",
    "门口",
    "路口",
    "车库",
    "地铁站",
    "公交站",
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
_ONE_WRONG = 0.6
"""Cost at which one syllable of a long word is still taken for the right one."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """`raw[start:end]` is to be read as `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """A text made from another, with the way back."""

    text: str
    at: tuple[int, ...]
    """For each character the index in the original; one more for the end."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the original that `text[start:end]` was made from."""
        return self.at[start], max(self.at[end], self.at[end - 1] + 1)


def view(raw: str, names: Iterable[Replacement], *, written: bool) -> View:
    """`raw` with `names` (not overlapping) put in and, unless a person has `written` it, misheard words repaired."""
    chars: list[str] = []
    at: list[int] = []
    done = 0
    for name in sorted(names, key=lambda n: n.start):
        chars += raw[done : name.start]
        at += range(done, name.start)
        chars += name.text
        at += [name.start] * len(name.text)
        done = name.end
    chars += raw[done:]
    at += range(done, len(raw) + 1)
    text = "".join(chars)
    return View(text if written else _repaired(text), tuple(at))


@lru_cache(maxsize=2048)
def _repaired(text: str) -> str:
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
