"""The course of a conversation is checked before any call."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flow import FLOW, PROMPTS, REQUIRED_PROMPTS, load_flow, to_mermaid
from models.errors import DataFileError


def test_the_shipped_flow_works_and_uses_every_prompt() -> None:
    flow = load_flow()
    used = {p for s in flow.states.values() for p in (*s.say, *s.silence, *s.unclear)}
    assert flow.prompts.keys() - used <= REQUIRED_PROMPTS <= flow.prompts.keys()


def test_two_tries_are_never_the_same() -> None:
    for name, state in load_flow().states.items():
        for tries in (state.silence, state.unclear):
            assert len(set(tries)) == len(tries), name


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ('start = "greeting"', 'start = "hello"', "no state 'hello'"),
        ('say = ["greeting"]', 'say = ["nobody wrote this"]', "no prompt 'nobody wrote this'"),
        ('say = ["greeting"]', 'say = ["greeting"]\ndeed = "fly"', "no deed 'fly'"),
        ('expects = "matter"', 'expects = "miracle"', "nothing can be expected as 'miracle'"),
        ('listen = "question"', 'listen = "patiently"', "no way to listen 'patiently'"),
        ('yes = "open"', 'yes = "nowhere"', "no such state"),
        ('yes = "open"', 'oui = "open"', "no signal 'oui'"),
        ('human = "handover"', 'human = "goodbye"', "no way to a person"),
        ('again = "read_back", enough', 'again = "read_back_again", enough', "comes back to itself"),
        ('free = "transfer", busy = "queue" }', 'free = "transfer" }', "nothing follows busy"),
        ("[state.open]", '[state.island]\nlisten = "short"\n\n[state.open]', "never reached: island"),
        ('deed = "hang_up"\nlisten = "short"', 'deed = "hang_up"', "neither listens nor goes on"),
        ("[anywhere]\nhuman", "[anywhere\nhuman", "is not TOML"),
        ("answer_within_s = 8.0", 'answer_within_s = "soon"', "Expected `float`"),
        ("[state.greeting]", "[state.greeting]\ncolour = 1", "unknown field `colour`"),
    ],
)
def test_a_broken_flow_is_refused_with_the_reason(tmp_path: Path, was: str, becomes: str, reason: str) -> None:
    text = FLOW.read_text("utf-8")
    assert was in text
    broken = tmp_path / "flow.toml"
    broken.write_text(text.replace(was, becomes, 1), "utf-8")
    with pytest.raises(DataFileError, match=r"flow\.toml") as caught:
        load_flow(broken)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ("{answer}", "{weather}", "nothing is known as weather"),
        ("{answer}", "{answer", "answer:"),
        ("{answer}", " ", "is empty"),
        ("option_one =", "option_1 =", "missing: option_one"),
    ],
)
def test_broken_prompts_are_refused_with_the_reason(tmp_path: Path, was: str, becomes: str, reason: str) -> None:
    broken = tmp_path / "prompts.toml"
    broken.write_text(PROMPTS.read_text("utf-8").replace(was, becomes, 1), "utf-8")
    with pytest.raises(DataFileError) as caught:
        load_flow(prompts=broken)
    assert reason in str(caught.value)


def test_the_picture_shows_every_state() -> None:
    flow = load_flow()
    picture = to_mermaid(flow)
    assert picture.startswith("stateDiagram-v2\n")
    for name in flow.states:
        assert f" {name}" in picture
