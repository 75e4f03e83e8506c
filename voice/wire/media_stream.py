"""What Twilio Media Streams and the carriers that copied them have in common: JSON text frames, base64 G.711, marks.

A stream carries the caller (`inbound`), the other party (`outbound`), or both, each as a track with time stamps. What
we play goes back on the same stream, if it is a bidirectional one; a one-way fork looks alike and takes no message at
all, so nothing is sent unless the call is in guide mode, which the start asks for with the parameter `mode`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from models.call import Channel, Encoding, Mode
from voice.errors import ProtocolError
from voice.wire import values
from voice.wire.base import (
    Action,
    CallEvent,
    Clear,
    Dtmf,
    Frame,
    Mark,
    MarkPlayed,
    Play,
    Started,
    Stopped,
    Transfer,
)
from voice.wire.client import Answer, CallSetup, Playback, PlaybackCleared, PlaybackMark
from voice.wire.messages import Messages, encode_json, pack_base64, unpack_base64
from voice.wire.tracks import Tracks, deinterleave

SAMPLE_RATE = 8000
"""Hz; the only rate of G.711."""
CHANNELS = {"inbound": Channel.CITIZEN, "outbound": Channel.OPERATOR}
_HANDED_OVER = "yida-transfer"
"""The mark behind what is said before a transfer: when it is reached the stream ends, and the carrier goes on."""


class MediaBody(msgspec.Struct, kw_only=True):
    track: str = "inbound"
    timestamp: str = "0"
    """Milliseconds from the start of the stream, as a string."""
    payload: str


class MarkBody(msgspec.Struct):
    name: str


class DtmfBody(msgspec.Struct):
    digit: str


class Media(msgspec.Struct, tag_field="event", tag="media"):
    media: MediaBody


class MarkReached(msgspec.Struct, tag_field="event", tag="mark"):
    mark: MarkBody


class Digit(msgspec.Struct, tag_field="event", tag="dtmf"):
    dtmf: DtmfBody


class Stop(msgspec.Struct, tag_field="event", tag="stop"):
    pass


Common: TypeAlias = Media | MarkReached | Digit | Stop


class MediaStreamWire(ABC):
    """Our side of a stream; carriers differ in their start message and in how they are addressed."""

    def __init__(self) -> None:
        self.ignored = 0
        self._plays = False
        self._tracks: Tracks | None = None
        self._ended = False

    def receive(self, frame: Frame) -> list[CallEvent]:
        """See `Wire.receive`."""
        if isinstance(frame, bytes):
            raise ProtocolError(f"binary frame of {len(frame)} bytes; all frames are JSON text", close_code=1003)
        return self._decode(frame)

    def replies(self) -> list[Frame]:
        """See `Wire.replies`; there are none."""
        return []

    def send(self, action: Action) -> list[Frame]:
        """See `Wire.send`."""
        if not self._plays:
            return []
        match action:
            case Play(data):
                return [self._message("media", media={"payload": pack_base64(data)})]
            case Mark(name):
                return [self._message("mark", mark={"name": name})]
            case Clear():
                return [self._message("clear")]
            case Transfer():
                return [self._message("mark", mark={"name": _HANDED_OVER})]
        return []

    @abstractmethod
    def _decode(self, frame: str) -> list[CallEvent]: ...

    @abstractmethod
    def _message(self, event: str, **body: object) -> str:
        """A message to the carrier."""

    def _begin(
        self, tracks: Sequence[str], encoding: Encoding, parameters: Mapping[str, str], **more: Any
    ) -> list[CallEvent]:
        """The start of the call, with what the carrier's start message told."""
        if self._tracks is not None:
            raise ProtocolError("start: sent twice")
        mode = values.mode(parameters.get("mode"))
        self._plays = mode is Mode.GUIDE
        self._tracks = Tracks(tuple(tracks), sample_rate=SAMPLE_RATE, silence=encoding.silence)
        return [
            Started(
                encoding=encoding,
                sample_rate=SAMPLE_RATE,
                channels=tuple(CHANNELS[t] for t in tracks),
                mode=mode,
                hotwords=values.hotwords(parameters.get("hotwords", "").split()),
                plays_audio=self._plays,
                **more,
            )
        ]

    def _follow(self, message: Common) -> list[CallEvent]:
        match message:
            case Media(media=media):
                return self._media(media)
            case Digit(dtmf=body):
                return [Dtmf(key)] if (key := values.digit(body.digit)) else []
            case MarkReached(mark=MarkBody(name=name)) if name == _HANDED_OVER:
                return self._end()
            case MarkReached(mark=body):
                return [MarkPlayed(body.name)]
            case Stop():
                return self._end()

    def _end(self) -> list[CallEvent]:
        if self._ended:
            return []
        self._ended = True
        return [*(self._tracks.flush() if self._tracks else []), Stopped()]

    def _media(self, media: MediaBody) -> list[CallEvent]:
        if self._tracks is None:
            raise ProtocolError("media: before start")
        if self._ended:
            return []
        if not media.timestamp.isdecimal() or len(media.timestamp) > 15:
            raise ProtocolError(f"media.timestamp: got {media.timestamp[:20]!r}, expected milliseconds as a string")
        if not self._tracks.has(media.track):
            raise ProtocolError(f"media.track: got {media.track[:20]!r}, which the start did not announce")
        data = unpack_base64(media.payload, "media.payload")
        return [*self._tracks.add(media.track, int(media.timestamp), data)]


