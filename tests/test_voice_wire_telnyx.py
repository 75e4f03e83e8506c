"""Telnyx media streaming, with the frames of its documentation."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wires import fed

from models.call import Channel, Encoding, Mode
from voice.errors import AudioFormatError, ProtocolError
from voice.wire.base import (
    Audio,
    CallEvent,
    Clear,
    Connection,
    Dtmf,
    Gap,
    Mark,
    MarkPlayed,
    Play,
    Started,
    Stopped,
    Transfer,
)
from voice.wire.client import CallSetup, Playback, PlaybackCleared, PlaybackMark
from voice.wire.messages import pack_base64
from voice.wire.telnyx import MAX_HELD, TelnyxClient, TelnyxWire

CALL = "v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ"
CONNECTED = '{"event":"connected","version":"1.0.0"}'
START = (
    '{"event":"start","sequence_number":"1","stream_id":"32DE0DEA-53CB-4B21-89A4-9E1819C043BC","start":{"user_id":"3E6F995F-85F7-4705-9741-53B116D28237",'
    '"call_control_id":"v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ","call_session_id":"ff55a038-6f5d-11ef-9692-02420aeffb1f","from":"+13122010094",'
    '"to":"+13122123456","tags":["TAG1"],"client_state":"aGF2ZSBhIG5pY2UgZGF5ID1d",'
    '"custom_parameters":{"customer_id":"customer_123"},'
    '"media_format":{"encoding":"PCMU","sample_rate":8000,"channels":1}}}'
)
STOP = '{"event":"stop","sequence_number":"%d","stop":{"user_id":"x","call_control_id":"x"},"stream_id":"x"}'
DTMF = (
    '{"event":"dtmf","stream_id":"x","occurred_at":"2026-01-01T00:00:00Z","sequence_number":"2","dtmf":{"digit":"1"}}'
)
GUIDE = Connection({"mode": "guide"})


def media(number: int, payload: bytes = b"\xfe\xfe", track: str = "inbound", at_ms: int | None = None) -> str:
    """The frame `number`; frame 2 begins the audio."""
    stamp = (number - 2) * 20 if at_ms is None else at_ms
    return (
        f'{{"event":"media","sequence_number":"{number}","media":{{"track":"{track}","chunk":"2","timestamp":"{stamp}",'
        f'"payload":"{pack_base64(payload)}"}},"stream_id":"x"}}'
    )


def test_the_documented_call() -> None:
    wire = TelnyxWire()
    assert wire.receive(CONNECTED) == []
    assert wire.receive(START) == [
        Started(
            encoding=Encoding.MULAW,
            sample_rate=8000,
            channels=(Channel.CITIZEN,),
            call_id=CALL,
            caller="+13122010094",
            callee="+13122123456",
        )
    ]
    assert wire.receive(DTMF) == [Dtmf("1")]
    assert wire.receive(media(3)) == [Audio(b"\xfe\xfe")]
    assert wire.receive('{"event":"error","stream_id":"x","payload":{"code":100003,"title":"t","detail":"d"}}') == []
    assert wire.ignored == 1
    assert wire.receive(STOP % 4) == [Stopped()]
    assert wire.receive(STOP % 4) == []


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("PCMU", Encoding.MULAW), ("PCMA", Encoding.ALAW), ("audio/x-mulaw", Encoding.MULAW)],
)
def test_codecs(encoding: str, expected: Encoding) -> None:
    (event,) = TelnyxWire().receive(START.replace("PCMU", encoding))
    assert isinstance(event, Started)
    assert event.encoding is expected


@pytest.mark.parametrize("change", [("PCMU", "OPUS"), ("PCMU", "G722"), ("8000", "16000")])
def test_another_codec_is_refused_and_what_to_set_is_said(change: tuple[str, str]) -> None:
    with pytest.raises(AudioFormatError, match="stream_codec"):
        TelnyxWire().receive(START.replace(*change))


def test_both_tracks_are_announced_in_the_url() -> None:
    wire = TelnyxWire(Connection({"track": "both_tracks"}))
    (event,) = wire.receive(START)
    assert isinstance(event, Started)
    assert event.channels == (Channel.CITIZEN, Channel.OPERATOR)
    assert wire.receive(media(2, b"\x01\x01")) == []
    assert wire.receive(media(3, b"\x02\x02", "outbound", at_ms=0)) == [Audio(b"\x01\x02\x01\x02")]


def test_the_token_comes_in_a_header_or_in_the_first_message_or_as_a_parameter() -> None:
    field = '"x-telnyx-streaming-auth-token":"s3cret"'
    by_header = TelnyxWire(Connection(headers={"x-telnyx-streaming-auth-token": "s3cret"}))
    by_message = TelnyxWire()
    by_message.receive(CONNECTED.replace('"version"', f'{field},"version"'))
    by_parameter = TelnyxWire()
    for wire, start in (
        (by_header, START),
        (by_message, START),
        (by_parameter, START.replace('"customer_id":"customer_123"', '"token":"s3cret"')),
    ):
        (event,) = wire.receive(start)
        assert isinstance(event, Started)
        assert event.token == "s3cret"
        assert "s3cret" not in repr(event)


def test_what_we_send_names_no_stream() -> None:
    wire = TelnyxWire(GUIDE)
    (event,) = wire.receive(START)
    assert isinstance(event, Started)
    assert (event.mode, event.plays_audio) == (Mode.GUIDE, True)
    assert wire.send(Play(b"\xfe\xfe")) == ['{"event":"media","media":{"payload":"/v4="}}']
    assert wire.send(Mark("m")) == ['{"event":"mark","mark":{"name":"m"}}']
    assert wire.send(Clear()) == ['{"event":"clear"}']
    (mark,) = wire.send(Transfer("operator", "asked for"))
    assert wire.receive('{"event":"mark","sequence_number":"2","mark":{"name":"m"}}') == [MarkPlayed("m")]
    assert wire.receive(str(mark)) == [Stopped()]


def test_nothing_is_sent_to_who_only_listens() -> None:
    assert [fed(TelnyxWire(), CONNECTED, START).send(a) for a in (Play(b"x"), Mark("m"), Clear())] == [[], [], []]


def _audio(events: list[CallEvent]) -> bytes:
    return b"".join(e.data for e in events if isinstance(e, Audio))


@given(order=st.permutations(range(2, 2 + MAX_HELD)))
def test_frames_that_overtake_each_other_are_put_in_order(order: list[int]) -> None:
    wire = fed(TelnyxWire(), CONNECTED, START)
    events = [e for n in order for e in wire.receive(media(n, bytes([n]) * 160))]
    events += wire.receive(STOP % (2 + MAX_HELD))
    assert events[-1] == Stopped()
    assert _audio(events) == b"".join(bytes([n]) * 160 for n in range(2, 2 + MAX_HELD))


def test_a_frame_that_never_comes_holds_nothing_up_for_long() -> None:
    wire = fed(TelnyxWire(), CONNECTED, START)
    assert wire.receive(media(2, b"\x02" * 160)) == [Audio(b"\x02" * 160)]
    heard = [wire.receive(media(n, bytes([n]) * 160)) for n in range(4, 4 + MAX_HELD + 1)]
    assert heard[:MAX_HELD] == [[]] * MAX_HELD
    assert _audio(heard[MAX_HELD]) == b"".join(bytes([n]) * 160 for n in range(4, 4 + MAX_HELD + 1))


def test_lost_audio_is_a_gap() -> None:
    wire = fed(TelnyxWire(), CONNECTED, START)
    wire.receive(media(2))
    gap, _ = wire.receive(media(3, at_ms=2000))
    assert gap == Gap(pytest.approx(2.0, abs=0.001))


@pytest.mark.parametrize(
    ("query", "frames", "error"),
    [
        ({}, [b"\x00"], "binary"),
        ({}, [media(2)], "before start"),
        ({}, [START, START], "twice"),
        ({}, [START, media(2, track="outbound")], "did not announce"),
        ({"track": "left"}, [START], "inbound_track"),
        ({"mode": "karaoke"}, [START], "karaoke"),
        ({}, [START.replace('"call_control_id"', '"call"')], "call_control_id"),
    ],
)
def test_a_broken_frame_is_named(query: dict[str, str], frames: list[str | bytes], error: str) -> None:
    wire = TelnyxWire(Connection(query))
    for frame in frames[:-1]:
        wire.receive(frame)
    with pytest.raises(ProtocolError, match=error):
        wire.receive(frames[-1])


def test_the_client_plays_the_carrier() -> None:
    client = TelnyxClient(CallSetup(call_id="c1", channels=(Channel.CITIZEN, Channel.OPERATOR), token="t"))
    wire = TelnyxWire(Connection(client.connect()))
    frames = [
        *client.open(),
        *itertools.chain(*(client.audio(b"\x01\x02" * 160) for _ in range(2))),
        *client.press("#"),
    ]
    events = [e for f in (*frames, *client.close()) for e in wire.receive(f)]
    assert isinstance(events[0], Started)
    assert events[0].token == "t"
    assert events[1:] == [Audio(b"\x01\x02" * 160)] * 2 + [Dtmf("#"), Stopped()]


def test_the_client_understands_what_we_send() -> None:
    client = TelnyxClient(CallSetup(call_id="c1", channels=(Channel.CITIZEN,), mode=Mode.GUIDE))
    wire = TelnyxWire(Connection(client.connect()))
    for frame in client.open():
        wire.receive(frame)
    sent = [f for a in (Play(b"\x01"), Mark("m"), Clear()) for f in wire.send(a)]
    assert [a for f in sent for a in client.receive(f)] == [Playback(b"\x01"), PlaybackMark("m"), PlaybackCleared()]
