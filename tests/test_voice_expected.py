"""Numbers that were asked for, in what recognition makes of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.expected import with_number

PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-9]\d{7}")
CODE = re.compile(r"\d{4}")
SOUNDS = dict(zip("0123456789", ("零", "要", "而", "散", "丝", "物", "留", "齐", "把", "救"), strict=True))
"""Characters of the digits' sounds, as recognition writes them."""


@pytest.mark.parametrize(
    ("spelled", "said"),
    [
        ("要三九零二三要六九二七", "13902316927"),
        ("部队卧底电话时，要散旧把司司起，要救零起", "部队卧底电话时，13984471907"),
        ("摇三零把六就摇 八二就三", "13086918293"),
        ("我的电话是由八六由由二二三三四四", "我的电话是18611223344"),
    ],
)
def test_words_of_their_sound_are_digits(spelled: str, said: str) -> None:
    assert with_number(spelled, [spelled], PHONE) == said


@pytest.mark.parametrize("text", ["可以，就打这个", "不是，换一个号码", "要要要", "慢一点", "人工", "对，没错", ""])
def test_other_words_stay_words(text: str) -> None:
    assert with_number(text, [text], PHONE) == text


def test_a_likely_reading_that_lost_a_digit_gives_way_to_one_that_is_whole() -> None:
    assert with_number("1861122334", ["由八六由由二二三三四", "由八六由由二二三三四四"], PHONE) == "18611223344"


def test_the_rest_of_a_long_number_is_no_short_one() -> None:
    assert with_number("有86123344", ["有八六要二三三四四", "八六要二三三四四"], PHONE) == "186123344"


def test_a_piece_of_a_number_is_written_in_digits() -> None:
    assert with_number("要三六", ["要三六"], PHONE) == "136"
    assert with_number("口令是零六七四", ["口令是零六七四"], CODE) == "口令是0674"


def test_a_first_reading_that_is_whole_stays() -> None:
    assert with_number("139 1108 6755", ["要三九要要零八六七"], PHONE) == "139 1108 6755"


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_any_mobile_is_understood_by_its_sounds(digits: str) -> None:
    spelled = "".join(SOUNDS[d] for d in digits)
    assert with_number(spelled, [spelled], PHONE) == digits


@given(st.text(max_size=40), st.lists(st.text(max_size=40), min_size=1, max_size=3))
def test_any_reading_gives_a_text(text: str, spelled: list[str]) -> None:
    assert isinstance(with_number(text, spelled, PHONE), str)
