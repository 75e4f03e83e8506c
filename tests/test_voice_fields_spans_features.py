"""What the span tagger sees of each character."""

from __future__ import annotations

from datetime import date

import pytest
from dialogue import dialogue
from finders import finder
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.fields.places.finder import PlaceFinder
from voice.fields.spans.features import FeatureReader, Line
from voice.fields.tagger import MAX_TAGGED

TODAY = date(2026, 5, 20)


@pytest.fixture(scope="module")
def reader() -> FeatureReader:
    return finder(PlaceFinder).spans.features


def line(text: str, **values: object) -> Line:
    plain = {"operator": False, "question": "", "others": "", "own": "", "areas": ()}
    return Line(text, **{**plain, **values})  # type: ignore[arg-type]


def of(reader: FeatureReader, char: str, read: Line) -> set[str]:
    """The features of the first `char`."""
    return set(reader.of_line(read, TODAY)[read.text.index(char)])


def test_characters_words_and_clauses(reader: FeatureReader) -> None:
    found = of(reader, "路", line("学清路，信号灯坏了"))

    assert {"c:路", "c-1:清", "c+1:，", "p/W:>/学清路", "p/T:>/LOC", "f:，", "v:-"} <= found
    assert "v:v" in of(reader, "灯", line("学清路，信号灯倒了"))


def test_what_other_readers_find(reader: FeatureReader) -> None:
    text = "昨天丰台区恒泰物业九号楼"

    assert "h:day" in of(reader, "昨", line(text))
    assert "a:0" in of(reader, "丰", line(text))
    assert "m:号楼" in of(reader, "九", line(text))
    assert "U:1/1" in of(reader, "恒", line("我们的恒泰物业不管"))


def test_what_was_said_before(reader: FeatureReader) -> None:
    read = line("九号楼对吗？", operator=True, question="您几号楼", others="在九号楼", own="您好")

    assert {"s/q:o/?", "s/r:o/3", "s/o:o/0"} <= of(reader, "九", read)
    assert any(f.startswith("?0") and "几号" in f for f in of(reader, "九", read))


def test_the_areas_of_the_matter(reader: FeatureReader) -> None:
    read = line("芳星园二区九号楼", areas=((0, 5, True),))

    assert "k:+" in of(reader, "芳", read)
    assert "k:-" in of(reader, "九", read)


def test_lines_of_a_call_know_what_came_before(reader: FeatureReader) -> None:
    first, second, third = reader.lines(dialogue("c 在丰台区", "o 哪个小区？", "c 芳星园二区"))

    assert (first.question, first.others, first.own) == ("", "", "")
    assert (second.question, second.operator) == ("在丰台区", True)
    assert (third.question, third.own) == ("哪个小区？", "在丰台区")
    assert third.areas


def test_in_a_mixed_recording_whoever_spoke_before_asked() -> None:
    reader = finder(PlaceFinder).spans.features
    _, second = reader.lines(dialogue("m 您在哪个小区？", "m 芳星园二区"))

    assert (second.question, second.others) == ("您在哪个小区？", "您在哪个小区？")


def test_misheard_words_are_read_as_meant_in_their_places(reader: FeatureReader) -> None:
    (heard,) = dialogue("c 六浩楼二单颜", confidence=0.6)

    assert reader.text(heard) == "六号楼二单元"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20), st.booleans())
def test_any_line_has_as_many_features_for_each_character(text: str, before: str, operator: bool) -> None:
    reader = finder(PlaceFinder).spans.features
    found = reader.of_line(line(text, question=before, others=before, operator=operator), TODAY)

    assert len(found) == len(text)
    assert all("bias" in features for features in found)


def test_no_more_is_read_than_is_tagged(reader: FeatureReader) -> None:
    (long,) = dialogue("c " + "在" * 2_000)

    assert len(reader.text(long)) == MAX_TAGGED
