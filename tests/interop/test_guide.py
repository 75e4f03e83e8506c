"""The voice guide speaks in every protocol that can play."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from serving import Served
from websockets.asyncio.client import ClientConnection, connect

from models.call import Channel, Encoding, Mode
from models.events import CallEnded
from voice.audio import to_float
from voice.wire import PROTOCOLS, Protocol
from voice.wire.client import CallSetup, Client, Playback, PlaybackMark

PLAYING = [PROTOCOLS[name] for name in ("twilio", "telnyx", "freeswitch", "jambonz", "audiohook", "asterisk")]
SPEECH_S = 1.0
SILENCE = {Encoding.MULAW: b"\xff", Encoding.PCM16: b"\0\0"}


async def _keep_silent(socket: ClientConnection, client: Client) -> None:
    frame = SILENCE[client.encoding] * (client.sample_rate // 50)
    while True:
        for sent in client.audio(frame):
            await socket.send(sent)
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("protocol", PLAYING, ids=lambda p: p.name)
async def test_the_guide_greets(guided: Served, protocol: Protocol) -> None:
    key = guided.services.settings.api_keys[0].get_secret_value()
    setup = CallSetup(call_id="5f0c2b52-6d1c-4b7c-8e55-1d7a2f3c9b10", channels=(Channel.CITIZEN,), mode=Mode.GUIDE)
    client = protocol.client(setup)
    url = f"{guided.ws}{protocol.path}?{urlencode(client.connect())}".rstrip("?")
    heard = bytearray()
    async with connect(url, additional_headers={"Authorization": f"Bearer {key}"}) as socket, asyncio.timeout(60):
        for frame in client.open():
            await socket.send(frame)
        if protocol.answers_start:
            client.receive(await socket.recv())
        silent = asyncio.create_task(_keep_silent(socket, client))
        while len(heard) < SPEECH_S * client.sample_rate * len(SILENCE[client.encoding]):
            for answer in client.receive(await socket.recv()):
                if isinstance(answer, Playback):
                    heard += answer.data
                elif isinstance(answer, PlaybackMark):
                    for frame in client.played(answer.name):
                        await socket.send(frame)
        silent.cancel()
        await asyncio.gather(silent, return_exceptions=True)
        for frame in client.close():
            await socket.send(frame)
    assert np.abs(to_float(bytes(heard), client.encoding)).max() > 0.05
    async with asyncio.timeout(30):
        while True:
            events = await guided.services.store.events(setup.call_id)
            if isinstance(events[-1].body, CallEnded):
                break
            await asyncio.sleep(0.05)


async def test_genesys_gets_the_caller_back_with_what_it_needs_to_know(guided: Served) -> None:
    protocol = PROTOCOLS["audiohook"]
    key = guided.services.settings.api_keys[0].get_secret_value()
    call_id = "3f1de7a5-31cb-4c3a-9a43-0a3a2b1c0d4e"
    client = protocol.client(CallSetup(call_id=call_id, channels=(Channel.CITIZEN,), mode=Mode.GUIDE))
    headers = {"Authorization": f"Bearer {key}"}
    async with connect(guided.ws + protocol.path, additional_headers=headers) as socket, asyncio.timeout(60):
        for frame in client.open():
            await socket.send(frame)
        client.receive(await socket.recv())
        silent = asyncio.create_task(_keep_silent(socket, client))
        for frame in client.press("0"):
            await socket.send(frame)
        told: list[dict[str, Any]] = []
        while not told or told[-1]["type"] != "disconnect":
            frame = await socket.recv()
            if isinstance(frame, str):
                client.receive(frame)
                told.append(json.loads(frame))
                continue
            for sent in client.played(""):  # as soon as it is heard, for we are in a hurry
                await socket.send(sent)
        silent.cancel()
        await asyncio.gather(silent, return_exceptions=True)
        for frame in client.close():
            await socket.send(frame)
        while told[-1]["type"] != "closed":
            frame = await socket.recv()
            told += [json.loads(frame)] if isinstance(frame, str) else []
    (goodbye,) = [m["parameters"] for m in told if m["type"] == "disconnect"]
    assert goodbye["reason"] == "completed"
    assert goodbye["outputVariables"]["transferTo"] == "operator"
    assert goodbye["outputVariables"]["transferReason"]
    spoken = [
        e["data"] for m in told for e in m["parameters"].get("entities", []) if e["type"] == "bot_turn_response"
    ]
    assert any("人工" in turn["text"] or "接线员" in turn["text"] for turn in spoken)
    events = await guided.services.store.events(call_id)
    assert isinstance(events[-1].body, CallEnded)
    assert events[-1].body.reason == "stop"
