"""District, street and community of the place that a call is about, and where they are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

import msgspec

from models.call import Utterance
from models.gazetteer import Level, Place
from models.workorder import FILL_AT, Candidate, Evidence, FieldName, Source
from voice.fields.finder import evidence
from voice.fields.places.cues import asks_elsewhere, denies, names_more
from voice.fields.places.decode import Hypothesis, PlaceTree, Said, Support, decode
from voice.fields.places.mentions import Mention, MentionReader, trusted
from voice.fields.places.naming import Name, as_read
from voice.names import NameIndex, split_name

_FIELDS = {
    Level.DISTRICT: FieldName.DISTRICT,
    Level.STREET: FieldName.STREET,
    Level.COMMUNITY: FieldName.COMMUNITY,
}
_ASKS = re.compile(
    r"哪(?![天年月位种些])(?:个|条|家|座|所|一)?[^，。？！]{0,4}(?:[区里儿村镇条路街口楼栋门店站校院园馆场]|街道|胡同|单元|方向|工地|商城|大厦|银行)(?!子)|地址|位置|门牌|什么(?:地方|位置|小区)|住(?:在)?哪|在哪|几(?:号楼|单元|层|号院)|(?<!往)哪一?(?:[段栋层户侧边面头排片口座]|家(?![\u4e00-\u9fff])|家(?=[的在住]))|(?:小区|公园|村|楼|路|学校|地方|市场|广场)[^，。？]{0,4}(?:叫|名)"
)
_ASKS_BACK = re.compile(r"(?:吗|吧|是不是|对不对)[？?。，]*$|[？?]$")
_THEREABOUTS = re.compile("[那这](?:边|一?带|块)")
_NAME_GOES_ON = re.compile("[\u4e00-\u9fff](?<![这那的在有是的])")
_SURE = 12.0
"""Nats"""
_MAX_CHARACTERS = 1000
"""Of an utterance; nobody names a place after more."""
_MOST_CONFIDENT = 0.99
_CAUTION = 1.3
"""Exponent: of two places nearly as likely as each other neither reaches the half from which a value is filled in."""
_WORTH_OFFERING = 0.02
_HINTED = 0.45
"""What is left of the confidence in a community of which only a namesake is told: 铁树斜街 for 铁树斜街社区.

In invented calls people wrote down 28 of 128 such.
"""
_ROAD_NAME = re.compile("(?:路|街|条|桥|胡同|巷)$")
_SHORTEST = 2
"""Characters of an estate's name by which it is known again."""


