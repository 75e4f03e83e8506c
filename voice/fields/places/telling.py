"""The addresses that the utterances of a call tell, each as the run of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.call import Channel, Utterance
from voice.fields.places.parts import GENERIC_PLACE, Part, Slot, is_generic, read_parts
from voice.fields.places.phrases import place_phrases
from voice.fields.places.view import BREAK, DIGIT, OPEN, View

_FILLER = re.compile(
    f"(?:[，。、,.！!？? {BREAK}]|由|嗯|啊|呃|哎|哦|那个|这个|就是|应该是|好像是|是|在|的|我们|我|那边|这边|那儿|这儿"
    "|里面|里|就|小区|咱们|想想|家|过了|有一?个|走到|到)*"
)
"""What may stand between the parts of one address."""
_AFTER_NAME = re.compile(rf"\{BREAK}.{{0,3}}$")
_ANCHORS = frozenset({Slot.HEAD, Slot.NUMBER, Slot.YARD, Slot.BUILDING, Slot.ENTRANCE})
"""Parts that only addresses have; 三楼 or 八零二 alone can be anything."""
_FINDABLE = re.compile(".{2,}(?:地铁站|交叉口|交口)")
"""Spots that need no estate or street around them."""
_ASKS_NUMBER = re.compile("电话|号码|手机|联系方式|尾号|车牌|工号|编号")
_PHONE = re.compile(f"[{DIGIT}]{{7,}}|[{DIGIT}]{{3,}}[，、 ][{DIGIT}]{{3,}}")
_CHECKS = re.compile("对[吗吧马嘛把]|是[吗吧]|[吗？]")
"""An operator who reads back asks whether that is right."""
_ADVISED = re.compile(rf"[到去向找请让给由转]\{BREAK}+$")
"""Before a place that an operator sends somebody or something to."""
_ROOM_WITHIN = 2
"""Utterances after the building in which a bare number can still be the room."""
_NUMBERED = frozenset({Slot.BUILDING, Slot.ENTRANCE, Slot.STOREY})
_UPSTAIRS = frozenset({Slot.STOREY, Slot.ROOM})
_EXACT = frozenset({Slot.NUMBER, Slot.YARD, Slot.BUILDING, Slot.ROOM})
_EXIT = re.compile(".*[A-Za-z][0-9]?口")
_HINTS = re.compile("[，、。 ](?:反正)?就(?:是|在)?(?:那个?|挨着|靠着?)?[^，。]{0,2}$")
_WITHIN = frozenset({Slot.AREA, Slot.STOREY})
"""Parts that are left where they stand among the words of a spot: 车库二层B区三号电梯附近."""
ENOUGH = 0.5
"""Weight from which a part is believed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance of a call, ready to be read."""

    utterance: Utterance
    view: View
    asked: bool
    """It answers a question for the place."""
    placeless: frozenset[int] | None = None
    """The characters of the view that belong to words which no place has; None: not known."""


@dataclass(frozen=True, slots=True)
class Told:
    """One address, told in one utterance."""

    number: int
    """Of the utterance."""
    parts: tuple[Part, ...]
    due: bool
    """Somebody had asked for it, or the operator reads it back."""


def told_addresses(call: Sequence[Heard]) -> list[Told]:
    """The addresses in `call`, in the order of speech."""
    told: list[Told] = []
    building_at = due_at = -_ROOM_WITHIN - 1
    for number, heard in enumerate(call):
        at = _due_from(call, number)
        if at is not None:
            due_at = number if _awaits_more(heard.view.text) else number - 1
        for chunk in _address_chunks(call, number, at, number - building_at <= _ROOM_WITHIN):
            told.append(Told(number, tuple(chunk), due=at is not None or number - due_at == 1))
            if any(p.slot in {Slot.BUILDING, Slot.ENTRANCE} for p in chunk):
                building_at = number
    return told


def _awaits_more(text: str) -> bool:
    """Whether the next words are about the same place: nothing else is asked after it."""
    return re.search(rf"[。？?！!][^{BREAK}]*[？?]$", text) is None


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
        return 0 if answered and heard.placeless is not None else min(named)
    return 0 if answered else None


def _goes_on(text: str) -> bool:
    """Whether the names in `text` are followed at once by what else describes the place."""
    after = text.rfind(BREAK) + 1
    return any(start - after <= 1 for start, _ in place_phrases(text, after, written=True))


def _phrases(heard: Heard, due: int) -> Iterator[tuple[int, int]]:
    """The clauses that describe a place, from `due` on."""
    u = heard.utterance
    read_back = u.channel is Channel.OPERATOR
    return place_phrases(heard.view.text, due, written=u.written, placeless=heard.placeless, read_back=read_back)


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
    described = () if due is None else tuple(_phrases(call[number], due))
    anchored = False
    for chunk in _chunks(text, read_parts(text, described, call[number].placeless, due=due is not None)):
        slots = {p.slot for p in chunk}
        if len(chunk) == 1 and is_generic(chunk[0].value) and GENERIC_PLACE.match(chunk[0].value) is None:
            continue  # a kind of building: 写字楼
        told = any(a <= chunk[0].start < b for a, b in described) or (due is not None and not read_back)
        findable = any(p.slot is Slot.SPOT and _FINDABLE.match(p.value) for p in chunk)
        if (
            findable
            or slots & _ANCHORS
            or (
                Slot.SPOT in slots
                and not (read_back and _ADVISED.search(text, 0, chunk[0].start))
                and (told or _AFTER_NAME.search(text[: chunk[0].start]))
            )
        ):
            anchored = True
            yield list(_merged_spots(_placed(list(_without_hints(text, chunk)))))
        elif Slot.ROOM in slots and slots <= _UPSTAIRS and bare_rooms and (anchored or room_due):
            yield chunk


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


def _without_hints(text: str, chunk: Sequence[Part]) -> Iterator[Part]:
    """`chunk` without what only helps to find a spot that is told exactly: D口，就那个大台阶底下."""
    exact = False
    for part in chunk:
        if not (exact and part.slot is Slot.SPOT and _HINTS.search(text, 0, part.start)):
            yield part
        exact = exact or part.slot in _EXACT or _EXIT.fullmatch(part.value) is not None


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
        if placed and slot is placed[-1].slot is Slot.AREA and placed[-1].end == part.start:
            before = placed.pop()  # 产业园 二期
            placed.append(replace(part, slot=slot, value=before.value + part.value, start=before.start))
        else:
            placed.append(replace(part, slot=slot))
    return placed


def _names_building(part: Part, after: Part | None) -> bool:
    numbered = after is not None and after.slot in _NUMBERED and after.start == part.end
    return numbered and not GENERIC_PLACE.match(part.value)


def _merged_spots(chunk: Sequence[Part]) -> Iterator[Part]:
    """`chunk` with all its spots as one, where the first stands: 菜市场南门, 公交站牌."""
    at = [i for i, p in enumerate(chunk) if p.slot is Slot.SPOT and p.weight >= ENOUGH]
    inner = {i for i, p in enumerate(chunk) if at and at[0] < i < at[-1] and p.slot in _WITHIN}
    for i, part in enumerate(chunk):
        if part.slot is not Slot.SPOT and i not in inner:
            yield part
        elif at and i == at[0]:
            spots = [p for n, p in enumerate(chunk) if n in inner or n in at]
            value = "".join(dict.fromkeys(p.value for p in spots))
            yield Part(Slot.SPOT, value, spots[0].start, spots[-1].end, min(p.weight for p in spots))
