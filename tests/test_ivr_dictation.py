"""Telephone numbers from what was heard of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dictation import MOBILE, likeliest


@pytest.mark.parametrize(
    ("hearings", "said"),
    [
        (["13600123456"], "13600123456"),
        (["136000123456"], "13600123456"),  # a digit was written twice
        (["1861122344", "1861123344"], "18611223344"),  # each lost what the other has
        (["1861123344"], None),  # several digits may have been lost
        (["1360012"], None),
        (["2468246824"], None),
        ([], None),
    ],
)
def test_the_number_that_explains_all_hearings(hearings: list[str], said: str | None) -> None:
    assert likeliest(hearings) == said


def test_what_was_refused_is_not_offered_again() -> None:
    assert likeliest(["136000123456", "13600223456"], {"13600223456"}) == "13600123456"
    assert likeliest(["13600123456"], {"13600123456"}) is None


@given(st.lists(st.text("0123456789", max_size=16), max_size=3))
def test_any_digits_give_a_mobile_or_nothing(hearings: list[str]) -> None:
    found = likeliest(hearings)
    assert found is None or MOBILE.fullmatch(found)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_number_that_was_heard_whole_is_that_number(digits: str) -> None:
    assert likeliest([digits]) == digits
    assert likeliest([digits, digits]) == digits
