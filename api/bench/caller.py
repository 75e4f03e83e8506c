"""A synthetic caller: a voice on a telephone line, over the native protocol and a real socket.

The line runs in real time, 20 ms at a time, in both directions: what the guide sends is played in order and can be
cleared, its marks are reported when they are reached, and both sides are recorded sample by sample. So everything
that is measured here (how long an answer takes, how fast the guide falls silent) is what a person would hear.
"""

from __future__ import annotations

import asyncio
import json
import re
import struct
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from ivr.speech import PLAIN, Manner, Voice
from models.call import Encoding
from voice.audio import to_bytes, to_float

RATE = 8_000
"""Hz, mu-law"""
TICK_S = 0.02
TICK = round(RATE * TICK_S)
"""Bytes"""
STANDSTILL_S = 0.5
"""A machine that is this late stood still, and the line with it: what it missed was no silence …"""
MAX_STANDSTILL_S = 300.0
"""… and no reason to stop waiting, up to so long."""
IDLE = b"\xff"
"""Silence in mu-law."""
NOISE = np.random.default_rng(0).normal(0, 10 ** (-54 / 20), 10 * RATE).astype(np.float32)
"""What a telephone hears when nobody speaks, ten seconds of it: no line is dead."""
AUDIBLE = 10 ** (-40 / 20)
"""Of full scale: quieter is the noise of the line."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened in the call."""

    at_s: float
    """Seconds from the first sample."""
    kind: str
    """spoke | pressed (the caller); say, clear, mark, transfer, partial, final, … (messages of the service)"""
    text: str = ""
    message: dict[str, Any] = field(default_factory=dict)


