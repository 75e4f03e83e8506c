"""When the thing happened that the caller reports: the right one of all the times named in the call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

import msgspec

from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Utterance
from models.phonetic import fold, syllables
from models.workorder import Candidate, FieldName, FieldValue, Source
from voice.fields.dates import Moment, moments, on_day
from voice.fields.finder import evidence
from voice.fields.requests import RequestFinder
from voice.fields.spans.model import LIKELY, Kind, Span
from voice.fields.spans.reader import SpanReader

_PARTS_OF_DAY = ("早上", "上午", "中午", "下午", "晚上", "凌晨", "夜里")
_HOURS = "一两三五六七八九"
"""Without 四 and 十, which sound alike."""
_FESTIVALS = ("五一", "国庆", "中秋", "端午", "清明", "元旦", "春节", "元宵")
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
        *(day + part for day in ("昨天", "今天", "前天", "昨儿", "今儿", "前儿") for part in _PARTS_OF_DAY),
        *(day + part for day in "昨今前" for part in ("晚上", "早上")),
        *(part + hour + "点" for part in _PARTS_OF_DAY for hour in _HOURS),
        *(hour + "点" + more for hour in _HOURS for more in ("半", "多", "钟", "左右", "来钟")),
        *(
            day + more
            for day in _FESTIVALS
            for more in ("放假", "假期", "期间", "那天", "那几天", "头一天", "第一天")
        ),
        *("大前天", "昨天", "凌晨", "大年三十", "大年初一"),
    )
}
"""Words of time by their sound: recognition writes homophones (「上离百六」)."""
_LENGTHS = sorted({len(sounds) for sounds in _SPELLINGS}, reverse=True)
"""Of them in syllables, longest first."""
_CORRECTS = re.compile(
    "(?:^|[^\u4e00-\u9fff]|[嗯啊哦呃哎诶吧呀那])(?:不对(?![劲头付])|错了|也?不是(?=[，,。]))|[说记讲]错|我[搞弄]错"
)
"""Not what is wrong with a thing (价钱不对)."""
_TRUST = 0.95
_IN_PASSING = 0.5
"""The same in enquiries, whose dates are those of rules and plans."""
_OFFERED = 0.2
"""Confidence in a time that is told of something else. A duration (三天了) is kept as words: the day on which it
began is only offered."""
_TAKEN_BACK = 0.05
_BELIEVED = 0.4
"""Of a clock time that is believed when its day is."""
_EVERY = "每"
_DATE_LENGTH = len("2026-01-01")
_MORNING = 5


class TimeFinder:
    """Finds `occurred_at`."""

    def __init__(self, spans: SpanReader, requests: RequestFinder) -> None:
        self._spans = spans
        self._requests = requests

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        now = call.received_at.astimezone(HOTLINE_TIME_ZONE).replace(tzinfo=None)
        found: list[Candidate] = []
        last: FieldValue = None
        day: Moment | None = None
        said = [_moments(u.raw, now.date(), u.written) for u in utterances]
        fuller = {(m.hour, m.minute): m for each in said for m in each if m.period}
        for u, spans, told in zip(utterances, self._spans.read(call, tuple(utterances)), said, strict=True):
            at = 0
            for moment in told:
                probability = _probability(moment, spans)
                meant = probability >= LIKELY
                if meant and last is not None and _CORRECTS.search(u.raw[at : moment.start]):
                    found = list(_without(found, last))
                at = moment.end
                if moment.day is None and not moment.period and (same := fuller.get((moment.hour, moment.minute))):
                    moment = on_day(moment, same)  # noqa: PLW2901 - 七点半，就今天晚上七点半
                if meant and moment.day is not None:
                    found = list(_dated(found, moment.day)) if u.channel is Channel.OPERATOR else found
                    day = moment
                elif meant and moment.hour is not None and day is not None:
                    moment = day = on_day(moment, day)  # noqa: PLW2901
                value = moment.value(now)
                if value is not None:
                    found.append(_candidate(u, moment, value, probability))
                    last = value if meant else last
        trust = _IN_PASSING if self._requests.is_surely(utterances, "咨询") else _TRUST
        return [_trusted(c, trust) for c in _refined(found)]


def _probability(moment: Moment, spans: Sequence[Span]) -> float:
    """How likely `moment` is when it happened."""
    return max((s.probability * _overlap(s, moment) for s in spans if s.kind is Kind.TIME), default=0.0)


def _overlap(span: Span, moment: Moment) -> float:
    """Share of the shorter of both that lies in the other."""
    shared = min(span.end, moment.end) - max(span.start, moment.start)
    return max(0, shared) / min(span.end - span.start, moment.end - moment.start)


def _candidate(u: Utterance, moment: Moment, value: str, probability: float) -> Candidate:
    lasted = moment.kind == "lasted"
    confidence = probability if probability >= LIKELY and not lasted else _OFFERED
    return Candidate(
        field=FieldName.OCCURRED_AT,
        value=value,
        confidence=confidence,
        evidence=(evidence(u, moment.start, moment.end),),
        speaker=u.channel,
        source=Source.INFERRED if lasted else Source.HEARD,
    )


def _trusted(candidate: Candidate, trust: float) -> Candidate:
    return msgspec.structs.replace(candidate, confidence=round(candidate.confidence * trust, 3))


def _without(found: Sequence[Candidate], value: FieldValue) -> Iterator[Candidate]:
    """`found`, with what was corrected."""
    for c in found:
        yield msgspec.structs.replace(c, confidence=_TAKEN_BACK) if c.value == value else c


def _dated(found: Sequence[Candidate], day: date) -> Iterator[Candidate]:
    """`found`; of an hour after midnight, which belongs to two days (前天夜里两点), the operator's `day` is taken."""
    for c in found:
        at = datetime.fromisoformat(str(c.value))
        early = "T" in str(c.value) and at.hour < _MORNING and "凌晨" not in c.evidence[0].quote
        before = at - timedelta(days=1)
        moved = early and before.date() == day
        yield msgspec.structs.replace(c, value=before.isoformat(timespec="minutes")) if moved else c


def _refined(found: Sequence[Candidate]) -> list[Candidate]:
    """`found`, where a clock time is as sure as the day that it belongs to: it says the same and more."""
    days = {str(c.value): c.confidence for c in sorted(found, key=lambda c: c.confidence)}
    return [
        msgspec.structs.replace(c, confidence=max(c.confidence, days.get(str(c.value)[:_DATE_LENGTH], 0.0)))
        if "T" in str(c.value) and c.confidence >= _BELIEVED
        else c
        for c in found
    ]


@lru_cache(maxsize=512)
def _moments(raw: str, today: date, written: bool) -> tuple[Moment, ...]:
    """The times in one utterance that are not of every week or day; `written`: by a person, who spells them right."""
    text = raw if written else _respelled(raw)
    return tuple(m for m in moments(text, today) if not raw.endswith(_EVERY, 0, m.start))


def _respelled(raw: str) -> str:
    """`raw` with homophones of words of time replaced, character by character, so that places stay.

    Words may share characters: 今天早上 and 早上七点.
    """
    spoken = syllables(raw)
    sounds = [fold(s) for s in spoken.first]
    chars = list(raw)
    for i in range(len(sounds)):
        word = next((w for n in _LENGTHS if (w := _SPELLINGS.get(tuple(sounds[i : i + n])))), "")
        for at, char in zip(spoken.at[i:], word, strict=False):
            chars[at] = char
    return "".join(chars)
