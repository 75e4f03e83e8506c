"""Asterisk chan_websocket: media as binary frames, control as text, plain or JSON (`f(json)` in the dial string).

Who calls and what is wanted comes in the URL, which the dial plan writes with `v(...)`: call_id, from, to, mode,
channel. Nothing at all arrives while the caller is silent if the trunk suppresses silence.

Source: asterisk channels/chan_websocket.c, https://docs.asterisk.org/Configuration/Channel-Drivers/WebSocket/
"""

from __future__ import annotations

from collections import deque
from typing import Any

import msgspec

from models.call import Channel, Encoding, Mode
from voice.errors import AudioFormatError, ProtocolError
from voice.wire import values
from voice.wire.base import (
    Action,
    Audio,
    CallEvent,
    Clear,
    Connection,
    Dtmf,
    Frame,
    HangUp,
    Mark,
    MarkPlayed,
    Play,
    Replies,
    Started,
    Transfer,
)
from voice.wire.client import Answer, CallSetup, Finished, Playback, PlaybackCleared, PlaybackMark
from voice.wire.messages import check_size, decode_json, encode_json, excerpt

SUBPROTOCOL = "media"
MAX_MEDIA = 65_500
"""Bytes of a media message; Asterisk hangs up on longer ones."""
_RATES = {f"slin{k}": k * 1000 for k in (12, 16, 24, 32, 48)} | {"slin": 8000, "slin44": 44_100}
_G711 = {"ulaw": Encoding.MULAW, "alaw": Encoding.ALAW}


class Control(msgspec.Struct, kw_only=True):
    """An event of Asterisk, of either form."""

    event: str
    channel_id: str | None = None
    format: str = ""
    optimal_frame_size: int = 160
    """Bytes"""
    digit: str = ""
    correlation_id: str = ""


