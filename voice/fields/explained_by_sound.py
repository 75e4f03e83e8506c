"""Characters of names that speakers explain, where recognition wrote other words: 「进马的马」 for 骏马的骏.

Said are a word and the character in it that is meant, or its parts. Every such explanation that people may give for a
character of names is aligned with what was heard, as known places are (`voice.matcher`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from models.phonetic import syllables
from models.plain_words import load_plain_words
from voice.background import Background
from voice.fields.explained import PARTS, similar_sound
from voice.fields.given_names import RANK
from voice.fields.lexicon import words
from voice.fields.surnames import SURNAMES
from voice.matcher import Matcher, Pattern

_EXPLAINED = 0.4
"""How often a character of a name is explained when it is told."""
_MOST_WORDS = 12
"""That a character is explained by: those of the list, and the most frequent ones of plain Chinese that have it."""
_PLAIN_LENGTH, _PLAIN = 2, 0.3
"""Of these; and how often one is used, for a word of the list."""
_LEAST_ODDS = 1.0
_MOST_BETWEEN = 3
"""Characters, commas among them, between a name and its explanation, or two of them."""


@dataclass(frozen=True, slots=True)
class HeardExplanation:
    """An explanation of `char`, heard in `raw[start:end]`."""

    char: str
    start: int
    end: int
    odds: float
    """Log odds that it was said, when the name has this character."""

    @property
    def gain(self) -> float:
        """How much likelier what was heard is when the name has the character than when it has not."""
        return 1 + math.exp(self.odds) / (1 - _EXPLAINED)


def explained_after(raw: str, start: int, end: int) -> dict[str, HeardExplanation]:
    """How the characters of the name that was heard as `raw[start:end]` are explained right behind it.

    Returns:
        By the character that may be meant, its likeliest explanation; hardly a word is between two.
    """
    found: dict[str, HeardExplanation] = {}
    reached = [end]
    for e in _heard_explanations(raw):
        if not any(0 <= e.start - at <= _MOST_BETWEEN for at in reached):
            continue
        if any(similar_sound(e.char, c) for c in raw[start:end]):
            reached.append(e.end)
            found[e.char] = max(e, found.get(e.char, e), key=lambda e: e.odds)
    return found


@lru_cache(maxsize=512)
def _heard_explanations(raw: str) -> tuple[HeardExplanation, ...]:
    """All that may be explanations in `raw`, from its beginning on."""
    heard = syllables(raw)
    chars, matcher = load_explanations()
    found = [
        HeardExplanation(chars[m.pattern], *heard.span(m.start, m.end), m.odds)
        for m in matcher.find(heard, _LEAST_ODDS)
    ]
    return tuple(sorted(found, key=lambda e: (e.start, e.end)))


@cache
def load_explanations() -> tuple[tuple[str, ...], Matcher]:
    """What people may say to explain characters of names: of each explanation the character, and all to look for."""
    explained = dict(_patterns())
    chars, patterns = zip(*((char, pattern) for pattern, char in explained.items()), strict=True)
    return chars, Matcher(patterns, Background.load())


def _patterns() -> Iterator[tuple[Pattern, str]]:
    named = {name for name in SURNAMES if len(name) == 1} | RANK.keys()
    usual: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for word in words("explaining_words"):
        for char in named & set(word):
            usual[char][word] = 1.0
    for word, _ in sorted(load_plain_words().items(), key=lambda item: -item[1]):
        for char in named & set(word) if len(word) == _PLAIN_LENGTH else ():
            if len(usual[char]) < _MOST_WORDS:
                usual[char].setdefault(word, _PLAIN)
    for char, weights in usual.items():
        for word, weight in weights.items():
            yield _pattern(f"{word}的{char}", _EXPLAINED * weight / sum(weights.values())), char
    for parts, char in PARTS.items():
        yield _pattern(parts + char, _EXPLAINED), char


def _pattern(said: str, chance: float) -> Pattern:
    return Pattern(said, suffix=1, suffix_needed=True, prior=math.log(chance))
