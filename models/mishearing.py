"""Text as speech recognition would get it wrong, to learn from.

Of the characters that whisper-base gets wrong on the telephone most are homophones or near-homophones, some are
another sound altogether, few are missing.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

from models.phonetic import fold, syllables

_MISSING = 0.12
_OTHER_SOUND = 0.18
"""Shares of the wrong characters; the rest sounds alike."""


class Mishearing:
    """Replaces characters by others from the same kind of text, common ones more often."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts = Counter(char for text in texts for char in text)
        self._alike: dict[str, tuple[list[str], list[float]]] = {}
        for char, count in counts.items():
            for readings in syllables(char).readings:
                chars, weights = self._alike.setdefault(fold(readings[0]), ([], []))
                chars.append(char)
                weights.append(count**0.5)
        self._sounds = list(self._alike)

    def mishear(self, text: str, rate: float, chance: random.Random) -> str:
        """`text` with about `rate` of its characters wrong."""
        heard = list(text)
        spoken = syllables(text)
        for at, readings in zip(spoken.at, spoken.readings, strict=True):
            luck = chance.random() / rate if rate else 1.0
            if luck < _MISSING:
                heard[at] = ""
            elif luck < _MISSING + _OTHER_SOUND:
                heard[at] = self._one_of(chance.choice(self._sounds), chance)
            elif luck < 1 and (sound := fold(readings[0])) in self._alike:
                heard[at] = self._one_of(sound, chance)
        return "".join(heard)

    def _one_of(self, sound: str, chance: random.Random) -> str:
        chars, weights = self._alike[sound]
        return chance.choices(chars, weights)[0]
