"""The caller's telephone number: dictated, read back, corrected, or missing digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from models.call import CallInfo, Channel, Utterance
from models.workorder import FILL_AT, Candidate, FieldName, Source
from voice.digits import Run, runs
from voice.fields.dictation import Link, Reading, is_filler, link, understand
from voice.fields.finder import evidence
from voice.fields.readings import confirms, contradicts, joined
from voice.fields.scope import sentence_before
from voice.numbering import MOBILE_DIGITS, Kind, begins_mobile, is_number, kind

_TRUST = {
    Kind.MOBILE: 0.95,
    Kind.LANDLINE: 0.95,
    Kind.LOCAL: FILL_AT + 0.1,
    Kind.CLIPPED: FILL_AT + 0.1,
    Kind.UNASSIGNED: 0.45,
}
"""Confidence of a complete number; nobody is called back at a service number."""
_INCOMPLETE = 0.25
"""Confidence of a number with missing digits: so low that two voices together do not fill it in."""
_AGREED = 0.6
"""Of a number that one speaker's reading, together with the other's, amounts to."""
_DOUBTFUL = 0.5
"""Factor for a number that the other speaker's reading contradicts, or that may be part of a longer one."""
_LANDLINE_WORD = re.compile(r"[座坐做作]机|固定电话|固话|家里的?电话")
_MEASURE = re.compile(r"\s*(?:号[楼院线]?|[位楼层室门栋幢座单度块元年月日点分个人户米岁%路平周天件章条]|小时)")
_PHONE_WORD = r"(?:电话|手机|号码|座机|联系方式|号)"
_RELATIVE = r"(?:媳妇|老婆|老公|爱人|老伴|儿子|女儿|闺女|妈|爸|母亲|父亲|哥|姐|弟|妹|孩子|邻居|同事|朋友)"
_NOT_MINE = re.compile(
    rf"(?:以前|原来|旧|上次|之前|过去)的?(?:那个|留的|用的)*{_PHONE_WORD}?"
    rf"|(?:他们?|她|它|人家|对方|物业|公司|店长?|老板|中介|房东|经理|单位|商家|供电|热力|燃气|居委会|社区|派出所|骗子|客服|师傅|司机)"
    rf"[^，。？！]{{0,8}}{_PHONE_WORD}"
    rf"|{_RELATIVE}儿?(?:的|用的)"
    r"|车牌|尾号|订单|单号|编号|卡号|户号|表号|账号|身份证|工号|证号|[打拨](?:的|了|过|给)|拨打|来电显示|热线"
)
_MINE = re.compile(
    rf"(?:记|留|写|登记|换|存)[^，。？！]{{0,6}}的|我的?(?:这个|现在的?)?{_PHONE_WORD}|我的是|打我|找我|联系我"
    rf"|{_PHONE_WORD}(?:是|为)?"
)
_NOT_MINE_AFTER = re.compile(
    rf"^[，。,\s]*(?:[^，。]{{0,4}}不对[，\s]*)?(?:那|这)(?:个)?是?[^，。]{{0,3}}(?:以前|原来|旧|上次|{_RELATIVE}|物业|他|她)"
    r"|^[，,\s]*(?:不用了|停机了|作废|打不通|没人接|关机)"
)
_DENIED = re.compile(r"不是$")
_INSTEAD = re.compile(r"[，,\s]*(?:应该)?是")
_REPEATED = 0.15
"""Cost up to which a group after a complete number belongs to it: 「幺二三四，幺二三四，五六七八」."""
_OF_THE_LAST = re.compile(r"[那这]个?(?:才)?是[^，。]{0,8}(?:号码?|电话|手机)|.*不对")
"""「那是我以前的号，是…」 speaks of the number before."""
_ASKS_PHONE = re.compile(r"电话|手机|号码|联系方式|怎么联系")
_ASKS_TAIL = re.compile(r"(?:后|最后|末尾?)(?:面)?(?:的)?[一两二三四五六七八\d几]?位")
_ASKS_AGAIN = re.compile(
    r"[少差缺].{0,3}位|再.{0,4}[说念报讲]|[说念报]一?[遍次]|重[说念报新复]|没听[清见]|没记[下住全]"
)
_BEGINNING, _LONG = 3, 7
"""Digits by which a number that is said again is known, and from which on it is hardly the end of one."""
_ASKS_FOR_ONE = re.compile(r"电话.{0,3}(?:多少|告诉我|给我)|哪个电话|什么电话|有.{0,8}(?:电话|号码)[吗么没？?]|打哪")
_GIVES_ONE = re.compile(r"可以(?:拨打|打|联系|咨询)|(?:拨打|查到|告诉您|给您).{0,8}(?:电话|号码)|工单号|编号")
"""The operator tells the caller a number, for him to call."""
_AREA_CODE = re.compile(r"(?:加|区号)[^，。？]{0,4}[零0][幺一1][零0](?!号)")
_THIS_PHONE = re.compile(
    r"(?:就|打|用|留|记|按)(?:是|打|用|留|记)?(?:我)?(?:现在)?(?:打|拨|来电)?(?:过来)?的?这个(?:电话|手机|号码|号|座机)|来电的?(?:这个)?(?:号码|电话)就"
)


