"""The times that one utterance names, with how likely each is when it happened, and what is said of it.

Speakers take times back (不是昨天，是前天; 星期五，不对，星期四), stress them (我要说的是今天上午), and answer when
they are asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from voice.fields.dates import Moment
from voice.fields.sounds import Sound
from voice.fields.spans.model import LIKELY, Kind, Span

_CORRECTS = re.compile(
    "(?:^|[^\u4e00-\u9fff]|[嗯啊哦呃哎诶吧呀那])(?:不对(?![劲头付])|错了|也?不是(?=[，,。])|不+(?=[，,]))|[说记讲]错|我[搞弄]错"
)
"""Not what is wrong with a thing (价钱不对)."""
_NOT = re.compile("(?<![是要可这那又还])不是$")
"""Not 是不是昨天, nor 这不是昨天 …"""
_DENIED_UNTIL = re.compile(r"[啊呀]?(?:[^，,。？！…\s]{0,4}的(?:事儿?)?)?(?:[，,。、；…\s]+(?!就是)|(?=而?是)|$)")
"""What ends a denial: 不是昨天[停的，]; not 不是昨天吗, nor 不是昨天[就是]前天."""
_IN_ITS_PLACE = re.compile("(?:而|应该|好像)?是?")
_STRESSED = re.compile("我[要想]?(?:[说讲]|反映|投诉)的(?:事儿?|问题|情况)?(?:就?是|发生在)[，,]?$")
_ASKS = Sound("什么时候|啥时候|哪一?天|何时|哪会儿|几号(?:的|发生|开始|出|坏|停|断|起)")
_OF_SOMETHING_ELSE = re.compile(
    "方便|有空|在家|电话|热线|来电|通话|联系|(?:反映|投诉|报修?|登记)过|报的?修|买|购|下单|签|办|装修|入职|入住|搬|交房|租|建|盖"
    "|生日|到期|平时|往年|一般|每|希望|最近一次|之前|以前|[能会](?!儿|.{0,3}[说告讲记])"
)
"""What operators ask the day of that need not be the day of the event."""
_TO_THE_POINT = re.compile("[^。？！…每常往平]{0,10}")
"""What may come before the answer."""
_ANSWERS = frozenset({"day", "bare", "ago"})
"""Kinds of moments that answer by themselves."""
_SENTENCE = re.compile("[^。？！?!]+")
_SURE = 0.85
"""Of a time that is stressed, or answers the question when it happened."""


class Stance(Enum):
    """What a speaker does with a time."""

    TELLS = "tells"
    CORRECTS = "corrects"
    """Puts it in the place of what was told before."""
    DENIES = "denies"


@dataclass(frozen=True, slots=True)
class Mention:
    """A time that is named."""

    moment: Moment
    probability: float
    """Of being when it happened."""
    stance: Stance = Stance.TELLS

    @property
    def meant(self) -> bool:
        """Whether it is likely when it happened."""
        return self.probability >= LIKELY


def asks_when(question: str) -> bool:
    """Whether an operator's turn asks when it happened, and not for another day."""
    return any(s in _ASKS and not _OF_SOMETHING_ELSE.search(s) for s in _SENTENCE.findall(question))


def mentions(text: str, told: Sequence[Moment], spans: Sequence[Span], *, asked: bool) -> Iterator[Mention]:
    """What the utterance `text`, in which the moments `told` are named, says of each of them.

    Args:
        spans: where the tagger finds the time of the event.
        asked: whether `text` answers when it happened.
    """
    found = [Mention(moment, _probability(moment, spans)) for moment in told]
    found = _answering(text, found) if asked else found
    found = [_judged(text, found, i) for i in range(len(found))]
    return _replacing(text, found)


def _answering(text: str, found: list[Mention]) -> list[Mention]:
    """`found`; where nothing in an answer seems to be when it happened, the day with which it begins is."""
    if not found or any(m.meant for m in found):
        return found
    first = found[0]
    before = text[: first.moment.start]
    if first.moment.kind not in _ANSWERS or not _TO_THE_POINT.fullmatch(before) or _CORRECTS.search(text):
        return found
    return [replace(first, probability=_SURE), *found[1:]]


def _judged(text: str, found: Sequence[Mention], i: int) -> Mention:
    """The mention `found[i]`, with what is done with it."""
    mention = found[i]
    before = text[found[i - 1].moment.end if i else 0 : mention.moment.start]
    if _NOT.search(before) and _DENIED_UNTIL.match(text, mention.moment.end):
        return replace(mention, stance=Stance.DENIES)
    if _STRESSED.search(before):
        return replace(mention, stance=Stance.CORRECTS, probability=max(mention.probability, _SURE))
    if not mention.meant or not _CORRECTS.search(before):
        return mention
    if i == 0:
        return replace(mention, stance=Stance.CORRECTS)
    corrected = found[i - 1]
    if _same(corrected, mention) and any(m.meant and not _same(m, mention) for m in found[i + 1 :]):
        return replace(mention, stance=Stance.DENIES)  # 周五，不对，周五我上班，周四
    return replace(mention, stance=Stance.CORRECTS, probability=max(mention.probability, corrected.probability))


def _same(a: Mention, b: Mention) -> bool:
    """Whether both say the same."""
    return all(getattr(a.moment, x) == getattr(b.moment, x) for x in ("day", "period", "hour", "minute"))


def _replacing(text: str, found: Sequence[Mention]) -> Iterator[Mention]:
    """`found`; what is said in the place of a denied time is as likely as that was."""
    denied = 0.0
    for i, mention in enumerate(found):
        if mention.stance is Stance.DENIES:
            denied = max(denied, mention.probability)
            yield mention
        elif denied and (mention.meant or _follows(text, found[i - 1], mention)):
            yield replace(mention, stance=Stance.CORRECTS, probability=max(denied, mention.probability))
            denied = 0.0
        else:
            yield mention


def _follows(text: str, denied: Mention, mention: Mention) -> bool:
    """不是昨天，[是]前天."""
    if denied.stance is not Stance.DENIES:
        return False
    end = _DENIED_UNTIL.match(text, denied.moment.end)
    return end is not None and _IN_ITS_PLACE.fullmatch(text, end.end(), mention.moment.start) is not None


def _probability(moment: Moment, spans: Sequence[Span]) -> float:
    """How likely `moment` is when it happened."""
    return max((s.probability * _overlap(s, moment) for s in spans if s.kind is Kind.TIME), default=0.0)


def _overlap(span: Span, moment: Moment) -> float:
    """Share of the shorter of both that lies in the other."""
    shared = min(span.end, moment.end) - max(span.start, moment.start)
    return max(0, shared) / min(span.end - span.start, moment.end - moment.start)
