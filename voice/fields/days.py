"""Days as people say them, resolved against the day of the call: 昨儿, 上礼拜六, 腊月二十, 国庆那几天, 三天前.

Solar and lunar dates, weekdays and festivals. What is not one day (前几天, 上个月) or has not come yet has no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from borax.calendars.lunardate import LunarDate, TermUtils  # type: ignore[import-untyped]

from voice.numerals import read_cardinal, read_digits

DIGITS = r"零〇一二三四五六七八九十两\d"
NUMBER = rf"[{DIGITS}]{{1,3}}"
Resolve: TypeAlias = Callable[["re.Match[str]", date], date | None]

_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6, "末": 5} | {str(i + 1): i for i in range(6)}
_DAYS_AGO = {"今": 0, "昨": 1, "夜": 1, "前": 2, "大前": 3}
"""夜儿个 is 昨天 around Beijing."""
_WEEKS_AGO = {"上上": 2, "大上": 2, "上": 1, "这": 0, "本": 0}
_YEARS_ON = {"今年": 0, "去年": -1, "上年": -1, "头年": -1, "前年": -2, "大前年": -3}
_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_SOLAR = {
    "元旦": (1, 1), "三八": (3, 8), "妇女节": (3, 8), "五一": (5, 1), "劳动节": (5, 1), "六一": (6, 1),
    "儿童节": (6, 1), "教师节": (9, 10), "国庆": (10, 1), "十一": (10, 1), "双十一": (11, 11), "圣诞": (12, 25),
    "情人节": (2, 14), "植树节": (3, 12), "青年节": (5, 4), "建党节": (7, 1), "建军节": (8, 1), "平安夜": (12, 24),
}  # fmt: skip
_LUNAR = {
    "春节": (1, 1), "元宵": (1, 15), "龙抬头": (2, 2), "端午": (5, 5), "七夕": (7, 7), "中元": (7, 15),
    "中秋": (8, 15), "重阳": (9, 9), "腊八": (12, 8), "小年": (12, 23),
}  # fmt: skip
_YEARS_AHEAD = 30
"""That leases and loans run: 三六年 is to come, 九八年 is past."""
_LUNAR_BY_DATE = {(2, 2), (3, 3), (5, 5), (6, 6), (7, 7), (8, 15), (9, 9)}
"""Lunar days whose date is their name, when said without 号: 二月二, 八月十五."""
_TERMS = (
    "清明", "冬至", "立春", "立夏", "立秋", "立冬", "夏至", "霜降", "惊蛰", "春分", "谷雨", "芒种", "大暑", "处暑",
    "白露", "秋分", "寒露",
)  # fmt: skip
_SUNDAYS = {"母亲节": (5, 2), "父亲节": (6, 3)}
"""Month, and which of its Sundays."""
_NUMERIC = ("三八", "五一", "六一", "十一", "双十一")
"""Festivals that are only a number unless something shows it."""
_UNIT_DAYS: Mapping[str, int] = {"天": 1, "周": 7, "个星期": 7, "个礼拜": 7, "个小时": 0, "小时": 0, "个钟头": 0}
_SOLAR_MEANT = re.compile("[阳公新]历")
"""Said by people who give the day of a month in the lunar way (五月初八，阳历啊)."""
_MAX_COUNT = 60
"""Nobody counts more days exactly."""
_NEARLY_A_YEAR = 300
"""Days; a date without a year that is longer ago is not the past one but the one to come: people would say 去年."""


def _relative(m: re.Match[str], today: date) -> date | None:
    return today - timedelta(days=_DAYS_AGO[m["near"]])


def _weekday(m: re.Match[str], today: date) -> date | None:
    wanted = _WEEKDAYS[m["weekday"]]
    if not m["which"]:
        return today - timedelta(days=(today.weekday() - wanted) % 7)
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(days=wanted - 7 * _WEEKS_AGO[m["which"]])


def _month_day(m: re.Match[str], today: date) -> date | None:
    """A month and a day; without a year the latest that is past.

    Without 号 it must be lunar (腊月二十), or a number that ends there (七月二十八那场雨).
    """
    word = m["month"]
    lunar = bool(m["lunar"]) or word in _MONTHS or m["day"].startswith(("初", "廿"))
    month = _MONTHS.get(word) or read_cardinal(word)
    day = _day_number(m["day"])
    lunar = lunar or (m["suffix"] == "" and not m["day"].isascii() and (month, day) in _LUNAR_BY_DATE)
    lunar = lunar and _SOLAR_MEANT.search(m.string) is None
    ends = m["suffix"] is not None and len(m["day"]) > 1
    if month is None or day is None or not (lunar or m["suffix"] or ends):
        return None
    return _latest(m["year"], today, lambda year: _lunar(year, month, day) if lunar else _solar(year, month, day))


def _day_of_month(m: re.Match[str], today: date) -> date | None:
    """上个月十五号, 上上个月二号, 这个月三号."""
    first = today.replace(day=1)
    for _ in range(m["this"].count("上")):
        first = (first - timedelta(days=1)).replace(day=1)
    return _solar(first.year, first.month, read_cardinal(m["day"]))


def _bare_day(m: re.Match[str], today: date) -> date | None:
    """十五号: of this month, or of the last when this one's has not come yet."""
    last_month = today.replace(day=1) - timedelta(days=1)
    days = [_solar(d.year, d.month, read_cardinal(m["day"])) for d in (today, last_month)]
    return next((d for d in days if d is not None and d <= today), None)


