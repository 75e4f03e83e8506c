"""Asterisk chan_websocket, with the messages of its documentation in both forms."""

import pytest

from models.call import Channel, Encoding, Mode
from voice.errors import AudioFormatError, ProtocolError
from voice.wire.asterisk import AsteriskWire
from voice.wire.base import Audio, Clear, Connection, Dtmf, HangUp, Mark, MarkPlayed, Play, Started, Transfer

JSON_START = (
    '{"event":"MEDIA_START","connection_id":"media_connection1","channel":"WebSocket/media_connection1/0x1",'
    '"channel_id":"1700000000.1","format":"%s","optimal_frame_size":160,"ptime":20,"channel_variables":{}}'
)
PLAIN_START = (
    "MEDIA_START connection_id:media_connection1 channel:WebSocket/media_connection1/0x1 channel_id:1700000000.1 "
    "format:ulaw optimal_frame_size:160 ptime:20"
)
GUIDE = Connection({"mode": "guide", "from": "13800138000", "to": "12345"})
STARTED = Started(
    encoding=Encoding.MULAW,
    sample_rate=8000,
    channels=(Channel.CITIZEN,),
    call_id="1700000000.1",
    mode=Mode.GUIDE,
    caller="13800138000",
    callee="12345",
    plays_audio=True,
)


def test_a_json_call() -> None:
    wire = AsteriskWire(GUIDE)
    assert wire.receive(JSON_START % "ulaw") == [STARTED]
    assert wire.receive(b"\xff" * 160) == [Audio(b"\xff" * 160)]
    assert wire.receive('{"event":"DTMF_END","channel_id":"1","digit":"5"}') == [Dtmf("5")]
    assert wire.receive('{"event":"MEDIA_MARK_PROCESSED","correlation_id":"m1"}') == [MarkPlayed("m1")]
    assert wire.receive('{"event":"STATUS","queue_length":43,"queue_full":false}') == []
    assert wire.ignored == 1
    assert wire.send(Mark("m1")) == ['{"command":"MARK_MEDIA","correlation_id":"m1"}']
    assert wire.send(Clear()) == ['{"command":"FLUSH_MEDIA"}']
    assert wire.send(HangUp()) == wire.send(Transfer("operator", "asked for")) == ['{"command":"HANGUP"}']


def test_a_plain_call() -> None:
    wire = AsteriskWire(GUIDE)
    assert wire.receive(PLAIN_START) == [STARTED]
    assert wire.receive("DTMF_END channel_id:1700000000.1 digit:#") == [Dtmf("#")]
    assert wire.receive("MEDIA_MARK_PROCESSED correlation_id:m1") == [MarkPlayed("m1")]
    assert wire.receive("MEDIA_MARK_PROCESSED m2") == [MarkPlayed("m2")]
    assert wire.send(Mark("m1")) == ["MARK_MEDIA m1"]
    assert wire.send(Clear()) == ["FLUSH_MEDIA"]


def test_media_is_sent_in_whole_frames_and_the_last_one_is_filled_with_silence() -> None:
    wire = AsteriskWire(GUIDE)
    wire.receive(PLAIN_START)
    assert wire.send(Play(b"\x01" * 100)) == []
    assert wire.send(Play(b"\x02" * 100)) == [b"\x01" * 100 + b"\x02" * 60]
    assert wire.send(Mark("m")) == [b"\x02" * 40 + b"\xff" * 120, "MARK_MEDIA m"]
    sizes = [len(f) for f in wire.send(Play(b"\x03" * 160_000))]
    assert sum(sizes) == 160_000
    assert all(n <= 65_500 and n % 160 == 0 for n in sizes)


def test_a_full_queue_holds_playback_back_and_a_flush_empties_both() -> None:
    wire = AsteriskWire(GUIDE)
    wire.receive(PLAIN_START)
    wire.receive("MEDIA_XOFF")
    assert wire.send(Play(b"\x01" * 160)) == []
    assert wire.send(Mark("m")) == []
    assert wire.replies() == []
    wire.receive("MEDIA_XON")
    assert wire.replies() == [b"\x01" * 160, "MARK_MEDIA m"]
    wire.receive("MEDIA_XOFF")
    wire.send(Play(b"\x01" * 160))
    assert wire.send(Clear()) == ["FLUSH_MEDIA"]
    assert wire.send(Play(b"\x02" * 160)) == [b"\x02" * 160]
    wire.receive("MEDIA_XON")
    assert wire.replies() == []


@pytest.mark.parametrize(
    ("name", "encoding", "rate"),
    [("alaw", Encoding.ALAW, 8000), ("slin", Encoding.PCM16, 8000), ("slin16", Encoding.PCM16, 16000)],
)
def test_formats(name: str, encoding: Encoding, rate: int) -> None:
    (started,) = AsteriskWire().receive(JSON_START % name)
    assert isinstance(started, Started)
    assert (started.encoding, started.sample_rate, started.channels) == (encoding, rate, (Channel.MIXED,))


@pytest.mark.parametrize(
    ("frames", "error"),
    [
        ([b"\xff"], "before MEDIA_START"),
        ([PLAIN_START, PLAIN_START], "twice"),
        (["hello"], "neither"),
        ([""], "neither"),
        (['{"event":1}'], "event"),
        (["MEDIA_START optimal_frame_size:many format:ulaw"], "optimal_frame_size"),
        (["MEDIA_START optimal_frame_size:0 format:ulaw"], "optimal_frame_size"),
    ],
)
def test_broken_frames(frames: list[str | bytes], error: str) -> None:
    wire = AsteriskWire()
    for frame in frames[:-1]:
        wire.receive(frame)
    with pytest.raises(ProtocolError, match=error):
        wire.receive(frames[-1])


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(AudioFormatError, match="g729"):
        AsteriskWire().receive(JSON_START % "g729")
