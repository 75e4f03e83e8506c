"""Two readings of one number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.fields.readings import confirms, contradicts, joined
from voice.numbering import is_number

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("a", "b", "whole"),
    [
        ("1850613398", "1850061398", "18500613398"),  # each lost another digit
        ("1391004762", "1391004762", None),  # both lost the same: nobody knows where
        ("1850613398", "1850061397", None),
        ("185", "1850061398", None),
    ],
)
def test_runs_as_long_as_in_the_fuller_reading(a: str, b: str, whole: str | None) -> None:
    assert joined(a, b, is_number) == joined(b, a, is_number) == whole


@pytest.mark.parametrize(
    ("partial", "number", "same"),
    [
        ("0106025518", "01064025518", True),
        ("80106025518", "01064025518", True),  # 马 was taken for 八
        ("1361094417", "13611194417", False),
        ("139", "13910004762", False),
    ],
)
def test_a_reading_that_lacks_digits(partial: str, number: str, same: bool) -> None:
    assert confirms(partial, number) is same


@given(MOBILES, st.sets(st.integers(0, 10), max_size=3))
def test_leaving_digits_out_never_contradicts(number: str, lost: set[int]) -> None:
    partial = "".join(d for i, d in enumerate(number) if i not in lost)

    assert confirms(partial, number)
    assert not contradicts(partial, number)


@given(st.text("0123456789", max_size=15), st.text("0123456789", max_size=15))
def test_what_is_joined_is_a_number_that_both_can_be(a: str, b: str) -> None:
    whole = joined(a, b, is_number)

    assert whole is None or (is_number(whole) and confirms(a, whole) and confirms(b, whole))
