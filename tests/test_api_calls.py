"""Call sockets over real connections, with the real engine: a whole call, and everything that can go wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from serving import Served, serving
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.calls import check_guide
from api.client import replay
from api.recording import Recording
from api.services import Services
from api.settings import Settings
from models.call import Channel, Encoding, Mode
from models.events import CallEnded, PartialHeard, UtteranceHeard
from models.snapshot import Status
from models.workorder import FieldName, Source
from voice.errors import AudioFormatError
from voice.wire.base import Started

START = {"type": "start", "encoding": "pcm16", "sample_rate": 8000, "channels": ["citizen", "operator"]}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path, workers=2)) as found:
        yield found


def _url(served: Served) -> str:
    return f"{served.ws}/v1/calls/stream"


def _short(recording: Recording, start_s: float, end_s: float) -> Recording:
    per_second = recording.sample_rate * recording.frame_bytes
    data = recording.data[round(start_s * per_second) : round(end_s * per_second)]
    return Recording(recording.call, recording.encoding, recording.sample_rate, data)


async def _messages(socket: ClientConnection) -> tuple[list[dict[str, Any]], int | None]:
    """Everything until the connection closes, and its close code."""
    found = []
    with suppress(ConnectionClosed):
        while True:
            found.append(json.loads(await socket.recv()))
    return found, socket.close_code


async def test_a_call_from_end_to_end(served: Served, call_recording: Recording) -> None:
    messages: list[dict[str, Any]] = []
    part = _short(call_recording, 45.0, 62.0)  # the operator asks for the phone number and reads it back
    result = await replay(part, _url(served), speed=4, call_id="c1", on_message=messages.append)
    assert result.ended
    assert messages[0] == {"type": "ready", "call_id": "c1"}
    assert messages[-1] == {"type": "end", "call_id": "c1"}
    numbers = [m["seq"] for m in messages if "seq" in m]
    assert numbers == sorted(set(numbers))
    partials = [m for m in messages if m["type"] == "partial"]
    assert partials
    assert all(p["text"].startswith(p["stable"]) for p in partials)
    assert {f["channel"] for f in result.finals} == {"citizen", "operator"}
    assert result.draft["caller_phone"]["value"] == "13693107725"
    assert result.draft["caller_phone"]["evidence"][0]["quote"]

    snapshot = await served.services.store.snapshot("c1")
    assert snapshot.status is Status.ENDED
    assert [u.text for u in snapshot.utterances] == [
        f["text"] for f in sorted(result.finals, key=lambda f: (f["start"], f["utterance"]))
    ]
    stored = await served.services.store.events("c1")
    assert isinstance(stored[-1].body, CallEnded)
    assert stored[-1].body.reason == "stop"
    assert not any(isinstance(e.body, PartialHeard) for e in stored), "finals have replaced their partials"


@pytest.mark.parametrize(
    ("frames", "code", "close_code"),
    [
        (["hello"], "bad_message", 1007),
        (["{}"], "bad_message", 1007),
        ([json.dumps({**START, "encoding": "opus"})], "bad_message", 1007),
        ([json.dumps({**START, "sample_rate": 7999})], "bad_format", 1007),
        ([json.dumps({**START, "sample_rate": 96000})], "bad_format", 1007),
        ([json.dumps({**START, "channels": []})], "bad_format", 1007),
        ([b"\x00\x00"], "out_of_order", 1002),
        ([json.dumps({**START, "mode": "guide"})], "no_guide", 1008),
    ],
)
async def test_bad_frames_get_a_clear_error_and_its_close_code(
    served: Served, frames: list[str | bytes], code: str, close_code: int
) -> None:
    async with connect(_url(served)) as socket:
        for frame in frames:
            await socket.send(frame)
        messages, closed = await _messages(socket)
    error = next(m for m in messages if m["type"] == "error")
    assert (error["code"], closed) == (code, close_code)
    assert len(error["message"]) > 10
    assert len(served.services.live) == 0


async def test_a_call_survives_messages_that_cannot_be_read(served: Served) -> None:
    async with connect(_url(served)) as socket:
        await socket.send(json.dumps({**START, "call_id": "odd", "from": "sip:alice@example.com"}))
        for frame in ('{"type":"dtmf","digit":"xx"}', '{"type":"weather"}', "{", json.dumps(START)):
            await socket.send(frame)
        await socket.send('{"type":"dtmf","digit":"5"}')
        await socket.send('{"type":"stop"}')
        messages, closed = await _messages(socket)
    told = [(m["code"], m["fatal"]) for m in messages if m["type"] == "error"]
    assert told == [("bad_message", False)] * 3 + [("out_of_order", False)]
    assert [m["digit"] for m in messages if m["type"] == "dtmf"] == ["5"]
    assert (messages[-1]["type"], closed) == ("end", 1000)


@pytest.mark.parametrize(("channels", "code"), [(["operator"], "bad_format"), (["mixed"], None)])
def test_the_guide_talks_only_where_a_citizen_is(channels: list[str], code: str | None) -> None:
    started = Started(
        encoding=Encoding.PCM16,
        sample_rate=8000,
        channels=tuple(map(Channel, channels)),
        mode=Mode.GUIDE,
        plays_audio=True,
    )
    services = cast(Services, SimpleNamespace(guide=object()))
    if code is None:
        check_guide(started, services)
    else:
        with pytest.raises(AudioFormatError, match="operator"):
            check_guide(started, services)


async def test_a_wrong_path_is_not_found(served: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"{served.ws}/v1/call/stream")
    assert refused.value.response.status_code == 404
    assert json.loads(refused.value.response.body)["error"]["code"] == "not_found"


async def test_the_reason_of_a_refusal_is_in_the_close_frame(served: Served) -> None:
    async with connect(f"{served.ws}/v1/freeswitch?rate=abc") as socket:
        await socket.send(b"\0" * 320)
        await _messages(socket)
    assert socket.close_code == 1007
    assert "rate: got 'abc'" in (socket.close_reason or "")


async def test_a_frame_that_is_too_large_is_not_taken_in(served: Served) -> None:
    async with connect(_url(served), max_size=None) as socket:
        await socket.send(json.dumps({**START, "call_id": "big"}))
        await socket.recv()
        with suppress(ConnectionClosed):
            await socket.send(b"\0" * 100_000_000)
        _, closed = await _messages(socket)
    assert closed in {1009, 1006}, "refused by its announced length"
    await _until_ended(served, "big")


async def _until_ended(served: Served, call_id: str) -> None:
    async with asyncio.timeout(20):
        with served.services.bus.listen(call_id) as bell:
            while (await served.services.store.snapshot(call_id)).status is Status.LIVE:
                await bell.heard()


async def test_a_call_cut_in_the_middle_of_a_word_keeps_what_was_said(
    served: Served, call_recording: Recording
) -> None:
    async with connect(_url(served)) as socket:
        await socket.send(json.dumps({**START, "call_id": "cut"}))
        data = _short(call_recording, 0.0, 3.0).data
        for start in range(0, len(data), 999):  # odd byte counts do no harm
            await socket.send(data[start : start + 999])
        await asyncio.sleep(0.2)
        socket.transport.abort()
    await _until_ended(served, "cut")
    stored = [e.body for e in await served.services.store.events("cut")]
    assert any(isinstance(body, UtteranceHeard) and body.text for body in stored)
    assert isinstance(stored[-1], CallEnded)
    assert stored[-1].reason == "closed"


async def test_silence_only_is_a_call_without_words(served: Served) -> None:
    async with connect(_url(served)) as socket:
        await socket.send(json.dumps({**START, "encoding": "mulaw", "call_id": "quiet"}))
        await socket.send(b"\xff" * 160_000)
        await socket.send('{"type":"stop"}')
        messages, closed = await _messages(socket)
    assert [m["type"] for m in messages] == ["ready", "ended", "end"]
    assert closed == 1000


async def test_the_same_id_twice_is_refused(served: Served) -> None:
    for _ in range(2):
        async with connect(_url(served)) as socket:
            await socket.send(json.dumps({**START, "call_id": "twin"}))
            await socket.send('{"type":"stop"}')
            messages, closed = await _messages(socket)
    assert messages[-1]["code"] == "conflict"
    assert closed == 1008


async def test_a_client_that_does_not_read_does_not_hurt_others(served: Served, call_recording: Recording) -> None:
    part = _short(call_recording, 45.0, 54.0)
    async with connect(_url(served), max_queue=1) as deaf:
        await deaf.send(json.dumps({**START, "call_id": "deaf"}))
        for chunk in part.chunks(1.0):
            await deaf.send(chunk)
        result = await replay(part, _url(served), speed=2, call_id="other")
        assert result.ended
        assert result.finals
        deaf.transport.abort()
    await _until_ended(served, "deaf")
    assert (await served.services.store.snapshot("deaf")).utterances


async def test_an_edit_in_a_live_call_stands(served: Served, call_recording: Recording) -> None:
    async with connect(_url(served)) as socket:
        await socket.send(json.dumps({**START, "call_id": "edited"}))
        await socket.recv()
        live = served.services.live.get("edited")
        assert live is not None
        await live.edit(FieldName.CALLER_PHONE, "01064025518")
        for chunk in _short(call_recording, 53.0, 59.0).chunks(0.1):
            await socket.send(chunk)
        await socket.send('{"type":"stop"}')
        messages, _ = await _messages(socket)
    drafts = [m["fields"]["caller_phone"] for m in messages if m["type"] == "draft"]
    assert {d["value"] for d in drafts} == {"01064025518"}
    assert drafts[-1]["source"] == Source.EDITED
    assert "13693107725" in [a["value"] for a in drafts[-1]["alternatives"]]


async def test_who_comes_when_all_places_are_taken_is_told_when_to_try_again(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, workers=2, max_calls=1)
    async with serving(settings) as served, connect(_url(served)) as first:
        await first.send(json.dumps(START))
        await first.recv()
        async with connect(_url(served)) as second:
            await second.send(json.dumps(START))
            messages, closed = await _messages(second)
        assert closed == 1013
        assert messages[0]["code"] == "busy"
        assert messages[0]["retry_after"] > 0
        await first.send('{"type":"stop"}')
        assert (await _messages(first))[0][-1]["type"] == "end"