@dataclass(slots=True)
class _Number:
    """Digits that one speaker dictated, over one or more utterances."""

    speaker: Channel
    parts: list[tuple[Link, Run, Utterance]] = field(default_factory=list)
    asked: bool = False
    """The other side had asked for the number."""
    taken_back: bool = False

    def reading(self) -> Reading:
        """What the groups amount to so far."""
        return _understood(tuple((how, run) for how, run, _ in self.parts))

    @property
    def digits(self) -> str:
        return self.reading().digits

    @property
    def complete(self) -> bool:
        return is_number(self.reading().digits)


class PhoneFinder:
    """Finds `caller_phone`."""

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        numbers = _collect(utterances)
        given = {n.digits for i, n in enumerate(numbers) if _is_given(n, numbers[:i], utterances)}
        found = [c for n in numbers if n.digits not in given and (c := _candidate(n)) is not None]
        found = _with_area_code(found, utterances)
        if not all(u.written for u in utterances):
            found = [c if _is_likely(c, utterances) else _doubted(c) for c in found]
            found = _compared(found, [n for n in numbers if not (n.taken_back or _other_owner(n.parts))])
        return _carrier_number(call, utterances) + found


@lru_cache(maxsize=1024)
def _understood(parts: tuple[tuple[Link, Run], ...]) -> Reading:
    """What the groups amount to; a call asks again and again."""
    return understand(parts, is_number)


# --- Collecting ------------------------------------------------------------------------------


def _collect(utterances: Sequence[Utterance]) -> list[_Number]:
    """The numbers dictated in the call, in the order in which they were begun."""
    numbers: list[_Number] = []
    open_: dict[Channel, _Number] = {}
    for i, u in enumerate(utterances):
        asked = _question_before(utterances, i)
        at = 0
        for run in _dialled(u.raw):
            between = u.raw[at : run.start]
            if _DENIED.search(between) and _INSTEAD.match(u.raw, run.end):
                continue  # 「不是八，是九」: only the second counts, as a correction
            how = link(between)
            if at == 0 and how is Link.NEXT and _ASKS_TAIL.search(asked):
                how = Link.TAIL
            if at == 0 and _ASKS_AGAIN.search(asked):
                how = _said_again(open_, u.channel, run)
            base = _corrected(numbers, open_.get(u.channel), how, len(run.digits))
            if base is not None:
                _take_back(numbers, base, u.channel)
                base = _Number(u.channel, list(base.parts), asked=base.asked)
                numbers.append(base)
            if base is None:
                base = _continued(open_.get(u.channel), how, run)
            if base is None:
                base = _Number(u.channel, asked=bool(_ASKS_PHONE.search(asked)))
                numbers.append(base)
            base.parts.append((how, run, u))
            open_[u.channel] = base
            at = run.end
        current = open_.get(u.channel)
        if current is not None and not is_filler(u.raw[at:]) and not current.complete:
            del open_[u.channel]
    return numbers


