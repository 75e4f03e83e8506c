"""Which window comes next, and when the door is closed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.call import Channel
from voice.decoder import Pass, Window
from voice.scheduler import Capacity, Schedule
from voice.transcriber import Decode


def _decode(utterance: str, decode: Pass, channel: Channel = Channel.CITIZEN) -> Decode:
    return Decode(utterance, channel, Window(np.zeros(1600, np.float32), decode), 0, 1600)


def test_finals_come_before_partials_and_the_oldest_first() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.add("a", _decode("u1", Pass.PARTIAL), 0.0, "partial")
    schedule.add("b", _decode("u1", Pass.FINAL), 1.0, "first final")
    schedule.add("c", _decode("u1", Pass.FINAL), 2.0, "second final")
    assert [job.ticket for _ in range(3) for job in schedule.take()] == ["first final", "second final", "partial"]
    assert schedule.take() == []


def test_whoever_takes_finals_only_leaves_partials() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.add("a", _decode("u1", Pass.PARTIAL), 0.0, "partial")
    assert schedule.take(partials=False) == []
    schedule.add("b", _decode("u1", Pass.FINAL), 1.0, "final")
    assert [job.ticket for job in schedule.take(partials=False)] == ["final"]
    assert [job.ticket for job in schedule.take()] == ["partial"]


def test_a_newer_partial_takes_the_place_and_the_turn_of_the_older() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.add("a", _decode("u1", Pass.PARTIAL), 0.0, "old")
    schedule.add("b", _decode("u1", Pass.PARTIAL), 1.0, "other call")
    (replaced,) = schedule.add("a", _decode("u1", Pass.PARTIAL), 2.0, "new")
    assert replaced.ticket == "old"
    assert [job.ticket for _ in range(2) for job in schedule.take()] == ["new", "other call"]


def test_a_final_makes_what_waits_for_its_utterance_superfluous() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.add("a", _decode("u1", Pass.PARTIAL), 0.0, "partial")
    schedule.add("a", _decode("u2", Pass.PARTIAL, Channel.OPERATOR), 0.0, "other channel")
    schedule.add("a", _decode("u1", Pass.FINAL), 1.0, "at a pause")
    (older,) = schedule.add("a", _decode("u1", Pass.FINAL), 2.0, "at the end")
    assert older.ticket == "at a pause"
    assert [job.ticket for _ in range(2) for job in schedule.take()] == ["at the end", "other channel"]


def test_a_batch_is_of_one_pass() -> None:
    schedule: Schedule[int] = Schedule()
    for n in range(5):
        schedule.add(f"c{n}", _decode("u1", Pass.FINAL if n % 2 else Pass.PARTIAL), float(n), n)
    assert [[job.ticket for job in schedule.take(8)] for _ in range(2)] == [[1, 3], [0, 2, 4]]


@given(
    wishes=st.lists(
        st.tuples(
            st.sampled_from("abc"), st.integers(1, 3), st.sampled_from(Pass), st.sampled_from(list(Channel)[:2])
        )
    )
)
def test_every_window_is_decoded_or_replaced_once(wishes: list[tuple[str, int, Pass, Channel]]) -> None:
    schedule: Schedule[int] = Schedule()
    over: list[int] = []
    for n, (call, utterance, decode, channel) in enumerate(wishes):
        over += [job.ticket for job in schedule.add(call, _decode(f"u{utterance}", decode, channel), float(n), n)]
    finals = {n for n, wish in enumerate(wishes) if wish[2] is Pass.FINAL}
    last = {(wish[0], wish[1]): n for n, wish in enumerate(wishes) if wish[2] is Pass.FINAL}
    while batch := schedule.take(2):
        over += [job.ticket for job in batch]
    assert sorted(over) == list(range(len(wishes)))
    assert len(schedule) == 0
    assert set(last.values()) <= finals


def test_capacity_follows_what_decoding_costs() -> None:
    capacity = Capacity(workers=2, cost=0.055)
    assert capacity.calls == 21
    for _ in range(200):
        capacity.observe_call(60.0)
        capacity.observe_final(12.0)
    assert 4 <= capacity.calls <= 6
    assert capacity.refusal(100, 0.0) is not None
    assert capacity.refusal(0, 5.0) is None, "the first call is always taken"
    assert capacity.refusal(1, 5.0) is not None, "who is behind takes no more"


def test_a_limit_is_a_limit() -> None:
    assert Capacity(workers=64, cost=0.01, limit=3).calls == 3
    assert Capacity(workers=1, cost=100.0).calls == 1
