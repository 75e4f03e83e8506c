"""FreeSWITCH's two audio modules, and jambonz."""

import json
from datetime import UTC, datetime

import pytest

from models.call import Channel, Encoding, Mode
from models.events import Event, KeyPressed, UtteranceHeard
from voice.errors import AudioFormatError, ProtocolError
from voice.wire.base import (
    Audio,
    Clear,
    Connection,
    Dtmf,
    HangUp,
    Mark,
    MarkPlayed,
    Play,
    Saying,
    Started,
    Tell,
    Transfer,
)
from voice.wire.freeswitch import AudioForkWire, AudioStreamWire

JAMBONZ = (
    '{"callSid":"a1","direction":"inbound","from":"13800138000","to":"12345","callId":"x@pbx","sipStatus":200,'
    '"callStatus":"in-progress","accountSid":"acc","applicationSid":"app","sampleRate":16000,"mixType":"stereo"}'
)
FINAL = Tell(
    Event(
        "c1",
        3,
        datetime(2026, 1, 1, tzinfo=UTC),
        UtteranceHeard(
            utterance="u1", channel=Channel.CITIZEN, start_s=0.5, end_s=1.5, text="您好。", raw="您好", confidence=0.9
        ),
    )
)


def test_audio_may_come_first_and_the_url_says_what_it_is() -> None:
    query = {
        "rate": "16k",
        "mix": "stereo",
        "call_id": "c1",
        "from": "sip:138@pbx",
        "to": "12345",
        "hotwords": "甲,乙",
    }
    assert AudioStreamWire(Connection(query)).receive(b"\x01\x00") == [
        Started(
            encoding=Encoding.PCM16,
            sample_rate=16000,
            channels=(Channel.CITIZEN, Channel.OPERATOR),
            call_id="c1",
            caller="138",
            callee="12345",
            hotwords=("甲", "乙"),
        ),
        Audio(b"\x01\x00"),
    ]


def test_metadata_wins_over_the_url() -> None:
    wire = AudioStreamWire(Connection({"mix": "mono", "call_id": "url"}))
    (started,) = wire.receive('{"mixType":"mixed","callSid":"said","token":"s3cret"}')
    assert isinstance(started, Started)
    assert (started.channels, started.call_id, started.token) == ((Channel.MIXED,), "said", "s3cret")
    assert wire.receive(b"\x01\x00") == [Audio(b"\x01\x00")]


@pytest.mark.parametrize("text", ["hello", "[1]", '{"sampleRate":"fast"}', ""])
def test_metadata_may_be_any_text(text: str) -> None:
    (started,) = AudioStreamWire().receive(text)
    assert isinstance(started, Started)
    assert started.sample_rate == 8000


def test_later_texts_are_counted() -> None:
    for wire in (AudioStreamWire(), AudioForkWire()):
        wire.receive(b"\x00\x00")
        assert wire.receive("hello") == []
        assert wire.receive('{"type":"weather"}') == []
        assert wire.ignored == 2


@pytest.mark.parametrize("query", [{"mix": "quadro"}, {"rate": "fast"}, {"mode": "karaoke"}])
def test_a_wrong_url_is_refused(query: dict[str, str]) -> None:
    with pytest.raises((AudioFormatError, ProtocolError)):
        AudioStreamWire(Connection(query)).receive(b"\x00\x00")


def test_a_jambonz_call() -> None:
    wire = AudioForkWire()
    (started,) = wire.receive(JAMBONZ)
    assert started == Started(
        encoding=Encoding.PCM16,
        sample_rate=16000,
        channels=(Channel.CITIZEN, Channel.OPERATOR),
        call_id="a1",
        caller="13800138000",
        callee="12345",
    )
    assert wire.receive('{"event":"dtmf","dtmf":"1","duration":"1600"}') == [Dtmf("1")]
    assert wire.receive('{"event":"dtmf","dtmf":"flash"}') == []
    assert wire.receive('{"type":"mark","data":{"name":"m1","event":"playout"}}') == [MarkPlayed("m1")]
    assert wire.receive('{"type":"mark","data":{"name":"m1","event":"cleared"}}') == [MarkPlayed("m1", cleared=True)]
    assert wire.receive('{"type":"playDone","data":{"id":"p1"}}') == [MarkPlayed("p1")]


def guided(kind: type[AudioForkWire] | type[AudioStreamWire], play: str) -> AudioForkWire | AudioStreamWire:
    wire = kind(Connection({"mode": "guide", "play": play}))
    (started, _) = wire.receive(b"\x00\x00")
    assert isinstance(started, Started)
    assert started.mode is Mode.GUIDE
    assert started.plays_audio
    return wire


def test_jambonz_plays_a_clip_per_mark() -> None:
    wire = guided(AudioForkWire, "file")
    sent = [f for a in (Saying("您好"), Play(b"\x01\x00"), Play(b"\x02\x00"), Mark("p1")) for f in wire.send(a)]
    assert [json.loads(f) for f in sent] == [
        {
            "type": "playAudio",
            "data": {
                "audioContentType": "raw",
                "sampleRate": 8000,
                "audioContent": "AQACAA==",
                "textContent": "您好",
                "id": "p1",
                "queuePlay": True,
            },
        }
    ]
    assert wire.send(Clear()) == ['{"type":"killAudio"}']
    assert wire.send(Mark("p2")) == []


def test_jambonz_streams() -> None:
    wire = guided(AudioForkWire, "stream")
    sent = [f for a in (Play(b"\x01\x00"), Mark("m1"), Clear(), HangUp()) for f in wire.send(a)]
    assert sent == [
        b"\x01\x00",
        '{"type":"mark","data":{"name":"m1"}}',
        '{"type":"killAudio"}',
        '{"type":"clearMarks"}',
        '{"type":"disconnect"}',
    ]
    assert wire.send(Transfer("119", "着火")) == ['{"type":"transfer","data":{"to":"119","reason":"着火"}}']


def test_mod_audio_stream_plays() -> None:
    wire = guided(AudioStreamWire, "file")
    wire.send(Play(b"\x01\x00"))
    clip, mark = wire.send(Mark("m1"))
    assert clip == '{"type":"streamAudio","data":{"audioDataType":"raw","sampleRate":8000,"audioData":"AQA="}}'
    assert mark == '{"type":"mark","name":"m1"}'
    assert guided(AudioStreamWire, "stream").send(Play(b"\x01\x00")) == [b"\x01\x00"]


def test_events_go_out_when_the_url_asks_for_them() -> None:
    for kind in (AudioStreamWire, AudioForkWire):
        silent = kind()
        silent.receive(b"\x00\x00")
        assert silent.send(FINAL) == []
        telling = kind(Connection({"events": "1"}))
        telling.receive(b"\x00\x00")
        (frame,) = telling.send(FINAL)
        assert isinstance(frame, str)
        told = json.loads(frame)
        assert (told.get("data") or told)["text"] == "您好。"
        key = Tell(Event("c1", 4, datetime(2026, 1, 1, tzinfo=UTC), KeyPressed("1")))
        assert telling.send(key) == []
