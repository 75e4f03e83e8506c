"""Conversations with clients that nobody here wrote, recorded frame by frame, held once more.

`in` is what the client sent, `out` what the server answered. Recorded with Yida as the server: Asterisk (its master
of August 2026), AudioHook's reference client, streamdouble, funasr-client, FunASR's own client, the test programs of
Vosk's server. Recorded with our client as the caller: jambonz' SDK, Asterisk's echo example and pipecat's serializer
for Telnyx, which are servers.
"""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from models.call import Channel
from models.events import Event, PartialHeard
from voice.wire import PROTOCOLS
from voice.wire.base import (
    Audio,
    CallEvent,
    Clear,
    Connection,
    Dtmf,
    End,
    Fail,
    Frame,
    Mark,
    MarkPlayed,
    Play,
    Ready,
    Started,
    Stopped,
    Tell,
    Transfer,
)
from voice.wire.client import (
    Accepted,
    Answer,
    CallSetup,
    FinalText,
    Finished,
    PartialText,
    Playback,
    PlaybackCleared,
    PlaybackMark,
    Refused,
)

TRACES = Path(__file__).parent / "traces"


HEARD = Tell(
    Event(
        "c1",
        1,
        datetime(2026, 1, 1, tzinfo=UTC),
        PartialHeard(utterance="u1", channel=Channel.CITIZEN, start_s=0.0, end_s=1.0, text="您好", stable=""),
    )
)


def _frames(name: str) -> list[tuple[str, Frame]]:
    """Direction and content of every frame."""
    frames: list[tuple[str, Frame]] = []
    for line in gzip.decompress((TRACES / f"{name}.jsonl.gz").read_bytes()).decode().splitlines():
        ((direction, content),) = json.loads(line).items()
        binary = direction.endswith("_b64")
        frames.append((direction.removesuffix("_b64"), base64.b64decode(content) if binary else content))
    return frames


def _hold(protocol: str, name: str, **query: str) -> tuple[list[CallEvent], list[Frame]]:
    """What a wire makes of the client's recorded frames, and what it answers of its own accord."""
    wire = PROTOCOLS[protocol].wire(Connection(query=query))
    events: list[CallEvent] = []
    answers: list[Frame] = []
    for direction, frame in _frames(name):
        if direction == "out":
            if isinstance(frame, str) and '"type":"event"' in frame:
                answers += wire.send(HEARD)  # something was heard here; it counts in what follows
            continue
        heard = wire.receive(frame)
        answers += wire.replies()
        if any(isinstance(e, Started) for e in heard):
            answers += wire.send(Ready("c1"))
        events += heard
    return events, answers + (wire.send(End("c1")) if Stopped() in events else [])


def _understood(protocol: str, name: str) -> list[Answer]:
    """What our client makes of the recorded answers."""
    client = PROTOCOLS[protocol].client(CallSetup(call_id="c1", channels=(Channel.CITIZEN, Channel.OPERATOR)))
    answers: list[Answer] = []
    for direction, frame in _frames(name):
        if direction == "out":
            answers += client.receive(frame)
        elif isinstance(frame, str):
            _follow(client, frame)
    return answers


def _follow(client: Any, frame: str) -> None:
    """Lets our client count along with what the recorded one sent."""
    if '"seq"' in frame:
        client._seq = json.loads(frame)["seq"]
    elif "eof" in frame:
        client.close()


def _seconds(events: list[CallEvent], bytes_per_second: int) -> float:
    return sum(len(e.data) for e in events if isinstance(e, Audio)) / bytes_per_second


def _types(frames: list[Frame]) -> list[str]:
    return [json.loads(f)["type"] for f in frames]


@pytest.mark.interop("AudioHook", "reference client (recorded)", "signed open, pings, stereo, transcripts, close")
def test_audiohook_reference_client() -> None:
    events, answers = _hold("audiohook", "audiohook-call")
    (started,) = [e for e in events if isinstance(e, Started)]
    assert started.channels == (Channel.CITIZEN, Channel.OPERATOR)
    assert _seconds(events, 16_000) == pytest.approx(8.0, abs=0.2)
    assert events[-1] == Stopped()
    recorded = [frame for direction, frame in _frames("audiohook-call") if direction == "out"]
    assert _types(answers) == _types(recorded)
    assert {"opened", "pong", "event", "closed"} == set(_types(answers))
    understood = _understood("audiohook", "audiohook-call")
    assert understood[0] == Accepted()
    assert understood[-1] == Finished()
    assert any(isinstance(a, PartialText) for a in understood)
    assert next(a.text for a in understood if isinstance(a, FinalText)) == "您好北京12345，请问您反映什么问题？"


