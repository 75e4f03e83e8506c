"""The place that all mentions of a call speak for together.

A hypothesis is a path of the gazetteer: a district, a street in it, or a community in that. Its score in nats is
what the mentions of the places on the path gain, less what it costs to pick this path among all: so a community
confirms or repairs its street, a street its district, and a name on its own needs more to be believed than
one beside the name of what it lies in.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from models.call import Channel
from models.gazetteer import Gazetteer, Level
from voice.fields.places.mentions import Mention
from voice.names import split_name

_ANYWHERE = 5.0
"""Nats that a name costs that may stand anywhere in the call."""
_ASKED = 3.0
"""The same in the answer to "where?"."""
_BESIDE = 1.0
"""The same right beside another name of the path."""
_SHORT = 8.0
"""The same for two syllables, unless they follow another name of the path."""
_BESIDE_CHARACTERS = 4
_PLENTY = 25.0
_BEYOND_PLENTY = 0.4
"""What one mention gains beyond this counts for less, so that others can outvote it."""
_REPEATS = (1.0, 0.5, 0.25)
"""What one speaker's best, second best … mention of a place counts for; more of them add nothing.

A name that begins with the name of what it lies in is, so far, a mention of that.
"""
_OPERATOR, _OPERATOR_HEARD = 1.2, 1.8
"""An operator who says a place reads it back from the order; in recognised speech he also has the clearer line."""
_DENIED = 0.05
_ELSEWHERE = 0.6
"""Share of what the name of another district gains that speaks against a place: estates of one name are many."""
_MISSPELT = 3.0
"""Nats that a wrong character costs in a text that a person wrote; one of another sound makes it another name."""
_MISHEARD = 1.5
"""Nats that a wrong sound costs of an estate in recognised speech: many are not in any gazetteer."""
_NOWHERE = 4.0
"""Log odds of a call that names no place."""
_TEMPERATURE = 1.5
"""Scores are optimistic: the units of a name are not as independent as the sums assume."""


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance and the places it may name."""

    number: int
    """Position in the call."""
    speaker: Channel
    mentions: tuple[Mention, ...]
    asked: bool = False
    """It answers a question for the place."""
    written: bool = False
    """A person wrote it down: wrong characters are other names."""
    denied: bool = False
    """What follows says that this was wrong."""


Support: TypeAlias = Mapping[int, tuple[tuple[int, Mention], ...]]
"""For each place the mentions of it, with the number of their utterance."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A place, how likely it is the one meant, and the mentions that speak for it."""

    place: int
    score: float
    support: Support = field(default_factory=dict)
    """Of the places of its path."""
    probability: float = 0.0


class PlaceTree:
    """Who lies in whom."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.places = gazetteer.places
        number = {p.path: i for i, p in enumerate(gazetteer.places)}
        self.paths = tuple(
            tuple(number[p.path[: depth + 1]] for depth in range(len(p.path))) for p in gazetteer.places
        )
        """For each place the indexes from its district down to itself."""
        stems = [split_name(p.name, p.level)[0] for p in gazetteer.places]
        self.echo = tuple(_echo(path, stems) for path in self.paths)
        """The place above whose name each place's name begins with (-1: none), how long it is (延庆镇: 延庆区, 2)."""
        size = Counter(p.level for p in gazetteer.places)
        self.prior: Mapping[Level, float] = {level: -math.log(n) for level, n in size.items()}


def _echo(path: Sequence[int], stems: Sequence[str]) -> tuple[int, int]:
    outer = [p for p in path[:-1] if stems[path[-1]].startswith(stems[p])]
    return (outer[-1], len(stems[outer[-1]])) if outer else (-1, 0)


_ByPlace: TypeAlias = Mapping[int, list[Mention]]
"""The mentions of each place in one utterance, best first."""


def decode(tree: PlaceTree, call: Sequence[Said]) -> list[Hypothesis]:
    """All places that `call` may be about, likeliest first; their probabilities leave room for none of them."""
    by_place = [_by_place(said) for said in call]
    districts = _districts(tree, call, by_place)
    mentioned = sorted({place for best in by_place for place in best})
    where: dict[int, list[int]] = {}
    for at, places in enumerate(by_place):
        for place in places:
            where.setdefault(place, []).append(at)
    operator = _OPERATOR if all(said.written for said in call) else _OPERATOR_HEARD
    weighed = []
    for place in mentioned:
        spoken = sorted({at for p in tree.paths[place] for at in where.get(p, ())})
        weighed.append(_weigh(tree, place, [(call[at], by_place[at]) for at in spoken], operator))
    found = [_less_elsewhere(tree, h, districts) for h in weighed if h.place in h.support]
    best = max((h.score for h in found), default=_NOWHERE)
    odds = [math.exp((h.score - best) / _TEMPERATURE) for h in found]
    total = sum(odds) + math.exp((_NOWHERE - best) / _TEMPERATURE)
    likely = [replace(h, probability=o / total) for h, o in zip(found, odds, strict=True)]
    return sorted(likely, key=lambda h: -h.probability)


