"""What every protocol must do: any frame gives events or our error, and both of its sides understand each other."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.call import Channel, Encoding, Mode
from voice.errors import ProtocolError
from voice.wire import PROTOCOLS, Protocol
from voice.wire.base import (
    Audio,
    Clear,
    Connection,
    End,
    Fail,
    Frame,
    HangUp,
    Mark,
    Play,
    Ready,
    Saying,
    Started,
    Stopped,
    Transfer,
    Wire,
)
from voice.wire.client import CallSetup, Client, Finished

EVERY = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
SETUP = CallSetup(
    call_id="5f0c2b52-6d1c-4b7c-8e55-1d7a2f3c9b10",
    channels=(Channel.CITIZEN, Channel.OPERATOR),
    caller="13800138000",
    callee="12345",
)
ACTIONS = (
    Ready("c1"),
    Play(b"\x01\x02" * 800),
    Saying("您好"),
    Mark("m1"),
    Clear(),
    Transfer("operator", "x"),
    HangUp(),
)


def pair(protocol: Protocol) -> tuple[Wire, Client]:
    client = protocol.client(SETUP)
    return protocol.wire(Connection(query=client.connect())), client


def exchange(wire: Wire, client: Client, frames: list[Frame]) -> tuple[list[object], list[object]]:
    """Events of the wire and answers to the client that `frames` of the client cause."""
    events: list[object] = []
    answers: list[object] = []
    for frame in frames:
        events += wire.receive(frame)
        answers += [a for reply in wire.replies() for a in client.receive(reply)]
    return events, answers


@EVERY
def test_a_call_from_start_to_end(protocol: Protocol) -> None:
    wire, client = pair(protocol)
    events, _ = exchange(wire, client, client.open())
    for frame in wire.send(Ready(SETUP.call_id)):
        client.receive(frame)
    width = 2 if client.encoding is Encoding.PCM16 else 1
    second = bytes(range(1, 251)) * (client.sample_rate * width * len(client.channels) // 250)
    for at in range(0, len(second), len(second) // 50):
        events += exchange(wire, client, client.audio(second[at : at + len(second) // 50]))[0]
    events += exchange(wire, client, client.close())[0]
    starts = [e for e in events if isinstance(e, Started)]
    assert len(starts) == 1
    started = starts[0]
    assert (started.encoding, started.sample_rate) == (client.encoding, client.sample_rate)
    assert started.channels == client.channels
    assert events.index(started) == 0
    assert b"".join(e.data for e in events if isinstance(e, Audio)) == second
    assert events[-1] == Stopped() or not client.close()  # some just close the connection
    answers = [a for f in wire.send(End(SETUP.call_id)) for a in client.receive(f)]
    assert answers[-1:] in ([], [Finished()])


@EVERY
def test_every_action_gives_frames_that_the_client_understands(protocol: Protocol) -> None:
    wire, client = pair(protocol)
    exchange(wire, client, client.open())
    for action in (*ACTIONS, Fail("busy", "no room", 1013, 5.0)):
        for frame in wire.send(action):
            client.receive(frame)


@EVERY
def test_actions_before_the_start_do_no_harm(protocol: Protocol) -> None:
    for action in (*ACTIONS, Fail("busy", "no room"), End("c1")):
        protocol.wire(Connection()).send(action)


@EVERY
def test_an_oversized_frame_is_refused(protocol: Protocol) -> None:
    for frame in ("x" * (1 << 21), b"x" * (1 << 21)):
        with pytest.raises(ProtocolError) as refused:
            protocol.wire(Connection()).receive(frame)
        assert refused.value.close_code in (1002, 1003, 1009)


def wires(protocol: Protocol) -> list[Wire]:
    """One that has heard nothing, and one in the middle of a call."""
    wire, client = pair(protocol)
    exchange(wire, client, client.open())
    wire.send(Ready(SETUP.call_id))
    return [protocol.wire(Connection()), wire]


@EVERY
@given(frames=st.lists(st.binary() | st.text(), max_size=3))
def test_any_frame_gives_events_or_our_error(protocol: Protocol, frames: list[Frame]) -> None:
    for wire in wires(protocol):
        with suppress(ProtocolError):
            for frame in frames:
                wire.receive(frame)
                wire.replies()


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just([]) | st.just({})


@EVERY
@given(data=st.data())
def test_a_message_with_any_field_changed_gives_events_or_our_error(protocol: Protocol, data: st.DataObject) -> None:
    _, client = pair(protocol)
    frames = [*client.open(), *client.press("1"), *client.played("m"), *client.close()]
    texts = [f for f in frames if isinstance(f, str) and f.startswith("{")]
    if not texts:
        return
    message = json.loads(data.draw(st.sampled_from(texts)))
    place = message
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[key], dict) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(VALUES)
    for candidate in wires(protocol):
        with suppress(ProtocolError):
            candidate.receive(json.dumps(message))
            candidate.replies()


@EVERY
def test_a_guided_call_plays(protocol: Protocol) -> None:
    setup = CallSetup(call_id=SETUP.call_id, channels=(Channel.CITIZEN,), mode=Mode.GUIDE)
    client = protocol.client(setup)
    wire = protocol.wire(Connection(query=client.connect()))
    events, _ = exchange(wire, client, client.open())
    (started,) = [e for e in events if isinstance(e, Started)] or [None]
    if started is None or not started.plays_audio:
        return
    assert started.mode is Mode.GUIDE
    wire.send(Ready("c1"))
    frames = [f for _ in range(3) for f in wire.send(Play(b"\x01\x02" * 800))]
    assert frames
