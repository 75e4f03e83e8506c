"""The rest of the address: what all utterances of a call say beyond district, street and community."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from models.call import Channel, Utterance
from models.phonetic import cost, syllables
from models.workorder import Candidate, Evidence, FieldName
from voice.fields.finder import evidence
from voice.fields.places.parts import GENERIC_PLACE, Part, Slot, is_generic, read_parts
from voice.fields.places.phrases import place_phrases
from voice.fields.places.view import BREAK, DIGIT, OPEN, View

_FILLER = re.compile(
    f"(?:[，。、,.！!？? {BREAK}]|由|嗯|啊|呃|哎|哦|那个|这个|就是|应该是|好像是|是|在|的|我们|我|那边|这边|那儿|这儿"
    "|里面|里|就|小区|咱们|想想|家)*"
)
"""What may stand between the parts of one address."""
_AFTER_NAME = re.compile(rf"\{BREAK}.{{0,3}}$")
_ANCHORS = frozenset({Slot.HEAD, Slot.NUMBER, Slot.YARD, Slot.BUILDING, Slot.ENTRANCE})
"""Parts that only addresses have; 三楼 or 八零二 alone can be anything."""
_FINDABLE = re.compile(".{2,}(?:地铁站|交叉口|交口)")
"""Spots that need no estate or street around them."""
_OPERATOR = 1.3
"""An operator reads back what the order says."""
_REPEATED = 0.3
_LATER = 0.01
_TELLS = 0.03
"""For each character of a spot."""
_ENOUGH = 0.5
"""Votes from which a part is believed."""
_ASKS_NUMBER = re.compile("电话|号码|手机|联系方式|尾号|车牌|工号|编号")
_NUMERALS = frozenset("一二三四五六七八九十")
_PHONE = re.compile(f"[{DIGIT}]{{7,}}|[{DIGIT}]{{3,}}[，、 ][{DIGIT}]{{3,}}")
_CHECKS = re.compile("对[吗吧马嘛把]|是[吗吧]|[吗？]")
"""An operator who reads back asks whether that is right."""
_ROOM_WITHIN = 2
"""Utterances after the building in which a bare number can still be the room."""
_SOUNDS_LIKE = 0.45
"""Mean cost of a syllable up to which an unknown name is taken for the known one."""
_NAMED_SPOT = 3
"""Characters of a spot that can be found without the name of an estate."""
_DEPENDENT = frozenset({Slot.HEAD, Slot.AREA, Slot.ENTRANCE, Slot.STOREY, Slot.ROOM})
"""Parts that do not say where without others."""
_NUMBERED = frozenset({Slot.BUILDING, Slot.ENTRANCE, Slot.STOREY})
_ROADS = ("路", "街", "胡同", "巷")
_PUBLIC = ("广场", "公园", "大厦", "大院", "商场", "商城", "市场", "中心", "百货", "酒店", "宾馆", "饭店", "写字楼")
_ESTATE = "小区"
"""「小区北门」 is nowhere without the estate's name."""
_ESTATES = ("园", "苑", "里", "区", "城", "湾", "居", "庭", "公寓", "新村")
_OUTSIDE = re.compile("(?:楼|楼门|单元)?(?:[上下]|门口|[东西南北前后里外]?[边头侧面])")
"""Spots that are given up when the room is known."""
_STATION = "地铁站"
_SURE, _AGREED, _DOUBTED = 0.75, 0.9, 0.6


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance of a call, ready to be read."""

    utterance: Utterance
    view: View
    asked: bool
    """It answers a question for the place."""


@dataclass(frozen=True, slots=True)
class _Vote:
    part: Part
    heard: Heard
    weight: float


_Votes: TypeAlias = dict[Slot, dict[str, list[_Vote]]]


def find_detail(call: Sequence[Heard], community: str, landmarks: Sequence[str]) -> Candidate | None:
    """The rest of the address that `call` speaks for.

    Args:
        call: all utterances.
        community: short name of the community that the matter is in, or nothing.
        landmarks: names of stations.
    """
    votes: _Votes = {}
    chunks: list[list[tuple[Slot, str]]] = []
    for chunk in _told(call):
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
    written = {slot: value for slot, (value, _) in chosen.items()}
    order = _order(written, chunks)
    estate = community if order and _lacks_estate(written.keys(), written[order[0]], community) else ""
    if not _says_where(written):
        return None
    return Candidate(
        field=FieldName.ADDRESS_DETAIL,
        value=_joined([estate, *(written[slot] for slot in order)]),
        confidence=_confidence(votes, chosen),
        evidence=tuple(_spans([v for slot in order for v in chosen[slot][1]])),
    )


def _told(call: Sequence[Heard]) -> Iterator[list[_Vote]]:
    """The addresses that are told, each as the votes of its parts.

    What is told where no address was due counts only where none was told that was.
    """
    due: list[list[_Vote]] = []
    aside: list[list[_Vote]] = []
    building_at = due_at = -_ROOM_WITHIN - 1
    for number, heard in enumerate(call):
        at = _due_from(call, number)
        if at is not None:
            due_at = number if _awaits_more(heard.view.text) else number - 1
        for chunk in _address_chunks(call, number, at, number - building_at <= _ROOM_WITHIN):
            credit = _OPERATOR if heard.utterance.channel is Channel.OPERATOR else 1.0
            told = [_Vote(p, heard, (p.weight + _tells(p)) * credit + _LATER * number) for p in chunk]
            (due if at is not None or number - due_at == 1 else aside).append(told)
            if any(p.slot in {Slot.BUILDING, Slot.ENTRANCE} for p in chunk):
                building_at = number
    yield from due
    if _DEPENDENT.issuperset(v.part.slot for told in due for v in told):
        yield from aside


def _awaits_more(text: str) -> bool:
    """Whether the next words are about the same place: nothing else is asked after it."""
    return re.search(rf"[。？?！!][^{BREAK}]*[？?]$", text) is None


def _tells(part: Part) -> float:
    """How much more a longer description of a spot says."""
    return _TELLS * len(part.value) if part.slot is Slot.SPOT else 0.0


def _due_from(call: Sequence[Heard], number: int) -> int | None:
    """The character from which utterance `number` is expected to tell an address; None: it is not."""
    heard = call[number]
    if heard.asked:
        return 0
    text = heard.view.text
    if heard.utterance.channel is not Channel.OPERATOR:
        return None
    answered = number > 0 and call[number - 1].asked
    named = [at for at in (text.find(BREAK), text.find(OPEN)) if at >= 0]
    if named and (answered or len(named) > 1 or text.count(BREAK) > 1 or _CHECKS.search(text) or _goes_on(text)):
        return min(named)
    return 0 if answered else None


def _goes_on(text: str) -> bool:
    """Whether the names in `text` are followed at once by what else describes the place."""
    after = text.rfind(BREAK) + 1
    return any(start - after <= 1 for start, _ in place_phrases(text, after))


def _order(written: Mapping[Slot, str], chunks: Sequence[Sequence[tuple[Slot, str]]]) -> list[Slot]:
    """The slots as they follow each other in the fullest of `chunks`; others where they usually stand."""
    base = max(chunks, key=lambda c: sum(written.get(slot) == value for slot, value in c), default=[])
    order = list(dict.fromkeys(slot for slot, value in base if written.get(slot) == value))
    for slot in sorted(written.keys() - set(order)):
        order.insert(next((i for i, other in enumerate(order) if other > slot), len(order)), slot)
    return order


def _lacks_estate(slots: Collection[Slot], value: str, community: str) -> bool:
    """Whether `value` makes sense only with the name of an estate, which the community then has."""
    if value.startswith(_ESTATE):
        return True
    numbered = not {Slot.BUILDING, Slot.ENTRANCE}.isdisjoint(slots)
    named = not {Slot.HEAD, Slot.AREA, Slot.NUMBER, Slot.YARD, Slot.NAME}.isdisjoint(slots)
    return numbered and not named and community.endswith(_ESTATES)


def _says_where(values: Mapping[Slot, str]) -> bool:
    """Whether there is more than the name of an estate, or some gate or park without a name."""
    if values.keys() <= {Slot.HEAD, Slot.AREA}:
        return values.get(Slot.HEAD, "").endswith(_ROADS + _PUBLIC)
    return values.keys() != {Slot.SPOT} or len(values[Slot.SPOT]) >= _NAMED_SPOT


def _address_chunks(call: Sequence[Heard], number: int, due: int | None, room_due: bool) -> Iterator[list[Part]]:
    """The addresses in one utterance.

    Args:
        call: all utterances.
        number: which of them.
        due: where an address is due from, if it is.
        room_due: a building was named just before.
    """
    text = call[number].view.text
    numbers_asked = number > 0 and _ASKS_NUMBER.search(call[number - 1].view.text)
    bare_rooms = not (numbers_asked or _ASKS_NUMBER.search(text) or _PHONE.search(text))
    read_back = call[number].utterance.channel is Channel.OPERATOR
    described = [] if due is None else list(place_phrases(text, due))
    anchored = False
    for chunk in _chunks(text, read_parts(text, due)):
        slots = {p.slot for p in chunk}
        if len(chunk) == 1 and is_generic(chunk[0].value) and GENERIC_PLACE.match(chunk[0].value) is None:
            continue  # a kind of building: 写字楼
        told = any(a <= chunk[0].start < b for a, b in described) or (due is not None and not read_back)
        findable = any(p.slot is Slot.SPOT and _FINDABLE.match(p.value) for p in chunk)
        if (
            findable
            or slots & _ANCHORS
            or (Slot.SPOT in slots and (told or _AFTER_NAME.search(text[: chunk[0].start])))
        ):
            anchored = True
            yield list(_merged_spots(_placed(chunk)))
        elif slots == {Slot.ROOM} and bare_rooms and (anchored or room_due):
            yield chunk


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


def _chunks(text: str, parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Runs of parts with nothing but fillers between them."""
    chunk: list[Part] = []
    for part in parts:
        if chunk and not _FILLER.fullmatch(text[chunk[-1].end : part.start]):
            yield chunk
            chunk = []
        chunk.append(part)
    if chunk:
        yield chunk


