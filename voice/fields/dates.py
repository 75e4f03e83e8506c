"""Dates and clock times as people say them, resolved against the moment of the call.

A moment may be a day (see `days`), a clock time with the part of the day, or both; or it is told by how long ago it
was (俩钟头以前). A day that is told twice in a row (上个月二十号，周六) is one moment. What lies in the future has no
value: an event that is reported has happened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from voice.fields.days import DAYS, DIGITS, NUMBER
from voice.numerals import read_cardinal


@dataclass(frozen=True, slots=True)
class Moment:
    """A time said in `text[start:end]`, as far as the words tell."""

    start: int
    end: int
    kind: str
    """What words: day, bare (a day of the month alone), ago, lasted, clock; none is a time, but no single day, coming
    one that is in the future."""
    day: date | None = None
    """None: only a clock time was said."""
    period: str = ""
    """The part of the day: 晚上."""
    hour: int | None = None
    """As said; see `period`."""
    minute: int = 0
    """Negative before the hour: 差五分八点."""
    ago: timedelta | None = None
    """Before the call."""
    exactness: int = 0
    """How exactly the day was told: 周六 says less than 前天, and that less than 二十号."""

    def value(self, now: datetime) -> str | None:
        """ISO 8601, a date, or date and minute when a clock time was said; None when it has not come yet.

        `now` is local time without offset.
        """
        if self.ago is not None:
            return (now - self.ago).isoformat(timespec="minutes")
        if self.hour is None:
            return self.day.isoformat() if self.day is not None and self.day <= now.date() else None
        past = [t for t in self._readings(now) if t <= now]
        return max(past).isoformat(timespec="minutes") if past else None

    def _readings(self, now: datetime) -> list[datetime]:
        """The times that the clock time may mean."""
        assert self.hour is not None
        days = [self.day] if self.day is not None else [now.date(), now.date() - timedelta(days=1)]
        hours = _hours(self.period, self.hour, past_day=self.day is not None and self.day < now.date())
        return [
            datetime.combine(day, time()) + timedelta(hours=h, minutes=self.minute) for day in days for h in hours
        ]


def moments(text: str, today: date) -> Iterator[Moment]:
    """The points in time that `text` names, from left to right."""
    last: Moment | None = None
    coming: Moment | None = None
    at = 0
    while at < len(text):
        found = _moment_at(text, at, today)
        at = found.end if found is not None else at + 1
        if found is None or found.kind == "none":
            continue
        if found.kind == "coming" or (coming is not None and _dates(text, coming, found)):
            coming = found
            continue
        together = _one_day(text, last, found) if last is not None else None
        if last is not None and together is None:
            yield last
        last = together or found
    if last is not None:
        yield last


def _dates(text: str, coming: Moment, found: Moment) -> bool:
    """Whether `found` is only the date of a day to come: 后天，二十二号; 明年六月三十."""
    return found.day is not None and _IS.fullmatch(text, coming.end, found.start) is not None


def _one_day(text: str, first: Moment, second: Moment) -> Moment | None:
    """Both together, when the second only says the day of the first once more."""
    if first.day is None or second.day is None or first.hour is not None or "lasted" in (first.kind, second.kind):
        return None
    exact = max(first, second, key=lambda m: m.exactness)
    same_weekday = (second.day - first.day).days % 7 == 0
    same = first.day == second.day or (same_weekday and min(first.exactness, second.exactness) == 0)
    if not same or _SAYS_AGAIN.fullmatch(text, first.end, second.start) is None:
        return None
    return replace(
        second,
        start=first.start,
        kind="day",
        day=exact.day,
        period=second.period or first.period,
        exactness=exact.exactness,
    )


def on_day(clock: Moment, day: Moment) -> Moment:
    """The clock time of one moment on the day of another: 「昨天晚上」 … 「八点半」."""
    return replace(clock, day=day.day, period=clock.period or day.period, kind=day.kind)


def _moment_at(text: str, at: int, today: date) -> Moment | None:
    """The expression that begins at `text[at]`."""
    if (m := _AGO.match(text, at)) is not None:
        ago = _how_long(m)
        return Moment(at, m.end(), "ago" if ago is not None else "none", ago=ago)
    moment = None
    for kind, pattern, resolve in DAYS:
        if (m := pattern.match(text, at)) is not None and m.end() > at:
            day = resolve(m, today)
            named = kind if kind == "coming" or day is not None else "none"
            moment = _neighbour(text, Moment(at, m.end(), named, day, exactness=_exactness(m)))
            break
    if moment is not None and (glue := _GLUE.match(text, moment.end)):
        at = glue.end()
    clock = _CLOCK.match(text, at)
    if clock is None:
        return moment
    period = clock["period"] or ""
    if not clock["hour"]:
        return replace(moment, end=clock.end(), period=period) if moment is not None and period else moment
    hour, minute = read_cardinal(clock["hour"]), _minute(clock["lacking"] or clock["minute"] or "")
    if hour is None or hour > 24 or minute is None or abs(minute) > 59 or (hour == 1 and not (period or moment)):
        return moment
    moment = moment or Moment(clock.start("period" if period else "time"), at, "clock")
    end = clock.end()
    if not period and (added := _ADDED_PERIOD.match(text, end)) is not None:
        period, end = added["period"], added.end()
    return replace(moment, end=end, period=period, hour=hour, minute=minute)


def _neighbour(text: str, moment: Moment) -> Moment:
    """The day after or before `moment`, where that is said: 五月九号的第二天."""
    m = _NEIGHBOUR.match(text, moment.end)
    if m is None or moment.day is None or moment.exactness < _DATED:
        return moment
    return replace(moment, end=m.end(), day=moment.day + timedelta(days=1 if m["after"] else -1))


def _exactness(m: re.Match[str]) -> int:
    said = m.groupdict()
    if "weekday" in said:
        return 0
    return 1 if "near" in said or "count" in said else _DATED


_DATED = 2
_NEIGHBOUR = re.compile("的?(?:(?P<after>第二天|次日|转天)(?!了)|前一天)")
_IS = re.compile(r"[的，,、\s]*(?:也?就?是)?")
_SAYS_AGAIN = re.compile(
    r"[，,、\s]?(?:那[天日])?(?:也?就?是|嘛|呢|吧|啊|呃|嗯|应该是|阳历|阴历|农历|[，,、\s]){0,6}"
)
_AGO = re.compile(
    rf"(?<![几百千万{DIGITS}])(?P<count>半|俩|仨|{NUMBER})(?P<half>个半)?个?(?P<unit>分钟|刻钟|小时|钟头)[以之]?前"
)
_MINUTES = {"分钟": 1, "刻钟": 15, "小时": 60, "钟头": 60}
_FEW = {"半": 0.5, "俩": 2.0, "仨": 3.0}


def _how_long(m: re.Match[str]) -> timedelta | None:
    """None when it is only known about (两三个小时前)."""
    count = _FEW.get(m["count"]) or read_cardinal(m["count"])
    if not count:
        return None
    return timedelta(minutes=round(_MINUTES[m["unit"]] * (count + (0.5 if m["half"] else 0))))


# --- Clock times -----------------------------------------------------------------------------

_NIGHT = ("后半夜", "大半夜", "半夜", "夜里", "夜间", "深夜", "晚上", "晚间", "夜", "晚")
_PERIODS = (
    "凌晨",
    "清晨",
    "大清早",
    "一大早",
    "一早",
    "早上",
    "早晨",
    "早起",
    "上午",
    "中午",
    "前晌",
    "头晌",
    "晌午",
    "后晌",
    "下午",
    "傍晚",
    "傍黑",
    "擦黑",
    *_NIGHT,
    "早",
    "晨",
)
_GLUE = re.compile(r"(?:那[天日])?[的，,、\s]{0,2}(?:[吧啊嗯呃哎那个]{1,2}[，,\s]?)?")
_LACKING = rf"差(?:一刻|{NUMBER}分)钟?"
_ONE_DIGIT = r"[一二三四五六七八九](?![一二三四五六七八九十分])"
"""Minutes have two digits: 五点一直 is five o'clock."""
_CLOCK = re.compile(
    rf"(?P<period>{'|'.join(_PERIODS)})?(?:[的大，,\s]{{0,2}}(?P<time>(?P<lacking>{_LACKING})?(?P<hour>\d{{1,2}}|[一二三四五六七八九十两]{{1,3}}|零)"
    rf"(?:点钟?(?![建意要都也儿])|[:：.](?=\d\d(?!\d)))(?P<minute>半|[一三]刻|整|{_LACKING}|(?!{_ONE_DIGIT}){NUMBER}分?(?![\d度米公斤倍万块元平折吨升号楼%]))?(?!{NUMBER}[度米公斤倍万块元平折吨升%])))?"
)

