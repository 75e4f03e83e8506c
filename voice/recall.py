"""Writes known names right that recognition wrote as other characters of the same sound.

Whisper hears the syllables of a name and spells them with the words that it knows (「方星圆二去」 for 芳星园二区).
Where a name explains what was written clearly better than plain speech does, the name is what was said. A second
reading with such names in its prompt finds fewer of them, and invents more (docs/performance.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from rapidfuzz.distance import Levenshtein

from models.call import Word
from models.phonetic import Syllables, fold, syllables
from voice.background import Background
from voice.decoder import Context, Hypothesis
from voice.matcher import Match, Matcher, Pattern
from voice.names import NameIndex, SpokenName

LEAST_ODDS = 4.0
"""Log odds of having been said; below, as many names would be invented as found."""
_LEAST_SAID = 3
"""People leave off what follows the first three syllables of long names."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A name, and where in a text it was said."""

    name: str
    """As it was said: with 街道, 社区 … where that was heard."""
    start: int
    """Characters of the text, half open."""
    end: int
    odds: float
    """Log odds that it was said."""


class Recall(Protocol):
    """Finds names in what recognition wrote."""

    def __call__(self, text: str, context: Context) -> Sequence[Recalled]:
        """Names that were said in `text`, in order; no two overlap."""
        ...


class NameRecall:
    """Recalls places of the gazetteer, and hotwords."""

    def __init__(self, index: NameIndex) -> None:
        self._index = index
        self._background = Background.load()
        self._hotwords = lru_cache(maxsize=256)(self._matcher)

    def __call__(self, text: str, context: Context) -> Sequence[Recalled]:
        """See `Recall`."""
        heard = syllables(text)
        found = [
            Recalled(_as_said(name, heard, m), *heard.span(m.start, m.end), m.odds)
            for name, m in self._index.near(text, context.places)
            if m.odds >= LEAST_ODDS
        ]
        if context.hotwords:
            found += [
                Recalled(context.hotwords[m.pattern], *heard.span(m.start, m.end), m.odds)
                for m in self._hotwords(context.hotwords).find(heard, LEAST_ODDS)
            ]
        taken: list[Recalled] = []
        for recalled in sorted(found, key=lambda r: -r.odds):
            if all(recalled.end <= t.start or t.end <= recalled.start for t in taken):
                taken.append(recalled)
        return sorted(taken, key=lambda r: r.start)

    def _matcher(self, hotwords: tuple[str, ...]) -> Matcher:
        prior = -math.log(len(hotwords))
        return Matcher([Pattern(word, prior=prior) for word in hotwords], self._background)


def respell(hypothesis: Hypothesis, names: Sequence[Recalled]) -> Hypothesis:
    """`hypothesis` with the names in their places; a name as likely as it is gives its characters its confidence.

    Args:
        names: in order, not overlapping.
    """
    text, words = hypothesis.text, list(hypothesis.words)
    for name in reversed(names):
        if text[name.start : name.end] == name.name:
            continue
        first = _word_at(text, words, name.start)
        last = _word_at(text, words, name.end)
        if first is None or last is None or first == last:
            continue  # inside a number, or a Latin word: this was said
        words[first:last] = _spread(name, words[first].start_s, words[last - 1].end_s)
        text = text[: name.start] + name.name + text[name.end :]
    return replace(hypothesis, text=text, words=tuple(words))


def _word_at(text: str, words: Sequence[Word], at: int) -> int | None:
    """The index of the word that begins at, or behind, the character `at`; None when that is within a word."""
    before = sum(c.isalnum() for c in text[:at])
    for i, word in enumerate(words):
        if before <= 0:
            return i if before == 0 else None
        before -= len(word.text)
    return len(words) if before == 0 else None


def _spread(name: Recalled, start_s: float, end_s: float) -> Iterator[Word]:
    """The characters of a name over the time in which it was said."""
    confidence = round(1 / (1 + math.exp(LEAST_ODDS - name.odds)), 3)
    step = (end_s - start_s) / len(name.name)
    for i, char in enumerate(name.name):
        yield Word(char, round(start_s + i * step, 3), round(start_s + (i + 1) * step, 3), confidence)


def _as_said(name: SpokenName, heard: Syllables, match: Match) -> str:
    """As much of a name as was said: 方庄, 方庄街道; the likeliest of its beginnings."""
    whole = name.stem + name.suffix
    said = [fold(s) for s in heard.first[match.start : match.end]]
    end = min(
        range(min(_LEAST_SAID, len(name.stem)), len(whole) + 1),
        key=lambda end: Levenshtein.distance([fold(s) for s in syllables(whole[:end]).first], said),
    )
    if name.shown != name.stem:  # said in another way than it is written
        return name.shown + whole[len(name.stem) : end]
    return whole[:end]
