"""Yida's own call protocol: JSON text and binary audio over one WebSocket.

Client: `start`, then binary audio, `dtmf`, `mark`, `stop`. Server: `ready`, what happens in the call, in guide mode
binary playback audio with `say`, `clear`, `mark`, `transfer`; `error`; `end` is always the last frame after `stop`.
No message costs a call that has begun: what cannot be read is answered with an `error` whose `fatal` is false.
docs/connect.md shows a session.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from models.call import HOTLINE_TIME_ZONE, Channel, Encoding, Mode
from models.events import to_wire
from voice.errors import AudioFormatError, ProtocolError
from voice.wire import values
from voice.wire.base import (
    Action,
    Audio,
    CallEvent,
    Clear,
    Dtmf,
    End,
    Fail,
    Frame,
    HangUp,
    Mark,
    MarkPlayed,
    Play,
    Ready,
    Replies,
    Saying,
    Started,
    Stopped,
    Tell,
    Transfer,
)
from voice.wire.messages import encode_json, excerpt


class Start(msgspec.Struct, tag="start", kw_only=True, frozen=True):
    """The first frame of a call."""

    encoding: Encoding
    sample_rate: int
    channels: tuple[Channel, ...]
    call_id: str | None = None
    caller: str | int | None = msgspec.field(name="from", default=None)
    callee: str | int | None = msgspec.field(name="to", default=None)
    mode: Mode = Mode.ASSIST
    received_at: datetime | None = None
    hotwords: tuple[str, ...] = ()


class Key(msgspec.Struct, tag="dtmf", frozen=True):
    digit: str


class Played(msgspec.Struct, tag="mark", frozen=True):
    name: str
    cleared: bool = False


class Stop(msgspec.Struct, tag="stop", frozen=True):
    pass


Message: TypeAlias = Start | Key | Played | Stop
_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class NativeWire:
    """The server's side of one connection."""

    def __init__(self) -> None:
        self.ignored = 0
        self._replies = Replies()
        self._started = False
        self._stopped = False

    def receive(self, frame: Frame) -> list[CallEvent]:
        """See `Wire.receive`."""
        if self._stopped:
            return []  # audio that was on its way when the client stopped
        if isinstance(frame, bytes):
            if not self._started:
                raise ProtocolError("binary audio before the start message", code="out_of_order")
            return [Audio(frame)]
        try:
            return self._message(frame)
        except ProtocolError as error:
            if not self._started:
                raise
            self.ignored += 1
            told = {"type": "error", "code": error.code, "message": str(error), "fatal": False}
            self._replies.frames.append(encode_json(told))
            return []

    def replies(self) -> list[Frame]:
        """See `Wire.replies`: errors that the call survives."""
        return self._replies.take()

    def send(self, action: Action) -> list[Frame]:
        """See `Wire.send`."""
        match action:
            case Play(data):
                return [data]
            case HangUp():
                return []
            case Tell(event):
                return [encode_json(to_wire(event))]
            case _:
                return [encode_json(_message_of(action))]

    def _message(self, frame: str) -> list[CallEvent]:
        try:
            message = _decoder.decode(frame)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as e:
            raise ProtocolError(f"cannot read {excerpt(frame)}: {e}", close_code=1007) from e
        if isinstance(message, Start) == self._started:
            expected = "start came twice" if self._started else "the first message must be start"
            raise ProtocolError(expected, code="out_of_order")
        match message:
            case Start():
                started = _started(message)
                self._started = True
                return [started]
            case Key(digit):
                key = values.digit(digit)
                if key is None:
                    raise ProtocolError(f"digit: got {digit[:20]!r}, expected one of 0-9 A-D * #", close_code=1007)
                return [Dtmf(key)]
            case Played(name, cleared):
                return [MarkPlayed(name, cleared)]
            case Stop():
                self._stopped = True
                return [Stopped()]


def _started(start: Start) -> Started:
    channels = start.channels
    if not 1 <= len(channels) <= 2 or len(set(channels)) < len(channels):
        raise AudioFormatError(f"channels: got {list(channels)}, expected one or two different ones")
    if len(channels) == 2 and Channel.MIXED in channels:
        raise AudioFormatError("channels: mixed must be the only one")
    if start.call_id is not None and values.call_id(start.call_id) is None:
        raise ProtocolError("call_id: expected 1 to 128 letters, digits or . _ : @ + -", close_code=1007)
    most, longest = values.MAX_HOTWORDS, values.MAX_HOTWORD
    if len(start.hotwords) > most or any(len(w) > longest for w in start.hotwords):
        raise ProtocolError(f"hotwords: at most {most} of at most {longest} characters each", close_code=1007)
    received_at = start.received_at
    if received_at is not None and received_at.tzinfo is None:
        received_at = received_at.replace(tzinfo=HOTLINE_TIME_ZONE)
    return Started(
        encoding=start.encoding,
        sample_rate=start.sample_rate,
        channels=channels,
        call_id=start.call_id,
        mode=start.mode,
        caller=values.number(str(start.caller or "")),
        callee=values.number(str(start.callee or "")),
        received_at=received_at,
        hotwords=start.hotwords,
        plays_audio=True,
    )


def _message_of(action: Action) -> dict[str, Any]:
    match action:
        case Ready(call_id):
            return {"type": "ready", "call_id": call_id}
        case Saying(text):
            return {"type": "say", "text": text}
        case Clear():
            return {"type": "clear"}
        case Mark(name):
            return {"type": "mark", "name": name}
        case Transfer(to, reason):
            return {"type": "transfer", "to": to, "reason": reason}
        case Fail(code, message, _, None):
            return {"type": "error", "code": code, "message": message}
        case Fail(code, message, _, retry_after_s):
            return {"type": "error", "code": code, "message": message, "retry_after": retry_after_s}
        case End(call_id):
            return {"type": "end", "call_id": call_id}
    raise AssertionError(action)