# --- The carrier's side --------------------------------------------------------------------------


class _Clear(msgspec.Struct, tag_field="event", tag="clear"):
    pass


_outbound: Messages[Media | MarkReached | _Clear] = Messages(Media | MarkReached | _Clear, tag_field="event")


class MediaStreamClient(ABC):
    """The carrier's side: a fork of both tracks, or in guide mode a bidirectional stream of the caller's."""

    def __init__(self, setup: CallSetup) -> None:
        self._setup = setup
        both = setup.mode is Mode.ASSIST and len(setup.channels) == 2
        self._names = ["inbound", "outbound"] if both else ["inbound"]
        self.encoding = Encoding.MULAW
        self.sample_rate = SAMPLE_RATE
        self.channels = tuple(CHANNELS[n] for n in self._names)
        self._sequence = 0
        self._chunk = 0
        self._sent_samples = 0

    def connect(self) -> dict[str, str]:
        """See `Client.connect`."""
        return {}

    @abstractmethod
    def open(self) -> list[Frame]:
        """See `Client.open`."""

    def audio(self, data: bytes) -> list[Frame]:
        """One `media` per track; samples already interleaved are taken apart."""
        stamp = str(self._sent_samples * 1000 // SAMPLE_RATE)
        self._sent_samples += len(data) // len(self._names)
        frames: list[Frame] = []
        for name, track in zip(self._names, deinterleave(data, len(self._names)), strict=True):
            self._chunk += 1
            media = {"track": name, "chunk": str(self._chunk), "timestamp": stamp, "payload": pack_base64(track)}
            frames.append(self._message("media", media=media))
        return frames

    def press(self, digit: str) -> list[Frame]:
        """See `Client.press`."""
        return [self._message("dtmf", dtmf={"track": "inbound_track", "digit": digit})]

    def played(self, mark: str, *, cleared: bool = False) -> list[Frame]:
        """See `Client.played`."""
        return [self._message("mark", mark={"name": mark})]

    def close(self) -> list[Frame]:
        """See `Client.close`."""
        return [self._message("stop", stop=self._call())]

    def receive(self, frame: Frame) -> list[Answer]:
        """See `Client.receive`."""
        if isinstance(frame, bytes):
            raise ProtocolError(f"binary frame of {len(frame)} bytes")
        match _outbound.decode(frame):
            case Media(media):
                return [Playback(unpack_base64(media.payload, "media.payload"))]
            case MarkReached(mark):
                return [PlaybackMark(mark.name)]
            case _Clear():
                return [PlaybackCleared()]
        return []

    def _parameters(self) -> dict[str, str]:
        s = self._setup
        said = {"mode": s.mode.value, "token": s.token, "hotwords": " ".join(s.hotwords)}
        return {k: v for k, v in said.items() if v}

    @abstractmethod
    def _call(self) -> dict[str, str]:
        """The identifiers of the call."""

    @abstractmethod
    def _message(self, event: str, **body: object) -> str:
        """A numbered message to the server."""

    def _encode(self, event: str, number: str, stream: str, body: Mapping[str, object]) -> str:
        self._sequence += 1
        return encode_json({"event": event, number: str(self._sequence), stream: self._stream, **body})

    @property
    def _stream(self) -> str:
        return "MZ" + self._setup.call_id
