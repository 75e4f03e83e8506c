"""The voice guide speaks in every protocol that can play."""

from __future__ import annotations

import asyncio
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
