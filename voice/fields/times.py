"""When the thing happened that the caller reports: the right one of all the times named in the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

import msgspec

from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Utterance
from models.phonetic import fold, syllables
from models.workorder import Candidate, FieldName, FieldValue, Source, merge
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
_HAPPENED = re.compile("[^，。！？吗]{0,12}(?:了|的)(?!吗|话|时候)|[，,]?[^，。！？]{0,4}一[声下]")
"""What is told in the perfect has happened once: 六点到的."""
_SINCE = re.compile(r"(?:从|打|自|自从|打从|就是|就|是)$")
_NOW = re.compile(r"(?:到|至|都|已经|现在|这会儿|直到|截至|截止|等到|过了|快)(?:今天|今儿|现在|这都|都|快)*$")
_STATE = re.compile(
    r"^(?:是第|就?到(?:日子|期|点)|(?:节|假期)?之?前(?:头|夕|后)?|都|已经|还|现在|必须|一定|得|要|能|之?内|之前|以前(?!就)|前(?:给|能|必须|解决|修|处理)|就[要得必给]|还得|也|不能|过(?:了|后)|以后.{0,3}(?:打|联系|回|接|再))"
)
_COUNTED_ON = re.compile(r"^(?:都|已经)?了(?!$)|^了[，。！!]?$")
_HABIT = re.compile(r"天天|每天|每晚|每到|每周|每个|经常|老是|总是|一到|平时|平常|从早|都是")
_HOURS = re.compile("^(?:来钟|多钟?|左右)?(?:一直.{0,2})?[到至](?![的了家])")
"""From one hour to another, it happens again and again."""
_DUE = re.compile(r"[前之]?(?:就|能|会)?(?:结账|结[算清]|给钱?|还钱?|付|发(?:钱|工资|薪)|交房|到账|到期)(?![我他人])")
_OVERDUE = re.compile("到现在|至今|到今天|到这会儿")
"""A day on which something was due is when it began not to be done."""
_EVERY = re.compile(r"[每天]天[早晚]?$|每[早晚]?个?$|一到$")
_ALWAYS = re.compile(r"也?都(?!.{0,8}了)")
_OTHER_EVENT = re.compile(
    r"(?:打|来|反映|投诉|报|找|问|跟|联系|登记|提交)过|打(?:的|了)(?:电话|一)|给你们|给他们打|工单"
    r"|入住|搬(?:来|进)|住进|装修完|出生|毕业|答应|承诺|(?:物业|他们|老板|公司|村里|居委会|社区|店家?|商家)说|说(?:好|是)|(?:通知|公告|回执|收据|票|单子)(?:说|的|上|是|写)|合同|上班|上学|考试|隔壁|救护车"
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


_FOLLOWS, _LATER = 0.2, 0.02
"""Of several times in one breath the event's comes first; what was done about it follows, mostly on the same day."""
_CORRECTS = re.compile(
    "(?:^|[^\u4e00-\u9fff]|[嗯啊哦呃哎诶吧呀那])(?:不对(?![劲头付])|错了|也?不是(?=[，,。]))|[说记讲]错|我[搞弄]错"
)
"""Not what is wrong with a thing (价钱不对)."""
_ACQUIRED = re.compile("[买办充签领订](?:的|了|过)|[交付][的了过]|[交付办].{0,2}[费钱款卡]")
"""What somebody complains about, he has mostly bought or paid for before."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A moment and what its clause says about it."""

    moment: Moment
    weight: float
    """Added to the confidence that this is when it happened."""
    other: float
    """How far the clause tells of something else than what is reported."""
    corrects: bool
    """It is said instead of the one before it."""


class TimeFinder:
    """Finds `occurred_at`."""

    def __init__(self, requests: RequestFinder) -> None:
        self._requests = requests

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        now = call.received_at.astimezone(HOTLINE_TIME_ZONE).replace(tzinfo=None)
        kind = merge(self._requests.find(call, utterances))
        discount = _ENQUIRY_DISCOUNT if kind is not None and kind.value == "咨询" else 0.0
        found: list[Candidate] = []
        day: Moment | None = None
        asked = 0.0
        asked_other = False
        for u in utterances:
            told_now = False
            for said in _times(u.raw, now.date()) if u.channel is not Channel.OPERATOR else ():
                moment, follows = said.moment, False
                if said.corrects and found:
                    found = _without(found, found[-1].value)
                if moment.day is not None:
                    day, told_now = moment, not said.other and said.weight > _UNUSUAL
                elif moment.hour is not None and day is not None and (asked or told_now):
                    follows = told_now and day.hour is not None and not said.corrects
                    moment = day = on_day(moment, day)
                    told_now = True
                other = _OTHER if asked_other else 0.0 if asked else said.other
                candidate = _candidate(u, moment, said.weight + asked - other - discount - _FOLLOWS * follows, now)
                found += [candidate] if candidate else []
            if u.channel is Channel.OPERATOR and found:
                found[-1] = _dated(found[-1], _times(u.raw, now.date()))
            if u.channel is not Channel.CITIZEN:
                asked = _asked(u.raw)
                asked_other = not asked and _ASKS_OTHER.search(u.raw) is not None
        return _refined(found + _confirmed(found, utterances, now) + _agreed(utterances, now))


