"""The gazetteer as it is spoken: which names a noisy transcript may contain."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from models.gazetteer import Gazetteer, Level
from models.phonetic import syllables
from voice.background import Background
from voice.matcher import Match, Matcher, Pattern

_SUFFIX = {
    Level.DISTRICT: re.compile(r"(自治县|区|县|市|旗)$"),
    Level.STREET: re.compile(r"(街道|地区|镇|(?:\w族)*乡)$"),
    Level.COMMUNITY: re.compile(r"((?:小区)?社区|村)$"),
}
"""What official names end in and people often leave off."""
_MIN_STEM = 2
_MIN_ODDS = -6.0
"""Nats; less is noise."""
_SURE = 3.0
_INSIDE = 4.0
"""Nats for lying in a district or street that the call is about."""


@dataclass(frozen=True, slots=True)
class SpokenName:
    """One way to say the name of some places (several may share it)."""

    stem: str
    suffix: str
    level: Level
    suffix_needed: bool
    """The stem alone means what the places lie in (延庆: the district, not its town 延庆镇)."""
    shown: str
    """The stem in its right characters."""
    places: tuple[int, ...]
    """Indexes into `Gazetteer.places`."""


class NameIndex:
    """Names of the gazetteer, searchable by sound; built once, shared by all calls."""

    def __init__(self, gazetteer: Gazetteer, background: Background | None = None) -> None:
        self.gazetteer = gazetteer
        self.names = _spoken_names(gazetteer)
        size = Counter(p.level for p in gazetteer.places)
        patterns = [
            Pattern(n.stem + n.suffix, len(n.suffix), n.suffix_needed, -math.log(size[n.level])) for n in self.names
        ]
        matcher = Matcher(patterns, background or Background.load())
        self._find = lru_cache(maxsize=2048)(lambda text: tuple(matcher.find(syllables(text), _MIN_ODDS)))

    def find(self, text: str) -> tuple[Match, ...]:
        """Names that `text` may contain, best first; `pattern` indexes `names`, positions are units."""
        return self._find(text)

    def areas(self, text: str) -> frozenset[str]:
        """Official names of the districts and streets that are surely named in `text`: context for what follows."""
        named = (name for name, match in self._best(text, ()) if match.odds >= _SURE)
        return frozenset(
            self.gazetteer.places[n.places[0]].name
            for n in named
            if n.level is not Level.COMMUNITY and len(n.places) == 1
        )

    def near(self, text: str, context: Collection[str] = ()) -> list[tuple[SpokenName, Match]]:
        """Place names that the noisy `text` may contain, best first, no two for the same words.

        Args:
            text: what recognition wrote, an utterance or less.
            context: `areas` that the call has named before.

        Returns:
            Names and where they are; `Match.odds` (above 0: rather yes) count in what the text and the call name
            besides.
        """
        return self._best(text, self.areas(text).union(context))

    def _best(self, text: str, within: Collection[str]) -> list[tuple[SpokenName, Match]]:
        likely = sorted((replace(m, odds=self._odds(m, within)) for m in self.find(text)), key=lambda m: -m.odds)
        taken: list[Match] = []
        for match in likely:
            if all(match.end <= m.start or m.end <= match.start for m in taken):
                taken.append(match)
        return [(self.names[m.pattern], m) for m in taken]

    def _odds(self, match: Match, within: Collection[str]) -> float:
        name = self.names[match.pattern]
        inside = any(not set(self.gazetteer.places[p].path[:-1]).isdisjoint(within) for p in name.places)
        return match.odds + _INSIDE * inside


def _spoken_names(gazetteer: Gazetteer) -> tuple[SpokenName, ...]:
    shared: dict[tuple[str, str, Level, bool, str], list[int]] = {}
    for i, place in enumerate(gazetteer.places):
        for said in dict.fromkeys((place.name, *place.aliases, *place.sounds)):
            stem, suffix = split_name(said, place.level)
            above = {split_name(name, Level(level))[0] for level, name in enumerate(place.path[:-1])}
            shown = split_name(place.name, place.level)[0] if said in place.sounds else stem
            shared.setdefault((stem, suffix, place.level, stem in above, shown), []).append(i)
    return tuple(SpokenName(*key, tuple(places)) for key, places in shared.items())


def split_name(name: str, level: Level) -> tuple[str, str]:
    """The name as it is said for short, and the rest: 方庄街道 -> 方庄, 街道."""
    suffix = _SUFFIX[level].search(name)
    at = suffix.start() if suffix and suffix.start() >= _MIN_STEM else len(name)
    return name[:at], name[at:]
