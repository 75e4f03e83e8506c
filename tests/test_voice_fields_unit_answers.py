"""Bare names that answer a question after a unit."""

from __future__ import annotations

import pytest
from finders import finder

from voice.fields.respondent import RespondentFinder
from voice.fields.unit_answers import answer, asks_for_unit
from voice.fields.units import UnitIndex


@pytest.fixture(scope="module")
def units() -> UnitIndex:
    return finder(RespondentFinder)._spans.units


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("您投诉的是哪家驾校？", True),
        ("美容院叫什么名字？", True),
        ("是哪个小区的物业？", False),
        ("公司老板叫什么？", False),
        ("您在哪家医院门口？", False),
        ("您叫什么名字？", False),
    ],
)
def test_questions_after_a_unit(units: UnitIndex, question: str, asks: bool) -> None:
    assert asks_for_unit(question, units) is asks


@pytest.mark.parametrize(
    ("text", "after_kind", "name"),
    [
        ("远方。", False, "远方"),
        ("嗯，好像叫云帆吧", False, "云帆"),
        ("厂家，焰王厨电，电话没人接", True, "焰王厨电"),
        ("主要房东，姓郝的", True, None),
        ("不知道，没注意", False, None),
        ("在路口，第二家", False, None),
        ("天天冒烟", False, None),
    ],
)
def test_answers(units: UnitIndex, text: str, after_kind: bool, name: str | None) -> None:
    at = answer(text, units, after_kind=after_kind)

    assert (at and text[slice(*at)]) == name
