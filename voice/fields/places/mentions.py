"""Which places one utterance may name, and in what role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.gazetteer import Level
from models.phonetic import syllables
from voice.fields.places.cues import role_weight
from voice.matcher import unit_characters
from voice.names import NameIndex

_MIN_SCORE = 5.0
"""Nats; two syllables of the right sound have about eight."""
_RIVAL_MARGIN = 14.0
"""Nats below the best reading of the same words at which another reading is given up."""
_SHORT = 2
_BOUNDARY = re.compile(r"(?:^|[^\w]|[在住是到去从叫的就说来往向属归们我这那有和跟对嗯啊区])$")
"""Where a name can begin."""
_JOINED = 2
"""Characters between names that are said in one breath."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of an utterance that may name one of some places."""

    places: tuple[int, ...]
    """Indexes into `Gazetteer.places`."""
    level: Level
    start: int
    """First character in the utterance."""
    end: int
    core: int
    """End of the name without its suffix, which may belong to the next word."""
    score: float
    """Nats in favour of the name being said here."""
    short: bool
    """Two syllables in the middle of something: as good as nothing."""
    wrong: int
    """How many of its characters are not in the name."""
    weight: float
    """0-1: how far the words around it let it be the place of the matter."""


class MentionReader:
    """Reads the place names of an utterance out of it."""

    def __init__(self, index: NameIndex) -> None:
        self._index = index

    def read(self, text: str) -> tuple[Mention, ...]:
        """All mentions worth weighing, best first."""
        heard = syllables(text)
        written = unit_characters(heard)
        kept: list[Mention] = []
        seen: set[tuple[tuple[int, ...], int]] = set()
        for match in self._index.find(text):
            name = self._index.names[match.pattern]
            start, end = heard.span(match.start, match.end)
            rival = max((k.score for k in kept if k.start < end and start < k.end), default=0.0)
            if match.score < max(_MIN_SCORE, rival - _RIVAL_MARGIN) or (name.places, start) in seen:
                continue
            seen.add((name.places, start))
            core = heard.span(match.start, min(match.end, match.start + len(name.stem)))[1]
            short = match.end - match.start <= _SHORT and not _BOUNDARY.search(text[:start])
            wrong = sum(c not in name.stem + name.suffix for c in written[match.start : match.end])
            kept.append(Mention(name.places, name.level, start, end, core, match.score, short, wrong, 1.0))
        return tuple(_weighed(text, kept))


def _weighed(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    for m in mentions:
        start, end = _phrase(m, mentions)
        yield replace(m, weight=role_weight(text, start, end))


def _phrase(m: Mention, mentions: Sequence[Mention]) -> tuple[int, int]:
    """The stretch of names, each lying in the one before, that `m` is part of: 「海淀区清河街道」."""
    start, end, above, below = m.start, m.end, m.level, m.level
    for other in sorted(mentions, key=lambda o: -o.start):
        if other.level < above and start - _JOINED <= other.end <= start:
            start, above = other.start, other.level
    for other in sorted(mentions, key=lambda o: o.end):
        if other.level > below and end <= other.start <= end + _JOINED:
            end, below = other.end, other.level
    return start, end
