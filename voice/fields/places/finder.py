"""Finds district, street and community of the place that a call is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from models.call import CallInfo, Utterance
from models.gazetteer import Level, Place
from models.phonetic import cost, syllables
from models.workorder import FILL_AT, Candidate, Evidence, FieldName, Source
from voice.fields.finder import evidence
from voice.fields.places.decode import Hypothesis, PlaceTree, Said, decode
from voice.fields.places.detail import Heard, find_detail
from voice.fields.places.mentions import Mention, MentionReader
from voice.fields.places.view import BREAK, CLOSE, OPEN, Replacement, view
from voice.names import NameIndex, split_name

_FIELDS = {
    Level.DISTRICT: FieldName.DISTRICT,
    Level.STREET: FieldName.STREET,
    Level.COMMUNITY: FieldName.COMMUNITY,
}
_ASKS = re.compile(r"哪个?(?:区|小区|社区|街道|里|儿|胡同|村|条)|地址|位置|什么(?:地方|位置|小区)|住(?:在)?哪|在哪")
_DENIES = re.compile(r"[哎啊诶唉嗯，。 ]*(?:不是|不对|错了|说错了|您?[记听写]错了)")
_SURE = 12.0
"""Nats"""
_MAX_CHARACTERS = 1000
"""Of an utterance; nobody names a place after more."""
_PART_OF_NAME = re.compile(
    "[一二三四五六七八九十东西南北中](?:[区里]|大?街|路|口)|(?:大街|[街路桥]|胡同|公园|地铁|站|家园|花园|小学|中学|医院|路口)"
)
"""What makes a district's or a street's name part of another name: 劲松四区, 朝阳公园."""
_ALIKE = 0.8
_WORTH_OFFERING = 0.02


class PlaceFinder:
    """A `Finder`; built once, shared by all calls."""

    def __init__(self, index: NameIndex) -> None:
        self._tree = PlaceTree(index.gazetteer)
        self._read = lru_cache(maxsize=2048)(MentionReader(index).read)

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        said = self._listen(utterances)
        hypotheses = decode(self._tree, said)
        found = [c for level in Level for c in self._candidates(level, hypotheses, utterances)]
        best = hypotheses[0] if hypotheses and hypotheses[0].probability >= FILL_AT else None
        place = self._tree.places[best.place] if best else None
        community = split_name(place.name, place.level)[0] if place and place.level is Level.COMMUNITY else ""
        detail = find_detail(self._views(said, best, utterances), community)
        return [*found, detail] if detail else found

    def _listen(self, utterances: Sequence[Utterance]) -> list[Said]:
        said: list[Said] = []
        asked = False
        for number, u in enumerate(utterances):
            mentions = self._read(u.raw[:_MAX_CHARACTERS])
            if said and _DENIES.match(u.raw) and any(m.score >= _SURE for m in mentions):
                said[-1] = replace(said[-1], denied=True)
            said.append(Said(number, u.channel, asked, mentions))
            asked = _ASKS.search(u.raw) is not None
        return said

    def _views(self, call: Sequence[Said], best: Hypothesis | None, utterances: Sequence[Utterance]) -> list[Heard]:
        """The utterances with the names of the place repaired."""
        named: dict[int, list[Replacement]] = {}
        for place, mentions in (best.support if best else {}).items():
            for number, m in mentions:
                named.setdefault(number, []).append(_as_read(self._tree.places[place], utterances[number].raw, m))
        return [
            Heard(u, view(u.raw[:_MAX_CHARACTERS], named.get(said.number, ())), said.asked)
            for said, u in zip(call, utterances, strict=True)
        ]

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
                confidence=min(round(probability, 3), 0.999),
                evidence=tuple(_evidence(h, place, utterances)),
                source=Source.HEARD if place in h.support else Source.INFERRED,
            )


def _evidence(h: Hypothesis, place: int, utterances: Sequence[Utterance]) -> Iterator[Evidence]:
    """The words that name the place, or, of one that follows from another, the words that name that."""
    named = h.support.get(place) or tuple(m for mentions in h.support.values() for m in mentions)
    for number, m in sorted(named, key=lambda item: (item[0], item[1].start)):
        yield evidence(utterances[number], m.start, m.end)


def _as_read(place: Place, raw: str, m: Mention) -> Replacement:
    """How a name is shown to the grammar of addresses: only the name of an estate or a village is part of them."""
    stem, _ = split_name(place.name, place.level)
    units = syllables(raw[m.start :])
    bare = m.start + units.at[len(stem)] if len(units) > len(stem) else len(raw)
    if place.level is not Level.COMMUNITY:
        part_of_name = m.end <= bare and _PART_OF_NAME.match(raw[m.end :])
        return Replacement(m.start, m.end, stem if part_of_name else BREAK)
    ending = units.first[len(stem) : len(stem) + 2]
    if _sounds_like(ending, "小区"):
        return Replacement(m.start, m.start + units.span(0, len(stem) + 2)[1], f"{OPEN}{stem}小区{CLOSE}")
    if m.end > bare and (_sounds_like(ending, "社区") or _sounds_like(ending[:1], place.name[len(stem) :])):
        return Replacement(m.start, m.end, BREAK)
    return Replacement(m.start, min(m.end, bare), OPEN + stem + CLOSE)


def _sounds_like(said: Sequence[str], word: str) -> bool:
    name = syllables(word).first
    return len(said) == len(name) and sum(map(cost, said, name)) <= _ALIKE