_ASKED, _ASKED_ACQUIRED = 0.3, 0.1
_UNUSUAL = -0.5
"""Weight of a day on which something happens every time; a clock time beside it is no more than a habit, too."""
_OTHER, _ACQUIRING = 0.35, 0.15


def _asked(question: str) -> float:
    """How much an answer to the operator's `question` gains: less, when that is when something was bought."""
    if question not in _ASKS_TIME:
        return 0.0
    return _ASKED_ACQUIRED if _ACQUIRED.search(question) else _ASKED


def _without(found: Sequence[Candidate], value: FieldValue) -> list[Candidate]:
    """`found`, with what was corrected."""
    return [msgspec.structs.replace(c, confidence=0.05) if c.value == value else c for c in found]


def _dated(night: Candidate, named: Sequence[_Said]) -> Candidate:
    """An hour after midnight belongs to two days (前天夜里两点); the operator's words say to which."""
    at = datetime.fromisoformat(str(night.value))
    before = at - timedelta(days=1)
    told = "凌晨" in night.evidence[0].quote  # is of the day itself
    if (
        not told
        and "T" in str(night.value)
        and at.hour < _MORNING
        and any(said.moment.day == before.date() for said in named)
    ):
        return msgspec.structs.replace(night, value=before.isoformat(timespec="minutes"))
    return night


_MORNING = 5


def _refined(found: Sequence[Candidate]) -> list[Candidate]:
    """`found`, where a clock time is as sure as the day that it belongs to: it says the same and more."""
    days = {str(c.value): c.confidence for c in sorted(found, key=lambda c: c.confidence)}
    return [
        msgspec.structs.replace(c, confidence=max(c.confidence, days.get(str(c.value)[:_DATE_LENGTH], 0.0)))
        if "T" in str(c.value) and c.confidence >= _BELIEVED
        else c
        for c in found
    ]


_DATE_LENGTH = len("2026-01-01")
_BELIEVED = 0.4
"""Of a clock time that is believed when its day is."""


def _candidate(u: Utterance, moment: Moment, weight: float, now: datetime) -> Candidate | None:
    value = moment.value(now)
    if value is None:
        return None
    vague = (
        moment.hour is None and not moment.period and moment.day == now.date()
    )  # 「今天」 is often said in passing
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
                candidate = _candidate(u, said.moment, -said.other, now)
                agreed += [candidate] if candidate and candidate.value in values else []
    return agreed


def _agreed(utterances: Sequence[Utterance], now: datetime) -> list[Candidate]:
    """The times that the operator works out and the caller agrees to: 那就是二十二号停的，对吗？"""
    found = []
    for u, reply in pairwise(utterances):
        if u.channel is Channel.OPERATOR and reply.channel is not Channel.OPERATOR:
            repeated = {said.moment.day for said in _times(reply.raw[:_AT_ONCE], now.date())} - {None}
            for said in _times(u.raw, now.date()):
                checked = _CHECKS.search(sentence_after(u.raw, said.moment.end)) and AGREES.match(reply.raw)
                if said.other < _OTHER and (checked or (said.moment.day in repeated and u.raw.endswith(("？", "?")))):
                    found.append(_candidate(u, said.moment, said.weight + _AGREED - said.other, now))
    return [c for c in found if c is not None]


@lru_cache(maxsize=512)
def _times(raw: str, today: date) -> tuple[_Said, ...]:
    """The times in one utterance."""
    text = _respelled(raw)
    found: list[_Said] = []
    at = 0
    for m in moments(text, today):
        found.append(
            _Said(
                m,
                _weight(text, m) - _LATER * len(found),
                _of_another(text, m),
                _CORRECTS.search(text[at : m.start]) is not None,
            )
        )
        at = m.end
    return tuple(found)


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


def _of_another(text: str, m: Moment) -> float:
    """How far the clause is about an earlier report or the like, or a purchase, which may be the matter itself."""
    near = clause_before(text, m.start)[-8:] + "|" + clause_after(text, m.end)[:14]
    if _DUE.match(text, m.end) and _OVERDUE.search(sentence_after(text, m.end)):
        return 0.0
    return _OTHER if _OTHER_EVENT.search(near) else _ACQUIRING if _ACQUIRED.search(near) else 0.0


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
    if _BEGINS.search(after) or _SINCE.search(before) or (m.day is None and _HAPPENED.match(after)):
        weight += 0.2
    return weight