_ADDED_PERIOD = re.compile(
    rf"(?:多|左右|[来的]样?子?|[吧啊呢]){{0,2}}[，,、\s]?(?P<period>{'|'.join(_PERIODS)})(?=[吧啊呢的]?(?:[，。！？,.!?\s]|$))"
)
"""「十点，晚上」: said after the clock."""


def _minute(word: str) -> int | None:
    quarters = {"": 0, "整": 0, "半": 30, "一刻": 15, "三刻": 45}
    if word in quarters:
        return quarters[word]
    if word.startswith("差"):
        before = _minute(word[1:].removesuffix("钟"))
        return None if before is None else -before
    return read_cardinal(word.removesuffix("分").lstrip("零〇0") or "零")


def _hours(period: str, hour: int, *, past_day: bool) -> list[int]:
    """The hours of the day (24 and more: of the next day) that `hour` may mean."""
    if hour > 12 or (hour == 0 and period not in _NIGHT):
        return [hour]
    if period in _NIGHT:
        if hour == 12:
            return [24] if past_day else [0, 24]
        return [hour + 12] if hour > 4 else [hour + 24] if past_day else [hour]
    if period in ("后晌", "下午", "傍晚", "傍黑", "擦黑") or (period in ("中午", "晌午") and hour < 10):
        return [hour % 12 + 12]
    if period:
        return [hour % 12] if period == "凌晨" else [hour]
    if past_day:
        return [hour + 12] if hour < 7 else [hour]
    return [hour % 12, hour % 12 + 12]
