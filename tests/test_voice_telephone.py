"""Telephone numbers in what recognition wrote, and how lost digits are put back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.telephone import LEAST_DIGITS, Dictated, Readings, agreed, dictated, is_unfinished, with_telephone


@pytest.mark.parametrize(
    ("text", "digits", "whole"),
    [
        ("我的电话是13693107725，姓赵", "13693107725", True),
        ("139-100-4762", "1391004762", False),
        ("记我的要三九要零零零四七六二，我叫", "13910004762", True),
        ("妖舞零，妖零，八八六二三四，我给您记录", "15010886234", True),
        ("要八六一二零五九九三零已经登记", "18612059930", True),
        ("010-64025518", "01064025518", True),
        ("谈女士要368要502293对吗", "13681502293", True),  # 士 is no 四
        ("13545678901，15412345678", "1354567890115412345678", False),
    ],
)
def test_digits_are_told_by_sound(text: str, digits: str, whole: bool) -> None:
    found = dictated(text)
    assert found is not None
    assert (found.digits, found.whole) == (digits, whole)


@pytest.mark.parametrize("text", ["", "您好北京12345请讲", "七号楼三单元四零二", "一是有意思就是依依不舍的意义"])
def test_other_numbers_are_no_telephone_numbers(text: str) -> None:
    assert dictated(text) is None


SPELLED = [("记我的要三九要零零零四七六二我叫锅", -8.0), ("记我的要三九要零零四七六二我叫锅", -8.4)]
ALONE = [("寄我的要三九要零零四七六二", -1.0), ("寄我的要三九要零零零四七六二", -1.2)]


@pytest.mark.parametrize("written", ["1391004762", "13911004762", "139-100-4762"])
def test_what_other_readings_agree_on_was_said(written: str) -> None:
    assert with_telephone(f"寄我的{written}我叫郭", [SPELLED, ALONE]) == "寄我的13910004762我叫郭"


@pytest.mark.parametrize(
    "ways",
    [
        [],
        [[]],
        [[("三九要零零零四七六二", -1.0)], [("九一零零四七六二", -1.0)]],  # digits are missing everywhere
        [[("要五四零零零零四七六二", -1.0)]],  # nobody can have it
        [[("没有电话", -1.0)]],
        [[("要三九要零零四七六二", 0.0), ("要三九要零零零四七六二", -20.0)]],  # whole, but hardly likely
    ],
)
def test_no_number_is_made_of_less(ways: list[Readings]) -> None:
    assert agreed(ways) is None
    assert with_telephone("电话1391004762", ways) == "电话1391004762"


def test_a_word_that_swallowed_the_first_digit_speaks_for_the_number() -> None:
    heard = [("前三九要零零零四七六二", -1.0), ("要三九要零零零四七六三", -1.5), ("要三九要零零零四七六二", -2.0)]

    assert agreed([heard]) == "13910004762"


@pytest.mark.parametrize(
    ("text", "unfinished"),
    [
        ("电话幺三六", True),
        ("电话，要三六，九三幺零。", True),
        ("电话13693107725。", False),
        ("电话136931077是我的", False),
        ("三单元二号", False),
        ("", False),
    ],
)
def test_whether_a_number_goes_on(text: str, unfinished: bool) -> None:
    assert is_unfinished(text) is unfinished


def test_where_no_number_is_written_none_is_put() -> None:
    assert with_telephone("没有电话", [SPELLED, ALONE]) == "没有电话"


@given(st.lists(st.lists(st.tuples(st.text("019三要，a", max_size=14), st.floats(-50, 0)), max_size=4), max_size=3))
def test_any_readings_agree_on_a_whole_number_or_none(ways: list[Readings]) -> None:
    number = agreed(ways)

    assert number is None or Dictated(number, 0, len(number)).whole


@given(st.text(alphabet="0129一要八零，-是 a", max_size=40))
def test_any_text_has_its_digits_where_it_says(text: str) -> None:
    found = dictated(text)
    if found is not None:
        assert 0 <= found.start < found.end <= len(text)
        assert len(found.digits) >= LEAST_DIGITS
        assert set(found.digits) <= set("0123456789")
