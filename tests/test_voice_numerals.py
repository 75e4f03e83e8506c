"""Numerals in running text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.numerals import Form, read_cardinal, scan


def found(text: str) -> list[tuple[str, str, str]]:
    return [(text[n.start : n.end], n.digits, n.form.value[0]) for n in scan(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "三十二号院二号楼一单元五零一",
            [("三十二", "32", "c"), ("二", "2", "c"), ("一", "1", "c"), ("五零一", "501", "d")],
        ),
        ("幺三八零零幺三八零零零", [("幺三八零零幺三八零零零", "13800138000", "d")]),
        ("零幺零六五八八", [("零幺零六五八八", "0106588", "d")]),
        ("要3800", [("3800", "3800", "d")]),
        ("幺3八零", [("幺3八零", "1380", "d")]),
        ("一万六千八百块", [("一万六千八百", "16800", "c")]),
        ("一万六", [("一万六", "16000", "c")]),
        ("一万零六", [("一万零六", "10006", "c")]),
        ("九千二", [("九千二", "9200", "c")]),
        ("三百五", [("三百五", "350", "c")]),
        ("一百零八号", [("一百零八", "108", "c")]),
        ("两千零五", [("两千零五", "2005", "c")]),
        ("十五度", [("十五", "15", "c")]),
        ("16万", [("16万", "160000", "c")]),
        ("1万6", [("1万6", "16000", "c")]),
        ("两亿三千万", [("两亿三千万", "230000000", "c")]),
        ("二零二三年十一月", [("二零二三", "2023", "d"), ("十一", "11", "c")]),
        ("十几个", [("十几", "10", "a")]),
        ("百十来户", [("百十", "100", "a")]),
        ("七八间", [("七八", "7", "a")]),
        ("十七八岁", [("十七八", "17", "a")]),
        ("二三百人", [("二三百", "200", "a")]),
        ("住了得有十来个人", [("十来", "10", "a")]),
        ("几十年", [("几十", "10", "a")]),
        ("三单元四零二", [("三", "3", "c"), ("四零二", "402", "d")]),
        ("二百零一五零一", [("二百零一", "201", "c"), ("五零一", "501", "d")]),
        ("没有", []),
    ],
)
def test_every_form_is_found_and_told_apart(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", ["", "好", "十几", "三十号", "零三十"])
def test_what_is_not_one_cardinal_has_no_value(text: str) -> None:
    assert read_cardinal(text) is None


def spoken(n: int) -> str:
    """`n` as it is said: the textbook form."""
    names = "零一二三四五六七八九"
    for unit, word in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if n >= unit:
            head, rest = divmod(n, unit)
            gap = "零" if 0 < rest < unit // 10 else ""
            return spoken(head) + word + (gap + spoken(rest) if rest else "")
    return names[n]


@given(st.integers(1, 10**12 - 1))
def test_textbook_cardinals_are_read_back(n: int) -> None:
    assert read_cardinal(spoken(n)) == n


@given(st.text(alphabet="零一二三四五六七八九十百千万亿两幺几来0123456789号楼，", max_size=30) | st.text(max_size=30))
def test_any_text_gives_separate_numerals_in_order(text: str) -> None:
    numerals = list(scan(text))
    assert all(0 <= n.start < n.end <= len(text) for n in numerals)
    assert all(a.end <= b.start for a, b in itertools.pairwise(numerals))
    assert all(n.digits.isdecimal() and n.value >= 0 for n in numerals)
    assert all(n.form in Form for n in numerals)