def _placed(chunk: Sequence[Part]) -> list[Part]:
    """`chunk` with each name where it stands.

    A name right after another is a part of that, a further one is a building's, and one after a spot is a spot; a
    spot right before a number is the name of the building.
    """
    placed: list[Part] = []
    for part, after in zip(chunk, [*chunk[1:], None], strict=True):
        slots = {p.slot for p in placed}
        heads = [p.value for p in placed if p.slot is Slot.HEAD]
        slot = part.slot
        if is_generic(part.value) and after is not None and after.slot is Slot.HEAD:
            continue  # 写字楼, 金源商务楼
        if slot is Slot.HEAD and is_generic(part.value):
            slot = Slot.SPOT
        if slot is Slot.HEAD and slots and not any(part.value.startswith(h) for h in heads):
            adjacent = placed[-1].slot is Slot.HEAD and placed[-1].end == part.start
            slot = Slot.SPOT if Slot.SPOT in slots else Slot.AREA if adjacent else Slot.NAME if heads else slot
            slot = Slot.NAME if slot is Slot.HEAD and not slots.isdisjoint({Slot.NUMBER, Slot.YARD}) else slot
        elif slot is Slot.SPOT and _names_building(part, after):
            slot = Slot.NAME if slots else Slot.HEAD
        placed.append(replace(part, slot=slot))
    return placed


