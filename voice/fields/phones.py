"""The caller's telephone number: dictated, read back, corrected, or missing digits."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from models.call import CallInfo, Channel, Utterance
from models.workorder import FILL_AT, Candidate, Evidence, FieldName, Source
from voice.fields.dictated import Dictated, collect, question_before
from voice.fields.finder import evidence
from voice.fields.phone_owners import Owner, is_introduced, owner
from voice.fields.readings import confirms, contradicts, joined
from voice.fields.scope import sentence_after, sentence_before
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
"""Confidence of a number with missing or wrong digits: so low that two voices together do not fill it in."""
_AGREED = 0.6
"""Of a number that one speaker's reading, together with the other's, amounts to."""
_DOUBTFUL = 0.5
"""Factor for a number that the other speaker's reading contradicts, or that may be part of a longer one."""
_LANDLINE_WORD = re.compile(r"[座坐做作]机|固定电话|固话|家里的?电话")
_SECOND_CHOICE = 0.05
"""Less for the number of a relative who is to be called than for the caller's own."""
_RELATIVES = 0.2
"""Less for the number of a relative that answers the question for one."""
_OFFERED = 0.4
"""At most, of the number of a relative that nobody asked for."""
_ASIDE = 0.15
"""At most, of a number that is somebody else's, or was taken back."""
_ASKS_FOR_ONE = re.compile(r"电话.{0,3}(?:多少|告诉我|给我)|哪个电话|什么电话|有.{0,8}(?:电话|号码)[吗么没？?]|打哪")
_GIVES_ONE = re.compile(r"可以(?:拨打|打|联系|咨询)|(?:拨打|查到|告诉您|给您).{0,8}(?:电话|号码)|工单号|编号")
"""The operator tells the caller a number, for him to call."""
_CALLS_YOU = re.compile(r"[^，。？！]{0,8}(?:[跟和与给][您你](?:联系|打|回)|[联回][系访电][您你])|.{0,16}注意接听")
"""The operator tells which number somebody will call from."""
_REFUSED = re.compile(
    r"[\s，。嗯哎啊诶]*(?:不行|不成|不能[打留用记]|别(?:[别打留用记，。]|$)|不用这个|不是我|换了|换一?个)|[这那]个?是?[^，。？！]{0,6}(?:公用|别人|人家|借)|(?:跟|找|管|问)[^，。？！]{0,8}借的"
)
_DENIED = re.compile(r"[\s，。！哎诶唉啊呀嗯]*(?:(?:不对|不是(?:这个|的)?|您?[念记说听]?错了)[\s，。！啊呀]*)+")
"""An answer that calls what was read back wrong, and does not say what is right."""
_ACCEPTED = re.compile(r"(?<!别)(?<!不能)(?<!不要)(?:打|用|留|找|联系|记)(?:他|她|它|这个|那个)|也行|可以|能找")
_THIS_PHONE = re.compile(
    r"(?:就|打|用|留|记|按)(?:是|打|用|留|记)?(?:我)?(?:现在)?(?:打|拨|来电)?(?:过来)?的?这个(?:电话|手机|号码|号|座机)|来电的?(?:这个)?(?:号码|电话)就"
)


class PhoneFinder:
    """Finds `caller_phone`."""

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        numbers = collect(utterances)
        given = {n.digits for i, n in enumerate(numbers) if _is_given(n, numbers[:i], utterances)}
        for n in numbers:
            n.taken_back = n.taken_back or _is_refused(n, utterances)
        wrong = _denied(numbers, utterances)
        found = [
            msgspec.structs.replace(c, confidence=min(c.confidence, _INCOMPLETE)) if n.digits in wrong else c
            for n in numbers
            if n.digits not in given and (c := _candidate(n)) is not None
        ]
        if not all(u.written for u in utterances):
            found = [c if _is_likely(c, utterances) else _doubted(c) for c in found]
            found = _compared(found, [n for n in numbers if not n.taken_back and _owner(n) is not Owner.OTHER])
        return _carrier_number(call, utterances) + found