def _less_elsewhere(tree: PlaceTree, h: Hypothesis, districts: Mapping[int, float]) -> Hypothesis:
    """`h` with what speaks for other districts taken off its score."""
    others = max((gain for d, gain in districts.items() if d != tree.paths[h.place][0]), default=0.0)
    return replace(h, score=h.score - _ELSEWHERE * others)


def _districts(tree: PlaceTree, call: Sequence[Said], by_place: Sequence[_ByPlace]) -> Mapping[int, float]:
    """The districts named, with the most that one mention gains."""
    gains: dict[int, float] = {}
    for said, best in zip(call, by_place, strict=True):
        for place, mentions in best.items():
            if tree.places[place].level is Level.DISTRICT:
                gain = max(_worth(said, m) for m in mentions) * (_DENIED if said.denied else 1.0) - _ANYWHERE
                gains[place] = max(gain, gains.get(place, 0.0))
    return gains


def _by_place(said: Said) -> _ByPlace:
    found: dict[int, list[Mention]] = {}
    for m in sorted(said.mentions, key=lambda m: -m.score * m.weight):
        for place in m.places:
            found.setdefault(place, []).append(m)
    return found


def _weigh(tree: PlaceTree, place: int, spoken: Sequence[tuple[Said, _ByPlace]], operator: float) -> Hypothesis:
    """What `spoken`, the utterances that name `place` or what it lies in, say for it.

    Args:
        tree: the places.
        place: one of them.
        spoken: with the mentions of each place.
        operator: how much more an operator counts.
    """
    path = tree.paths[place]
    gains: dict[tuple[Channel, int], list[float]] = {}
    support: dict[int, list[tuple[int, Mention]]] = {}
    for said, best in spoken:
        mentions = [(p, m) for p in path for m in best.get(p, ())]
        for p, m, gain in _gains(said, mentions):
            support.setdefault(p, []).append((said.number, m))
            repeated = _repeated(tree, p, m, best) * gain
            gains.setdefault((said.speaker, p), []).append(gain - repeated)
            if repeated:
                gains.setdefault((said.speaker, tree.echo[p][0]), []).append(repeated)
    score = tree.prior[tree.places[place].level]
    for (speaker, _), each in gains.items():
        worth = sum(w * g for w, g in zip(_REPEATS, sorted(each, reverse=True), strict=False))
        score += worth * (operator if speaker is Channel.OPERATOR else 1.0)
    return Hypothesis(place, score, {p: tuple(m) for p, m in support.items()})


def _repeated(tree: PlaceTree, place: int, m: Mention, best: _ByPlace) -> float:
    """The share of a mention that only says again the name of what the place lies in."""
    echoed, length = tree.echo[place]
    if echoed < 0:
        return 0.0
    for outer in best.get(echoed, ()):
        if _overlap(outer, m):
            return min(1.0, outer.score / m.score)
    return min(1.0, length / (m.end - m.start))


def _gains(said: Said, mentions: Sequence[tuple[int, Mention]]) -> Iterator[tuple[int, Mention, float]]:
    """The mentions of a path in one utterance that count, with their gains: no two share words."""
    used: list[Mention] = []
    worths = [(_worth(said, m), place, m) for place, m in mentions]
    for worth, place, m in sorted(worths, key=lambda item: -item[0]):
        if any(_overlap(m, u) for u in used):
            continue
        beside = any(_distance(m, u) <= _BESIDE_CHARACTERS for u in used)
        gain = worth - (_BESIDE if beside else _ASKED if said.asked else _ANYWHERE)
        if m.short and not any(0 <= m.start - other.core <= 2 for _, other in mentions):
            gain -= _SHORT
        if gain > 0:
            used.append(m)
            plenty = max(0.0, gain - _PLENTY) * (1 - _BEYOND_PLENTY)
            yield place, m, (gain - plenty) * (_DENIED if said.denied else 1.0)


def _worth(said: Said, m: Mention) -> float:
    if said.written:
        return 0.0 if m.misheard else (m.score - _MISSPELT * m.misspelt) * m.weight
    misheard = m.misheard if m.level is Level.COMMUNITY else 0
    return (m.score - _MISHEARD * misheard) * m.weight


def _overlap(a: Mention, b: Mention) -> bool:
    return a.start < b.core and b.start < a.core


def _distance(a: Mention, b: Mention) -> int:
    return max(a.start - b.core, b.start - a.core)
