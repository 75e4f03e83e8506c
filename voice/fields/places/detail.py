"""The rest of the address: what all utterances of a call say beyond district, street and community."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from models.call import Channel
from models.phonetic import cost, syllables
from models.workorder import Candidate, Evidence, FieldName
from voice.fields.finder import evidence
from voice.fields.places.parts import GENERIC_PLACE, Part, Slot
from voice.fields.places.telling import ENOUGH, Heard, told_addresses

_OPERATOR = 1.3
"""An operator reads back what the order says."""
_REPEATED = 0.3
_LATER = 0.01
_TELLS = 0.03
"""For each character of a spot."""
_NUMERALS = frozenset("一二三四五六七八九十")
_SOUNDS_LIKE = 0.45
"""Mean cost of a syllable up to which an unknown name is taken for the known one."""
_NAMED_SPOT = 3
"""Characters of a spot that can be found without the name of an estate."""
_DEPENDENT = frozenset({Slot.HEAD, Slot.AREA, Slot.ENTRANCE, Slot.STOREY, Slot.ROOM})
"""Parts that do not say where without others."""
_WORDS = frozenset({Slot.HEAD, Slot.AREA, Slot.NAME, Slot.SPOT})
"""Parts told in words, which everybody chooses for himself."""
_HOUSE = frozenset({Slot.NUMBER, Slot.YARD, Slot.BUILDING})
_REPEATS = 0.5
"""Share of the characters of a part that the operator's words hold when they mean the same."""
_WITHOUT_HOUSE = frozenset({Slot.HEAD, Slot.NAME, Slot.SPOT, Slot.STOREY, Slot.ROOM})
_OWN_NAME = 5
"""Characters of a spot that has a name of its own."""
_ROADS = ("路", "街", "胡同", "巷")
_PUBLIC = ("广场", "公园", "大厦", "大院", "商场", "商城", "市场", "中心", "百货", "酒店", "宾馆", "饭店", "写字楼")
_ESTATE = "小区"
"""「小区北门」 is nowhere without the estate's name."""
_ESTATES = ("园", "苑", "里", "区", "城", "湾", "居", "庭", "公寓", "新村")
_OWN_PLACE = re.compile(
    "(?![东西南北]|小区|社区|门口|路边|对面|儿童|居民|村)[\u4e00-\u9fff]{2,5}"
    "(?:市场|公园|大厦|广场|中心|商场|超市|医院|学校|小学|中学|幼儿园|桥|路|街|胡同|站|园区|景区|酒店|银行|饭店)"
)
_GATE = re.compile("(?:[东西南北正侧后前大小]{1,2}门|门口|[东西南北][侧边])(?!街|大街|路|小学|中学)")
"""Gates and sides that every estate has."""
_OUTSIDE = re.compile("(?:楼|楼门|单元)?(?:[上下]|门口|[东西南北前后里外]?[边头侧面])")
"""Spots that are given up when the room is known."""
_STATION = "地铁站"
_SURE, _AGREED, _DOUBTED = 0.75, 0.9, 0.6


@dataclass(frozen=True, slots=True)
class _Vote:
    part: Part
    heard: Heard
    number: int
    """Of the utterance."""
    weight: float


_Votes: TypeAlias = dict[Slot, dict[str, list[_Vote]]]


def find_detail(
    call: Sequence[Heard], community: str, landmarks: Sequence[str], *, anywhere: bool = True
) -> Candidate | None:
    """The rest of the address that `call` speaks for.

    Args:
        call: all utterances.
        community: short name of the community that the matter is in, or nothing.
        landmarks: names of stations.
        anywhere: whether a storey will do without what it is a storey of.
    """
    votes: _Votes = {}
    chunks: list[list[tuple[Slot, str]]] = []
    for chunk in _undisputed(list(_votes_of(call))):
        chunks.append([])
        for vote in chunk:
            value = _corrected(vote.part, community, landmarks)
            votes.setdefault(vote.part.slot, {}).setdefault(value, []).append(vote)
            chunks[-1].append((vote.part.slot, value))
    chosen = {slot: best for slot, values in votes.items() if (best := _best(values)) is not None}
    if Slot.ROOM in chosen:
        chosen.pop(Slot.STOREY, None)
        if Slot.SPOT in chosen and _OUTSIDE.fullmatch(chosen[Slot.SPOT][0]):
            chosen.pop(Slot.SPOT)
    if Slot.SPOT in chosen:
        chosen[Slot.SPOT] = _refined(*chosen[Slot.SPOT], votes[Slot.SPOT])
    if _names_itself(chosen, community):
        chosen.pop(Slot.HEAD)
    written = {slot: value for slot, (value, _) in chosen.items()}
    order = _order(written, chunks)
    estate = community if order and _lacks_estate(written.keys(), written[order[0]], community) else ""
    if not _says_where(written) or not (anywhere or _stands_alone(written, community)):
        return None
    return Candidate(
        field=FieldName.ADDRESS_DETAIL,
        value=_joined([estate, *(written[slot] for slot in order)]),
        confidence=_confidence(votes, chosen),
        evidence=tuple(_spans([v for slot in order for v in chosen[slot][1]])),
    )


