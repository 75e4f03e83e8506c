"""Genesys AudioHook v2, with the messages of its documentation."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from models.call import Channel, Encoding, Mode, Word
from models.events import Body, CardShown, DraftChanged, Event, PartialHeard, UtteranceHeard
from models.workorder import Field, FieldName
from voice.errors import ProtocolError
from voice.wire.audiohook import AudioHookWire
from voice.wire.base import (
    Audio,
    Clear,
    Connection,
    Dtmf,
    End,
    Fail,
    Frame,
    Gap,
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

SESSION = "e160e428-53e2-487c-977d-96989bf5c99d"
NULL = "00000000-0000-0000-0000-000000000000"
BOTH = {"type": "audio", "format": "PCMU", "channels": ["external", "internal"], "rate": 8000}
EXTERNAL = {"type": "audio", "format": "PCMU", "channels": ["external"], "rate": 8000}
OPEN = {
    "organizationId": "d7934305-0972-4844-938e-9060eef73d05",
    "conversationId": "090eaa2f-72fa-480a-83e0-8667ff89c0ec",
    "participant": {
        "id": "883efee8-3d6c-4537-b500-6d7ca4b92fa0",
        "ani": "+1-555-555-1234",
        "aniName": "John Doe",
        "dnis": "+1-800-555-6789",
    },
    "media": [EXTERNAL, BOTH],
    "language": "zh-CN",
    "supportedLanguages": True,
}


class Genesys:
    """Numbers messages as the client does."""

    def __init__(self) -> None:
        self.seq = 0
        self.serverseq = 0

    def says(self, kind: str, **parameters: object) -> str:
        self.seq += 1
        message = {"version": "2", "id": SESSION, "type": kind, "seq": self.seq, "serverseq": self.serverseq}
        return json.dumps({**message, "position": "PT0S", "parameters": parameters})


def decoded(frames: list[Frame]) -> list[dict[str, Any]]:
    return [json.loads(f) for f in frames]


def opened(**changes: object) -> tuple[AudioHookWire, Genesys]:
    wire, genesys = AudioHookWire(), Genesys()
    wire.receive(genesys.says("open", **{**OPEN, **changes}))
    wire.send(Ready("c1"))
    return wire, genesys


def tell(body: Body) -> Tell:
    return Tell(Event("c1", 7, datetime(2026, 1, 1, tzinfo=UTC), body))


def test_the_documented_opening() -> None:
    wire, genesys = AudioHookWire(), Genesys()
    assert wire.receive(genesys.says("open", **OPEN)) == [
        Started(
            encoding=Encoding.MULAW,
            sample_rate=8000,
            channels=(Channel.CITIZEN, Channel.OPERATOR),
            call_id=SESSION,
            caller="+15555551234",
            callee="+18005556789",
        )
    ]
    assert wire.replies() == []
    (reply,) = decoded(wire.send(Ready("c1")))
    assert reply == {
        "version": "2",
        "type": "opened",
        "seq": 1,
        "clientseq": 1,
        "id": SESSION,
        "parameters": {"startPaused": False, "media": [BOTH], "supportedLanguages": ["zh-CN"]},
    }
    assert wire.receive(b"\xff\xfe" * 1600) == [Audio(b"\xff\xfe" * 1600)]
    assert wire.receive(genesys.says("ping", rtt="PT0.03S")) == []
    (pong,) = decoded(wire.replies())
    assert (pong["type"], pong["seq"], pong["clientseq"]) == ("pong", 2, 2)
    genesys.serverseq = 2
    assert wire.receive(genesys.says("close", reason="end")) == [Stopped()]
    (closed,) = decoded(wire.send(End("c1")))
    assert (closed["type"], closed["seq"], closed["clientseq"]) == ("closed", 3, 3)
    assert wire.send(End("c1")) == []


def test_a_probe_is_answered_and_is_no_call() -> None:
    wire, genesys = AudioHookWire(), Genesys()
    probe = {**OPEN, "conversationId": NULL, "participant": {**OPEN["participant"], "id": NULL}}  # type: ignore[dict-item]
    assert wire.receive(genesys.says("open", **probe)) == []
    assert [m["type"] for m in decoded(wire.replies())] == ["opened"]
    genesys.serverseq = 1
    assert wire.receive(genesys.says("close", reason="end")) == []
    assert [m["type"] for m in decoded(wire.replies())] == ["closed"]


def test_pausing_discarding_and_keys() -> None:
    wire, genesys = opened()
    assert wire.receive(genesys.says("paused")) == []
    assert wire.receive(genesys.says("resumed", start="PT1S", discarded="PT2S")) == [Gap(2.0)]
    assert wire.receive(b"\xff\xff") == [Audio(b"\xff\xff")]
    assert wire.receive(genesys.says("discarded", start="PT1S", discarded="PT2.5S")) == [Gap(2.5)]
    assert wire.receive(genesys.says("discarded", start="PT1S", discarded="PT0S")) == []
    assert wire.receive(genesys.says("dtmf", digit="9")) == [Dtmf("9")]
    assert wire.receive(genesys.says("update", language="zh-CN")) == []
    assert [m["type"] for m in decoded(wire.replies())] == ["updated"]
    assert wire.receive(genesys.says("error", code=429, message="slow down")) == []


def test_transcripts_keep_their_identifier_from_partial_to_final() -> None:
    wire, _ = opened()
    partial = PartialHeard(utterance="u3", channel=Channel.OPERATOR, start_s=1.2, end_s=2.0, text="我想", stable="我")
    final = UtteranceHeard(
        utterance="u3",
        channel=Channel.OPERATOR,
        start_s=1.2,
        end_s=2.0,
        text="我想。",
        raw="我想",
        confidence=0.91,
        words=(Word("我", 1.2, 1.3, 0.9),),
    )
    first, second = decoded([f for b in (partial, final) for f in wire.send(tell(b))])
    one, two = (m["parameters"]["entities"][0]["data"] for m in (first, second))
    assert one["id"] == two["id"]
    assert (one["isFinal"], two["isFinal"]) == (False, True)
    assert two == {
        "id": two["id"],
        "channelId": 1,
        "isFinal": True,
        "offset": "PT1.2S",
        "duration": "PT0.8S",
        "alternatives": [
            {
                "confidence": 0.91,
                "languages": ["zh-CN"],
                "interpretations": [
                    {
                        "type": "display",
                        "transcript": "我想。",
                        "tokens": [
                            {
                                "type": "word",
                                "value": "我",
                                "confidence": 0.9,
                                "offset": "PT1.2S",
                                "duration": "PT0.1S",
                                "language": "zh-CN",
                            }
                        ],
                    }
                ],
            }
        ],
    }


def test_the_draft_is_shown_to_the_agent() -> None:
    wire, _ = opened()
    fields = {
        FieldName.DISTRICT: Field("昌平区", 0.9),
        FieldName.CATEGORY: Field(("供暖", "不热"), 0.8),
        FieldName.CONFIDENTIAL: Field(value=False, confidence=0.7),
        FieldName.STREET: Field(None, 0.0),
    }
    (message,) = decoded(wire.send(tell(DraftChanged(fields))))
    (card,) = message["parameters"]["entities"][0]["data"]["suggestions"]
    assert card["metadata"] == {"district": "昌平区", "category": "供暖/不热", "confidential": "否"}
    assert card["excerpts"] == ["区：昌平区", "问题分类：供暖/不热", "要求保密：否"]
    assert card["confidence"] == 0.7


def test_an_answer_of_the_knowledge_base_is_suggested_to_the_agent() -> None:
    wire, _ = opened()
    card = CardShown(
        entry="faq-001",
        question="什么时候供暖？",
        answer="11月15日<前后>。",
        office="市城管委",
        source="首都之窗",
        url="https://www.beijing.gov.cn/?a=1&b=2",
        as_of="2025",
        utterance="u3",
        confidence=0.95,
    )
    (message,) = decoded(wire.send(tell(card)))
    (entity,) = message["parameters"]["entities"]
    assert entity["type"] == "agentassist"
    assert entity["data"] == {
        "id": entity["data"]["id"],
        "suggestions": [
            {
                "type": "faq",
                "confidence": 0.95,
                "question": "什么时候供暖？",
                "answer": "<p>11月15日&lt;前后&gt;。</p><p>市城管委 · "
                '<a href="https://www.beijing.gov.cn/?a=1&amp;b=2">首都之窗</a>（2025）</p>',
                "id": entity["data"]["id"],
            }
        ],
    }


def guided() -> tuple[AudioHookWire, Genesys]:
    return opened(media=[EXTERNAL], customConfig={"mode": "guide", "hotwords": "回龙观 霍营"})


def test_a_guided_call() -> None:
    wire, genesys = AudioHookWire(), Genesys()
    (started,) = wire.receive(
        genesys.says("open", **{**OPEN, "media": [EXTERNAL], "inputVariables": {"mode": "guide"}})
    )
    assert isinstance(started, Started)
    assert (started.mode, started.channels, started.plays_audio) == (Mode.GUIDE, (Channel.CITIZEN,), True)

    wire, genesys = guided()
    assert [len(f) for f in wire.send(Play(b"\xff" * 4000))] == [1600, 1600, 800]
    assert wire.send(Mark("m1")) == []
    assert wire.send(Mark("m2")) == []
    assert wire.receive(genesys.says("playback_started")) == []
    assert wire.receive(genesys.says("playback_completed")) == [MarkPlayed("m1"), MarkPlayed("m2")]
    (barge_in,) = decoded(wire.send(Clear()))
    assert barge_in["parameters"] == {"entities": [{"type": "barge_in", "data": {}}]}
    (turn,) = decoded(wire.send(Saying("您好")))
    assert turn["parameters"]["entities"][0]["data"] == {"disposition": "match", "text": "您好", "confidence": 1.0}
    (transfer,) = decoded(wire.send(Transfer("119", "着火")))
    assert transfer["type"] == "disconnect"
    assert transfer["parameters"] == {
        "reason": "completed",
        "outputVariables": {"transferTo": "119", "transferReason": "着火"},
    }
    (hang_up,) = decoded(wire.send(HangUp()))
    assert hang_up["parameters"] == {"reason": "completed"}
    assert wire.send(End("c1")) == []
    assert wire.receive(genesys.says("close", reason="disconnect")) == []
    assert [m["type"] for m in decoded(wire.replies())] == ["closed"]


@pytest.mark.parametrize(("code", "reason"), [("unauthorized", "unauthorized"), ("busy", "error")])
def test_failures_are_disconnects_and_the_goodbye_is_answered(code: str, reason: str) -> None:
    wire, genesys = AudioHookWire(), Genesys()
    (message,) = decoded(wire.send(Fail(code, "why")))
    assert (message["type"], message["parameters"]["reason"]) == ("disconnect", reason)
    assert wire.receive(genesys.says("open", **OPEN)) == []
    assert wire.send(Ready("c1")) == []
    assert wire.receive(genesys.says("close", reason="disconnect")) == []
    assert [m["type"] for m in decoded(wire.replies())] == ["closed"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"seq": 3}, "seq: got 3, expected 2"),
        ({"serverseq": 9}, "serverseq"),
        ({"id": NULL}, "id: got"),
        ({"version": "3"}, "version"),
        ({"type": "weather"}, "unsupported"),
        ({"type": "resumed", "parameters": {}}, "start"),
        ({"type": "discarded", "parameters": {"start": "PT0S", "discarded": "PT99999S"}}, "at most 600"),
        ({"type": "discarded", "parameters": {"start": "PT0S", "discarded": "2s"}}, "at most 600"),
    ],
)
def test_broken_messages(change: dict[str, object], error: str) -> None:
    wire, genesys = opened()
    with pytest.raises(ProtocolError, match=error):
        wire.receive(json.dumps({**json.loads(genesys.says("ping")), **change}))


def test_audio_out_of_turn_is_refused() -> None:
    with pytest.raises(ProtocolError, match="preparing"):
        AudioHookWire().receive(b"\xff")
    wire, genesys = opened()
    wire.receive(genesys.says("close", reason="end"))
    with pytest.raises(ProtocolError, match="closing"):
        wire.receive(b"\xff")


def test_an_opening_that_cannot_be_taken() -> None:
    with pytest.raises(ProtocolError, match="none of the offers"):
        AudioHookWire().receive(Genesys().says("open", **{**OPEN, "media": [{**BOTH, "format": "OPUS"}]}))
    headers = Connection(headers={"audiohook-organization-id": NULL, "audiohook-session-id": SESSION})
    with pytest.raises(ProtocolError) as refused:
        AudioHookWire(headers).receive(Genesys().says("open", **OPEN))
    assert refused.value.code == "unauthorized"


def test_a_second_open_is_ignored() -> None:
    wire, genesys = opened()
    assert wire.receive(genesys.says("open", **OPEN)) == []


def test_messages_longer_than_the_specification_allows() -> None:
    wire, _ = opened()
    for frame in ("x" * 70_000, b"x" * 70_000):
        with pytest.raises(ProtocolError, match="limit"):
            wire.receive(frame)
