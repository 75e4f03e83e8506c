"""The telephone numbers dictated in a call: groups put together over the turns of both speakers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from models.call import Channel, Utterance
from voice.digits import Run
from voice.fields.dictation import Reading, understand
from voice.fields.phone_groups import MOST_OF_A_PART, Group, Link, groups, is_area_code, is_filler
from voice.numbering import begins_mobile, is_number

_MOST_PARTS = 24
"""Groups after which another number is begun: nobody says one in more, whatever he corrects."""
_REPEATED = 0.15
"""Cost up to which a group after a complete number belongs to it: 「幺二三四，幺二三四，五六七八」."""
_ASKS_PHONE = re.compile(r"电话|手机|号码|联系方式|怎么联系")
_ASKS_TAIL = re.compile(r"(?:后|最后|末尾?)(?:面)?(?:的)?[一两二三四五六七八\d几]?位")
_ASKS_HEAD = re.compile(r"前[面边头]?(?:的|那)?[一两二三四五六七八\d几]位|前[面边头](?:呢|是)")
_ASKS_AREA_CODE = re.compile(r"区号")
_ASKS_AGAIN = re.compile(
    r"[少差缺].{0,3}位|再.{0,4}[说念报讲]|[说念报]一?[遍次]|重[说念报新复]|没听[清见]|没记[下住全]"
)
_BEGINNING = 3
"""Digits by which a number that is said again is known."""


@dataclass(frozen=True, slots=True)
class Part:
    """A group of digits, and the utterance that it was said in."""

    group: Group
    utterance: Utterance

    @property
    def before(self) -> str:
        """The words of the utterance before the digits."""
        return self.utterance.raw[: self.group.run.start]

    @property
    def after(self) -> str:
        """The words of the utterance behind the digits."""
        return self.utterance.raw[self.group.run.end :]


@dataclass(slots=True)
class Dictated:
    """A number, complete or not, as one speaker dictated it over one or more utterances."""

    speaker: Channel
    said: list[Part] = field(default_factory=list)
    asked: bool = False
    """The other side had asked for the number."""
    taken_back: bool = False

    def reading(self) -> Reading:
        """What the groups amount to so far."""
        return _understood(tuple(part.group for part in self.said))

    @property
    def digits(self) -> str:
        """The digits so far."""
        return self.reading().digits

    @property
    def complete(self) -> bool:
        """It is a telephone number."""
        return is_number(self.digits)

    @property
    def parts(self) -> list[Part]:
        """The parts that the number is made of, without those that were taken back."""
        return self.said[self.reading().since :]


@lru_cache(maxsize=1024)
def _understood(said: tuple[Group, ...]) -> Reading:
    """What the groups amount to; a call asks again and again."""
    return understand(said, is_number)


def collect(utterances: Sequence[Utterance]) -> list[Dictated]:
    """The numbers dictated in the call, in the order in which they were begun."""
    numbers: list[Dictated] = []
    open_: dict[Channel, Dictated] = {}
    for i, u in enumerate(utterances):
        asked = question_before(utterances, i)
        for j, group in enumerate(groups(u.raw)):
            last = numbers[-1] if numbers else None
            how = group.how if j else _answering(asked, Part(group, u), open_, last)
            base = _amended(last, open_.get(u.channel), how, group.run)
            if base is not None:
                _take_back(numbers, base, u.channel)
                base = Dictated(u.channel, list(base.said), asked=base.asked)
                numbers.append(base)
            if base is None:
                base = _continued(open_.get(u.channel), how, group.run)
            if base is None or len(base.said) >= _MOST_PARTS:
                base = Dictated(u.channel, asked=bool(_ASKS_PHONE.search(asked)))
                numbers.append(base)
            base.said.append(Part(Group(how, group.run, group.instead), u))
            open_[u.channel] = base
        current = open_.get(u.channel)
        if current is not None and not is_filler(_rest(current, u)) and not current.complete:
            del open_[u.channel]
    return numbers


def question_before(utterances: Sequence[Utterance], i: int) -> str:
    """What the other side said just before utterance `i`."""
    for u in reversed(utterances[max(0, i - 3) : i]):
        if u.channel is not utterances[i].channel or u.channel is Channel.MIXED:
            return u.raw
    return ""


def _rest(number: Dictated, u: Utterance) -> str:
    """What is said in `u` after the last digits."""
    last = number.said[-1]
    return last.after if last.utterance is u else u.raw


def _answering(asked: str, part: Part, open_: dict[Channel, Dictated], last: Dictated | None) -> Link:
    """How the first group of an utterance hangs together with the digits before, when they were `asked` for."""
    how, digits, speaker = part.group.how, part.group.run.digits, part.utterance.channel
    before = open_.get(speaker)
    if is_area_code(digits) and _ASKS_AREA_CODE.search(asked):
        return Link.HEAD
    if how is Link.NEXT and _ASKS_TAIL.search(asked):
        how = Link.TAIL
    elif how is Link.NEXT and _ASKS_HEAD.search(asked) and before is not None and _lacks_head(before):
        how = Link.HEAD
    elif how is Link.NEXT and last is not None and _corrects(part, last, asked):
        how = Link.CORRECTS
    if not _ASKS_AGAIN.search(asked):
        return how
    if before is not None and not digits.startswith(before.digits[:_BEGINNING]) and len(digits) <= MOST_OF_A_PART:
        return Link.TAIL
    open_.pop(speaker, None)
    return Link.NEXT


def _corrects(answer: Part, last: Dictated, asked: str) -> bool:
    """Whether some digits are all that is said to a number that the other side reads back, and are not in it."""
    digits, read_back = answer.group.run.digits, last.said[-1].utterance
    return (
        read_back.raw == asked
        and read_back.channel is not answer.utterance.channel
        and last.complete
        and 1 < len(digits) <= MOST_OF_A_PART
        and digits not in last.digits
        and is_filler(answer.after)
    )


def _amended(last: Dictated | None, current: Dictated | None, how: Link, run: Run) -> Dictated | None:
    """The number that the next group amends: the speaker's own, else the one said last."""
    match how:
        case Link.NEXT | Link.APART:
            return None
        case Link.HEAD:
            return last if last is not None and (last is current or last.complete or _lacks_head(last)) else None
        case _ if current is not None:
            return current
        case _:
            long_enough = how is not Link.CORRECTS or len(run.digits) >= 2
            return last if last is not None and last.complete and long_enough else None


def _lacks_head(number: Dictated) -> bool:
    """It is incomplete, and not for want of its last digits."""
    return not number.complete and not begins_mobile(number.digits)


def _take_back(numbers: Sequence[Dictated], amended: Dictated, speaker: Channel) -> None:
    """What is amended no longer stands, neither as it was said nor as the other side repeated it."""
    digits = amended.digits
    for number in numbers:
        read_back = number is numbers[-1] and number.speaker is not speaker
        number.taken_back = number.taken_back or read_back or number.digits == digits


def _continued(current: Dictated | None, how: Link, run: Run) -> Dictated | None:
    """`current`, when `run` can be its next group."""
    if current is None or how is not Link.NEXT:
        return None
    before = current.reading()
    if not is_number(before.digits):
        return current
    after = _understood((*(part.group for part in current.said), Group(how, run)))
    repeated = after.since == before.since and after.cost - before.cost <= _REPEATED
    return current if is_number(after.digits) and repeated else None
