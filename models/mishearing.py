"""Text as speech recognition would get it wrong, to learn from.

Of the characters that whisper-base gets wrong on the telephone three quarters are homophones, most others sound
similar; few are missing or have come from nowhere.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import accumulate

from models.phonetic import cost, syllables

_SAME_SOUND, _SIMILAR, _MISSING, _ADDED = 0.72, 0.21, 0.03, 0.02
"""Shares of the wrong characters; the rest sounds like nothing that was said."""
_FARTHEST = 0.65
"""`models.phonetic.cost` up to which sounds are similar …"""
_HALVED_BY = 1 / 6
"""… and by how much of it they are taken for each other half as often."""


class Mishearing:
    """Replaces characters by others from the same kind of text, common ones more often."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._count(Counter(char for text in texts for char in text))
        self._similar = lru_cache(maxsize=None)(self._find_similar)

    def _count(self, counts: Mapping[str, int]) -> None:
        alike: dict[str, tuple[list[str], list[float]]] = {}
        for char, count in counts.items():
            for readings in syllables(char).readings:
                chars, weights = alike.setdefault(readings[0], ([], []))
                chars.append(char)
                weights.append(count**0.5)
        self._alike = {sound: (chars, list(accumulate(weights))) for sound, (chars, weights) in alike.items()}
        self._sounds = list(self._alike)

    def mishear(self, text: str, rate: float, chance: random.Random) -> str:
        """`text` with about `rate` of its characters wrong."""
        heard = list(text)
        spoken = syllables(text)
        for at, readings in zip(spoken.at, spoken.readings, strict=True):
            if chance.random() < rate:
                heard[at] = self._wrong(text[at], readings[0], chance)
        return "".join(heard)

    def _wrong(self, char: str, said: str, chance: random.Random) -> str:
        luck = chance.random()
        if luck < _SAME_SOUND:
            return self._one_of(said, chance) if said in self._alike else char
        if (luck := luck - _SAME_SOUND) < _SIMILAR:
            sounds, weights = self._similar(said)
            return self._one_of(chance.choices(sounds, cum_weights=weights)[0], chance) if sounds else char
        if (luck := luck - _SIMILAR) < _MISSING:
            return ""
        any_other = self._one_of(chance.choice(self._sounds), chance)
        return char + any_other if luck - _MISSING < _ADDED else any_other

    def _find_similar(self, said: str) -> tuple[list[str], list[float]]:
        near = [(s, c) for s in self._sounds if s != said and (c := cost(said, s)) <= _FARTHEST]
        return [s for s, _ in near], list(accumulate(2 ** (-c / _HALVED_BY) for _, c in near))

    def _one_of(self, sound: str, chance: random.Random) -> str:
        chars, weights = self._alike[sound]
        return chance.choices(chars, cum_weights=weights)[0]