@lru_cache(maxsize=512)
def _dialled(raw: str) -> tuple[Run, ...]:
    """The runs of `raw` that can be part of a telephone number: no house, clock time or price."""
    return tuple(r for r in runs(raw) if len(r.digits) >= 7 or not _MEASURE.match(raw, r.end))


def _question_before(utterances: Sequence[Utterance], i: int) -> str:
    """What the other side said just before utterance `i`."""
    for u in reversed(utterances[max(0, i - 3) : i]):
        if u.channel is not utterances[i].channel or u.channel is Channel.MIXED:
            return u.raw
    return ""


def _corrected(numbers: list[_Number], current: _Number | None, how: Link, digits: int) -> _Number | None:
    """The number that a correction is about: the speaker's own, else the one said last."""
    if how not in (Link.CORRECTS, Link.TAIL):
        return None
    if current is not None:
        return current
    last = numbers[-1] if numbers else None
    return last if last is not None and last.complete and (how is Link.TAIL or digits >= 2) else None


def _said_again(open_: dict[Channel, _Number], speaker: Channel, run: Run) -> Link:
    """How `run` goes on when the speaker is asked to say his number again, or what it lacks."""
    before = open_.get(speaker)
    if before is not None and not run.digits.startswith(before.digits[:_BEGINNING]) and len(run.digits) < _LONG:
        return Link.TAIL
    open_.pop(speaker, None)
    return Link.NEXT


def _take_back(numbers: list[_Number], corrected: _Number, speaker: Channel) -> None:
    """What is corrected no longer stands, neither as it was said nor as the other side repeated it."""
    digits = corrected.reading().digits
    for number in numbers:
        read_back = number is numbers[-1] and number.speaker is not speaker
        number.taken_back = number.taken_back or read_back or number.reading().digits == digits


def _continued(current: _Number | None, how: Link, run: Run) -> _Number | None:
    """`current`, when `run` can be its next group."""
    if current is None or how is not Link.NEXT:
        return None
    before = current.reading()
    if not is_number(before.digits):
        return current
    after = _understood((*((how, run) for how, run, _ in current.parts), (how, run)))
    return current if is_number(after.digits) and after.since == before.since and after.cost <= _REPEATED else None


# --- Judging ---------------------------------------------------------------------------------


def _candidate(number: _Number) -> Candidate | None:
    """What a dictated number says about the caller's; None when it is too short to be one."""
    reading = number.reading()
    parts = number.parts[reading.since :]
    value, confidence = _judge(reading.digits)
    if value is None:
        return None
    confidence -= 0.08 * min(sum(reading.doubts), 5) + 0.4 * reading.cost
    if not number.asked and number.speaker is not Channel.OPERATOR and not _cue(parts):
        confidence -= 0.1
    if number.taken_back or _other_owner(parts):
        confidence = min(confidence, 0.15)
    return Candidate(
        field=FieldName.CALLER_PHONE,
        value=value,
        confidence=round(max(confidence, 0.05), 3),
        evidence=tuple(evidence(u, run.start, run.end) for _, run, u in parts),
        speaker=number.speaker,
    )


def _is_given(number: _Number, before: Sequence[_Number], utterances: Sequence[Utterance]) -> bool:
    """Whether the operator told the caller this number, rather than repeated one of his, that is among `before`."""
    _, run, u = number.parts[0]
    if number.speaker is not Channel.OPERATOR:
        return False
    if any(n.speaker is not Channel.OPERATOR and n.digits == number.digits for n in before):
        return False
    asked_for = _ASKS_FOR_ONE.search(_question_before(utterances, utterances.index(u)))
    return asked_for is not None or _GIVES_ONE.search(sentence_before(u.raw, run.start)) is not None


def _with_area_code(found: Sequence[Candidate], utterances: Sequence[Utterance]) -> list[Candidate]:
    """Local numbers with the area code that somebody adds: 「前面加零幺零」."""
    if not any(_AREA_CODE.search(u.raw) for u in utterances):
        return list(found)
    return [
        msgspec.structs.replace(c, value=f"010{c.value}") if kind(str(c.value)) is Kind.LOCAL else c for c in found
    ]


