"""Telephone numbers in what recognition wrote, and how lost digits are put back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.telephone import LEAST_DIGITS, dictated, with_number_of


@pytest.mark.parametrize(
    ("text", "digits", "whole"),
    [
        ("我的电话是13693107725，姓赵", "13693107725", True),
        ("139-100-4762", "1391004762", False),
        ("记我的要三九要零零零四七六二，我叫", "13910004762", True),
        ("妖舞零，妖零，八八六二三四，我给您记录", "15010886234", True),
        ("要八六一二零五九九三零已经登记", "18612059930", True),
        ("010-64025518", "01064025518", True),
    ],
)
def test_digits_are_told_by_sound(text: str, digits: str, whole: bool) -> None:
    found = dictated(text)
    assert found is not None
    assert (found.digits, found.whole) == (digits, whole)


@pytest.mark.parametrize("text", ["", "您好北京12345请讲", "七号楼三单元四零二", "一是有意思就是依依不舍的意义"])
def test_other_numbers_are_no_telephone_numbers(text: str) -> None:
    assert dictated(text) is None


def test_a_broken_number_is_mended_from_the_reading_without_digits() -> None:
    assert (
        with_number_of("寄我的1391004762我叫郭", "记我的要三九要零零零四七六二，我叫锅") == "寄我的13910004762我叫郭"
    )


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("电话13910004762", "要三九要零零零四七六三"),  # whole already
        ("电话1391004762", "三九要零零零四七六二"),  # both are broken
        ("没有电话", "要三九要零零零四七六二"),  # nothing to mend
        ("电话1391004762", ""),
    ],
)
def test_nothing_else_is_taken_from_it(text: str, spelled: str) -> None:
    assert with_number_of(text, spelled) == text


@given(st.text(alphabet="0129一要八零，-是 a", max_size=40))
def test_any_text_has_its_digits_where_it_says(text: str) -> None:
    found = dictated(text)
    if found is not None:
        assert 0 <= found.start < found.end <= len(text)
        assert len(found.digits) >= LEAST_DIGITS
        assert set(found.digits) <= set("0123456789")
