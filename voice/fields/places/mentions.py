"""Which places one utterance may name, and in what role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from models.call import Utterance
from models.gazetteer import Level
from models.phonetic import fold, syllables
from voice.fields.places.cues import name_weight, role_weight
from voice.matcher import FILLERS, NUMERALS, unit_characters
from voice.names import NameIndex

_MIN_SCORE = 5.0
"""Nats; two syllables of the right sound have about eight."""
_RIVAL_MARGIN = 14.0
"""Nats below the best reading of the same words at which another reading is given up."""
_SHORT = 2
_BEGINS = re.compile(r"(?:^|[^\w]|[在住是到去从叫的就说来往向属归们我这那有和跟对嗯啊区镇乡])$")
_ENDS = re.compile(
    r"$|[^\w]|[的那这在是有里边附就和跟对吗呢吧啊嗯0-9零一二三四五六七八九十东西南北]|小区|社区|家园|大?街|胡同|[村路站镇乡区]"
)
"""What stands around a name."""
_TRUST_AT_LEAST = 0.3
_TRUST_SLOPE = 2.3
"""Full trust from a mean confidence of 0.3: correct names written with rare characters have no more."""
_FRONT = 3
"""Units of a name that are never left out."""
_SURE = 12.0
"""Nats"""
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
    misspelt: int
    """How many of its characters are not in the name …"""
    misheard: int
    """… and how many not even sound like one that is, or are missing in the middle."""
    weight: float = 1.0
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
            short = match.end - match.start <= _SHORT and not _stands_alone(text, start, end, name.level)
            said = [i for i in range(match.start, match.end) if written[i] not in FILLERS][: len(name.stem)]
            strange = [i for i in said if written[i] not in name.stem]
            misheard = [i for i in strange if _folded(name.stem).isdisjoint(map(fold, heard.readings[i]))]
            while (  # the end was left out, not misheard; but another number is another name
                misheard and len(said) > _FRONT and said[-1] == misheard[-1] and written[said[-1]] not in NUMERALS
            ):
                strange.remove(misheard.pop())
                left_out = said.pop()
                end = heard.at[left_out] if left_out == match.end - 1 else end
            missing = 0 if name.stem.startswith("".join(written[i] for i in said)) else len(name.stem) - len(said)
            core = heard.at[said[-1]] + 1 if said else end
            kept.append(
                Mention(
                    places=name.places,
                    level=name.level,
                    start=start,
                    end=end,
                    core=core,
                    score=match.score,
                    short=short,
                    misspelt=len(strange),
                    misheard=len(misheard) + missing,
                )
            )
        return tuple(_weighed(text, kept))


def _stands_alone(text: str, start: int, end: int, level: Level) -> bool:
    ends = level is not Level.COMMUNITY or _ENDS.match(text, end)
    return bool(ends and _BEGINS.search(text, 0, start))


@lru_cache(maxsize=1 << 14)
def _folded(stem: str) -> frozenset[str]:
    return frozenset(fold(r) for readings in syllables(stem).readings for r in readings)


def _weighed(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    for m in mentions:
        start, end = _phrase(m, mentions)
        yield replace(m, weight=role_weight(text, start, end) * min(name_weight(text, e) for e in (m.core, m.end)))


def _phrase(m: Mention, mentions: Sequence[Mention]) -> tuple[int, int]:
    """The stretch of names, each lying in the one before, that `m` is part of: 「海淀区清河街道」."""
    start, end, above, below = m.start, m.end, m.level, m.level
    sure = [other for other in mentions if other.score >= _SURE]
    for other in sorted(sure, key=lambda o: -o.start):
        if other.level < above and start - _JOINED <= other.end <= start:
            start, above = other.start, other.level
    for other in sorted(sure, key=lambda o: o.end):
        if other.level > below and end <= other.start <= end + _JOINED:
            end, below = other.end, other.level
    return start, end


def trusted(mentions: Iterable[Mention], utterance: Utterance) -> Iterator[Mention]:
    """`mentions` with less weight for those that the recogniser wrote but hardly heard.

    Names that it is told to expect turn up where something else was said; their characters then have next to no
    confidence.
    """
    heard = _confidences(utterance)
    for m in mentions:
        sure = [c for c in heard[m.start : m.core] if c is not None]
        trust = _TRUST_AT_LEAST + _TRUST_SLOPE * sum(sure) / len(sure) if sure else 1.0
        yield m if trust >= 1 else replace(m, weight=m.weight * trust)


def _confidences(utterance: Utterance) -> list[float | None]:
    """Of each character; None where no word of the decoder covers it."""
    found: list[float | None] = [None] * len(utterance.raw)
    at = 0
    for word in utterance.words:
        start = utterance.raw.find(word.text, at)
        if start >= 0:
            at = start + len(word.text)
            found[start:at] = [word.confidence] * len(word.text)
    return found