@pytest.mark.interop(
    "AudioHook", "reference client (recorded)", "load mode, 40 sessions at once: fields, cards; busy"
)
def test_audiohook_load() -> None:
    """Eight of the sessions were served, the others refused: one of each."""
    events, answers = _hold("audiohook", "audiohook-load")
    assert _seconds(events, 16_000) == pytest.approx(13.0, abs=0.2)
    assert events[-1] == Stopped()
    recorded = [frame for direction, frame in _frames("audiohook-load") if direction == "out"]
    assert _types(answers) == _types(recorded)
    entities = [e for f in recorded for e in json.loads(f)["parameters"].get("entities", [])]
    suggested = [s for e in entities if e["type"] == "agentassist" for s in e["data"]["suggestions"]]
    assert {s["type"] for s in suggested} == {"article", "faq"}
    assert next(s for s in suggested if s["type"] == "faq")["question"] == "家里燃气漏气了怎么办？"

    wire = PROTOCOLS["audiohook"].wire(Connection())
    answers = []
    for direction, frame in _frames("audiohook-busy"):
        if direction == "in" and any(isinstance(e, Started) for e in wire.receive(frame)):
            answers += wire.send(Fail("busy", "no room", 1013, 10.0))
        answers += wire.replies()
    assert _types(answers) == ["disconnect", "closed"]
    assert isinstance(_understood("audiohook", "audiohook-busy")[0], Refused)


@pytest.mark.interop("AudioHook", "reference client (recorded)", "connection probe")
def test_audiohook_probe() -> None:
    events, answers = _hold("audiohook", "audiohook-probe")
    assert events == []
    assert _types(answers) == ["opened", "closed"]


@pytest.mark.interop("AudioHook", "reference client (recorded)", "wrong signature: disconnect, goodbye")
def test_audiohook_wrong_signature() -> None:
    wire = PROTOCOLS["audiohook"].wire(Connection())
    answers = wire.send(Fail("unauthorized", "signature does not match"))
    for direction, frame in _frames("audiohook-wrong-signature"):
        if direction == "in":
            assert wire.receive(frame) == []
            answers += wire.replies()
    assert _types(answers) == ["disconnect", "closed"]
    assert isinstance(_understood("audiohook", "audiohook-wrong-signature")[0], Refused)


@pytest.mark.interop("Twilio", "streamdouble (recorded)", "fork of both tracks, token in customParameters")
def test_streamdouble() -> None:
    events, answers = _hold("twilio", "twilio-fork")
    (started,) = [e for e in events if isinstance(e, Started)]
    assert (started.channels, started.caller) == ((Channel.CITIZEN, Channel.OPERATOR), "13800138000")
    assert _seconds(events, 16_000) == pytest.approx(8.0, abs=0.05)
    assert events[-1] == Stopped()
    assert answers == []


@pytest.mark.interop("Telnyx", "TelnyxFrameSerializer of pipecat (recorded)", "audio both ways, keys, clear")
def test_pipecat() -> None:
    """It sends back what it hears, and falls silent at a key."""
    events, _ = _hold("telnyx", "telnyx-pipecat")
    assert isinstance(events[0], Started)
    heard = [e.data for e in events if isinstance(e, Audio)]
    assert len(heard) == 10
    assert events[-2:] == [Dtmf("5"), Stopped()]
    assert _understood("telnyx", "telnyx-pipecat") == [*(Playback(data) for data in heard), PlaybackCleared()]
    wire = PROTOCOLS["telnyx"].wire(Connection(query={"mode": "guide"}))
    recorded = _frames("telnyx-pipecat")
    wire.receive(recorded[1][1])
    ours = [f for data in heard for f in wire.send(Play(data))] + wire.send(Clear())
    assert [json.loads(f) for f in ours] == [json.loads(f) for direction, f in recorded if direction == "out"]


@pytest.mark.interop("FunASR", "funasr-client (recorded)", "2pass, 8 kHz, hotwords, timestamps, one is_final")
def test_funasr_client() -> None:
    events, (last,) = _hold("funasr", "funasr-2pass")
    assert isinstance(events[0], Started)
    assert _seconds(events, 16_000) == pytest.approx(8.0, abs=0.05)
    assert events[-1] == Stopped()
    assert json.loads(last)["is_final"]
    recorded = [json.loads(f) for d, f in _frames("funasr-2pass") if d == "out"]
    assert [r["is_final"] for r in recorded] == [False] * (len(recorded) - 1) + [True]
    assert all("stamp_sents" in r for r in recorded if r["mode"] == "2pass-offline" and r["text"])
    assert _understood("funasr", "funasr-2pass")[-1] == Finished()


