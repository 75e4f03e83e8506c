"""Scripted callers on the virtual line: heard like a live call, in no time."""

import pytest
from guide_parts import flow, spotter, understanding
from listening import callers_voice

from api.bench.dialogues import REPORTERS
from api.bench.rehearsed import rehearse
from api.commands.engine import open_engine
from ivr.guide import Guide

pytestmark = [pytest.mark.model, pytest.mark.timeout(300)]


@pytest.mark.parametrize("number", [0, 3])
def test_a_report_is_taken_with_the_number_that_was_dictated(number: int) -> None:
    said: list[tuple[str, str]] = []
    guide = Guide(understanding(), flow(), spotter())
    found = rehearse(
        REPORTERS[number], callers_voice(), guide, open_engine(None, quiet=True), lambda *turn: said.append(turn)
    )
    assert found.right, said
    assert found.failure is None
    assert "登记好了" in "".join(text for who, text in said if who == "guide")
    assert [who for who, _ in said].count("heard") >= 5
