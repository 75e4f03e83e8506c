"""Reading aloud: what people say for what is written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.numbers import cardinal, naming
from ivr.reading import spoken_form

CASES = {
    "hotlines": ("请拨打110或者12345，火警119。", "请拨打幺幺零或者幺二三四五，火警幺幺九。"),
    "not hotlines": ("120米，120号楼，110元，120平米", "一百二十米，一百二十号楼，一百一十元，一百二十平米"),
    "company lines": ("燃气96777，供暖96069，电力95598", "燃气九六七七七，供暖九六零六九，电力九五五九八"),
    "mobile": ("电话13800138000", "电话幺三八，零零幺三，八零零零"),
    "mobile in groups": ("138-0013-8000", "幺三八，零零幺三，八零零零"),
    "landline": ("(010)65881234", "零幺零，六五八八，幺二三四"),
    "service line": ("400-810-1234", "四零零，八幺零，幺二三四"),
    "named numbers": ("验证码 8842，尾号是1234，工号007", "验证码 八八四二，尾号是幺二三四，工号零零七"),
    "order number": ("YD20260110-0042", "YD二零二六，零幺幺零，零零四二"),
    "licence plate": ("京A12345", "京A幺二三四五"),
    "letters and digits": ("5G，PM2.5，A1口", "五G，PM二点五，A一口"),
    "date": ("2025年6月11日", "二零二五年六月十一日"),
    "iso date": ("2026-01-05", "二零二六年一月五日"),
    "years": ("2025-2026年", "二零二五到二零二六年"),
    "clock": ("8:30-17:30，20:05，2:15，24:00", "八点半到十七点半，二十点零五分，两点十五分，二十四点"),
    "house": ("9号楼3单元402", "九号楼三单元四零二"),
    "house with dashes": ("幸福里5-1203，2-3-402", "幸福里五杠幺二零三，二杠三杠四零二"),
    "bus": ("300路、612路、3路", "三百路、六幺二路、三路"),
    "two": ("2天，2月，2个月，2年级，第2名，2号，2000人", "两天，二月，两个月，二年级，第二名，二号，两千人"),
    "large": ("1,234,567人，22000元，10000000元", "一百二十三万四千五百六十七人，两万两千元，一千万元"),
    "money": ("3.75元，0.5元，4.05元，2.50元", "三块七毛五，五毛，四块零五分，两块五"),
    "money with units": ("¥14.6/小时，25元/平方米，3.6万元", "十四块六每小时，二十五元每平方米，三点六万元"),
    "temperature": ("-5℃~3℃，37.5度", "零下五摄氏度到三摄氏度，三十七点五度"),
    "percent": ("40%，30%-50%，0.5‰", "百分之四十，百分之三十到百分之五十，千分之零点五"),
    "range": ("罚款50-200元，3~5天", "罚款五十到二百元，三到五天"),
    "fraction": ("1/3业主，½", "三分之一业主，二分之一"),
    "units": ("60㎡，18km，3kWh", "六十平方米，十八公里，三度"),
    "symbols": ("7*24小时，按#键", "七乘二十四小时，按井号键"),
    "addresses": ("www.beijing.gov.cn", "www点beijing点gov点cn"),
    "full width": ("２０２５年①", "二零二五年一"),
    "nothing to read": ("您好，这里是市民热线。", "您好，这里是市民热线。"),
}


@pytest.mark.parametrize(("written", "spoken"), CASES.values(), ids=CASES.keys())
def test_reads_like_people(written: str, spoken: str) -> None:
    assert spoken_form(written) == spoken


@given(st.text())
def test_no_digit_and_no_symbol_is_left_of_any_text(text: str) -> None:
    assert not re.search(r"\d|[^\w\s，。！？；：、…“”‘’《》（）「」【】—,.!?;:()'\"-]", spoken_form(text))


@given(st.text(alphabet="0123456789.,:-/%元年月日号楼度块个路室A℃¥ 至", max_size=20))
def test_any_mix_of_numbers_and_units_is_read(text: str) -> None:
    assert not re.search(r"\d", spoken_form(text))


@given(st.text())
def test_reading_twice_changes_nothing(text: str) -> None:
    once = spoken_form(text)
    assert spoken_form(once) == once


_VALUES = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def _value(words: str) -> int:
    """The number that `words` mean, by the rules of arithmetic."""
    total = section = digit = 0
    for word in words:
        if word in _VALUES:
            digit = _VALUES[word]
        elif word in (small := {"十": 10, "百": 100, "千": 1000}):
            section += (digit or 1) * small[word]
            digit = 0
        else:
            total += (section + digit) * {"万": 10**4, "亿": 10**8}[word]
            section = digit = 0
    return total + section + digit


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_cardinals_mean_their_number(number: int) -> None:
    words = cardinal(str(number))
    assert _value(words) == number
    assert "零零" not in words
    assert len(words) == 1 or not words.endswith("零")


@given(st.from_regex(r"[0-9]{1,30}", fullmatch=True))
def test_naming_keeps_every_digit(digits: str) -> None:
    assert naming(digits).replace("，", "") == "".join("零幺二三四五六七八九"[int(d)] for d in digits)
