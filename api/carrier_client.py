"""A carrier in miniature: plays recordings into a service in any protocol of `voice.wire`, on the real clock."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

import numpy as np
import soxr
import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from api.client import END_TIMEOUT_S, FRAME_S, Clock, Replay
from api.recording import Recording
from models.call import Encoding
from voice.audio import to_bytes
from voice.wire import Protocol
from voice.wire.base import Frame
from voice.wire.client import Accepted, Answer, CallSetup, Client, FinalText, Finished, Refused

QUIET_S = 3.0
"""Where hanging up is all there is, the caller does so after nothing has come for so long."""


async def replay_as(
    protocol: Protocol, recording: Recording, url: str, *, key: str | None = None, speed: float = 1.0
) -> Replay:
    """Plays `recording` to the service at `url` in `protocol`.

    Protocols that carry one channel get the first one. Times of partials are not measured: carriers' protocols do
    not say where an utterance begins.

    Raises:
        OSError, websockets.WebSocketException: there is no such service, or it does not let us in.
        ProtocolError: the service breaks the protocol.
    """
    setup = CallSetup(call_id=str(uuid.uuid4()), channels=recording.call.channels)
    client = protocol.client(setup)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    address = f"{url}?{urlencode(client.connect())}" if client.connect() else url
    subprotocols = [Subprotocol(name) for name in protocol.subprotocols] or None
    result = Replay(call_id=setup.call_id)
    async with connect(
        address, additional_headers=headers, subprotocols=subprotocols, max_size=None, proxy=None
    ) as socket:
        with suppress(TimeoutError):  # `ended` stays false
            async with asyncio.timeout(recording.seconds / speed + END_TIMEOUT_S):
                await _Call(protocol, client, socket, Clock(speed), result).play(recording)
    return result


@dataclass(slots=True)
class _Call:
    protocol: Protocol
    client: Client
    socket: ClientConnection
    clock: Clock
    result: Replay
    accepted: asyncio.Event = field(default_factory=asyncio.Event)

    async def play(self, recording: Recording) -> None:
        """Speaks and listens until either side ends the call."""
        if not self.protocol.answers_start:
            self.accepted.set()
        speaking = asyncio.create_task(self._speak(recording))
        try:
            while not self.result.ended and self.result.error is None:
                await self._listen(speaking)
        finally:
            speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)

    async def _listen(self, speaking: asyncio.Task[None]) -> None:
        quiet_s = QUIET_S if speaking.done() and not self.protocol.says_goodbye else None
        try:
            frame = await asyncio.wait_for(self.socket.recv(), quiet_s or 1.0)
        except TimeoutError:
            self.result.ended = quiet_s is not None
        except websockets.ConnectionClosed as closed:
            self.result.ended = speaking.done() and isinstance(closed, websockets.ConnectionClosedOK)
            if not self.result.ended:
                reason = str(closed)
                self.result.error = {"code": "closed", "message": reason}
        else:
            for answer in self.client.receive(frame):
                self._note(answer)

    async def _speak(self, recording: Recording) -> None:
        await self._send(self.client.open())
        await self.accepted.wait()
        self.clock.start()
        for number, chunk in enumerate(carried(self.client, recording), 1):
            await asyncio.sleep((number * FRAME_S - self.clock.audio_s) / self.clock.speed)
            await self._send(self.client.audio(chunk))
        await self._send(self.client.close())

    async def _send(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            await self.socket.send(frame)

    def _note(self, answer: Answer) -> None:
        match answer:
            case Accepted():
                self.accepted.set()
            case FinalText(text, end_s):
                self.result.finals.append({"text": text, "end": end_s})
                if end_s is not None:
                    self.result.final_s.append((self.clock.audio_s - end_s) / self.clock.speed)
            case Refused(reason):
                self.result.error = {"code": "refused", "message": reason}
            case Finished():
                self.result.ended = True


def carried(client: Client, recording: Recording) -> Iterator[bytes]:
    """The recording as the client's protocol carries it, in pieces of `FRAME_S`."""
    channels = recording.call.channels
    samples = np.frombuffer(recording.data, "<i2").reshape(-1, len(channels))
    samples = samples[:, [channels.index(c) for c in client.channels]]
    if recording.sample_rate != client.sample_rate:
        samples = soxr.resample(samples, recording.sample_rate, client.sample_rate)
    flat = np.ascontiguousarray(samples).reshape(-1)
    data = flat.tobytes()
    width = 2
    if client.encoding is not Encoding.PCM16:
        data, width = to_bytes(flat.astype(np.float32) / np.float32(32768), client.encoding), 1
    size = round(FRAME_S * client.sample_rate) * width * len(client.channels)
    return (data[at : at + size] for at in range(0, len(data), size))