Names: TypeAlias = tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas that a call is about."""

    candidates: tuple[Candidate, ...]
    names: tuple[Names, ...]
    """Of each utterance: where these areas, and others beyond doubt, are named in it; none overlapping."""
    asked: tuple[bool, ...]
    """Of each utterance: whether it answers a question for the place."""
    estate: str
    """The community without its suffix (芳星园二区), which is mostly the name of an estate; empty: not known."""
    misheard: frozenset[str]
    """What recognition wrote for it."""


class AreaReader:
    """Reads the areas of calls; built once, shared by all calls."""

    def __init__(self, index: NameIndex) -> None:
        self._tree = PlaceTree(index.gazetteer)
        self.landmarks = index.gazetteer.landmarks
        self.mentions = lru_cache(maxsize=2048)(MentionReader(index).read)
        self.read = lru_cache(maxsize=64)(self._read)

    def _read(self, utterances: tuple[Utterance, ...]) -> Areas:
        """The areas that `utterances` are about."""
        said = self._listen(utterances)
        hypotheses = decode(self._tree, said)
        found = tuple(c for level in Level for c in self._candidates(level, hypotheses, utterances))
        believed = {c.value for c in found if c.confidence >= FILL_AT}
        best = hypotheses[0] if hypotheses else None
        named = [p for p in self._tree.paths[best.place] if self._tree.places[p].name in believed] if best else []
        names = self._names(said, best.support if best else {}, named, utterances)
        community = self._tree.places[named[-1]] if len(named) > Level.COMMUNITY else None
        estate = split_name(community.name, Level.COMMUNITY)[0] if community else ""
        if community is not None and best and not self._by_itself(named[-1], best.support, utterances):
            found = tuple(_hinted(c) if _follows(c, community) else c for c in found)
        misheard = frozenset(
            _misheard(best.support.get(named[-1], ()), estate, utterances) if best and estate else ()
        )
        return Areas(
            found, tuple(tuple(names[s.number]) for s in said), tuple(s.asked for s in said), estate, misheard
        )

    def _listen(self, utterances: Sequence[Utterance]) -> list[Said]:
        said: list[Said] = []
        asked = elsewhere = False
        for number, u in enumerate(utterances):
            mentions = () if elsewhere else tuple(trusted(self.mentions(u.raw[:_MAX_CHARACTERS]), u))
            if number and denies(u.raw):
                before = utterances[number - 1]
                answered = before.channel is not u.channel and _ASKS_BACK.search(before.raw)
                said[-1] = replace(said[-1], denied=bool(answered or any(m.score >= _SURE for m in mentions)))
            said.append(Said(number, u.channel, mentions, asked=asked, written=u.written))
            elsewhere = asks_elsewhere(u.raw)
            asked = _ASKS.search(u.raw) is not None
        return said

    def _by_itself(self, place: int, support: Support, utterances: Sequence[Utterance]) -> bool:
        """Whether the community is named, in full, and not only the road, the park or the stop of that name."""
        stem = split_name(self._tree.places[place].name, Level.COMMUNITY)[0]
        return not support.get(place) or any(
            m.end > m.core
            or (
                m.core - m.start >= len(stem)
                and not _ROAD_NAME.search(stem)
                and not names_more(utterances[number].raw, m.core)
            )
            for number, m in support[place]
        )

    def _names(
        self, call: Sequence[Said], support: Support, places: Sequence[int], utterances: Sequence[Utterance]
    ) -> dict[int, list[Name]]:
        """The names of `places` in each utterance, as they are to be read."""
        names: dict[int, list[Name]] = {}
        for place in places:
            for number, m in support.get(place, ()):
                u = utterances[number]
                again = any(n == number and o.start < m.start and o.end > o.core for n, o in support[place])
                if again and m.end == m.core and _NAME_GOES_ON.match(u.raw, m.end):
                    continue  # 清河街道，清河万象汇
                shown = as_read(self._tree.places[place], u.raw, m.start, m.core, m.end, written=call[number].written)
                names.setdefault(number, []).append(shown)
        for said, u in zip(call, utterances, strict=True):
            known = names.setdefault(said.number, [])
            for m in said.mentions if u.written else ():
                if _is_area(m, u.raw) and not any(m.start < r.end and r.start < m.end for r in known):
                    known.append(as_read(self._tree.places[m.places[0]], u.raw, m.start, m.core, m.end, written=True))
        return names

    def _candidates(
        self, level: Level, hypotheses: Sequence[Hypothesis], utterances: Sequence[Utterance]
    ) -> Iterator[Candidate]:
        """The values of one field, each with the probability of all hypotheses that agree on it."""
        share: dict[str, float] = {}
        best: dict[str, Hypothesis] = {}
        for h in hypotheses:
            path = self._tree.paths[h.place]
            if len(path) > level:
                value = self._tree.places[path[level]].name
                share[value] = share.get(value, 0.0) + h.probability
                best.setdefault(value, h)
        for value, probability in sorted(share.items(), key=lambda item: -item[1])[:4]:
            if probability < _WORTH_OFFERING:
                break
            h = best[value]
            place = self._tree.paths[h.place][level]
            yield Candidate(
                field=_FIELDS[level],
                value=value,
                confidence=round(_MOST_CONFIDENT * probability**_CAUTION, 3),
                evidence=tuple(_evidence(h, place, utterances)),
                source=Source.HEARD if place in h.support else Source.INFERRED,
            )


def _hinted(candidate: Candidate) -> Candidate:
    return msgspec.structs.replace(candidate, confidence=round(candidate.confidence * _HINTED, 3))


def _follows(candidate: Candidate, community: Place) -> bool:
    """Whether `candidate` is the `community`, or the street that nothing but its name speaks for."""
    inferred = candidate.field is FieldName.STREET and candidate.source is Source.INFERRED
    return candidate.value == community.name or (inferred and candidate.value in community.path)


def _misheard(named: Iterable[tuple[int, Mention]], estate: str, utterances: Sequence[Utterance]) -> Iterator[str]:
    """What was recognised where the estate is `named`, if not its name: 驾驶社区 for 菊儿社区."""
    for number, m in named:
        heard = utterances[number].raw[m.start : m.core]
        if len(heard) == len(estate) >= _SHORTEST and heard != estate and not utterances[number].written:
            yield heard


def _is_area(m: Mention, raw: str) -> bool:
    """Whether the mention surely is of an area, on the decoded path or not: no part of the rest of the address."""
    if m.level is Level.COMMUNITY or m.score < _SURE or m.misspelt:
        return False
    return m.level is Level.DISTRICT or m.end > m.core or _THEREABOUTS.match(raw, m.end) is not None


def _evidence(h: Hypothesis, place: int, utterances: Sequence[Utterance]) -> Iterator[Evidence]:
    """The words that name the place, or, of one that follows from another, the words that name that."""
    named = h.support.get(place) or tuple(m for mentions in h.support.values() for m in mentions)
    for number, m in sorted(named, key=lambda item: (item[0], item[1].start)):
        yield evidence(utterances[number], m.start, m.end)
