"""One number out of several groups."""

from __future__ import annotations

import pytest

from voice.fields.dictation import understand
from voice.fields.phone_groups import groups
from voice.numbering import is_number

SURE = 0.5
"""Cost of a reading that would hardly be filled in."""


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("一三七，零一二三，六六八八。中间那四个说错了，是零一三二", "13701326688"),
        ("一三七零一二三六六八八，不对，零一三二", "13701326688"),  # looks like what it corrects
        ("一三七零一二三六六八八，不对，一三八", "13801236688"),
        ("一三七零一二三六六八八，不对，六六九九", "13701236699"),
        ("一五五零一二三九九四六，后头是三二，不是二三", "15501329946"),
        ("尾号三零八一，前面是一八六零一零七", "18601073081"),
        ("前三位一三八，后四位五六七八，中间四位一二三四", "13812345678"),
        ("八二三六五五七零，区号是零四五幺", "045182365570"),
        ("八二三六五五七，区号是零四五幺", "04518236557"),
        ("一三八一二三四五六七八，区号是零幺零", "13812345678"),
        ("一三六二一零零零八八五二。多了一个零", "13621008852"),
        ("一三八一二三四五六七八，多了一个零", "13812345678"),
        ("零一三八一二三四五六七八", "13812345678"),
        ("一三五，五二一，六六零，嗯，六六零几来着，六六零四七", "13552166047"),
    ],
)
def test_groups_and_what_is_said_of_them(said: str, digits: str) -> None:
    reading = understand(groups(said), is_number)

    assert reading.digits == digits
    assert reading.cost < SURE


@pytest.mark.parametrize("said", ["一三八零零一二三四四五五六", "一三八零零一二三零零五六，多了一个零"])
def test_which_digit_is_too_many_is_not_guessed(said: str) -> None:
    reading = understand(groups(said), is_number)

    assert reading.cost > SURE or not is_number(reading.digits)


def test_as_many_doubts_as_digits_and_groups_within_them() -> None:
    reading = understand(groups("一三七，零一二三，六六八八，中间四位是零一三二，前三位是一三八"), is_number)

    assert reading.digits == "13801326688"
    assert len(reading.doubts) == len(reading.digits)
    assert reading.starts == (0, 3, 7)