def _votes_of(call: Sequence[Heard]) -> Iterator[list[_Vote]]:
    """What is told, each address as the votes of its parts.

    What is told where no address was due counts only where none was told that was.
    """
    told = told_addresses(call)
    enough = any(p.slot not in _DEPENDENT for t in told if t.due for p in t.parts)
    for t in sorted(told, key=lambda t: not t.due):
        if t.due or not enough:
            heard = call[t.number]
            credit = _OPERATOR if heard.utterance.channel is Channel.OPERATOR else 1.0
            yield [_Vote(p, heard, t.number, (p.weight + _tells(p)) * credit + _LATER * t.number) for p in t.parts]


def _undisputed(tellings: Sequence[list[_Vote]]) -> Iterator[list[_Vote]]:
    """`tellings` without what the operator, reading back, has put into words of his own.

    Numbers are compared one by one, but names and descriptions of one place differ from telling to telling: those of
    the order are the operator's, and others only add what his do not cover. Recognised words add nothing to a house
    that he read back: they are mostly the name of the community once more, misheard.
    """
    read_back = max(
        (t for t in tellings if t and t[0].heard.utterance.channel is Channel.OPERATOR),
        key=lambda t: sum(len(v.part.value) for v in t if v.part.slot in _WORDS | _HOUSE),
        default=[],
    )
    covered = _covered(read_back)
    words = "".join(v.part.value for v in read_back)
    at = max((v.number for v in read_back), default=0)
    for telling in tellings:
        if telling is read_back:
            yield telling
            continue
        kept = [
            v
            for v in telling
            if (v.part.slot not in covered or (v.number > at and v.heard.asked)) and not _repeats(v.part, words)
        ]
        if kept:
            yield kept


def _covered(read_back: Sequence[_Vote]) -> frozenset[Slot]:
    """The parts in words for which an operator's reading back stands, whatever else was told before it."""
    said = {v.part.slot for v in read_back}
    if any(v.part.slot in _HOUSE and not v.heard.utterance.written for v in read_back):
        return _WORDS
    covered = said & _WORDS
    if said & _HOUSE or Slot.SPOT in said or (Slot.HEAD in said and len(said) > 1):
        covered |= {Slot.SPOT, Slot.NAME}
    if any(_is_own(v.part) for v in read_back) and not said & _HOUSE:
        covered |= {Slot.HEAD, Slot.AREA}
    return frozenset(covered)


def _is_own(part: Part) -> bool:
    """Whether a spot is found by its own name."""
    return part.slot is Slot.SPOT and _OWN_PLACE.match(part.value) is not None and not GENERIC_PLACE.match(part.value)


def _refined(
    value: str, spoken: Sequence[_Vote], spots: Mapping[str, Sequence[_Vote]]
) -> tuple[str, Sequence[_Vote]]:
    """The spot `value`, which `spoken` tell, with what was told when the operator then asked for more of it."""
    last = max(v.number for v in spoken)
    for more, votes in spots.items():
        later = [v for v in votes if v.number > last and v.heard.asked and v.weight >= ENOUGH]
        if later and not _repeats(later[0].part, value) and more not in value:
            return value + more, [*spoken, *later]
    return value, spoken


def _repeats(part: Part, words: str) -> bool:
    """Whether `words` hold most of what `part` says."""
    said = set(part.value)
    return part.slot in _WORDS and part.value not in words and len(said & set(words)) >= _REPEATS * len(said)


def _tells(part: Part) -> float:
    """How much more a longer description of a spot says."""
    return _TELLS * len(part.value) if part.slot is Slot.SPOT else 0.0


def _order(written: Mapping[Slot, str], chunks: Sequence[Sequence[tuple[Slot, str]]]) -> list[Slot]:
    """The slots as they follow each other in the fullest of `chunks`; others where they usually stand."""
    base = max(
        reversed(chunks), key=lambda c: len({slot for slot, value in c if written.get(slot) == value}), default=[]
    )
    order = list(dict.fromkeys(slot for slot, value in reversed(base) if written.get(slot) == value))[::-1]
    for slot in sorted(written.keys() - set(order)):
        order.insert(next((i for i in range(len(order), 0, -1) if order[i - 1] < slot), 0), slot)
    return order


def _lacks_estate(slots: Collection[Slot], value: str, community: str) -> bool:
    """Whether `value` makes sense only with the name of an estate, which the community then has."""
    if value.startswith(_ESTATE):
        return True
    numbered = not {Slot.BUILDING, Slot.ENTRANCE}.isdisjoint(slots) or _GATE.match(value) is not None
    named = not {Slot.HEAD, Slot.AREA, Slot.NUMBER, Slot.YARD, Slot.NAME}.isdisjoint(slots)
    return numbered and not named and community.endswith(_ESTATES)


