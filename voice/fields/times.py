"""When the thing happened that the caller reports: the right one of all the times named in the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise

from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Utterance
from models.phonetic import fold, syllables
from models.workorder import Candidate, FieldName, Source, merge
from voice.fields.clauses import AGREES
from voice.fields.dates import Moment, moments, on_day
from voice.fields.finder import evidence
from voice.fields.requests import RequestFinder
from voice.fields.scope import clause_after, clause_before, sentence_after, sentence_before
from voice.fields.sounds import Sound

_ASKS_TIME = Sound("什么时候|什么时间(?!段)|哪天|哪一天|几号|几点|何时|多长时间|多久|几天|具体时间|时间是")
_BEGINS = re.compile(
    r"^.{0,12}?(?:开始|起(?!床|来)|就|第一次|发现|发生|有人|丢|骂|打(?!电话)|扔|砸|放|拆|挖|喷|抢|偷|不让|拒绝|涨|坏|停|断|漏|堵|没|出(?:现|的)|看见|看到|闻[到见]|听[到见]|突然|关|倒|塌|摔|撞|着|冒)"
    r"|^.{0,14}我(?:刚|去|回|一看)"
)
_SINCE = re.compile(r"(?:从|打|自|自从|打从|就是|就|是)$")
_NOW = re.compile(r"(?:到|至|都|已经|现在|这会儿|直到|截至|截止|等到|过了|快)(?:今天|今儿|现在|这都|都|快)*$")
_STATE = re.compile(
    r"^(?:是第|就?到(?:日子|期|点)|(?:节|假期)?之?前(?:头|夕|后)?|都|已经|还|现在|必须|一定|得|要|能|之?内|之前|以前(?!就)|前(?:给|能|必须|解决|修|处理)|就[要得必给]|还得|也|不能|以后.{0,3}(?:打|联系|回|接|再))"
)
_COUNTED_ON = re.compile(r"^(?:都|已经)?了(?!$)|^了[，。！!]?$")
_HABIT = re.compile(r"天天|每天|每晚|每到|每周|每个|经常|老是|总是|一到|平时|平常|从早|都是")
_HOURS = re.compile("^(?:来钟|多钟?|左右)?(?:一直.{0,2})?[到至]")
"""From one hour to another, it happens again and again."""
_DUE = re.compile(r"[前之]?(?:就|能|会)?(?:结账|结[算清]|给钱?|还钱?|付|发(?:钱|工资|薪)|交房|到账|到期)(?![我他人])")
_OVERDUE = re.compile("到现在|至今|到今天|到这会儿")
"""A day on which something was due is when it began not to be done."""
_EVERY = re.compile(r"[每天]天[早晚]?$|每[早晚]$|一到$")
_ALWAYS = re.compile(r"也?都(?!.{0,8}了)")
_OTHER_EVENT = re.compile(
    r"(?:打|来|反映|投诉|报|找|问|跟|联系|登记|提交)过|打(?:的|了)(?:电话|一)|给你们|给他们打|工单|办的?卡|办卡|交了?(?:的|费|钱)|买的|签的|签了"
    r"|入住|搬(?:来|进)|住进|装修完|出生|毕业|答应|承诺|(?:物业|他们|老板|公司|村里|居委会|社区|店家?|商家)说|说(?:好|是)|通知(?:说|的|上)|合同|上班|上学|考试|隔壁|救护车"
)
_ASKS_OTHER = re.compile("过[^，。？]{0,10}(?:吗|没有?)[？?]?$|过[^，。？]{0,10}[？?]$")
"""The operator asks what was done about it, or happened before (您找过他们吗): the answer has the time of that."""
_ENQUIRY = re.compile(r"什么时候|规定|政策|执行|截止|报名|办理|能不能|可以吗|是不是|几点")
"""The caller asks about a time, he does not report one."""
_SPELLINGS = {
    tuple(map(fold, syllables(word).first)): word
    for word in (
        *(
            which + unit + day
            for which in ("上", "上个", "这", "")
            for unit in ("礼拜", "星期")
            for day in "一二三四五六天日"
        ),
        *(which + day for which in ("上周", "这周", "上个周") for day in "一二三四五六日"),
        *(
            day + part
            for day in ("昨天", "今天", "前天")
            for part in ("早上", "上午", "中午", "下午", "晚上", "凌晨", "夜里")
        ),
        *("大前天", "昨天", "昨儿晚上", "今儿早上", "凌晨", "大年三十", "大年初一"),
    )
}
"""Words of time by their sound: recognition writes homophones (「上离百六」)."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A moment and what its clause says about it."""

    moment: Moment
    weight: float
    """Added to the confidence that this is when it happened."""
    other: bool = False
    """The clause tells of something else that is not reported."""