def _candidate(number: Dictated) -> Candidate | None:
    """What a dictated number says about the caller's; None when it is too short to be one."""
    reading = number.reading()
    value, confidence = _judge(reading.digits)
    if value is None:
        return None
    confidence -= 0.08 * min(sum(reading.doubts), 5) + 0.4 * reading.cost
    if not number.asked and number.speaker is not Channel.OPERATOR and not is_introduced(number.parts[0].before):
        confidence -= 0.1
    match _owner(number):
        case Owner.CONTACT:
            confidence -= _SECOND_CHOICE
        case Owner.FAMILY if number.asked:
            confidence -= _RELATIVES
        case Owner.FAMILY:
            confidence = min(confidence, _OFFERED)
        case Owner.OTHER:
            confidence = min(confidence, _ASIDE)
    if number.taken_back:
        confidence = min(confidence, _ASIDE)
    return Candidate(
        field=FieldName.CALLER_PHONE,
        value=value,
        confidence=round(max(confidence, 0.05), 3),
        evidence=_evidence(number),
        speaker=number.speaker,
    )


def _owner(number: Dictated) -> Owner:
    parts = number.parts
    return owner(parts[0].before, parts[-1].after)


def _evidence(number: Dictated) -> tuple[Evidence, ...]:
    return tuple(evidence(p.utterance, p.group.run.start, p.group.run.end) for p in number.parts)


def _is_given(number: Dictated, before: Sequence[Dictated], utterances: Sequence[Utterance]) -> bool:
    """Whether the operator told the caller this number, rather than repeated one of his, that is among `before`."""
    first = number.said[0]
    if number.speaker is not Channel.OPERATOR:
        return False
    if any(n.speaker is not Channel.OPERATOR and n.digits == number.digits for n in before):
        return False
    asked_for = _ASKS_FOR_ONE.search(question_before(utterances, utterances.index(first.utterance)))
    raw, run = first.utterance.raw, first.group.run
    told = _GIVES_ONE.search(sentence_before(raw, run.start)) or _CALLS_YOU.match(sentence_after(raw, run.end))
    return asked_for is not None or told is not None


def _denied(numbers: Sequence[Dictated], utterances: Sequence[Utterance]) -> set[str]:
    """The numbers that the operator read back, that the caller called wrong, and that nobody said again."""
    wrong: set[str] = set()
    for n in numbers:
        wrong.discard(n.digits)
        if n.speaker is Channel.OPERATOR and n.complete and _DENIED.fullmatch(_answer_to(n, utterances)):
            wrong.add(n.digits)
    return wrong


def _answer_to(number: Dictated, utterances: Sequence[Utterance]) -> str:
    """What the caller says first after the number; empty when he says nothing."""
    after = utterances[utterances.index(number.said[-1].utterance) + 1 :]
    return next((u.raw for u in after if u.channel is Channel.CITIZEN), "")


def _is_refused(number: Dictated, utterances: Sequence[Utterance]) -> bool:
    """Whether the caller does not want to be called at the number that the operator offers."""
    if number.speaker is not Channel.OPERATOR or not number.complete:
        return False
    answer = _answer_to(number, utterances)
    return _REFUSED.match(answer) is not None and _ACCEPTED.search(answer) is None


def _is_likely(c: Candidate, utterances: Sequence[Utterance]) -> bool:
    """Eight digits may be what recognition left of a mobile number, unless somebody speaks of a landline."""
    return kind(str(c.value)) is not Kind.LOCAL or any(_LANDLINE_WORD.search(u.raw) for u in utterances)


def _doubted(c: Candidate) -> Candidate:
    return msgspec.structs.replace(c, confidence=round(c.confidence * _DOUBTFUL, 3))


def _compared(found: Sequence[Candidate], numbers: Sequence[Dictated]) -> list[Candidate]:
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


def _agreed(number: Dictated, value: str) -> Candidate:
    return Candidate(
        field=FieldName.CALLER_PHONE,
        value=value,
        confidence=_AGREED,
        evidence=_evidence(number),
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
