"""Pieces of addresses, as they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.fields.places.address import Rank, pieces
from voice.fields.places.naming import Name


def read(text: str, *words: str, names: tuple[Name, ...] = ()) -> list[tuple[str, Rank]]:
    """The pieces of `words`, which stand in `text` in this order."""
    spans, at = [], 0
    for word in words or (text,):
        at = text.index(word, at)
        spans.append((at, at + len(word), 0.9))
        at += len(word)
    return [(p.text, p.rank) for p in pieces(text, spans, names)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "八角北里二十一号楼三单元五零二",
            [
                ("八角北里", Rank.NAME),
                ("21号楼", Rank.BUILDING),
                ("3单元", Rank.ENTRANCE),
                ("502", Rank.ROOM),
            ],
        ),
        (
            "南横东街，一百五十五号，地下一层",
            [("南横东街", Rank.ROAD), ("155号", Rank.HOUSE), ("地下1层", Rank.STOREY)],
        ),
        ("甲八号院B座", [("甲8号院", Rank.HOUSE), ("B座", Rank.BUILDING)]),
        ("往东五百米路北", [("往东500米路北", Rank.WORDS)]),
        ("三排十六号摊位", [("3排", Rank.WORDS), ("16号摊位", Rank.STALL)]),
        ("村东头那个养鸡场门口儿", [("村东头养鸡场门口", Rank.WORDS)]),
        ("水果区三厅十二号摊", [("水果区", Rank.NAME), ("3厅", Rank.ENTRANCE), ("12号摊", Rank.STALL)]),
        ("幺三八，零零幺三，六六九幺", []),
        ("小花园", [("小花园", Rank.WORDS)]),
        ("幺三八零零幺三六六九幺", []),
        ("", []),
    ],
)
def test_numbers_names_and_descriptions(text: str, expected: list[tuple[str, Rank]]) -> None:
    assert read(text) == expected


def test_what_stands_between_two_roads_joins_them() -> None:
    text = "学清路，跟月泉路那个十字口"

    spans = [(0, 3, 0.9), (5, 8, 0.9), (10, 13, 0.9)]

    assert [(p.join, p.text) for p in pieces(text, spans, ())] == [("", "学清路"), ("与", "月泉路"), ("", "十字口")]


def test_what_is_said_twice_in_one_breath_is_one_piece() -> None:
    assert [t for t, _ in read("西直门，西直门地铁站，西直门", "西直门", "西直门地铁站", "西直门")] == [
        "西直门地铁站"
    ]


def test_estates_are_spelled_as_meant_and_other_areas_left_out() -> None:
    text = "方庄，方星圆二区，九号楼"
    names = (Name(0, 2, None), Name(3, 7, "芳星园二区"))

    assert [t for t, _ in read(text, "方庄，方星圆二区，九号楼", names=names)] == ["芳星园二区", "9号楼"]


def test_an_estate_is_whole_however_much_of_it_a_span_holds() -> None:
    name = Name(0, 5, "芳星园二区")

    for start, end in ((0, 3), (2, 8)):
        assert pieces("芳星园二区九号楼", [(start, end, 0.9)], [name])[0].text == "芳星园二区"


def test_a_number_is_no_part_of_another() -> None:
    assert [t for t, _ in read("学清路一号，二十一号楼")] == ["学清路", "1号", "21号楼"]
    assert [t for t, _ in read("五层十五层")] == ["5层", "15层"]


def test_an_approximate_number_stays_as_it_was_said() -> None:
    assert [t for t, _ in read("往东两三百米")] == ["往东两三百米"]


def test_an_area_may_begin_another_name() -> None:
    assert [t for t, _ in read("密云区中医院北门", names=(Name(0, 3, None),))] == ["密云区中医院北门"]


@given(st.text(alphabet="一二三十百零号楼单元层院座甲B和跟与至，。那个儿路街里园19", max_size=40), st.data())
def test_any_spans_give_pieces_in_them(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    spans = [(a, b, 0.5) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b]

    for piece in pieces(text, spans, ()):
        assert piece.text
        assert any(a <= piece.start < piece.end <= b for a, b, _ in spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("六号楼……七号，七号楼", ["7号楼"]),
        ("六号楼，不对，七号楼", ["7号楼"]),
        ("不是三号楼，四号楼", ["4号楼"]),
        ("是不是三号楼", ["是不是", "3号楼"]),
        ("六号楼，七号楼", ["6号楼", "7号楼"]),
    ],
)
def test_a_number_that_is_taken_back_is_none(text: str, expected: list[str]) -> None:
    assert [t for t, _ in read(text)][-len(expected) :] == expected


def test_the_bare_name_of_a_street_is_kept_where_the_span_goes_on() -> None:
    bare = (Name(0, 2, None, bare=True),)

    assert [t for t, _ in read("望京金茂府", names=bare)] == ["望京金茂府"]
    assert [t for t, _ in read("望京一号楼", names=bare)] == ["1号楼"]
    assert [t for t, _ in read("望京的东门", names=bare)] == ["东门"]