class TimeFinder:
    """Finds `occurred_at`."""

    def __init__(self, requests: RequestFinder) -> None:
        self._requests = requests

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        now = call.received_at.astimezone(HOTLINE_TIME_ZONE).replace(tzinfo=None)
        found: list[Candidate] = []
        kind = merge(self._requests.find(call, utterances))
        discount = _ENQUIRY_DISCOUNT if kind is not None and kind.value == "咨询" else 0.0
        day: Moment | None = None
        asked = asked_other = False
        for u in utterances:
            for said in _times(u.raw, now.date()) if u.channel is not Channel.OPERATOR else ():
                moment = said.moment
                if moment.hour is None:
                    day = moment
                elif moment.day is None and day is not None and asked:
                    moment = on_day(moment, day)
                other = asked_other or (said.other and not asked)
                weight = said.weight + (0.3 if asked else 0.0) - (0.35 if other else 0.0) - discount
                candidate = _candidate(u, moment, weight, now)
                found += [candidate] if candidate else []
            if u.channel is not Channel.CITIZEN:
                asked = u.raw in _ASKS_TIME
                asked_other = not asked and _ASKS_OTHER.search(u.raw) is not None
        return found + _confirmed(found, utterances, now) + _agreed(utterances, now)


def _candidate(u: Utterance, moment: Moment, weight: float, now: datetime) -> Candidate | None:
    value = moment.value(now)
    if value is None:
        return None
    vague = moment.hour is None and moment.day == now.date()  # 「今天」 is often only said in passing
    confidence = _TRUST[moment.kind] + weight + (0.05 if moment.hour is not None else -0.15 if vague else 0.0)
    return Candidate(
        field=FieldName.OCCURRED_AT,
        value=value,
        confidence=round(min(max(confidence, 0.05), 0.95), 3),
        evidence=(evidence(u, moment.start, moment.end),),
        speaker=u.channel,
        source=Source.INFERRED if moment.kind == "lasted" else Source.HEARD,
    )


_TRUST = {"day": 0.5, "bare": 0.35, "ago": 0.5, "lasted": 0.1, "clock": 0.35}
"""How likely words of each kind say when it happened, by themselves. A duration (三天了) is kept as words: the day on
which it began is only offered."""
_AGREED = 0.25
_AT_ONCE = 12
"""Characters of a reply in which a time is repeated to confirm it."""
_CHECKS = re.compile(r"[吗吧]$|是不是$|对不对$")
_ENQUIRY_DISCOUNT = 0.25
"""A call that only asks for information seldom reports an event; the dates in it are those of rules and plans."""


def _confirmed(found: Sequence[Candidate], utterances: Sequence[Utterance], now: datetime) -> list[Candidate]:
    """The operator repeating a time that the caller gave."""
    values = {c.value for c in found}
    agreed = []
    for u in utterances:
        if u.channel is Channel.OPERATOR:
            for said in _times(u.raw, now.date()):
                candidate = _candidate(u, said.moment, -0.2, now)
                agreed += [candidate] if candidate and candidate.value in values else []
    return agreed


def _agreed(utterances: Sequence[Utterance], now: datetime) -> list[Candidate]:
    """The times that the operator works out and the caller agrees to: 那就是二十二号停的，对吗？"""
    found = []
    for u, reply in pairwise(utterances):
        if u.channel is Channel.OPERATOR and reply.channel is not Channel.OPERATOR:
            repeated = {said.moment.day for said in _times(reply.raw[:_AT_ONCE], now.date())}
            for said in _times(u.raw, now.date()):
                checked = _CHECKS.search(sentence_after(u.raw, said.moment.end)) and AGREES.match(reply.raw)
                if not said.other and (checked or (said.moment.day in repeated and u.raw.endswith(("？", "?")))):
                    found.append(_candidate(u, said.moment, said.weight + _AGREED, now))
    return [c for c in found if c is not None]


@lru_cache(maxsize=512)
def _times(raw: str, today: date) -> tuple[_Said, ...]:
    """The times in one utterance."""
    text = _respelled(raw)
    return tuple(_Said(m, _weight(text, m), _tells_of_another(text, m)) for m in moments(text, today))


def _respelled(raw: str) -> str:
    """`raw` with homophones of words of time replaced, character by character, so that places stay."""
    spoken = syllables(raw)
    sounds = [fold(s) for s in spoken.first]
    chars, i = list(raw), 0
    while i < len(sounds):
        word = next((w for n in (5, 4, 3, 2) if (w := _SPELLINGS.get(tuple(sounds[i : i + n])))), "")
        for at, char in zip(spoken.at[i:], word, strict=False):
            chars[at] = char
        i += len(word) or 1
    return "".join(chars)


def _tells_of_another(text: str, m: Moment) -> bool:
    """The clause is about an earlier report, a purchase or the like; the answer to 「什么时候交的钱」 may be, too."""
    near = clause_before(text, m.start)[-8:] + "|" + clause_after(text, m.end)[:14]
    if _DUE.match(text, m.end) and _OVERDUE.search(sentence_after(text, m.end)):
        return False
    return _OTHER_EVENT.search(near) is not None


def _weight(text: str, m: Moment) -> float:
    """What the words around a time say about it."""
    before, after = sentence_before(text, m.start), sentence_after(text, m.end)
    if _NOW.search(before) or _STATE.match(after):
        return -0.6
    weight = 0.0
    if _DUE.match(after):
        return 0.0 if _OVERDUE.search(after) else -0.4
    if _EVERY.search(before[-3:]):
        return -0.8
    if _HABIT.search(before[-8:]) or _HABIT.search(after[:4]) or _ALWAYS.match(after):
        weight -= 0.4
    if m.day is None and _HOURS.match(after):
        weight -= 0.4
    if _ENQUIRY.search(after):
        weight -= 0.3
    if _BEGINS.search(after) or _SINCE.search(before):
        weight += 0.2
    return weight
