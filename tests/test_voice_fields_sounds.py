"""Expressions in Chinese that match by sound, and the scope of what they find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.fields.scope import is_negated, is_past, is_supposed
from voice.fields.sounds import Sound

CALL = Sound("不用.{0,3}回电话")


@pytest.mark.parametrize(
    ("raw", "found", "exact"),
    [
        ("您不用给我回电话，谢谢", "不用给我回电话", True),
        ("您不用给我回店化谢谢", "不用给我回店化", False),
        ("不用，回电话", None, False),
        ("不用不用不用不用回电话", "不用不用回电话", True),
        ("", None, False),
    ],
)
def test_characters_first_then_sound(raw: str, found: str | None, exact: bool) -> None:
    heard = CALL.first(raw)
    assert (raw[heard.start : heard.end] if heard else None) == found
    assert heard is None or heard.exact is exact


def test_two_syllables_are_not_told_by_sound() -> None:
    assert "我想问问" in Sound("问问")
    assert "摸着温温的" not in Sound("问问")
    assert "摸着温温的" in Sound("问问", least=2)


def test_classes_and_clause_ends() -> None:
    assert "上里白六" in Sound("[上这]礼拜[一二三四五六]")
    assert "好，叫我" in Sound(",叫我")
    assert "好叫我" not in Sound(",叫我")


@given(st.text(max_size=60))
def test_any_text_gives_spans_inside_it(raw: str) -> None:
    for heard in CALL.find(raw):
        assert 0 <= heard.start < heard.end <= len(raw)


def at(raw: str, word: str = "着火") -> tuple[int, int]:
    return raw.index(word), raw.index(word) + len(word)


@pytest.mark.parametrize(("raw", "expected"), [("没有着火", True), ("没人管，着火了", False), ("着火了", False)])
def test_negation_reaches_what_follows_at_once(raw: str, expected: bool) -> None:
    assert is_negated(raw, at(raw)[0]) is expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("我真怕着火", True),
        ("我怕。着火了", False),
        ("万一着火呢", True),
        ("吃完饭以后着火了", False),
        ("以后着火", True),
        ("我一回头着火了", False),
        ("好不容易打通了，着火了", False),
        ("太可怕了，着火了", False),
        ("担心死了，着火了", False),
        ("我担心他，现在着火了", False),
        ("担心电动车多，着火", True),
    ],
)
def test_suppositions_end_with_the_sentence(raw: str, expected: bool) -> None:
    assert is_supposed(raw, *at(raw)) is expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("上次着火", True),
        ("着火过", True),
        ("昨天着火，现在还着火", False),
        ("着火了", False),
        ("十分钟之前着火了", False),
        ("昨晚着火了，越来越厉害", False),
    ],
)
def test_what_goes_on_is_not_past(raw: str, expected: bool) -> None:
    start = raw.rindex("着火")
    assert is_past(raw, start, start + 2) is expected
