"""What one utterance says of the times that it names."""

from __future__ import annotations

from datetime import date

import pytest

from voice.fields.dates import moments
from voice.fields.spans.model import Kind, Span
from voice.fields.time_mentions import Mention, Stance, asks_when, mentions

TODAY = date(2026, 1, 13)
"""A Tuesday."""
T, C, D = Stance.TELLS, Stance.CORRECTS, Stance.DENIES


def read(text: str, *tagged: tuple[str, float], asked: bool = False) -> list[Mention]:
    """With the words that the tagger finds, and how likely they are the time of the event."""
    spans = [Span(Kind.TIME, text.index(said), text.index(said) + len(said), chance) for said, chance in tagged]
    return list(mentions(text, list(moments(text, TODAY)), spans, asked=asked))


@pytest.mark.parametrize(
    ("text", "stances"),
    [
        ("不是昨天，是前天", [D, C]),
        ("不是昨天是前天", [D, C]),
        ("不是昨天停的，前天停的", [D, C]),
        ("是前天，不是昨天", [T, D]),
        ("不是昨天。", [D]),
        ("不是昨天吗？", [T]),
        ("不是昨天刚修好的吗，今天又坏了", [T, T]),
        ("这不是昨天，我下班回来", [T]),
        ("是不是昨天，您确定吗", [T]),
        ("不是昨天，就是前天", [T, T]),
        ("不是昨天就是前天", [T, T]),
    ],
)
def test_what_is_denied(text: str, stances: list[Stance]) -> None:
    assert [m.stance for m in read(text, ("昨天", 0.9))] == stances


@pytest.mark.parametrize("text", ["周日，不对，是周六", "周日，啊不，周六", "周日，说错了，周六"])
def test_what_is_corrected(text: str) -> None:
    (sunday, saturday) = read(text, ("周日", 0.9), ("周六", 0.5))

    assert (sunday.stance, saturday.stance) == (T, C)
    assert saturday.probability == 0.9


def test_what_is_corrected_may_be_named_again() -> None:
    found = read("周五吧，不对，星期五我上班，周四", ("周五", 0.7), ("星期五", 0.9), ("周四", 0.5))
    repeated = read("周五吧，不对，星期五", ("周五", 0.7), ("星期五", 0.9))

    assert [m.stance for m in found] == [T, D, C]
    assert found[-1].probability == 0.9
    assert [m.stance for m in repeated] == [T, C]


def test_what_is_denied_lends_its_probability() -> None:
    assert [m.probability for m in read("不是昨天，是前天", ("昨天", 0.9))] == [0.9, 0.9]


def test_what_is_stressed_is_meant() -> None:
    (first, second) = read("昨天停过一回，我要说的是今天早上")

    assert (first.meant, second.meant, second.stance) == (False, True, C)


def test_an_answer_is_meant() -> None:
    told = "说是周六打的，昨天才告诉我"

    assert [m.meant for m in read(told, asked=True)] == [True, False]
    assert [m.meant for m in read(told)] == [False, False]
    assert [m.meant for m in read(told, ("昨天", 0.8), asked=True)] == [False, True]
    assert [m.meant for m in read("往年元旦就发了", asked=True)] == [False]


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("孩子说是哪天打的？", True),
        ("什么时候发生的？方便留个电话吗？", True),
        ("几号停的？", True),
        ("您什么时候方便？", False),
        ("卡是什么时候办的？", False),
        ("您什么时候打的电话？", False),
        ("他们说什么时候能修好？", False),
        ("您住几号？", False),
        ("在什么位置？", False),
    ],
)
def test_questions_for_the_day_of_the_event(question: str, asks: bool) -> None:
    assert asks_when(question) is asks
