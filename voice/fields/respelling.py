"""Names of units in the spelling that is meant: recognition writes homophones (「横太物业」).

Each character stands where the one it replaces stood, so that spans in the text as heard stay true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from models.phonetic import fold, syllables
from models.plain_words import PLAIN_WORDS

_LONGEST = 8
"""Syllables of a word that is looked for."""
_LONGEST_PLAIN = 4
_FUNCTION = frozenset("的了是在不我他她你们这那个要有和就都也上下来去没能把被给跟到从吗呢吧啊")


class Respelling:
    """Replaces what sounds like a known word by it, unless what is written makes sense itself."""

    def __init__(self, anywhere: Iterable[str], before: Iterable[str], sensible: Iterable[str]) -> None:
        """Words to be recognised `anywhere`, those only directly `before` one of them, and others that make sense."""
        words, names = tuple(anywhere), tuple(before)
        self._anywhere, self._before = _by_sound(words), _by_sound(names)
        lines = PLAIN_WORDS.read_text(encoding="utf-8").splitlines()
        plain = (line.partition("\t")[0] for line in lines)
        self._sensible = frozenset({w for w in plain if len(w) > 1} | {*words, *names, *sensible})
        self.respell = lru_cache(maxsize=1024)(self._respell)

    def _respell(self, raw: str) -> str:
        """`raw` with the same number of characters."""
        spoken = syllables(raw)
        sounds = [fold(s) for s in spoken.first]
        chars = list(raw)
        fixed = self._fixed(raw)
        starts: set[int] = set()
        at = 0
        while at < len(sounds):
            length = _replace(chars, spoken.at, sounds, at, words=self._anywhere, fixed=fixed)
            if length:
                starts.add(at)
            at += length or 1
        for at in range(len(sounds)):
            for length in range(2, 5):
                if at + length in starts and tuple(sounds[at : at + length]) in self._before:
                    _replace(chars, spoken.at, sounds[: at + length], at, words=self._before, fixed=fixed)
        return "".join(chars)

    def _fixed(self, raw: str) -> frozenset[int]:
        """Where `raw` has characters of a word, or that are words alone: they are not misheard names."""
        fixed = {i for i, char in enumerate(raw) if char in _FUNCTION}
        for i in range(len(raw)):
            for length in range(2, _LONGEST_PLAIN + 1):
                if raw[i : i + length] in self._sensible:
                    fixed.update(range(i, min(i + length, len(raw))))
        return frozenset(fixed)


def _replace(
    chars: list[str],
    places: tuple[int, ...],
    sounds: list[str],
    at: int,
    *,
    words: Mapping[tuple[str, ...], str],
    fixed: frozenset[int],
) -> int:
    """Write the longest word that begins at syllable `at`; how many syllables it takes, 0 when there is none."""
    for length in range(min(_LONGEST, len(sounds) - at), 1, -1):
        word = words.get(tuple(sounds[at : at + length]))
        if word is None:
            continue
        spots = places[at : at + length]
        if any(chars[i] != char and i in fixed for i, char in zip(spots, word, strict=True)):
            continue
        for i, char in zip(spots, word, strict=True):
            chars[i] = char
        return length
    return 0


def _by_sound(words: Iterable[str]) -> dict[tuple[str, ...], str]:
    """The first word of each sound."""
    found: dict[tuple[str, ...], str] = {}
    for word in words:
        spoken = syllables(word)
        if len(spoken) == len(word) > 1:
            found.setdefault(tuple(fold(s) for s in spoken.first), word)
    return found
