"""When the thing happened that the caller reports: the right one of all the times named in the call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date, datetime, timedelta
from functools import lru_cache

import msgspec

from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Utterance
from models.phonetic import fold, syllables
from models.workorder import FILL_AT, Candidate, FieldName, FieldValue, Source
from voice.fields.dates import Moment, moments, on_day
from voice.fields.finder import evidence
from voice.fields.requests import RequestFinder
from voice.fields.spans.model import LIKELY
from voice.fields.spans.reader import SpanReader
from voice.fields.time_mentions import Mention, Stance, asks_when, mentions

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
_TRUST = 0.95
_IN_PASSING = 0.5
"""The same in enquiries, whose dates are those of rules and plans."""
_LONG_AGO = 0.49
"""The same of what is more than a year ago: hotlines hear of what is recent, and one telling does not fill it in."""
_OFFERED = 0.2
"""Confidence in a time that is told of something else. A duration (三天了) is kept as words: the day on which it
began is only offered."""
_TAKEN_BACK = 0.05
_BELIEVED = 0.4
"""Of a clock time that is believed when its day is."""
_SAYS_MORE = 0.01
_BELIEVED_ALONE = 0.15
"""Of a full time that is believed when there is no other: neither of an enquiry nor of long ago."""
_EVERY = "每"
_YEAR = timedelta(days=366)
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
        said = [_moments(u.raw, now.date(), u.written) for u in utterances]
        told = _Told(now, (moment for each in said for moment in each))
        before: Utterance | None = None
        for u, spans, named in zip(utterances, self._spans.read(call, tuple(utterances)), said, strict=True):
            asked = _is_asked(before, u)
            for mention in mentions(u.raw, named, spans, asked=asked) if named else ():
                told.hear(u, mention, asked=asked)
            before = u
        trust = _IN_PASSING if self._requests.is_surely(utterances, "咨询") else _TRUST
        return _alone([_trusted(c, trust, now) for c in _refined(told.found)], told.complete)


class _Told:
    """What has been told so far in a call of when it happened."""

    def __init__(self, now: datetime, said: Iterable[Moment]) -> None:
        """`said`: all moments that the call names."""
        self.found: list[Candidate] = []
        self._now = now
        self._fuller: dict[tuple[int | None, int], Moment] = {
            (m.hour, m.minute): m for m in said if m.period and m.hour is not None and m.value(now)
        }
        self._last: FieldValue = None
        self._day: Moment | None = None
        self._undated: list[tuple[Candidate, Moment]] = []
        self.complete: set[str] = set()
        """The values of which day and hour were told in one breath."""
        self._denied: set[date | None] = set()

    def hear(self, u: Utterance, mention: Mention, *, asked: bool) -> None:
        """Takes in what `u` says of a time; `asked`: by the operator who wants to know when it happened."""
        if mention.stance is Stance.DENIES:
            self._deny(mention.moment)
            return
        meant = mention.meant and (mention.stance is Stance.CORRECTS or mention.moment.day not in self._denied)
        if mention.stance is Stance.CORRECTS and meant:
            self._denied.discard(mention.moment.day)
            tells_day_only = mention.moment.day is not None and mention.moment.hour is None
            if not (tells_day_only and self._undated):  # 「晚上八点半」 「是今天吗」 「不是，昨天」
                self._take_back(self._last)
        if meant and (asked or mention.stance is Stance.CORRECTS):
            self._date(mention.moment)
        moment = self._completed(u, mention.moment, meant=meant)
        value = moment.value(self._now)
        if value is None:
            return
        candidate = _candidate(u, moment, value, mention.probability if meant else 0.0)
        self.found.append(candidate)
        self._last = value if meant else self._last
        if meant and moment.day is None and moment.hour is not None:
            self._undated.append((candidate, moment))
        if mention.moment.day is not None and moment.hour is not None and moment.kind != "lasted":
            self.complete.add(value)

    def _completed(self, u: Utterance, moment: Moment, *, meant: bool) -> Moment:
        """`moment`, a clock time with the day that it belongs to."""
        if moment.day is None and not moment.period and (same := self._fuller.get((moment.hour, moment.minute))):
            moment = on_day(moment, same)  # 七点半，就今天晚上七点半
        if meant and moment.day is not None:
            self.found = list(_dated(self.found, moment.day)) if u.channel is Channel.OPERATOR else self.found
            self._undated = []
            self._day = moment
        elif meant and moment.hour is not None and self._day is not None:
            moment = self._day = on_day(moment, self._day)
        return moment

    def _date(self, day: Moment) -> None:
        """Clock times that were told before their day are on it: 「晚上八点半」 「哪天」 「前天」."""
        if day.day is None or day.hour is not None:
            return
        for candidate, clock in self._undated:
            value = on_day(clock, day).value(self._now)
            if value is not None:
                dated = msgspec.structs.replace(candidate, value=value)
                self.found = [dated if c is candidate else c for c in self.found]

    def _deny(self, moment: Moment) -> None:
        if moment.day is None:
            clock = on_day(moment, self._day) if self._day is not None else moment
            self._take_back(clock.value(self._now))
            return
        self._denied.add(moment.day)
        for value in {c.value for c in self.found if str(c.value).startswith(moment.day.isoformat())}:
            self._take_back(value)

    def _take_back(self, value: FieldValue) -> None:
        self.found = [
            msgspec.structs.replace(c, confidence=_TAKEN_BACK) if c.value == value else c for c in self.found
        ]


def _is_asked(before: Utterance | None, u: Utterance) -> bool:
    """Whether `u` answers the operator who asked when it happened."""
    if before is None or before.channel is not Channel.OPERATOR or u.channel is not Channel.CITIZEN:
        return False
    return asks_when(before.raw)


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


def _trusted(candidate: Candidate, trust: float, now: datetime) -> Candidate:
    if now - datetime.fromisoformat(str(candidate.value)) > _YEAR:
        trust = min(trust, _LONG_AGO)
    return msgspec.structs.replace(candidate, confidence=round(candidate.confidence * trust, 3))


def _alone(found: Sequence[Candidate], complete: Set[str]) -> list[Candidate]:
    """`found`; where nothing is believed, the only one told with day and hour is: nobody is as exact in passing."""
    exact = {c.value for c in found if c.value in complete and c.confidence >= _BELIEVED_ALONE}
    if len(exact) != 1 or any(c.confidence >= FILL_AT for c in found):
        return list(found)
    return [msgspec.structs.replace(c, confidence=FILL_AT) if c.value in exact else c for c in found]


def _dated(found: Sequence[Candidate], day: date) -> Iterator[Candidate]:
    """`found`; of an hour after midnight, which belongs to two days (前天夜里两点), the operator's `day` is taken."""
    for c in found:
        at = datetime.fromisoformat(str(c.value))
        early = "T" in str(c.value) and at.hour < _MORNING and "凌晨" not in c.evidence[0].quote
        before = at - timedelta(days=1)
        moved = early and before.date() == day
        yield msgspec.structs.replace(c, value=before.isoformat(timespec="minutes")) if moved else c


def _refined(found: Sequence[Candidate]) -> list[Candidate]:
    """`found`, where a clock time is a little surer than the day that it belongs to: it says the same and more."""
    days = {str(c.value): c.confidence for c in sorted(found, key=lambda c: c.confidence)}
    return [
        msgspec.structs.replace(
            c, confidence=max(c.confidence, days.get(str(c.value)[:_DATE_LENGTH], 0.0)) + _SAYS_MORE
        )
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
