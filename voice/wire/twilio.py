"""Twilio Media Streams. `<Connect><Stream>` is a bidirectional stream of the caller's, `<Start><Stream>` a fork.

Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from models.call import Encoding
from voice.errors import AudioFormatError
from voice.wire import values
from voice.wire.base import CallEvent, Connection, Frame
from voice.wire.media_stream import CHANNELS, SAMPLE_RATE, Common, MediaStreamClient, MediaStreamWire
from voice.wire.messages import Messages, encode_json


class MediaFormat(msgspec.Struct, rename="camel", kw_only=True):
    encoding: str
    sample_rate: int
    channels: int = 1


class StartBody(msgspec.Struct, rename="camel", kw_only=True):
    call_sid: str
    tracks: list[str] = msgspec.field(default_factory=lambda: ["inbound"])
    media_format: MediaFormat
    custom_parameters: dict[str, str] = msgspec.field(default_factory=dict)


class Connected(msgspec.Struct, tag_field="event", tag="connected"):
    pass


class Start(msgspec.Struct, tag_field="event", tag="start", rename="camel", kw_only=True):
    stream_sid: str
    start: StartBody


_Message: TypeAlias = Connected | Start | Common
_messages: Messages[_Message] = Messages(_Message, tag_field="event")


class TwilioWire(MediaStreamWire):
    """Our side of a media stream."""

    def __init__(self, connection: Connection | None = None) -> None:
        super().__init__()
        self._stream = ""

    def _decode(self, frame: str) -> list[CallEvent]:
        message = _messages.decode(frame)
        match message:
            case None:
                self.ignored += 1
            case Connected():
                pass
            case Start():
                return self._start(message)
            case _:
                return self._follow(message)
        return []

    def _start(self, message: Start) -> list[CallEvent]:
        body = message.start
        form = body.media_format
        if (form.encoding, form.sample_rate, form.channels) != ("audio/x-mulaw", SAMPLE_RATE, 1):
            raise AudioFormatError(
                f"mediaFormat: got {form.encoding} {form.sample_rate} Hz, expected audio/x-mulaw 8000 Hz"
            )
        unknown = [t for t in body.tracks if t not in CHANNELS]
        if unknown or not body.tracks or len(set(body.tracks)) != len(body.tracks):
            raise AudioFormatError(f"tracks: got {body.tracks}, expected inbound and/or outbound")
        self._stream = message.stream_sid
        parameters = body.custom_parameters
        return self._begin(
            body.tracks,
            Encoding.MULAW,
            parameters,
            call_id=values.call_id(body.call_sid),
            caller=values.number(parameters.get("from")),
            callee=values.number(parameters.get("to")),
            token=parameters.get("token"),
        )

    def _message(self, event: str, **body: object) -> str:
        return encode_json({"event": event, "streamSid": self._stream, **body})


class TwilioClient(MediaStreamClient):
    """Twilio's side. The URL of a stream takes no query (error 31920): all is said in the start message."""

    def open(self) -> list[Frame]:
        s = self._setup
        numbers = {"from": s.caller, "to": s.callee}
        start = {
            **self._call(),
            "streamSid": self._stream,
            "tracks": self._names,
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": SAMPLE_RATE, "channels": 1},
            "customParameters": self._parameters() | {k: v for k, v in numbers.items() if v},
        }
        connected = encode_json({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        return [connected, self._message("start", start=start)]

    def _call(self) -> dict[str, str]:
        return {"accountSid": "AC" + self._setup.call_id, "callSid": self._setup.call_id}

    def _message(self, event: str, **body: object) -> str:
        return self._encode(event, "sequenceNumber", "streamSid", body)
