"""Twilio Media Streams, also spoken by Telnyx-like carriers: JSON text frames, base64 G.711 mu-law at 8 kHz.

A `<Connect><Stream>` carries the caller (`inbound`) and plays what we send; a `<Start><Stream>` fork is one-way and
may carry both tracks. The two look alike on the wire, so nothing is sent unless the call is in guide mode, which the
TwiML asks for with `<Parameter name="mode" value="guide"/>`.

Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from models.call import Channel, Encoding, Mode
from voice.errors import AudioFormatError, ProtocolError
from voice.wire import values
from voice.wire.base import (
    Action,
    CallEvent,
    Clear,
    Connection,
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
"""Hz; the only rate there is."""
_SILENCE = b"\xff"
_HANDED_OVER = "yida-transfer"
"""The mark behind what is said before a transfer: when it is reached the stream ends, and the TwiML goes on."""
_CHANNELS = {"inbound": Channel.CITIZEN, "outbound": Channel.OPERATOR}


class MediaFormat(msgspec.Struct, rename="camel", kw_only=True):
    encoding: str
    sample_rate: int
    channels: int = 1


class StartBody(msgspec.Struct, rename="camel", kw_only=True):
    stream_sid: str = ""
    call_sid: str
    tracks: list[str] = msgspec.field(default_factory=lambda: ["inbound"])
    media_format: MediaFormat
    custom_parameters: dict[str, str] = msgspec.field(default_factory=dict)


class MediaBody(msgspec.Struct, kw_only=True):
    track: str = "inbound"
    timestamp: str = "0"
    """Milliseconds from the start of the stream, as a string."""
    payload: str


class MarkBody(msgspec.Struct):
    name: str


class DtmfBody(msgspec.Struct):
    digit: str


class Connected(msgspec.Struct, tag_field="event", tag="connected"):
    pass


class Start(msgspec.Struct, tag_field="event", tag="start", rename="camel", kw_only=True):
    stream_sid: str
    start: StartBody


class Media(msgspec.Struct, tag_field="event", tag="media"):
    media: MediaBody


class MarkReached(msgspec.Struct, tag_field="event", tag="mark"):
    mark: MarkBody


class Digit(msgspec.Struct, tag_field="event", tag="dtmf"):
    dtmf: DtmfBody


class Stop(msgspec.Struct, tag_field="event", tag="stop"):
    pass


_Message: TypeAlias = Connected | Start | Media | MarkReached | Digit | Stop
_messages: Messages[_Message] = Messages(_Message, tag_field="event")


class TwilioWire:
    """Our side of a media stream."""

    def __init__(self, connection: Connection | None = None) -> None:
        self.ignored = 0
        self._stream: str | None = None
        self._plays = False
        self._tracks: Tracks | None = None
        self._ended = False

    def receive(self, frame: Frame) -> list[CallEvent]:
        if isinstance(frame, bytes):
            raise ProtocolError(f"binary frame of {len(frame)} bytes; all frames are JSON text", close_code=1003)
        message = _messages.decode(frame)
        match message:
            case None:
                self.ignored += 1
            case Start():
                return [self._start(message)]
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
        return []

    def replies(self) -> list[Frame]:
        return []

    def send(self, action: Action) -> list[Frame]:
        if not self._plays:
            return []  # error 31924: a one-way stream takes no message at all
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

    def _start(self, message: Start) -> Started:
        if self._stream is not None:
            raise ProtocolError("start: sent twice")
        body = message.start
        form = body.media_format
        if (form.encoding, form.sample_rate, form.channels) != ("audio/x-mulaw", SAMPLE_RATE, 1):
            raise AudioFormatError(
                f"mediaFormat: got {form.encoding} {form.sample_rate} Hz, expected audio/x-mulaw 8000 Hz"
            )
        unknown = [t for t in body.tracks if t not in _CHANNELS]
        if unknown or not body.tracks or len(set(body.tracks)) != len(body.tracks):
            raise AudioFormatError(f"tracks: got {body.tracks}, expected inbound and/or outbound")
        self._stream = message.stream_sid
        parameters = body.custom_parameters
        mode = values.mode(parameters.get("mode"))
        self._plays = mode is Mode.GUIDE
        self._tracks = Tracks(tuple(body.tracks), sample_rate=SAMPLE_RATE, silence=_SILENCE)
        return Started(
            encoding=Encoding.MULAW,
            sample_rate=SAMPLE_RATE,
            channels=tuple(_CHANNELS[t] for t in body.tracks),
            call_id=values.call_id(body.call_sid),
            mode=mode,
            caller=values.number(parameters.get("from")),
            callee=values.number(parameters.get("to")),
            hotwords=values.hotwords(parameters.get("hotwords", "").split()),
            plays_audio=self._plays,
            token=parameters.get("token"),
        )

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
            raise ProtocolError(f"media.track: got {media.track[:20]!r}, which start.tracks does not list")
        data = unpack_base64(media.payload, "media.payload")
        return [*self._tracks.add(media.track, int(media.timestamp), data)]

    def _message(self, event: str, **body: object) -> str:
        return encode_json({"event": event, "streamSid": self._stream, **body})


class _Outbound(msgspec.Struct, tag_field="event", tag="media"):
    media: MediaBody


class _OutboundMark(msgspec.Struct, tag_field="event", tag="mark"):
    mark: MarkBody


class _OutboundClear(msgspec.Struct, tag_field="event", tag="clear"):
    pass


_outbound: Messages[_Outbound | _OutboundMark | _OutboundClear] = Messages(
    _Outbound | _OutboundMark | _OutboundClear, tag_field="event"
)


class TwilioClient:
    """The carrier's side: a fork of both tracks, or in guide mode a bidirectional stream of the caller's."""

    def __init__(self, setup: CallSetup) -> None:
        self._setup = setup
        self._names = ["inbound"] if setup.mode is Mode.GUIDE or len(setup.channels) == 1 else ["inbound", "outbound"]
        self.encoding = Encoding.MULAW
        self.sample_rate = SAMPLE_RATE
        self.channels = tuple(_CHANNELS[n] for n in self._names)
        self._sid = "MZ" + setup.call_id
        self._sequence = 0
        self._chunk = 0
        self._sent_samples = 0

    def connect(self) -> dict[str, str]:
        return {}  # error 31920: the URL of a stream takes no query

    def open(self) -> list[Frame]:
        s = self._setup
        parameters = {"mode": s.mode.value, "token": s.token, "from": s.caller, "to": s.callee}
        start = {
            "accountSid": "AC" + s.call_id,
            "streamSid": self._sid,
            "callSid": s.call_id,
            "tracks": self._names,
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": SAMPLE_RATE, "channels": 1},
            "customParameters": {k: v for k, v in parameters.items() if v},
        }
        connected = encode_json({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        return [connected, self._message("start", start=start)]

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
        return [self._message("dtmf", dtmf={"track": "inbound_track", "digit": digit})]

    def played(self, mark: str, *, cleared: bool = False) -> list[Frame]:
        return [self._message("mark", mark={"name": mark})]

    def close(self) -> list[Frame]:
        return [
            self._message("stop", stop={"accountSid": "AC" + self._setup.call_id, "callSid": self._setup.call_id})
        ]

    def receive(self, frame: Frame) -> list[Answer]:
        if isinstance(frame, bytes):
            raise ProtocolError(f"binary frame of {len(frame)} bytes")
        match _outbound.decode(frame):
            case _Outbound(media):
                return [Playback(unpack_base64(media.payload, "media.payload"))]
            case _OutboundMark(mark):
                return [PlaybackMark(mark.name)]
            case _OutboundClear():
                return [PlaybackCleared()]
        return []

    def _message(self, event: str, **body: object) -> str:
        self._sequence += 1
        return encode_json({"event": event, "sequenceNumber": str(self._sequence), "streamSid": self._sid, **body})