def _new_year(m: re.Match[str], today: date) -> date | None:
    """除夕, 大年初三."""
    days_in = read_cardinal(m["day"][1:]) if m["day"] else 0
    if days_in is None:
        return None
    return _latest(m["year"], today, lambda year: _after(_lunar(year, 1, 1), days_in - 1))


def _festival(m: re.Match[str], today: date) -> date | None:
    name, nth = m["festival"], _day_of_holiday(m["later"])
    return None if nth is None else _latest(m["year"], today, lambda year: _after(_begins(name, year), nth - 1))


def _begins(name: str, year: int) -> date | None:
    """The (first) day of a festival in `year`."""
    if name in _TERMS:
        return _checked(TermUtils.nth_term_day(year, term_name=name))
    if name in _SUNDAYS:
        month, nth = _SUNDAYS[name]
        first = date(year, month, 1)
        return first + timedelta(days=6 - first.weekday() + 7 * (nth - 1))
    return _solar(year, *_SOLAR[name]) if name in _SOLAR else _lunar(year, *_LUNAR[name])


def _day_of_holiday(word: str | None) -> int | None:
    """第二天 of a holiday, 0 the day before it; None for the last one: their length differs from year to year."""
    if not word or word[0] == "头":
        return 1
    if word[0] == "前":
        return 0
    return read_cardinal(word[1:-1]) if word[0] == "第" else None


def _ago(m: re.Match[str], today: date) -> date | None:
    count = read_cardinal(m["count"])
    days = _UNIT_DAYS[m["unit"]] * count if count is not None else _MAX_COUNT + 1
    return today - timedelta(days=days) if days <= _MAX_COUNT else None


def _never(m: re.Match[str], today: date) -> date | None:
    return None


def _latest(year_word: str | None, today: date, at: Callable[[int], date | None]) -> date | None:
    """The day in the year said, else the latest one that is past, or the coming one when that is long ago."""
    if year_word:
        return at(_year(year_word, today))
    days = [day for year in range(today.year + 1, today.year - 3, -1) if (day := at(year)) is not None]
    past = next((day for day in days if day <= today), None)
    if past is None or (today - past).days <= _NEARLY_A_YEAR:
        return past
    return min((day for day in days if day > today), default=None)


def _year(word: str, today: date) -> int:
    """去年, 二零二五年, 一三年."""
    if word in _YEARS_ON:
        return today.year + _YEARS_ON[word]
    digits = read_digits(word.removesuffix("年"))
    century = today.year // 100 * 100
    year = int(digits) if len(digits) > len("13") else century + int(digits)
    return year if year <= today.year + _YEARS_AHEAD else year - 100


def _day_number(word: str) -> int | None:
    """初五, 廿三, 二十, 15."""
    return read_cardinal(word.removeprefix("初").replace("廿", "二十"))


def _solar(year: int, month: int, day: int | None) -> date | None:
    try:
        return None if day is None else date(year, month, day)
    except ValueError:
        return None


