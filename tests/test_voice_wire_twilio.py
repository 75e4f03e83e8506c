"""Twilio Media Streams, with the frames of its documentation."""

import pytest
from wires import fed

from models.call import Channel, Encoding, Mode
from voice.errors import AudioFormatError, ProtocolError
from voice.wire.base import Audio, Clear, Dtmf, Gap, Mark, MarkPlayed, Play, Ready, Started, Stopped, Transfer
from voice.wire.client import CallSetup, Playback, PlaybackCleared, PlaybackMark
from voice.wire.twilio import TwilioClient, TwilioWire

CONNECTED = '{"event":"connected","protocol":"Call","version":"1.0.0"}'
START = (
    '{"event":"start","sequenceNumber":"1","start":{"accountSid":"ACXX","streamSid":"MZXX","callSid":"CAXX",'
    '"tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},'
    '"customParameters":{"FirstName":"Jane","mode":"guide","token":"s3cret","from":"138"}},"streamSid":"MZXX"}'
)
MEDIA = (
    '{"event":"media","sequenceNumber":"3","media":{"track":"inbound","chunk":"1","timestamp":"5","payload":"/v4="},'
    '"streamSid":"MZXX"}'
)
STOP = '{"event":"stop","sequenceNumber":"5","stop":{"accountSid":"ACXX","callSid":"CAXX"},"streamSid":"MZXX"}'
MARK = '{"event":"mark","sequenceNumber":"4","streamSid":"MZXX","mark":{"name":"my label"}}'
DTMF = '{"event":"dtmf","streamSid":"MZXX","sequenceNumber":"5","dtmf":{"track":"inbound_track","digit":"1"}}'


def test_the_documented_call() -> None:
    wire = TwilioWire()
    assert wire.receive(CONNECTED) == []
    assert wire.receive(START) == [
        Started(
            encoding=Encoding.MULAW,
            sample_rate=8000,
            channels=(Channel.CITIZEN,),
            call_id="CAXX",
            mode=Mode.GUIDE,
            caller="138",
            plays_audio=True,
            token="s3cret",
        )
    ]
    assert wire.receive(MEDIA) == [Audio(b"\xfe\xfe")]
    assert wire.receive(DTMF) == [Dtmf("1")]
    assert wire.receive(MARK) == [MarkPlayed("my label")]
    assert wire.receive(STOP) == [Stopped()]
    assert wire.receive(STOP) == []
    assert wire.replies() == []


def test_the_token_is_not_shown() -> None:
    (event,) = TwilioWire().receive(START)
    assert "s3cret" not in repr(event)


def test_what_we_send_is_byte_for_byte_what_is_documented() -> None:
    wire = fed(TwilioWire(), CONNECTED, START)
    assert wire.send(Play(b"\xfe\xfe")) == ['{"event":"media","streamSid":"MZXX","media":{"payload":"/v4="}}']
    assert wire.send(Mark("my label")) == ['{"event":"mark","streamSid":"MZXX","mark":{"name":"my label"}}']
    assert wire.send(Clear()) == ['{"event":"clear","streamSid":"MZXX"}']
    assert wire.send(Ready("c1")) == []


def test_a_transfer_ends_the_stream_when_everything_has_been_played() -> None:
    wire = fed(TwilioWire(), CONNECTED, START)
    (mark,) = wire.send(Transfer("operator", "asked for"))
    assert wire.receive(MEDIA) == [Audio(b"\xfe\xfe")]
    assert isinstance(mark, str)
    assert wire.receive(mark.replace('"streamSid"', '"sequenceNumber":"9","streamSid"')) == [Stopped()]
    assert wire.receive(STOP) == []


def test_nothing_is_sent_on_a_one_way_stream() -> None:
    wire = TwilioWire()
    wire.receive(START.replace("guide", "assist"))
    assert [wire.send(a) for a in (Play(b"x"), Mark("m"), Clear())] == [[], [], []]


def test_two_tracks_become_two_channels() -> None:
    wire = TwilioWire()
    (event,) = wire.receive(START.replace('"tracks":["inbound"]', '"tracks":["inbound","outbound"]'))
    assert isinstance(event, Started)
    assert event.channels == (Channel.CITIZEN, Channel.OPERATOR)
    assert wire.receive(MEDIA) == []
    assert wire.receive(MEDIA.replace('"inbound"', '"outbound"').replace("/v4=", "AAA=")) == [
        Audio(b"\xfe\x00\xfe\x00")
    ]


def test_lost_audio_is_a_gap() -> None:
    wire = fed(TwilioWire(), CONNECTED, START)
    wire.receive(MEDIA)
    gap, _ = wire.receive(MEDIA.replace('"timestamp":"5"', '"timestamp":"2005"'))
    assert gap == Gap(pytest.approx(2.0, abs=0.001))


@pytest.mark.parametrize(
    ("frames", "error"),
    [
        ([b"\x00"], "binary"),
        (["{"], "in '{'"),
        ([MEDIA], "before start"),
        ([START, START], "twice"),
        ([START.replace('"sampleRate":8000', '"sampleRate":"8000"')], "sampleRate"),
        ([START.replace("guide", "karaoke")], "karaoke"),
        ([START, MEDIA.replace("/v4=", "?")], "payload"),
        ([START, MEDIA.replace('"5"', "5")], "timestamp"),
        ([START, MEDIA.replace('"5"', '"-5"')], "timestamp"),
        ([START, MEDIA.replace("inbound", "outbound")], "track"),
        ([START.replace('["inbound"]', '["left"]')], "tracks"),
        (["x" * (1 << 21)], "limit"),
    ],
)
def test_a_broken_frame_is_named(frames: list[str | bytes], error: str) -> None:
    wire = TwilioWire()
    for frame in frames[:-1]:
        wire.receive(frame)
    with pytest.raises(ProtocolError, match=error):
        wire.receive(frames[-1])


def test_another_format_is_refused() -> None:
    with pytest.raises(AudioFormatError, match="16000"):
        TwilioWire().receive(START.replace("8000", "16000"))


def test_unknown_events_are_counted() -> None:
    wire = fed(TwilioWire(), CONNECTED, START)
    assert wire.receive('{"event":"weather","streamSid":"MZXX"}') == []
    assert wire.ignored == 1


def test_the_client_plays_the_carrier() -> None:
    client = TwilioClient(CallSetup(call_id="c1", channels=(Channel.CITIZEN, Channel.OPERATOR), token="t"))
    wire = TwilioWire()
    events = [e for f in client.open() for e in wire.receive(f)]
    assert [type(e) for e in events] == [Started]
    for _ in range(2):
        events += [e for f in client.audio(b"\x01\x02" * 160) for e in wire.receive(f)]
    events += [e for f in (*client.press("#"), *client.played("m"), *client.close()) for e in wire.receive(f)]
    assert events[1:] == [Audio(b"\x01\x02" * 160)] * 2 + [Dtmf("#"), MarkPlayed("m"), Stopped()]


def test_the_client_understands_what_we_send() -> None:
    client = TwilioClient(CallSetup(call_id="c1", channels=(Channel.CITIZEN,), mode=Mode.GUIDE))
    wire = TwilioWire()
    for frame in client.open():
        wire.receive(frame)
    sent = [f for a in (Play(b"\x01"), Mark("m"), Clear()) for f in wire.send(a)]
    assert [a for f in sent for a in client.receive(f)] == [Playback(b"\x01"), PlaybackMark("m"), PlaybackCleared()]
