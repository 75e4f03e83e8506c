"""Who waits for an operator, and for how long."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from api.operator_line import TALK_S, OperatorLine


def test_operators_with_a_queue_of_their_own_are_always_there() -> None:
    line = OperatorLine(None)
    with line.talking():
        assert line.position("c1") == 0


def test_an_operator_is_free_until_all_of_them_talk() -> None:
    line = OperatorLine(2)
    assert line.position("c1") == 0
    with line.talking():
        assert line.position("c1") == 0
        with line.talking():
            assert line.position("c1") == 1
    assert line.position("c1") == 0


def test_whoever_came_first_is_served_first() -> None:
    line = OperatorLine(1)
    with line.talking():
        line.queue("c1", waits=True)
        line.queue("c2", waits=True)
        line.queue("c1", waits=True)  # keeps his place
        assert (line.position("c1"), line.position("c2"), line.position("c3")) == (1, 2, 3)
        line.queue("c1", waits=False)
        assert (line.position("c2"), line.position("c3")) == (1, 2)
        line.queue("c4", waits=False)  # was never in it
    assert (line.position("c2"), line.position("c3")) == (0, 1)


def test_without_operators_everybody_waits() -> None:
    assert OperatorLine(0).position("c1") == 1


def test_those_count_who_are_present() -> None:
    line = OperatorLine("present")
    assert line.position("c1") == 1
    with line.present(), line.present(), line.talking():
        assert line.position("c1") == 0
    assert line.position("c1") == 1


def test_where_their_number_is_fixed_presence_changes_nothing() -> None:
    line = OperatorLine(0)
    with line.present():
        assert line.position("c1") == 1


def test_the_wait_is_shared_by_the_operators() -> None:
    assert OperatorLine(1).wait_s(2) == 2 * TALK_S
    assert OperatorLine(4).wait_s(2) == TALK_S / 2
    assert OperatorLine(0).wait_s(1) == TALK_S


def test_the_wait_is_learned_from_how_long_calls_take(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("api.operator_line.time.monotonic", lambda: now)
    line = OperatorLine(1)
    for _ in range(60):
        with line.talking():
            now += 60.0
    assert line.wait_s(1) == pytest.approx(60.0, rel=0.02)


def test_changes_are_told_while_somebody_watches() -> None:
    line = OperatorLine(1)
    told: list[int] = []
    with line.watched(lambda: told.append(line.position("c1"))), ExitStack() as talking:
        talking.enter_context(line.talking())
        line.queue("c1", waits=True)
        line.queue("c1", waits=True)  # no change
        talking.close()
    line.queue("c1", waits=False)
    assert told == [1, 1, 0]
