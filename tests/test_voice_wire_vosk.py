"""The Vosk server protocol."""

import json
from datetime import UTC, datetime

import pytest

from models.call import Channel, Encoding, Word
from models.events import Body, Event, PartialHeard, UtteranceHeard
from voice.errors import ProtocolError
from voice.wire.base import Audio, End, Fail, Started, Stopped, Tell
from voice.wire.vosk import VoskWire


def tell(body: Body) -> Tell:
    return Tell(Event("c1", 1, datetime(2026, 1, 1, tzinfo=UTC), body))


def partial(text: str) -> Tell:
    return tell(PartialHeard(utterance="u1", channel=Channel.MIXED, start_s=0.0, end_s=1.0, text=text, stable=""))


def final(text: str) -> Tell:
    words = (Word(text[0], 0.1, 0.4, 0.8),)
    return tell(
        UtteranceHeard(
            utterance="u1",
            channel=Channel.MIXED,
            start_s=0.1,
            end_s=0.4,
            text=text,
            raw=text,
            confidence=0.8,
            words=words,
        )
    )


def test_one_reply_to_every_binary_frame() -> None:
    wire = VoskWire()
    assert wire.receive('{ "config" : { "sample_rate" : 8000, "phrase_list": ["回龙观", ""] } }') == []
    assert wire.replies() == []
    assert wire.receive(b"\x00\x00") == [
        Started(encoding=Encoding.PCM16, sample_rate=8000, channels=(Channel.MIXED,), hotwords=("回龙观",)),
        Audio(b"\x00\x00"),
    ]
    assert wire.replies() == ['{"partial":""}']
    assert wire.send(partial("我想")) == []
    wire.receive(b"\x00\x00")
    assert wire.replies() == ['{"partial":"我想"}']
    wire.send(final("我想。"))
    wire.send(final("好。"))
    wire.receive(b"\x00\x00")
    assert wire.replies() == ['{"result":[{"conf":0.8,"start":0.1,"end":0.4,"word":"我"}],"text":"我想。"}']
    wire.receive(b"\x00\x00")
    (second,) = wire.replies()
    assert json.loads(second)["text"] == "好。"
    wire.receive(b"\x00\x00")
    assert wire.replies() == ['{"partial":""}']


def test_the_end_is_answered_with_what_is_left() -> None:
    wire = VoskWire()
    wire.receive('{"config": {"words": 0}}')
    wire.receive(b"\x00\x00")
    wire.replies()
    assert wire.receive('{"eof" : 1}') == [Stopped()]
    assert wire.replies() == []
    wire.send(final("我想。"))
    wire.send(final("好。"))
    assert wire.send(End("c1")) == ['{"text":"我想。好。"}']
    assert wire.receive(b"\x00\x00") == []


def test_alternatives_and_reset() -> None:
    wire = VoskWire()
    wire.receive('{"config": {"words": 0, "max_alternatives": 3}}')
    wire.receive(b"\x00\x00")
    wire.replies()
    wire.send(final("好。"))
    wire.receive('{"reset" : 1}')
    assert wire.replies() == ['{"alternatives":[{"confidence":0.8,"text":"好。"}]}']


def test_an_end_without_audio() -> None:
    started, stopped = VoskWire().receive('{"eof" : 1}')
    assert isinstance(started, Started)
    assert stopped == Stopped()


def test_a_failure_is_told() -> None:
    assert VoskWire().send(Fail("busy", "no room")) == ['{"error":"busy: no room"}']


@pytest.mark.parametrize(
    "frame", ['{"config": {"sample_rate": "8k"}}', '{"config": {"sample_rate": 1e999}}', '{"config": 1}', "eof"]
)
def test_wrong_messages_are_refused(frame: str) -> None:
    with pytest.raises(ProtocolError):
        VoskWire().receive(frame)


def test_the_rate_is_fixed_once_audio_flows() -> None:
    wire = VoskWire()
    wire.receive(b"\x00\x00")
    with pytest.raises(ProtocolError, match="after the first audio"):
        wire.receive('{"config": {"sample_rate": 16000}}')
