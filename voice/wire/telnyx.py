"""Telnyx media streaming: Twilio's messages in snake_case, with more codecs, and frames that may come out of order.

The start names the parties but not the tracks: `track` in the URL (or a custom parameter) says which were asked for,
as `stream_track` does there. The secret comes as Telnyx' streaming auth token, in a header and in `connected`.

Source: https://developers.telnyx.com/api-reference/websockets/stream-call-media-over-websocket
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from models.call import Channel, Encoding
from voice.errors import AudioFormatError, ProtocolError
from voice.wire import values
from voice.wire.base import CallEvent, Connection, Frame
from voice.wire.media_stream import SAMPLE_RATE, Common, Media, MediaStreamClient, MediaStreamWire, Stop
from voice.wire.messages import Messages, decode_json, encode_json

HEADER = "x-telnyx-streaming-auth-token"
MAX_HELD = 5
"""Frames that may overtake one that is late; then it counts as lost. 0.1 s of audio."""
_ENCODINGS = {
    "PCMU": Encoding.MULAW,
    "PCMA": Encoding.ALAW,
    "audio/x-mulaw": Encoding.MULAW,
    "audio/x-alaw": Encoding.ALAW,
}
_TRACKS = {"inbound_track": ("inbound",), "outbound_track": ("outbound",), "both_tracks": ("inbound", "outbound")}


class MediaFormat(msgspec.Struct, kw_only=True):
    encoding: str
    sample_rate: int = SAMPLE_RATE
    channels: int = 1


class StartBody(msgspec.Struct, kw_only=True):
    call_control_id: str
    caller: str | None = msgspec.field(name="from", default=None)
    callee: str | None = msgspec.field(name="to", default=None)
    custom_parameters: dict[str, str] | None = None
    media_format: MediaFormat


class Connected(msgspec.Struct, tag_field="event", tag="connected"):
    token: str | None = msgspec.field(name=HEADER, default=None)


class Start(msgspec.Struct, tag_field="event", tag="start"):
    start: StartBody


class _Numbered(msgspec.Struct):
    sequence_number: str | None = None


_Message: TypeAlias = Connected | Start | Common
_messages: Messages[_Message] = Messages(_Message, tag_field="event")


class TelnyxWire(MediaStreamWire):
    """Our side of a stream."""

    def __init__(self, connection: Connection | None = None) -> None:
        super().__init__()
        connection = connection or Connection()
        self._query = connection.query
        self._token = connection.headers.get(HEADER)
        self._due = 0
        """The number that the next frame should have."""
        self._held: dict[int, Media] = {}
        """Frames that came too early, by number."""

    def _decode(self, frame: str) -> list[CallEvent]:
        message = _messages.decode(frame)
        number = _number(frame)
        match message:
            case None:
                self.ignored += 1
            case Connected(token=token):
                self._token = self._token or token
            case Start(start=body):
                self._due = number + 1
                return self._start(body)
            case Media() if number > self._due and self._tracks is not None:
                self._held[number] = message
                return self._release(MAX_HELD)
            case Stop():
                return [*self._release(0), *self._follow(message)]
            case _:
                self._due = max(self._due, number + 1)
                return [*self._follow(message), *self._release(MAX_HELD)]
        return []

    def _release(self, keep: int) -> list[CallEvent]:
        """What was held back and is due now; of what is not, no more than `keep` frames stay."""
        events: list[CallEvent] = []
        while self._held and (min(self._held) <= self._due or len(self._held) > keep):
            number = min(self._held)
            self._due = max(self._due, number + 1)
            events += self._follow(self._held.pop(number))
        return events

    def _start(self, body: StartBody) -> list[CallEvent]:
        form = body.media_format
        encoding = _ENCODINGS.get(form.encoding)
        if encoding is None or (form.sample_rate, form.channels) != (SAMPLE_RATE, 1):
            raise AudioFormatError(
                f"media_format: got {form.encoding[:20]} {form.sample_rate} Hz {form.channels} channels, expected "
                "PCMU or PCMA 8000 Hz 1 channel: set stream_codec"
            )
        parameters = dict(self._query) | (body.custom_parameters or {})
        track = parameters.get("track", "inbound_track")
        if track not in _TRACKS:
            raise ProtocolError(f"track: got {track[:20]!r}, expected one of {', '.join(_TRACKS)}")
        return self._begin(
            _TRACKS[track],
            encoding,
            parameters,
            call_id=values.call_id(body.call_control_id),
            caller=values.number(body.caller),
            callee=values.number(body.callee),
            token=parameters.get("token") or self._token,
        )

    def _message(self, event: str, **body: object) -> str:
        return encode_json({"event": event, **body})


def _number(frame: str) -> int:
    """The frame's number; 0 when it has none, or none that can be read."""
    text = decode_json(_Numbered, frame).sequence_number or ""
    return int(text) if text.isdecimal() and len(text) <= 15 else 0


class TelnyxClient(MediaStreamClient):
    """Telnyx' side, in PCMU."""

    def connect(self) -> dict[str, str]:
        return {"track": "both_tracks" if Channel.OPERATOR in self.channels else "inbound_track"}

    def open(self) -> list[Frame]:
        start = {
            **self._call(),
            "from": self._setup.caller,
            "to": self._setup.callee,
            "custom_parameters": self._parameters(),
            "media_format": {"encoding": "PCMU", "sample_rate": SAMPLE_RATE, "channels": 1},
        }
        connected = {"event": "connected", "version": "1.0.0"}
        return [encode_json(connected), self._message("start", start=start)]

    def _call(self) -> dict[str, str]:
        return {"call_control_id": self._setup.call_id}

    def _message(self, event: str, **body: object) -> str:
        return self._encode(event, "sequence_number", "stream_id", body)
