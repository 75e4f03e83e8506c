"""Names that a first reading sounds like, to prompt a second reading with, and what may be taken from that one.

A prompt with names makes the decoder write them where they were said, but it also makes it write other things
differently. So only the names are taken from the second reading; everything else stays as the first one has it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from rapidfuzz.distance import Levenshtein

from models.phonetic import syllables
from voice.background import Background
from voice.decoder import Context
from voice.matcher import Matcher, Pattern
from voice.names import NameIndex

MOST_NAMES = 6
"""More names in the prompt confuse more than they help."""
LEAST_ODDS = 0.0
"""Log odds of having been said; names below it cost more characters than they bring right."""


class Recall(Protocol):
    """Finds names that are worth telling the decoder."""

    def __call__(self, text: str, context: Context) -> Sequence[str]:
        """Names that `text`, a first reading, may contain with other characters; best first."""
        ...


class NameRecall:
    """Recalls places of the gazetteer and hotwords, both only where they sound like what was read."""

    def __init__(self, index: NameIndex) -> None:
        self._index = index
        self._background = Background.load()
        self._hotwords = lru_cache(maxsize=256)(self._matcher)

    def __call__(self, text: str, context: Context) -> Sequence[str]:
        """See `Recall`."""
        near = list(self._index.near(text, context.places, MOST_NAMES))
        if context.hotwords:
            found = self._hotwords(context.hotwords).find(syllables(text), LEAST_ODDS)
            near += [(context.hotwords[match.pattern], match.odds) for match in found]
        near.sort(key=lambda item: -item[1])
        return list(dict.fromkeys(name for name, odds in near if odds >= LEAST_ODDS))[:MOST_NAMES]

    def _matcher(self, hotwords: tuple[str, ...]) -> Matcher:
        prior = -math.log(len(hotwords))
        return Matcher([Pattern(word, prior=prior) for word in hotwords], self._background)


def recall_nothing(text: str, context: Context) -> Sequence[str]:
    """A `Recall` that knows no names."""
    return ()


def graft(first: str, second: str, names: Sequence[str]) -> str:
    """`first` with the names that `second` has in their places.

    Both are readings of the same audio; where they differ, `second` counts only inside a name.
    """
    spans = [span for name in names if name for span in _found(second, name)]
    if not spans:
        return first
    pieces = []
    for edit in Levenshtein.opcodes(first, second):
        start, end = edit.dest_start, edit.dest_end
        in_name = any((start < b and a < end) or (start == end and a < start < b) for a, b in spans)
        pieces.append(second[start:end] if in_name else first[edit.src_start : edit.src_end])
    return "".join(pieces)


def _found(text: str, name: str) -> list[tuple[int, int]]:
    spans = []
    at = text.find(name)
    while at >= 0:
        spans.append((at, at + len(name)))
        at = text.find(name, at + 1)
    return spans