def _is_likely(c: Candidate, utterances: Sequence[Utterance]) -> bool:
    """Eight digits may be what recognition left of a mobile number, unless somebody speaks of a landline."""
    return kind(str(c.value)) is not Kind.LOCAL or any(_LANDLINE_WORD.search(u.raw) for u in utterances)


def _doubted(c: Candidate) -> Candidate:
    return msgspec.structs.replace(c, confidence=round(c.confidence * _DOUBTFUL, 3))


def _compared(found: Sequence[Candidate], numbers: Sequence[_Number]) -> list[Candidate]:
    """`found` in recognised speech, weighed by how the two speakers' readings agree, and what they make together."""
    pairs = [
        (a, b) for a in numbers for b in numbers if a.speaker is Channel.CITIZEN and b.speaker is Channel.OPERATOR
    ]
    more = []
    for a, b in pairs:
        digits = a.digits, b.digits
        whole = joined(*digits, is_number)
        for number, other in ((a, b), (b, a)):
            value, _ = _judge(number.digits)
            if value is not None and number.complete and value != other.digits and confirms(other.digits, value):
                whole = whole or value
        if whole is not None and whole not in digits:
            more += [_agreed(n, whole) for n in (a, b)]
        elif whole is not None:
            more.append(_agreed(a if whole == b.digits else b, whole))
    kept = []
    for c in found:
        against = [n for n in numbers if n.speaker is not c.speaker and contradicts(n.digits, str(c.value))]
        agreed = any(m.value == c.value for m in more)
        kept.append(_doubted(c) if against and not agreed else c)
    return kept + more


def _agreed(number: _Number, value: str) -> Candidate:
    return Candidate(
        field=FieldName.CALLER_PHONE,
        value=value,
        confidence=_AGREED,
        evidence=tuple(evidence(u, run.start, run.end) for _, run, u in number.parts[number.reading().since :]),
        speaker=number.speaker,
    )


def _judge(digits: str) -> tuple[str | None, float]:
    """Value and confidence of digits, by the numbering plan alone."""
    what, missing = kind(digits), MOBILE_DIGITS - len(digits)
    if what in _TRUST:
        return "010" + digits.lstrip("0") if what is Kind.CLIPPED else digits, _TRUST[what]
    if what is None and 0 < missing <= 4 and begins_mobile(digits):
        return f"{digits}（缺{missing}位）", _INCOMPLETE
    return None, 0.0


def _cue(parts: Sequence[tuple[Link, Run, Utterance]]) -> bool:
    _, run, u = parts[0]
    return _MINE.search(u.raw[: run.start]) is not None


def _other_owner(parts: Sequence[tuple[Link, Run, Utterance]]) -> bool:
    """The words around the number say that it is somebody else's: the nearest cue decides."""
    _, first, u = parts[0]
    before = _OF_THE_LAST.sub("", re.split(r"[。？！?!]", u.raw[: first.start])[-1][-24:])
    _, last, v = parts[-1]
    if _NOT_MINE_AFTER.search(v.raw[last.end :]):
        return True
    others = [m.span() for m in _NOT_MINE.finditer(before)]
    mine = [m.start() for m in _MINE.finditer(before)]
    own = [at for at in mine if not any(start < at < end for start, end in others)]  # 店长电话 is not 电话
    return bool(others) and others[-1][0] >= max(own, default=0)


def _carrier_number(call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
    """The number that the carrier shows: a suggestion, unless the caller says 「就打这个号」."""
    digits = re.sub(r"^(?:\+?86)?", "", re.sub(r"[^\d+]", "", call.caller or ""))
    if not is_number(digits):
        return []
    said = [
        evidence(u, *m.span())
        for u in utterances
        if u.channel is not Channel.OPERATOR and (m := _THIS_PHONE.search(u.raw))
    ]
    return [
        Candidate(
            field=FieldName.CALLER_PHONE,
            value=digits,
            confidence=0.8 if said else 0.3,
            evidence=tuple(said),
            speaker=Channel.CITIZEN if said else None,
            source=Source.INFERRED,
        )
    ]
