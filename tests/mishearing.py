"""Writes text as bad recognition would: mostly characters of the same or a similar sound."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random

from models.phonetic import cost, syllables
from models.plain_words import PLAIN_WORDS

_COMMON = 2000
"""Uses from which a character is one that recognition would write."""


def misheard(text: str, share: float, random: Random) -> str:
    """`text` with a `share` of its Chinese characters wrong.

    Of the wrong ones 55 % are homophones, 35 % sound similar, 5 % are missing and 5 % are anything.
    """
    return "".join(_misheard(c, random) if "\u4e00" <= c <= "\u9fff" and random.random() < share else c for c in text)


def _misheard(char: str, random: Random) -> str:
    kind, said = random.random(), syllables(char).first[0]
    if kind < 0.55:
        return _written(said, char, random)
    if kind < 0.9:
        near = _similar(said)
        return _written(random.choices([s for s, _ in near], [w for _, w in near])[0], char, random) if near else char
    return "" if kind < 0.95 else _written(random.choice(sorted(_characters())), char, random)


def _written(said: str, char: str, random: Random) -> str:
    choices = _characters().get(said, {char: 1})
    return random.choices(list(choices), [n**0.5 for n in choices.values()])[0]


@cache
def _characters() -> Mapping[str, Mapping[str, int]]:
    """Common characters by sound, with how often they are used."""
    found: dict[str, dict[str, int]] = {}
    for line in PLAIN_WORDS.read_text(encoding="utf-8").splitlines():
        text, _, count = line.partition("\t")
        if len(text) == 1 and int(count) > _COMMON:
            found.setdefault(syllables(text).first[0], {})[text] = int(count)
    return found


@cache
def _similar(said: str) -> tuple[tuple[str, float], ...]:
    return tuple((s, 2 ** (-8 * c)) for s in _characters() if s != said and (c := cost(said, s)) <= 0.6)
