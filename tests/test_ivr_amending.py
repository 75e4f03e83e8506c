"""Corrections that name only a part of what was read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.amending import amended, only_parts
from models.workorder import FieldName, FieldValue

ADDRESS, NAME, PHONE = FieldName.ADDRESS_DETAIL, FieldName.CALLER_NAME, FieldName.CALLER_PHONE
KNOWN: dict[FieldName, FieldValue] = {ADDRESS: "芳星园二区5号楼门口", NAME: "张伟", PHONE: "13811112222"}


@pytest.mark.parametrize(
    ("text", "address", "becomes"),
    [
        ("不对，是六号楼", "芳星园二区5号楼门口", "芳星园二区6号楼门口"),
        ("不对，是6号楼", "芳星园二区5号楼门口", "芳星园二区6号楼门口"),
        ("不对，是三单元", "芳星园二区5号楼门口", "芳星园二区5号楼3单元门口"),
        ("不是五号楼，是六号楼", "芳星园二区5号楼", "芳星园二区6号楼"),
        ("六号楼，不是五号楼", "芳星园二区5号楼", "芳星园二区6号楼"),
        ("是三百零八楼", "芳星园二区5号楼", "芳星园二区308楼"),
        ("三楼", "芳星园二区5号楼501室", "芳星园二区5号楼3楼501室"),
        ("幺零二室", "芳星园二区5号楼2单元501室", "芳星园二区5号楼2单元102室"),
        ("是六号", "芳星园二区5号楼", "芳星园二区6号楼"),
        ("七十三号", "永定路72号", "永定路73号"),
        ("是七十三号院", "永定路72号院5号楼", "永定路73号院5号楼"),
        ("是二单元", "永定路72号院", "永定路72号院2单元"),
        ("是一号院", "永定路5号楼", "永定路1号院5号楼"),
        ("六号楼", "芳星园二区", "芳星园二区6号楼"),
    ],
)
def test_a_part_of_an_address_takes_the_place_of_the_like_part(text: str, address: str, becomes: str) -> None:
    assert amended(text, {ADDRESS: address}) == {ADDRESS: becomes}


@pytest.mark.parametrize(
    ("text", "field", "becomes"),
    [
        ("不对，我姓黎", NAME, "黎伟"),
        ("不是姓张，姓欧阳", NAME, "欧阳伟"),
        ("电话最后一位是六", PHONE, "13811112226"),
        ("后四位是三三四四", PHONE, "13811113344"),
        ("尾号应该是，三三，四五", PHONE, "13811113345"),
        ("前三位是一三九", PHONE, "13911112222"),
    ],
)
def test_a_surname_and_some_digits_are_put_right(text: str, field: FieldName, becomes: str) -> None:
    assert amended(text, KNOWN) == {field: becomes}


@pytest.mark.parametrize(
    "text",
    [
        "不对",
        "不是五号楼",
        "五号楼",
        "十二月六号",
        "姓名不对",
        "姓什么",
        "我不姓张",
        "后四位是三三",
        "最后一位是二",
        "最后四位不对",
    ],
)
def test_what_puts_nothing_right_changes_nothing(text: str) -> None:
    assert amended(text, KNOWN) == {}


def test_a_day_is_no_house() -> None:
    assert amended("是六号", KNOWN, dated=True) == {}
    assert amended("是六号", {ADDRESS: "永定路72号院5号楼"}) == {}  # of which one?


def test_what_is_not_known_is_not_amended() -> None:
    assert amended("六号楼，我姓黎，后四位是三三四四", {ADDRESS: None, NAME: None}) == {}


@given(st.text(alphabet="不是在姓黎欧阳0123456789零一二三十百月号院楼单元层室门口最后尾前位，"), st.text(max_size=20))
def test_any_words_can_be_read(text: str, address: str) -> None:
    for value in amended(text, {**KNOWN, ADDRESS: address}).values():
        assert value
    assert only_parts(text) in {True, False}


@pytest.mark.parametrize(
    "text",
    [
        "小区后面是五号楼",
        "前面是二单元",
        "小区后面是八里庄",
        "后面是三十平米",
        "是楼上姓李的那家漏的",
        "是姓李的那家漏的",
        "楼上姓李",
    ],
)
def test_the_surroundings_are_neither_a_number_nor_a_name(text: str) -> None:
    for said in (text, f"不对，{text}", f"不是，{text}"):
        assert not amended(said, KNOWN).keys() & {NAME, PHONE}, said


def test_an_underground_line_is_no_house() -> None:
    assert amended("在地铁十号线那边", KNOWN) == {}
    assert amended("在地铁十号线三号口", KNOWN) == {}


@pytest.mark.parametrize(
    ("text", "field", "becomes"),
    [
        ("后面是三三四四", PHONE, "13811113344"),
        ("不对，后四位是三三四四才对", PHONE, "13811113344"),
        ("电话号码后面是三三四四，不是二二二二", PHONE, "13811113344"),
        ("不对，是姓黎", NAME, "黎伟"),
        ("免贵姓黎", NAME, "黎伟"),
        ("错了，我是姓黎的", NAME, "黎伟"),
    ],
)
def test_number_and_name_are_still_put_right(text: str, field: FieldName, becomes: str) -> None:
    assert amended(text, KNOWN) == {field: becomes}
