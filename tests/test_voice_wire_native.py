"""Yida's own protocol, frame by frame."""

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.call import Channel, Encoding, Mode
from models.events import Event, KeyPressed
from voice.errors import AudioFormatError, ProtocolError
from voice.wire.base import (
    Audio,
    Clear,
    Dtmf,
    End,
    Fail,
    HangUp,
    Mark,
    MarkPlayed,
    Play,
    Ready,
    Saying,
    Started,
    Stopped,
    Tell,
    Transfer,
)
from voice.wire.native import NativeWire

START = {"type": "start", "encoding": "mulaw", "sample_rate": 8000, "channels": ["citizen", "operator"]}


def _start(**changes: object) -> str:
    return json.dumps({**START, **changes})


def _started_wire() -> NativeWire:
    wire = NativeWire()
    wire.receive(_start())
    return wire


def test_a_whole_call() -> None:
    wire = NativeWire()
    extra = {"call_id": "c-1", "from": "13800138000", "to": "12345", "received_at": "2026-01-13T08:52:00"}
    (started,) = wire.receive(_start(**extra, hotwords=["方庄"]))
    assert isinstance(started, Started)
    assert (started.call_id, started.caller, started.callee) == ("c-1", "13800138000", "12345")
    assert started.channels == (Channel.CITIZEN, Channel.OPERATOR)
    assert (started.encoding, started.sample_rate, started.mode) == (Encoding.MULAW, 8000, Mode.ASSIST)
    assert started.hotwords == ("方庄",)
    assert isinstance(started.received_at, datetime)
    assert started.received_at.utcoffset() == timedelta(hours=8), "a time without offset is the hotline's"
    assert wire.receive(b"\xff" * 320) == [Audio(b"\xff" * 320)]
    assert wire.receive('{"type":"dtmf","digit":"#"}') == [Dtmf("#")]
    assert wire.receive('{"type":"mark","name":"m1"}') == [MarkPlayed("m1")]
    assert wire.receive('{"type":"stop"}') == [Stopped()]
    assert wire.receive(b"late audio") == []


@pytest.mark.parametrize(
    ("frame", "close_code", "named"),
    [
        ("", 1007, "''"),
        ("not json", 1007, "not json"),
        ("[]", 1007, "object"),
        ('{"type":"begin"}', 1007, "begin"),
        (_start(encoding="mp3"), 1007, "mp3"),
        (_start(sample_rate="fast"), 1007, "sample_rate"),
        (_start(channels=["neighbour"]), 1007, "neighbour"),
        (_start(channels=[]), 1007, "channels"),
        (_start(channels=["citizen", "citizen"]), 1007, "channels"),
        (_start(channels=["citizen", "mixed"]), 1007, "mixed"),
        (_start(channels=["citizen", "operator", "mixed"]), 1007, "channels"),
        (_start(call_id=""), 1007, "call_id"),
        (_start(call_id="a/b"), 1007, "call_id"),
        (_start(call_id="x" * 129), 1007, "call_id"),
        (_start(received_at="yesterday"), 1007, "received_at"),
        (_start(hotwords=["x"] * 101), 1007, "hotwords"),
        ('{"type":"stop"}', 1002, "start"),
        ('{"type":"dtmf","digit":"1"}', 1002, "start"),
        (b"\x00\x01", 1002, "before the start"),
    ],
)
def test_a_wrong_first_frame_is_refused_by_name(frame: str | bytes, close_code: int, named: str) -> None:
    with pytest.raises(ProtocolError, match=named) as refused:
        NativeWire().receive(frame)
    assert refused.value.close_code == close_code


def test_rates_are_the_decoders_business_but_channels_are_checked_here() -> None:
    assert isinstance(NativeWire().receive(_start(sample_rate=1))[0], Started)
    with pytest.raises(AudioFormatError):
        NativeWire().receive(_start(channels=["mixed", "mixed"]))


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (_start(), "out_of_order"),
        ('{"type":"dtmf","digit":"12"}', "bad_message"),
        ('{"type":"dtmf","digit":"x"}', "bad_message"),
        ('{"type":"weather"}', "bad_message"),
        ("{", "bad_message"),
        ("[" * 5000, "bad_message"),
    ],
)
def test_a_wrong_frame_in_the_call_is_answered_and_the_call_goes_on(frame: str, code: str) -> None:
    wire = _started_wire()
    assert wire.receive(frame) == []
    (told,) = map(json.loads, wire.replies())
    assert (told["type"], told["code"], told["fatal"]) == ("error", code, False)
    assert len(told["message"]) > 10
    assert wire.replies() == [], "told once"
    assert wire.receive(b"\xff") == [Audio(b"\xff")]
    assert wire.ignored == 1


@pytest.mark.parametrize(
    ("said", "caller"),
    [
        ("sip:13800138000@10.0.0.8:5060", "13800138000"),
        ("tel:+86-10-12345678", "+861012345678"),
        (13800138000, "13800138000"),
        ("anonymous", "anonymous"),
        ("sip:alice@example.com", None),
        ("<script>", None),
        ("", None),
    ],
)
def test_no_caller_is_too_odd_to_be_heard(said: str | int, caller: str | None) -> None:
    (started,) = NativeWire().receive(_start(**{"from": said, "to": said}))
    assert isinstance(started, Started)
    assert (started.caller, started.callee) == (caller, caller)


@given(frame=st.text() | st.binary() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_any_frame_gives_events_or_our_error(frame: str | bytes) -> None:
    for wire in (NativeWire(), _started_wire()):
        try:
            events = wire.receive(frame)
        except ProtocolError:
            continue
        assert all(isinstance(e, Started | Audio | Dtmf | MarkPlayed | Stopped) for e in events)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (Ready("c"), {"type": "ready", "call_id": "c"}),
        (Saying("您好"), {"type": "say", "text": "您好"}),
        (Clear(), {"type": "clear"}),
        (Mark("m"), {"type": "mark", "name": "m"}),
        (Transfer("operator", "人工"), {"type": "transfer", "to": "operator", "reason": "人工"}),
        (Fail("busy", "full", 1013, 10.0), {"type": "error", "code": "busy", "message": "full", "retry_after": 10.0}),
        (Fail("internal", "oh"), {"type": "error", "code": "internal", "message": "oh"}),
        (End("c"), {"type": "end", "call_id": "c"}),
    ],
)
def test_actions_as_the_client_gets_them(action: object, message: dict[str, object]) -> None:
    (frame,) = NativeWire().send(action)  # type: ignore[arg-type]
    assert json.loads(frame) == message


def test_events_carry_their_number_and_audio_goes_as_it_is() -> None:
    wire = NativeWire()
    (told,) = wire.send(Tell(Event("c", 7, datetime.fromisoformat("2026-01-01T00:00:00+00:00"), KeyPressed("5"))))
    assert json.loads(told) == {"type": "dtmf", "digit": "5", "seq": 7}
    assert wire.send(Play(b"\x01\x02")) == [b"\x01\x02"]
    assert wire.send(HangUp()) == []
    assert wire.replies() == []