def _lunar(year: int, month: int, day: int) -> date | None:
    """The solar date of a day of the lunar year that begins in `year`; None when it has no such day."""
    try:
        return _checked(LunarDate(year, month, day).to_solar_date())
    except ValueError:
        return None


def _checked(value: object) -> date:
    assert isinstance(value, date)
    return value


def _after(day: date | None, days: int) -> date | None:
    return None if day is None else day + timedelta(days=days)


_DIGIT = r"[零〇一二三四五六七八九\d]"
_YEAR = rf"(?:(?P<year>{'|'.join(_YEARS_ON)}|(?<![{DIGITS}])(?:[二2][零〇0])?{_DIGIT}{{2}}年)的?)?"
_OCCASION = r"(?:节(?!课)|黄金周|长假|假期|小长假|期间|那天|那几天|那阵|的?时候|当天|前后|放假)"
_NO_PLACE = r"(?!\s*[楼院线门库房厅店桌车井栋座室地坑病机厂校文码工单窗柜床诊台])"
"""十四号楼 and 五号线 are places."""
_LATER = "第[一二三四五六七八]天|头一天|前一天|最后一天"
_NAMED = "|".join(sorted({*_SOLAR, *_LUNAR, *_TERMS, *_SUNDAYS} - set(_NUMERIC), key=len, reverse=True))
_WEEK = "(?:周|礼拜|星期)"
DAYS: tuple[tuple[str, re.Pattern[str], Resolve], ...] = tuple(
    (kind, re.compile(pattern), resolve)
    for kind, pattern, resolve in (
        ("coming", rf"大?后[天儿年]|明[天儿日早晚年]|下个?(?:{_WEEK}[一二三四五六日天]?|月)", _never),
        (
            "none",
            rf"[前这那最近]{{1,2}}[几两][天日]|[前这上](?:[几两]?个?{_WEEK}(?![一二三四五六日天末1-6的周礼星])|[几两]?个?月(?![{DIGITS}份的初廿]))",
            _never,
        ),
        ("day", r"刚才|刚刚", lambda _m, today: today),
        (
            "day",
            (
                r"(?P<near>大前|(?<![跟面眼门身])前|昨|今|夜(?=儿个|个儿|儿[前后]晌))"
                r"(?:[天日儿]个?|个儿|(?<=[昨今])个|(?=[晚早晨夜]))"
            ),
            _relative,
        ),
        (
            "day",
            rf"(?P<which>上上|大上|上|这|本)?个?(?:{_WEEK}的?)?{_WEEK}(?P<weekday>[一二三四五六日天末1-6])(?!\d)",
            _weekday,
        ),
        ("day", _YEAR + r"(?:除夕|大?年三十|(?:大年|正月|春节)(?=初))(?P<day>初[一二三四五六七八九十])?", _new_year),
        (
            "day",
            _YEAR + rf"(?P<festival>{_NAMED}|(?<![{DIGITS}])(?:{'|'.join(_NUMERIC)})(?={_OCCASION}|{_LATER}))儿?"
            rf"(?:(?:{_OCCASION})*的?(?P<later>{_LATER})|{_OCCASION})?(?!轻)",
            _festival,
        ),
        ("day", rf"(?P<this>上上|[上这本])个?月份?的?(?P<day>{NUMBER})[号日]{_NO_PLACE}", _day_of_month),
        (
            "day",
            _YEAR + rf"(?P<lunar>农历|阴历|旧历)?的?(?P<month>[正冬腊]|{NUMBER})月份?的?"
            rf"(?P<day>[初廿]?{NUMBER})(?P<suffix>[号日]{_NO_PLACE}|(?=[那，,。、\s早上下晚开起我他她就]|$))?",
            _month_day,
        ),
        ("bare", rf"(?P<day>{NUMBER})[号日]{_NO_PLACE}", _bare_day),
        ("ago", rf"(?P<count>{NUMBER})(?P<unit>{'|'.join(_UNIT_DAYS)})(?:以|之)?前", _ago),
        ("lasted", rf"(?P<count>{NUMBER})(?P<unit>{'|'.join(_UNIT_DAYS)})了", _ago),
    )
)
"""Kind, expression and the day it means, tried in this order; `none` is no single day, `coming` one in the future."""
