"""Dates and clock times in running text."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from borax.calendars.lunardate import LunarDate
from hypothesis import given
from hypothesis import strategies as st

from voice.fields.dates import moments

NOW = datetime.fromisoformat("2026-01-13T08:52")
"""A Tuesday; local time without offset, as `Moment.value` takes it."""
AFTER_NEW_YEAR = datetime.fromisoformat("2026-02-19T07:30")
DIGITS = "零一二三四五六七八九"


def values(text: str, now: datetime = NOW) -> list[str | None]:
    return [m.value(now) for m in moments(text, now.date())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("打上礼拜六就这样了", "2026-01-10"),
        ("打上周二起", "2026-01-06"),
        ("上上周日", "2026-01-04"),
        ("这周二晚上", "2026-01-13"),
        ("周日", "2026-01-11"),
        ("星期三", "2026-01-07"),
        ("大前天", "2026-01-10"),
        ("前天下午我回家", "2026-01-11"),
        ("昨儿晚上八点半", "2026-01-12T20:30"),
        ("今天早上六点", "2026-01-13T06:00"),
        ("刚才八点半", "2026-01-13T08:30"),
        ("昨天中午十二点半", "2026-01-12T12:30"),
        ("昨晚十二点", "2026-01-13T00:00"),
        ("昨天半夜两点", "2026-01-13T02:00"),
        ("今天凌晨两点一刻", "2026-01-13T02:15"),
        ("昨天三点零五分", "2026-01-12T15:05"),
        ("昨天19:30", "2026-01-12T19:30"),
        ("十一点多", "2026-01-12T23:00"),
        ("零点", "2026-01-13T00:00"),
        ("昨天零点三十分", "2026-01-12T00:30"),
        ("昨晚零点", "2026-01-13T00:00"),
        ("下午一点", "2026-01-12T13:00"),
        ("十二月二十八号", "2025-12-28"),
        ("一月八号", "2026-01-08"),
        ("五月十一号坏的", "2025-05-11"),
        ("二零二五年十二月三号", "2025-12-03"),
        ("去年十一月二号", "2025-11-02"),
        ("上个月十五号", "2025-12-15"),
        ("十五号开始", "2025-12-15"),
        ("三天前", "2026-01-10"),
        ("两个礼拜前", "2025-12-30"),
        ("停了三天了", "2026-01-10"),
        ("国庆那几天", "2025-10-01"),
        ("十一假期", "2025-10-01"),
        ("元旦", "2026-01-01"),
        ("中秋节那天", "2025-10-06"),
        ("农历八月十五", "2025-10-06"),
        ("去年正月初五", "2025-02-02"),
        ("去年大年三十晚上", "2025-01-28"),
        ("清明", "2025-04-04"),
        ("国庆放假第三天", "2025-10-03"),
        ("五一假期头一天", "2025-05-01"),
        ("去年春节初二那天", "2025-01-30"),
        ("母亲节那天", "2025-05-11"),
        ("去年父亲节", "2025-06-15"),
        ("冬至那天，早起六点四十", "2025-12-21T06:40"),
        ("冬至前一天", "2025-12-20"),
        ("十二月八号的第二天", "2025-12-09"),
        ("十二月八号前一天", "2025-12-07"),
        ("三月三，赶庙会", "2025-03-31"),
        ("八月十五那天", "2025-10-06"),
        ("八月十五号", "2025-08-15"),
        ("夜儿个后晌", "2026-01-12"),
        ("昨个儿晌午一点", "2026-01-12T13:00"),
        ("差五分八点", "2026-01-13T07:55"),
        ("今天八点差一刻", "2026-01-13T07:45"),
        ("上个月八号", "2025-12-08"),
        ("上上个月二号", "2025-11-02"),
        ("上周的周三", "2026-01-07"),
        ("上个礼拜礼拜三", "2026-01-07"),
        ("前年国庆", "2024-10-01"),
        ("大前年三月一号", "2023-03-01"),
        ("一三年三月一号", "2013-03-01"),
        ("九八年五月一号", "1998-05-01"),
        ("十二点零五分", "2026-01-13T00:05"),
        ("二十分钟前", "2026-01-13T08:32"),
        ("俩钟头以前", "2026-01-13T06:52"),
        ("半个小时之前", "2026-01-13T08:22"),
        ("一个半小时前", "2026-01-13T07:22"),
    ],
)
def test_a_point_in_time(text: str, expected: str) -> None:
    assert values(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("上个月二十号，周六嘛，门锁着", ["2025-12-20"]),
        ("三天前，也就是十号", ["2026-01-10"]),
        ("前天，冬月二十三那天晚上八点", ["2026-01-11T20:00"]),
        ("周日，十一号", ["2026-01-11"]),
        ("上周六，三号", ["2026-01-03"]),
        ("昨天，前天，都这样", ["2026-01-12", "2026-01-11"]),
        ("今天，元旦放的假", ["2026-01-13", "2026-01-01"]),
        ("周六，五号", ["2026-01-10", "2026-01-05"]),
    ],
)
def test_a_day_may_be_told_twice(text: str, expected: list[str]) -> None:
    """2026-01-11 is the 23rd of the eleventh lunar month, a Sunday."""
    assert values(text) == expected


def test_a_clock_time_begins_with_its_own_words() -> None:
    (moment,) = moments("对的，七点四十就没了", NOW.date())
    assert "对的，七点四十就没了"[moment.start : moment.end] == "七点四十"


def test_the_lunar_year_ends_after_the_solar_one() -> None:
    assert values("腊月二十", AFTER_NEW_YEAR) == ["2026-02-07"]
    assert values("除夕", AFTER_NEW_YEAR) == ["2026-02-16"]
    assert values("正月初二", AFTER_NEW_YEAR) == ["2026-02-18"]


@pytest.mark.parametrize(
    "text",
    [
        "去年十一月",
        "国庆假期最后一天",
        "还剩二十一节课",
        "当天就坏了",
        "前几天",
        "这两天",
        "最近",
        "上周",
        "小半年了",
        "十月二十几号",
        "一点都不",
        "快点",
        "三点建议",
        "十四号楼",
        "五号线",
        "三十二号院",
        "三点五度",
        "两三个小时前",
        "几十分钟前",
        "一百二十分钟前",
        "明天早上六点",
        "下周三",
        "后天",
        "二月三十号",
        "五月三",
        "十二月二",
        "三月三百块",
        "半夜儿",
        "下个月十五号",
        "下周的周三",
        "后天，十五号",
        "明年六月三十",
    ],
)
def test_no_point_in_the_past(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize("text", ["今天晚上八点", "三六年五月一号到期", "二七年三月一号"])
def test_what_has_not_come_yet_has_no_value(text: str) -> None:
    assert values(text) == [None]


@pytest.mark.parametrize("text", ["二月一号", "腊月二十", "大年三十晚上", "元宵节那天", "二月二，龙抬头"])
def test_a_date_that_comes_soon_is_not_that_of_last_year(text: str) -> None:
    assert values(text) == [None]


def chinese(n: int) -> str:
    tens, ones = divmod(n, 10)
    return (DIGITS[tens] if tens > 1 else "") + "十" * (tens > 0) + (DIGITS[ones] if ones or not tens else "")


past = st.dates(NOW.date() - timedelta(days=300), NOW.date())


@given(day=past)
def test_any_solar_date_of_the_last_months(day: date) -> None:
    assert values(f"{chinese(day.month)}月{chinese(day.day)}号") == [day.isoformat()]


@given(day=past)
def test_any_lunar_date_of_the_last_months(day: date) -> None:
    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    if not lunar.leap:
        said = f"农历{chinese(lunar.month)}月{'初' if lunar.day <= 10 else ''}{chinese(lunar.day)}"
        assert values(said) == [day.isoformat()]


@given(minutes=st.integers(1, 60 * 20))
def test_any_clock_time_of_the_last_hours(minutes: int) -> None:
    then = NOW - timedelta(minutes=minutes)
    day = "今天" if then.date() == NOW.date() else "昨天"
    period, hour = next(
        (name, then.hour - less)
        for name, least, less in (
            ("晚上", 18, 12),
            ("下午", 13, 12),
            ("中午", 12, 0),
            ("上午", 9, 0),
            ("早上", 5, 0),
            ("凌晨", 0, 0),
        )
        if then.hour >= least
    )
    said = f"{day}{period}{chinese(hour)}点{chinese(then.minute) + '分' if then.minute else '整'}"
    assert values(said) == [then.isoformat(timespec="minutes")]


words = st.text(
    alphabet="今昨前大上下周礼拜星期一二三四五六七八九十零两天日号月年点半分早晚中午夜初腊正国庆0123456789了前:，",
    max_size=24,
)


@given(text=words | st.text(max_size=24), days=st.integers(-12_000, 20_000))
def test_any_text_gives_past_times_in_order(text: str, days: int) -> None:
    now, end = NOW + timedelta(days=days), 0
    for m in moments(text, now.date()):
        assert end <= m.start < m.end <= len(text)
        end = m.end
        value = m.value(now)
        assert value is None or datetime.fromisoformat(value) <= now