def _names_itself(chosen: Mapping[Slot, tuple[str, Sequence[_Vote]]], community: str) -> bool:
    """Whether the address has a name of its own (康乐养老驿站1楼), and its road is only the community's."""
    if not (Slot.HEAD in chosen and chosen.keys() <= _WITHOUT_HOUSE):
        return False
    if chosen[Slot.HEAD][0] != community or not community.endswith(_ROADS):
        return False
    named = chosen.get(Slot.NAME) or chosen.get(Slot.SPOT)
    return named is not None and len(named[0]) >= _OWN_NAME and GENERIC_PLACE.match(named[0]) is None


def _says_where(values: Mapping[Slot, str]) -> bool:
    """Whether there is more than the name of an estate, or some gate or park without a name."""
    if values.keys() <= {Slot.HEAD, Slot.AREA}:
        return values.get(Slot.HEAD, "").endswith(_ROADS + _PUBLIC)
    return values.keys() != {Slot.SPOT} or len(values[Slot.SPOT]) >= _NAMED_SPOT


def _stands_alone(values: Mapping[Slot, str], community: str) -> bool:
    """Whether `values` say where without the name of the unit that is there."""
    known = {slot for slot, value in values.items() if slot is not Slot.HEAD or value != community}
    return not known <= {Slot.STOREY, Slot.ROOM, Slot.AREA}


def _corrected(part: Part, community: str, landmarks: Sequence[str]) -> str:
    """The part's value, with a known name in its right characters."""
    if part.slot is Slot.HEAD and community:
        return _spelled(part.value, len(community), [community])
    at = part.value.find(_STATION)
    if part.slot is Slot.SPOT and at > 0:
        return _spelled(part.value, at, landmarks)
    return part.value


def _spelled(text: str, length: int, names: Sequence[str]) -> str:
    """`text` with its first `length` characters replaced by the name that sounds most like them, if any does."""
    head = text[:length]
    said = syllables(head).first
    prices = {
        name: sum(each) / length
        for name in names
        if len(name) == length == len(said)
        and not (set(head) & _NUMERALS - set(name))
        and max(each := [cost(a, b) for a, b in zip(said, syllables(name).first, strict=False)], default=1.0) < 1
    }
    best = min(prices, key=lambda name: prices[name], default=None)
    return best + text[length:] if best is not None and prices[best] <= _SOUNDS_LIKE else text


def _best(values: Mapping[str, Sequence[_Vote]]) -> tuple[str, Sequence[_Vote]] | None:
    value, votes = max(values.items(), key=lambda item: _total(item[1]))
    return (value, votes) if _total(votes) >= ENOUGH else None


def _total(votes: Sequence[_Vote]) -> float:
    """Speakers add up; who repeats himself counts for a little more."""
    by_speaker: dict[Channel, list[float]] = {}
    for v in votes:
        by_speaker.setdefault(v.heard.utterance.channel, []).append(v.weight)
    return sum(max(each) + _REPEATED * (sum(each) - max(each)) for each in by_speaker.values())


def _joined(values: Sequence[str]) -> str:
    text = ""
    for value in dict.fromkeys(values):
        if any(value in other and value != other for other in values):
            continue  # somebody said the whole in one breath
        overlap = next((n for n in range(min(len(text), len(value)), 1, -1) if text.endswith(value[:n])), 0)
        text += value[overlap:]
    return text


def _confidence(
    votes: Mapping[Slot, Mapping[str, Sequence[_Vote]]], chosen: Mapping[Slot, tuple[str, Sequence[_Vote]]]
) -> float:
    """Higher when both speakers say the same number, lower when another number has nearly as many votes."""
    rivals = [
        _total(each) / _total(best)
        for slot, (value, best) in chosen.items()
        for other, each in votes[slot].items()
        if other != value
    ]
    if max(rivals, default=0.0) > 0.6:
        return _DOUBTED
    speakers = {v.heard.utterance.channel for slot, (_, each) in chosen.items() if slot > Slot.AREA for v in each}
    return _AGREED if len(speakers) > 1 else _SURE


def _spans(votes: Sequence[_Vote]) -> Iterator[Evidence]:
    """Evidence: for each utterance the stretch from its first part to its last."""
    stretch: dict[str, tuple[Heard, int, int]] = {}
    for v in votes:
        start, end = v.heard.view.span(v.part.start, v.part.end)
        _, a, b = stretch.get(v.heard.utterance.id, (v.heard, start, end))
        stretch[v.heard.utterance.id] = (v.heard, min(a, start), max(b, end))
    for heard, a, b in stretch.values():
        yield evidence(heard.utterance, a, b)
