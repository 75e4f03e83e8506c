"""Peers that break the rules, on a running service: the reaction the protocol asks for, and a call that is closed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from serving import Served, deaf_engine, serving
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from api.settings import Settings
from models.call import Channel
from models.events import AudioLost, Body, CallEnded
from voice.wire import PROTOCOLS, Protocol
from voice.wire.base import Frame
from voice.wire.client import CallSetup, Client

SETUP = CallSetup(call_id="3f1de7a5-31cb-4c3a-9a43-0a3a2b1c0d4e", channels=(Channel.CITIZEN,))
WITH_START = pytest.mark.parametrize(
    "protocol", [PROTOCOLS[n] for n in ("twilio", "telnyx", "audiohook", "asterisk")], ids=lambda p: p.name
)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path), deaf_engine()) as running:
        yield running


def _dial(served: Served, protocol: Protocol, client: Client) -> connect:
    return connect(f"{served.ws}{protocol.path}?{urlencode(client.connect())}".rstrip("?"))


async def _say(socket: ClientConnection, client: Client, protocol: Protocol, frames: list[Frame]) -> None:
    """Opens the call, then says `frames`."""
    for frame in client.open():
        await socket.send(frame)
    if protocol.answers_start:
        client.receive(await socket.recv())
    with suppress(ConnectionClosed):
        for frame in frames:
            await socket.send(frame)


async def _close_code(socket: ClientConnection) -> int | None:
    async with asyncio.timeout(10):
        await socket.wait_closed()
    return socket.close_code


async def _story(served: Served) -> list[Body]:
    """All that happened in the only call, once it has ended."""
    async with asyncio.timeout(15):
        while True:
            for call in await served.services.store.calls():
                bodies = [e.body for e in await served.services.store.events(call.info.call_id)]
                if isinstance(bodies[-1], CallEnded):
                    return bodies
            await asyncio.sleep(0.02)


def _ended(bodies: list[Body]) -> CallEnded:
    assert isinstance(bodies[-1], CallEnded)
    return bodies[-1]


@WITH_START
async def test_media_before_the_start_is_no_call(served: Served, protocol: Protocol) -> None:
    client = protocol.client(SETUP)
    async with _dial(served, protocol, client) as socket:
        for frame in client.audio(b"\xff" * 160):
            await socket.send(frame)
        assert await _close_code(socket) == 1002
    assert await served.services.store.calls() == []


@pytest.mark.parametrize("name", ["twilio", "telnyx", "asterisk"])
async def test_who_starts_twice_is_cut_off_and_what_was_heard_is_kept(served: Served, name: str) -> None:
    protocol = PROTOCOLS[name]
    client = protocol.client(SETUP)
    async with _dial(served, protocol, client) as socket:
        again = protocol.client(SETUP).open()
        second = [*(f for _ in range(25) for f in client.audio(b"\xff" * 160)), *again]
        await _say(socket, client, protocol, second)
        assert await _close_code(socket) == 1002
    ended = _ended(await _story(served))
    assert (ended.reason, ended.audio_s) == ("error", pytest.approx(0.5, abs=0.05))


@pytest.mark.parametrize("name", ["twilio", "telnyx"])
async def test_a_gap_in_the_time_stamps_becomes_silence_and_is_told(served: Served, name: str) -> None:
    protocol = PROTOCOLS[name]
    client = protocol.client(SETUP)
    async with _dial(served, protocol, client) as socket:
        spoken = [f for _ in range(25) for f in client.audio(b"\xff" * 160)]
        lost = [f for _ in range(100) for f in client.audio(b"\xff" * 160)]
        number = "sequenceNumber" if name == "twilio" else "sequence_number"
        resumed = [json.loads(f) for f in client.audio(b"\xff" * 160)]
        for message in resumed:  # the carrier has not counted what it discarded
            message[number] = str(int(message[number]) - len(lost))
        await _say(socket, client, protocol, [*spoken, *map(json.dumps, resumed)])
        for frame in client.close():
            await socket.send(frame)
        await _close_code(socket)
    story = await _story(served)
    (gap,) = [b for b in story if isinstance(b, AudioLost)]
    assert (gap.start_s, gap.end_s) == (pytest.approx(0.5, abs=0.05), pytest.approx(2.5, abs=0.05))
    assert _ended(story).audio_s == pytest.approx(2.52, abs=0.05)
    assert _ended(story).reason == "stop"


async def test_who_hangs_up_while_we_still_talk_is_heard_to_the_end(served: Served) -> None:
    async with connect(f"{served.ws}/v1/vosk") as socket:
        for _ in range(200):  # each is answered
            await socket.send(b"\0" * 320)
        await socket.close()
    ended = _ended(await _story(served))
    assert (ended.reason, ended.audio_s) == ("closed", pytest.approx(4.0))


async def test_messages_of_unknown_kinds_are_ignored_and_counted(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "api.carriers")
    protocol = PROTOCOLS["twilio"]
    client = protocol.client(SETUP)
    async with _dial(served, protocol, client) as socket:
        await _say(socket, client, protocol, ['{"event":"weather"}', '{"event":"news"}', *client.close()])
        await _close_code(socket)
    assert _ended(await _story(served)).reason == "stop"
    assert "twilio: 2 messages of unknown kinds ignored" in caplog.text


async def _hear(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next AudioHook message of that kind."""
    async with asyncio.timeout(10):
        while True:
            message: dict[str, Any] = json.loads(await socket.recv())
            if message["type"] == kind:
                return message


async def test_a_wrong_sequence_number_ends_an_audiohook_session_in_its_own_words(served: Served) -> None:
    protocol = PROTOCOLS["audiohook"]
    client = protocol.client(SETUP)
    async with _dial(served, protocol, client) as socket:
        await _say(socket, client, protocol, [])
        client.press("1")  # a number that the server never sees
        for frame in client.press("2"):
            await socket.send(frame)
        message = await _hear(socket, "disconnect")
        assert message["parameters"]["reason"] == "error"
        assert "seq: got 3, expected 2" in message["parameters"]["info"]
        for frame in client.close():
            await socket.send(frame)
        assert (await _hear(socket, "closed"))["clientseq"] == 4
        assert await _close_code(socket) == 1002
    assert _ended(await _story(served)).reason == "error"
