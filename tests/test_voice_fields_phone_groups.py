"""Groups of digits in one utterance, and the words around them."""

from __future__ import annotations

import pytest

from voice.fields.phone_groups import Link, groups, is_area_code, is_filler


def found(raw: str) -> list[tuple[str, Link, str]]:
    return [(group.run.digits, group.how, group.instead) for group in groups(raw)]


@pytest.mark.parametrize(
    ("raw", "how"),
    [
        ("嗯，那个什么，一二三四", Link.NEXT),
        ("等一下啊，一二三四", Link.NEXT),
        ("不对，一二三四", Link.CORRECTS),
        ("最后是一二三四", Link.TAIL),
        ("后四位顺着的，一二三四", Link.TAIL),
        ("后面还有一二三四", Link.NEXT),
        ("后三位一二三四", Link.APART),
        ("前头是一二三四", Link.HEAD),
        ("前面加零幺零", Link.HEAD),
        ("区号是零四五幺", Link.HEAD),
        ("加一二三四", Link.APART),
        ("中间那四个说错了，是一二三四", Link.MIDDLE),
        ("多说了一个零", Link.SURPLUS),
        ("零多了", Link.SURPLUS),
        ("没那么多一", Link.APART),
        ("我家车牌后四位一二三四", Link.APART),
        ("我住在一二三四", Link.APART),
    ],
)
def test_what_the_words_make_of_the_digits(raw: str, how: Link) -> None:
    assert [link for _, link, _ in found(raw)] == [how]


@pytest.mark.parametrize(
    ("raw", "instead"),
    [
        ("不是八，是九", [("9", "8")]),
        ("一三一，是幺啊不是七", [("131", ""), ("1", "7")]),
        ("八错了，是九", [("9", "8")]),
        ("一二三四，啊不是一二四三", [("1234", ""), ("1243", "")]),
        ("一二三四错了，是一二四三", [("1243", "1234")]),
    ],
)
def test_digits_that_are_denied_are_not_said(raw: str, instead: list[tuple[str, str]]) -> None:
    assert [(digits, denied) for digits, _, denied in found(raw)] == instead


@pytest.mark.parametrize("raw", ["三号楼", "八月十二，", "早上七点四十。", "十二位", "等一下", "五十八岁"])
def test_quantities_are_not_dictated(raw: str) -> None:
    assert found(raw) == []


def test_long_fillers_take_no_time() -> None:
    assert is_filler("那个什么" * 5000)
    assert not is_filler("那个什么" * 5000 + "楼")


def test_area_codes() -> None:
    assert [is_area_code(d) for d in ("010", "022", "0451", "0", "100", "0105")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