def _names_building(part: Part, after: Part | None) -> bool:
    numbered = after is not None and after.slot in _NUMBERED and after.start == part.end
    return numbered and not GENERIC_PLACE.match(part.value)


def _merged_spots(chunk: Sequence[Part]) -> Iterator[Part]:
    """`chunk` with all its spots as one, where the first stands: 菜市场南门, 公交站牌."""
    at = [i for i, p in enumerate(chunk) if p.slot is Slot.SPOT and p.weight >= _ENOUGH]
    inner = {i for i, p in enumerate(chunk) if at and at[0] < i < at[-1] and p.slot is Slot.AREA}
    for i, part in enumerate(chunk):
        if part.slot is not Slot.SPOT and i not in inner:
            yield part
        elif at and i == at[0]:
            spots = [p for n, p in enumerate(chunk) if n in inner or n in at]
            value = "".join(dict.fromkeys(p.value for p in spots))
            yield Part(Slot.SPOT, value, spots[0].start, spots[-1].end, min(p.weight for p in spots))


def _best(values: Mapping[str, Sequence[_Vote]]) -> tuple[str, Sequence[_Vote]] | None:
    value, votes = max(values.items(), key=lambda item: _total(item[1]))
    return (value, votes) if _total(votes) >= _ENOUGH else None


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
