"""Which voice is the operator's, by what they say."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.written_calls import read_labelled_call
from models.call import Channel, Utterance
from voice.fields.spans.tellings import TELLINGS, Telling, load_tellings
from voice.speakers.roles import Roles

CITIZEN, OPERATOR = Channel.CITIZEN, Channel.OPERATOR
CALLS = sorted((Path(__file__).parent / "audio").glob("*.json"))


@cache
def shipped() -> Roles:
    return Roles.load()


def said(*turns: tuple[Channel, str]) -> list[Utterance]:
    return [
        Utterance(id=f"u{i}", channel=channel, start_s=i, end_s=i + 1, text=text, raw=text, confidence=0.5)
        for i, (channel, text) in enumerate(turns)
    ]


def exchange(turns: list[tuple[Channel, str]]) -> list[tuple[Channel, str]]:
    return [(OPERATOR if channel is CITIZEN else CITIZEN, text) for channel, text in turns]


@pytest.mark.parametrize(
    "turns",
    [
        [(OPERATOR, "您好12345，请讲"), (CITIZEN, "我们小区停水了")],
        [(CITIZEN, "喂，有人吗"), (OPERATOR, "您好，很高兴为您服务"), (CITIZEN, "楼上漏水")],
        [(CITIZEN, "我家暖气不热"), (OPERATOR, "请问您贵姓？联系电话是多少？")],
        [(CITIZEN, "喂喂"), (OPERATOR, "请您稍等，我给您登记一下，会有工作人员跟您联系")],
    ],
)
def test_who_greets_asks_and_promises_is_the_operator(turns: list[tuple[Channel, str]]) -> None:
    assert shipped().exchanged(said(*turns)) < 0 < shipped().exchanged(said(*exchange(turns)))


@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)
def test_real_calls(path: Path) -> None:
    turns = [(u.channel, u.raw) for u in read_labelled_call(path).written.utterances]
    for part in (turns, turns[:3], turns[1:], turns[-4:]):
        assert shipped().exchanged(said(*part)) < 0 < shipped().exchanged(said(*exchange(part)))


def test_calls_of_an_author_that_it_has_not_read() -> None:
    authors: defaultdict[str, list[Telling]] = defaultdict(list)
    for telling in load_tellings(TELLINGS):
        authors[telling.source].append(telling)
    for left_out in sorted(authors)[::6]:
        others = Roles(turn for name, calls in authors.items() if name != left_out for c in calls for turn in c.turns)
        calls = [call for call in authors[left_out] if len({channel for channel, _ in call.turns}) == 2]
        wrong = [call for call in calls if others.exchanged(call.utterances) >= 0]
        assert len(wrong) <= 0.01 * len(calls), wrong[0].lines


@given(st.lists(st.tuples(st.sampled_from([CITIZEN, OPERATOR]), st.text(max_size=20)), max_size=6))
def test_exchanging_the_channels_exchanges_the_odds(turns: list[tuple[Channel, str]]) -> None:
    roles = shipped()
    assert roles.exchanged(said(*turns)) == pytest.approx(-roles.exchanged(said(*exchange(turns))))


def test_nothing_said_tells_nothing() -> None:
    assert shipped().exchanged([]) == 0
    assert shipped().exchanged(said((OPERATOR, "…"))) < 0, "who speaks first is the operator"
