"""A call-center system in miniature: plays recordings into a service on the real clock, measures what comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import websockets
from websockets.asyncio.client import ClientConnection, connect

from api.recording import Recording

FRAME_S = 0.02
"""Carriers send 20 ms at a time."""
END_TIMEOUT_S = 60.0

Message = dict[str, Any]


@dataclass(slots=True)
class Replay:
    """What one replayed call showed."""

    call_id: str = ""
    partial_s: dict[str, float] = field(default_factory=dict)
    """By utterance, from its start to its first partial, seconds of real time."""
    final_s: list[float] = field(default_factory=list)
    """From the end of an utterance to its final, seconds of real time."""
    finals: list[Message] = field(default_factory=list)
    draft: Message = field(default_factory=dict)
    cards: list[Message] = field(default_factory=list)
    """Knowledge cards."""
    error: Message | None = None
    """The server's refusal."""
    ended: bool = False
    """The server said goodbye."""


async def replay(
    recording: Recording,
    url: str,
    *,
    key: str | None = None,
    speed: float = 1.0,
    call_id: str | None = None,
    on_message: Callable[[Message], None] = lambda message: None,
) -> Replay:
    """Plays `recording` to the service at `url` over the native protocol.

    Args:
        key: API key.
        speed: times real time.
        on_message: told of every message of the service.

    Raises:
        OSError, websockets.WebSocketException: there is no such service, or it does not let us in.
    """
    result = Replay()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with connect(url, additional_headers=headers, max_size=None, compression=None, proxy=None) as socket:
        await socket.send(_start(recording, call_id))
        clock = Clock(speed)
        sender = asyncio.create_task(_send(socket, recording, clock))
        try:
            async with asyncio.timeout(recording.seconds / speed + END_TIMEOUT_S):
                async for frame in socket:
                    if isinstance(frame, str):
                        message = msgspec.json.decode(frame)
                        _note(result, message, clock)
                        on_message(message)
        except (TimeoutError, websockets.ConnectionClosedError):
            pass  # `ended` stays false
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
    return result


class Clock:
    """Seconds of audio sent so far, by the real clock."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._began = time.monotonic()

    def start(self) -> None:
        self._began = time.monotonic()

    @property
    def audio_s(self) -> float:
        return (time.monotonic() - self._began) * self.speed


def _start(recording: Recording, call_id: str | None) -> str:
    start = {
        "type": "start",
        "call_id": call_id,
        "encoding": recording.encoding,
        "sample_rate": recording.sample_rate,
        "channels": recording.call.channels,
        "received_at": recording.call.received_at,
    }
    return msgspec.json.encode({name: value for name, value in start.items() if value is not None}).decode()


async def _send(socket: ClientConnection, recording: Recording, clock: Clock) -> None:
    clock.start()
    sent_s = 0.0
    for chunk in recording.chunks(FRAME_S):
        sent_s += len(chunk) / recording.frame_bytes / recording.sample_rate
        await asyncio.sleep((sent_s - clock.audio_s) / clock.speed)
        await socket.send(chunk)
    await socket.send('{"type":"stop"}')


def _note(result: Replay, message: Message, clock: Clock) -> None:
    match message["type"]:
        case "ready":
            result.call_id = message["call_id"]
        case "partial":
            shown_after = (clock.audio_s - message["start"]) / clock.speed
            result.partial_s.setdefault(message["utterance"], shown_after)
        case "final" if message["text"]:
            result.final_s.append((clock.audio_s - message["end"]) / clock.speed)
            result.finals.append(message)
        case "draft":
            result.draft = message["fields"]
        case "card":
            result.cards.append(message)
        case "error":
            result.error = message
        case "end":
            result.ended = True