@pytest.mark.interop(
    "FunASR", "funasr_wss_client.py of FunASR (recorded)", "all modes; goodbye acknowledged with is_end"
)
@pytest.mark.parametrize("mode", ["2pass", "offline", "online"])
def test_funasr_official_client(mode: str) -> None:
    events, (last,) = _hold("funasr", f"funasr-official-{mode}")
    assert isinstance(events[0], Started)
    assert events[-1] == Stopped()
    said = json.loads(last)
    assert (said["is_end"], said["is_final"]) == (True, True)
    recorded = [json.loads(f) for d, f in _frames(f"funasr-official-{mode}") if d == "out"]
    assert [r["is_final"] for r in recorded] == [False] * (len(recorded) - 1) + [True]
    assert {r["mode"] for r in recorded} <= {mode, f"{mode}-online", f"{mode}-offline"}
    assert "".join(r["text"] for r in recorded if r["mode"] != "2pass-online").endswith("。")


@pytest.mark.interop("Vosk", "websocket/test.py, test_words.py (recorded)", "lock-step replies, phrase list, eof")
@pytest.mark.parametrize("name", ["vosk-test", "vosk-words"])
def test_vosk(name: str) -> None:
    events, answers = _hold("vosk", name)
    frames = sum(isinstance(e, Audio) for e in events)
    assert len(answers) == frames + 1
    assert sum(d == "out" for d, _ in _frames(name)) == frames + 1
    understood = _understood("vosk", name)
    assert understood[-1] == Finished()
    assert any(isinstance(a, FinalText) for a in understood)


@pytest.mark.interop("jambonz", "@jambonz/sdk AudioStream (recorded)", "metadata, L16, dtmf, marks, kill, disconnect")
def test_jambonz_sdk() -> None:
    events, _ = _hold("jambonz", "jambonz-sdk")
    (started,) = [e for e in events if isinstance(e, Started)]
    assert (started.channels, started.call_id) == ((Channel.CITIZEN, Channel.OPERATOR), "c1")
    assert events[-2:] == [Dtmf("5"), MarkPlayed("m1")]
    understood = _understood("jambonz", "jambonz-sdk")
    assert understood == [Playback(b"\x01\x00\x02\x00"), PlaybackMark("m1"), PlaybackCleared(), Finished()]


@pytest.mark.interop("Asterisk", "asterisk-websocket-examples echo server (recorded)", "JSON control, marks, hang-up")
def test_asterisk_example() -> None:
    events, _ = _hold("asterisk", "asterisk-echo")
    assert isinstance(events[0], Started)
    understood = _understood("asterisk", "asterisk-echo")
    assert understood == [PlaybackMark("666666666666"), PlaybackMark("9999999999999"), Finished()]


@pytest.mark.interop("Asterisk", "Asterisk, built from source (recorded)", "Basic, plain control, hang-up by closing")
def test_asterisk() -> None:
    events, answers = _hold("asterisk", "asterisk-call", channel="citizen")
    assert isinstance(events[0], Started)
    assert events[0].channels == (Channel.CITIZEN,)
    assert _seconds(events, 8000) == pytest.approx(7.0, abs=0.1)
    assert {type(e) for e in events} == {Started, Audio}
    assert answers == []


@pytest.mark.interop(
    "Asterisk", "Asterisk, built from source (recorded)", "voice guide: barge-in, key, marks, hand-over"
)
def test_asterisk_guide() -> None:
    """The caller speaks into the greeting, presses 0 and is told that a person comes."""
    events, _ = _hold("asterisk", "asterisk-guide", mode="guide")
    assert isinstance(events[0], Started)
    assert events[0].plays_audio
    assert [e for e in events[1:] if not isinstance(e, Audio)] == [Dtmf("0"), MarkPlayed("g3")]
    played = [
        frame for direction, frame in _frames("asterisk-guide") if direction == "out" and isinstance(frame, bytes)
    ]
    assert all(len(frame) % 160 == 0 for frame in played)
    understood = _understood("asterisk", "asterisk-guide")
    assert [a for a in understood if not isinstance(a, Playback)] == [
        PlaybackCleared(),
        PlaybackCleared(),
        PlaybackMark("g3"),
        Finished(),
    ]
    wire = PROTOCOLS["asterisk"].wire(Connection(query={"mode": "guide"}))
    wire.receive(_frames("asterisk-guide")[0][1])
    ours = [*wire.send(Clear()), *wire.send(Mark("g3")), *wire.send(Transfer("operator", "asked for"))]
    told = [frame for direction, frame in _frames("asterisk-guide") if direction == "out" and isinstance(frame, str)]
    assert ours == told[1:]