class AsteriskWire:
    """Our side of a media channel."""

    def __init__(self, connection: Connection | None = None) -> None:
        self.ignored = 0
        self._query = (connection or Connection()).query
        self._started: Started | None = None
        self._json = False
        self._frame_size = 160
        self._rest = bytearray()
        """Playback shorter than a frame."""
        self._full = False
        """Asterisk said MEDIA_XOFF: what we have to send is held until MEDIA_XON."""
        self._held: deque[Frame] = deque()
        self._out = Replies()

    def receive(self, frame: Frame) -> list[CallEvent]:
        check_size(frame)
        if isinstance(frame, bytes):
            if self._started is None:
                raise ProtocolError("media before MEDIA_START", code="out_of_order")
            return [Audio(frame)]
        return self._control(_parse(frame), is_json=frame.startswith("{"))

    def replies(self) -> list[Frame]:
        return self._out.take()

    def send(self, action: Action) -> list[Frame]:
        if self._started is None:
            return []
        match action:
            case Play(data):
                self._rest += data
                return self._unless_full(self._frames())
            case Mark(name):
                return self._unless_full([*self._padded(), self._command("MARK_MEDIA", name)])
            case Clear():
                self._rest.clear()
                self._held.clear()
                self._full = False  # the queue is empty now; no MEDIA_XON need follow
                return [self._command("FLUSH_MEDIA")]
            case Transfer() | HangUp():  # the dial plan goes on
                return [*self._held, *self._padded(), self._command("HANGUP")]
        return []

    def _control(self, said: Control, *, is_json: bool) -> list[CallEvent]:
        match said.event:
            case "MEDIA_START":
                return [self._start(said, is_json=is_json)]
            case "DTMF_END":
                return [Dtmf(key)] if (key := values.digit(said.digit)) else []
            case "MEDIA_MARK_PROCESSED":
                return [MarkPlayed(said.correlation_id)]
            case "MEDIA_XOFF":
                self._full = True
            case "MEDIA_XON":
                self._full = False
                self._out.frames += self._held
                self._held.clear()
            case _:
                self.ignored += 1
        return []

    def _start(self, said: Control, *, is_json: bool) -> Started:
        if self._started is not None:
            raise ProtocolError("MEDIA_START: sent twice", code="out_of_order")
        encoding = _G711.get(said.format, Encoding.PCM16)
        if said.format not in _G711 and said.format not in _RATES:
            raise AudioFormatError(f"format: got {said.format[:20]!r}, expected {', '.join([*_G711, *_RATES])}")
        if not 0 < said.optimal_frame_size <= MAX_MEDIA:
            raise ProtocolError(f"optimal_frame_size: got {said.optimal_frame_size}, limit {MAX_MEDIA}")
        mode = values.mode(self._query.get("mode"))
        usual = Channel.CITIZEN if mode is Mode.GUIDE else Channel.MIXED
        self._json = is_json
        self._frame_size = said.optimal_frame_size
        self._started = Started(
            encoding=encoding,
            sample_rate=_RATES.get(said.format, 8000),
            channels=(values.channel(self._query.get("channel"), usual),),
            call_id=values.call_id(self._query.get("call_id") or said.channel_id),
            mode=mode,
            caller=values.number(self._query.get("from")),
            callee=values.number(self._query.get("to")),
            plays_audio=mode is Mode.GUIDE,
        )
        return self._started

    def _frames(self) -> list[Frame]:
        """The whole frames of what is to be played; Asterisk drops media of other sizes."""
        size = max(1, MAX_MEDIA // self._frame_size) * self._frame_size
        whole = len(self._rest) // self._frame_size * self._frame_size
        frames: list[Frame] = [bytes(self._rest[at : min(at + size, whole)]) for at in range(0, whole, size)]
        del self._rest[:whole]
        return frames

    def _padded(self) -> list[Frame]:
        """The last, short frame, filled up with silence."""
        assert self._started is not None
        if not self._rest:
            return []
        missing = -len(self._rest) % self._frame_size
        self._rest += (self._started.encoding.silence * missing)[:missing]
        return self._frames()

    def _unless_full(self, frames: list[Frame]) -> list[Frame]:
        if not self._full:
            return frames
        self._held += frames
        return []

    def _command(self, command: str, correlation_id: str = "") -> str:
        if self._json:
            return encode_json({"command": command} | ({"correlation_id": correlation_id} if correlation_id else {}))
        return f"{command} {correlation_id}" if correlation_id else command


def _parse(frame: str) -> Control:
    """A control message of either form.

    Raises:
        ProtocolError: neither an event name nor a JSON object.
    """
    if frame.startswith("{"):
        return decode_json(Control, frame)
    event, *parts = frame.split()[:32] or [""]
    if not event.isascii() or not event.replace("_", "").isupper():
        raise ProtocolError(f"control message: {excerpt(frame)} is neither JSON nor an event name")
    pairs = dict(part.split(":", 1) for part in parts if ":" in part)
    bare = [part for part in parts if ":" not in part]
    if bare:
        pairs.setdefault("correlation_id", bare[0])
    try:
        return msgspec.convert(pairs | {"event": event}, Control, strict=False)
    except msgspec.ValidationError as error:
        raise ProtocolError(f"{event}: {error}") from error


class _Command(msgspec.Struct):
    command: str
    correlation_id: str = ""


class AsteriskClient:
    """Asterisk's side: one channel in G.711 mu-law, JSON control."""

    def __init__(self, setup: CallSetup) -> None:
        self._setup = setup
        self.encoding = Encoding.MULAW
        self.sample_rate = 8000
        self.channels: tuple[Channel, ...] = (setup.channels[0],)

    def connect(self) -> dict[str, str]:
        s = self._setup
        query = {"call_id": s.call_id, "mode": s.mode.value, "channel": self.channels[0].value}
        more = {"from": s.caller, "to": s.callee, "token": s.token}
        return query | {k: v for k, v in more.items() if v}

    def open(self) -> list[Frame]:
        start: dict[str, Any] = {"connection_id": self._setup.call_id, "channel": "WebSocket/yida/0"}
        start |= {"channel_id": self._setup.call_id, "format": "ulaw", "optimal_frame_size": 160, "ptime": 20}
        return [encode_json({"event": "MEDIA_START", **start, "channel_variables": {}})]

    def audio(self, data: bytes) -> list[Frame]:
        return [data]

    def press(self, digit: str) -> list[Frame]:
        return [encode_json({"event": "DTMF_END", "channel_id": self._setup.call_id, "digit": digit})]

    def played(self, mark: str, *, cleared: bool = False) -> list[Frame]:
        return [encode_json({"event": "MEDIA_MARK_PROCESSED", "correlation_id": mark})]

    def close(self) -> list[Frame]:
        return []

    def receive(self, frame: Frame) -> list[Answer]:
        if isinstance(frame, bytes):
            return [Playback(frame)]
        said = decode_json(_Command, frame)
        match said.command:
            case "MARK_MEDIA":
                return [PlaybackMark(said.correlation_id)]
            case "FLUSH_MEDIA":
                return [PlaybackCleared()]
            case "HANGUP":
                return [Finished()]
        return []
