"""What the words around the name of a unit say of it."""

from __future__ import annotations

import pytest

from voice.fields.unit_standing import (
    agrees,
    cleared,
    is_declared,
    is_landmark,
    is_offered,
    is_own,
    is_spelled,
    refuses,
)


def place(text: str, name: str) -> tuple[int, int]:
    start = text.index(name)
    return start, start + len(name)


@pytest.mark.parametrize(
    ("text", "name", "declared"),
    [
        ("我要投诉恒泰物业，乱收费", "恒泰物业", True),
        ("我表扬甘露园卫生站，大夫好", "甘露园卫生站", True),
        ("我给青山图书馆提个意见", "青山图书馆", True),
        ("德馨园养老院归你们管不？", "德馨园养老院", True),
        ("我本来想投诉顺通快递", "顺通快递", False),
        ("不投诉恒泰物业", "恒泰物业", False),
        ("我给恒泰物业打过电话", "恒泰物业", False),
    ],
)
def test_whom_the_call_is_about(text: str, name: str, declared: bool) -> None:
    assert is_declared(text, *place(text, name)) is declared


@pytest.mark.parametrize(
    ("text", "name", "asked", "offered"),
    [
        ("那就是兵哥烧烤？", "兵哥烧烤", False, True),
        ("您是要投诉汇嘉物业的问题吗？", "汇嘉物业", False, True),
        ("第三中学，对吗？", "第三中学", True, True),
        ("朝阳医院，对吗？", "朝阳医院", False, False),
        ("您投诉恒泰物业，是二号楼吗？", "恒泰物业", True, False),
        ("和谐家园物业，好的", "和谐家园物业", True, False),
    ],
)
def test_whom_the_operator_takes_it_to_be_about(text: str, name: str, asked: bool, offered: bool) -> None:
    assert is_offered(text, *place(text, name), asked=asked) is offered


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("跟人家超市没关系，是路塌了", ("超市",)),
        ("和顺斋没事儿，我说的是旁边那家", ("和顺斋",)),
        ("不投诉，就是问问", ()),
        ("物业说跟物业没关系", ()),
        ("为什么不给退？", ()),
    ],
)
def test_units_that_are_cleared(text: str, names: tuple[str, ...]) -> None:
    assert cleared(text) == names


def test_answers_of_yes_and_no() -> None:
    assert [agrees(text) for text in ("对，初中部", "可不是嘛", "对面那家", "好像不是")] == [True, True, False, False]
    assert [refuses(text) for text in ("哎不是，是以前那家", "什么汇嘉？没听说过", "为什么不退？")] == [
        True,
        True,
        False,
    ]


def test_the_callers_own_employer() -> None:
    assert is_own("我是丽景物业的，我姓孟", *place("我是丽景物业的", "丽景物业"))
    assert is_own("写的中科启明，那是我们单位。", 2, 6)
    assert not is_own("我是丽景物业的业主", *place("我是丽景物业的", "丽景物业"))


def test_names_that_tell_something_else() -> None:
    assert is_landmark("物美超市对面", 4)
    assert not is_landmark("物美超市门口的喇叭", 4)
    assert is_spelled("丰收的丰", 0, 2)
    assert not is_spelled("恒泰的人", 0, 2)