class Caller:
    """Somebody on the line. Made by `calling`."""

    def __init__(self, socket: ClientConnection, voice: Voice) -> None:
        self._socket = socket
        self._voice = voice
        self._mouth: deque[bytes] = deque()
        """Ticks still to be said."""
        self._ear = bytearray()
        """What the guide sent and the line has not played yet."""
        self._received = 0
        self._marks: deque[tuple[int, str]] = deque()
        """Where in everything received, and the name."""
        self._said, self._heard = bytearray(), bytearray()
        """Both sides of the call so far, in step."""
        self._happened = asyncio.Condition()
        self._listened = 0
        self.moments: list[Moment] = []
        self.ended = False

    # --- what a person does ---

    @property
    def now_s(self) -> float:
        """Seconds of the call so far."""
        return len(self._said) / RATE

    async def say(self, text: str, manner: Manner = PLAIN) -> Moment:
        """Says `text`, over whatever the guide is saying; returns, when it is said, the moment at which it began.

        What must be said at a certain moment is rehearsed: said before the call by a voice with a cache, and kept.
        """
        pieces = await asyncio.to_thread(lambda: list(self._voice.say(text, manner, keep=True)))
        spoken = np.concatenate([piece.samples for piece in pieces])
        coded = to_bytes(spoken + np.resize(NOISE, len(spoken)), Encoding.MULAW)
        moment = self._note("spoke", text)
        self._mouth.extend(coded[i : i + TICK].ljust(TICK, IDLE) for i in range(0, len(coded), TICK))
        await self._until(lambda: not self._mouth, within_s=len(coded) / RATE + 5, what=f"{text} to be said")
        return moment

    async def press(self, digits: str) -> None:
        """Presses keys, one after the other."""
        for digit in digits:
            self._note("pressed", digit)
            await self._send({"type": "dtmf", "digit": digit})
            await asyncio.sleep(0.1)

    async def hear(self, pattern: str, *, within_s: float = 30.0) -> str:
        """Listens until the guide begins to say something in which `pattern` is found; returns its words.

        What was listened to once is not listened to again.
        """

        def said() -> list[tuple[int, str]]:
            spoken = [(n, m.text) for n, m in enumerate(self.moments) if n >= self._listened and m.kind == "say"]
            return [(n, text) for n, text in spoken if re.search(pattern, text)]

        await self._until(lambda: bool(said()), within_s=within_s, what=f"{pattern!r} to be said")
        number, text = said()[0]
        self._listened = number + 1
        return text

    async def let_finish(self, *, quiet_s: float = 0.4, within_s: float = 60.0) -> None:
        """Waits politely until the guide has said nothing for `quiet_s`."""
        await self._until(
            lambda: self.now_s - self._last_sound_s() >= quiet_s, within_s=within_s, what="the guide to finish"
        )

    async def wait_for(self, kind: str, *, within_s: float = 30.0) -> Moment:
        """The first message of this kind, now or when it comes."""
        found: list[Moment] = []

        def came() -> bool:
            found[:] = [m for m in self.moments if m.kind == kind][:1]
            return bool(found)

        await self._until(came, within_s=within_s, what=f"a {kind} message")
        return found[0]

    async def hang_up(self, *, within_s: float = 20.0) -> None:
        """Ends the call in good order and waits for the service's last word."""
        await self._send({"type": "stop"})
        await self._until(lambda: self.ended, within_s=within_s, what="the end of the call")

    # --- what came of it ---

    def spoke(self, moment: Moment) -> tuple[float, float]:
        """When the caller's first and last sound since `moment` were on the line, in seconds of the call."""
        said = to_float(bytes(self._said[round(moment.at_s * RATE) :]), Encoding.MULAW)
        audible = np.flatnonzero(np.abs(said) > AUDIBLE)
        if not audible.size:
            return moment.at_s, moment.at_s
        return moment.at_s + float(audible[0]) / RATE, moment.at_s + float(audible[-1]) / RATE

    def answered_after_s(self, at_s: float) -> float | None:
        """Seconds from `at_s` until the guide was heard; None: not yet."""
        audible = np.flatnonzero(self._audible(at_s))
        return float(audible[0]) / RATE if audible.size else None

    def silent_after_s(self, at_s: float, *, quiet_s: float = 0.5) -> float:
        """Seconds from `at_s` until the guide stopped being heard, for `quiet_s` at least."""
        audible = np.flatnonzero(self._audible(at_s))
        if not audible.size:
            return 0.0
        pauses = np.flatnonzero(np.diff(audible) > quiet_s * RATE)
        last = audible[pauses[0]] if pauses.size else audible[-1]
        return float(last + 1) / RATE

    def transcript(self) -> list[tuple[float, str, str]]:
        """Seconds, speaker and words of what was said by both, in order."""
        speakers = {"spoke": "caller", "pressed": "caller", "say": "guide"}
        return [(m.at_s, speakers[m.kind], m.text) for m in self.moments if m.kind in speakers]

    def save(self, path: Path) -> None:
        """Writes the recording: a mu-law WAV, the caller on the left, the guide on the right."""
        stereo = np.stack([np.frombuffer(bytes(s), np.uint8) for s in (self._said, self._heard)], axis=1).tobytes()
        form = struct.pack("<HHIIHHH", 7, 2, RATE, RATE * 2, 2, 8, 0)  # WAVE_FORMAT_MULAW
        fact = struct.pack("<I", len(self._said))
        body = b"".join(
            name + struct.pack("<I", len(data)) + data
            for name, data in ((b"fmt ", form), (b"fact", fact), (b"data", stereo))
        )
        path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body)

    # --- the line ---

    async def run_line(self) -> None:
        """Moves 20 ms of sound both ways, again and again, until the call ends."""
        started = time.monotonic()
        tick = 0
        while not self.ended:
            early_s = started + tick * TICK_S - time.monotonic()
            await asyncio.sleep(max(0.0, early_s))
            if -early_s > STANDSTILL_S:
                started -= early_s
            tick += 1
            said = self._mouth.popleft() if self._mouth else _QUIET[tick % len(_QUIET)]
            heard = bytes(self._ear[:TICK]).ljust(TICK, IDLE)
            del self._ear[:TICK]
            self._said += said
            self._heard += heard
            try:
                await self._socket.send(said)
                while self._marks and self._marks[0][0] <= self._received - len(self._ear):
                    await self._send({"type": "mark", "name": self._marks.popleft()[1]})
            except ConnectionClosed:
                self.ended = True
            await self._wake()

    async def read_messages(self) -> None:
        """Takes what the service sends, until it closes the connection."""
        async for frame in self._socket:
            if isinstance(frame, bytes):
                self._ear += frame
                self._received += len(frame)
                continue
            message = json.loads(frame)
            self._note(message["type"], str(message.get("text", "")), message)
            match message["type"]:
                case "clear":
                    await self._clear()
                case "mark":
                    self._marks.append((self._received, message["name"]))
                case "end":
                    self.ended = True
            await self._wake()
        self.ended = True
        await self._wake()

    async def _clear(self) -> None:
        self._ear.clear()
        while self._marks:
            await self._send({"type": "mark", "name": self._marks.popleft()[1], "cleared": True})

    async def _send(self, message: dict[str, Any]) -> None:
        await self._socket.send(json.dumps(message))

    def _note(self, kind: str, text: str = "", message: dict[str, Any] | None = None) -> Moment:
        moment = Moment(round(self.now_s, 3), kind, text, message or {})
        self.moments.append(moment)
        return moment

    async def _wake(self) -> None:
        async with self._happened:
            self._happened.notify_all()

    async def _until(self, true: Callable[[], bool], *, within_s: float, what: str) -> None:
        until_s = self.now_s + within_s
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s + MAX_STANDSTILL_S), self._happened:
                await self._happened.wait_for(lambda: true() or self.ended or self.now_s > until_s)
        if not true():
            why = "the call ended before" if self.ended else f"waited {within_s:.1f} s for"
            raise AssertionError(f"{why} {what}; so far: {self._story()}")

    def _story(self) -> str:
        return " | ".join(
            f"{m.at_s:.1f} {m.kind} {m.text}" for m in self.moments if m.kind not in {"partial", "draft", "said"}
        )

    def _audible(self, from_s: float) -> npt.NDArray[np.bool_]:
        heard = to_float(bytes(self._heard[round(from_s * RATE) :]), Encoding.MULAW)
        return np.abs(heard) > AUDIBLE

    def _last_sound_s(self) -> float:
        if self._ear:
            return self.now_s
        recent = max(0.0, self.now_s - 5)
        audible = np.flatnonzero(self._audible(recent))
        return recent + float(audible[-1]) / RATE if audible.size else recent


_QUIET = [to_bytes(piece, Encoding.MULAW) for piece in NOISE.reshape(-1, TICK)]


@asynccontextmanager
async def calling(
    url: str, voice: Voice, *, number: str = "13911086755", api_key: str | None = None, call_id: str | None = None
) -> AsyncIterator[Caller]:
    """A call to the voice guide at `url` (`ws://HOST:PORT/v1/calls/stream`), taken and in progress."""
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    start = {
        "type": "start",
        "mode": "guide",
        "encoding": "mulaw",
        "sample_rate": RATE,
        "channels": ["citizen"],
        "from": number,
        "to": "12345",
    }
    if call_id:
        start["call_id"] = call_id
    async with connect(url, additional_headers=headers, max_size=None) as socket:
        caller = Caller(socket, voice)
        await socket.send(json.dumps(start))
        tasks = [asyncio.create_task(caller.read_messages())]
        try:
            await caller.wait_for("ready")
            tasks.append(asyncio.create_task(caller.run_line()))
            yield caller
        finally:
            for task in tasks:
                task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(result, Exception):
                    raise result
