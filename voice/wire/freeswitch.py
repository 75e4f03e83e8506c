"""FreeSWITCH media forks: mod_audio_stream, and mod_audio_fork, which is also jambonz' `listen` verb.

Both send raw L16, and one text frame of metadata in front if the dial plan gave any; mod_audio_stream may begin
with audio. So everything can be said in the URL: rate, mix, call_id, from, to, mode, play, events, hotwords; what the
metadata says wins.

`play=stream` sends the guide's voice as raw L16 (jambonz bidirectional streaming, mod_audio_stream 1.0.3);
`play=file` as clips, one per mark, that the module writes to files and the dial plan plays.
`events=1` sends finals, drafts, alerts and knowledge cards as JSON, which arrive as FreeSWITCH events.

Sources: amigniter/mod_audio_stream, drachtio/drachtio-freeswitch-modules, docs.jambonz.org verbs/listen
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from models.call import Channel, Encoding, Mode
from models.events import AlertRaised, CardShown, DraftChanged, UtteranceHeard, to_wire
from voice.errors import AudioFormatError
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
    Saying,
    Started,
    Tell,
    Transfer,
)
from voice.wire.client import Answer, CallSetup, FinalText, Finished, Playback, PlaybackCleared, PlaybackMark
from voice.wire.messages import check_size, decode_json, encode_json, pack_base64

SUBPROTOCOL = "audio.drachtio.org"
DEFAULT_RATE = 8000
"""Hz"""
T = TypeVar("T")
_MIXES = {
    "mono": (Channel.CITIZEN,),
    "mixed": (Channel.MIXED,),
    "stereo": (Channel.CITIZEN, Channel.OPERATOR),
}
"""What the caller's leg carries: read side left, write side right."""


class _Metadata(msgspec.Struct):
    """What the first text frame may say; jambonz' names and ours."""

    sample_rate: int | None = msgspec.field(default=None, name="sampleRate")
    mix: str | None = msgspec.field(default=None, name="mixType")
    call_id: str | None = msgspec.field(default=None, name="callSid")
    caller: str | None = msgspec.field(default=None, name="from")
    callee: str | None = msgspec.field(default=None, name="to")
    mode: str | None = None
    token: str | None = None
    hotwords: list[str] = msgspec.field(default_factory=list)


class _Data(msgspec.Struct):
    name: str = ""
    event: str = "playout"
    id: str = ""


class _Incoming(msgspec.Struct):
    """What mod_audio_fork tells after the start; any other text may come from the dial plan."""

    type: str = ""
    event: str = ""
    dtmf: str = ""
    data: _Data = msgspec.field(default_factory=_Data)


def _text(kind: type[T], frame: str) -> T | None:
    """`frame` as a `kind`; None when it is something else, for the dial plan may send any text."""
    try:
        return msgspec.json.decode(frame, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


class _L16Wire:
    """What both modules have in common: the start, and audio in."""

    def __init__(self, connection: Connection | None = None) -> None:
        self.ignored = 0
        self._query = (connection or Connection()).query
        self._started: Started | None = None
        self._clip = bytearray()
        """Audio that waits for its mark, with `play=file`."""
        self._words = ""

    def receive(self, frame: Frame) -> list[CallEvent]:
        check_size(frame)
        if isinstance(frame, bytes):
            return [*self._start(_Metadata()), Audio(frame)]
        if self._started is None:
            return self._start(_text(_Metadata, frame) or _Metadata())
        return self._message(frame)

    def replies(self) -> list[Frame]:
        return []

    def _message(self, frame: str) -> list[CallEvent]:
        self.ignored += 1
        return []

    def _start(self, said: _Metadata) -> list[CallEvent]:
        if self._started is not None:
            return []
        query = self._query
        mix = said.mix or query.get("mix") or "mono"
        if mix not in _MIXES:
            raise AudioFormatError(f"mix: got {mix[:20]!r}, expected one of {', '.join(_MIXES)}")
        mode = values.mode(said.mode or query.get("mode"))
        words = [*said.hotwords, *query.get("hotwords", "").split(",")]
        self._started = Started(
            encoding=Encoding.PCM16,
            sample_rate=said.sample_rate or values.rate(query.get("rate"), DEFAULT_RATE),
            channels=_MIXES[mix],
            call_id=values.call_id(said.call_id or query.get("call_id")),
            mode=mode,
            caller=values.number(said.caller or query.get("from")),
            callee=values.number(said.callee or query.get("to")),
            hotwords=values.hotwords(words),
            plays_audio=mode is Mode.GUIDE,
            token=said.token,
        )
        return [self._started]

    @property
    def _rate(self) -> int:
        return self._started.sample_rate if self._started else DEFAULT_RATE

    @property
    def _streams(self) -> bool:
        """Whether playback goes as raw audio rather than as clips."""
        return self._query.get("play") == "stream"

    def _heard(self, action: Tell) -> dict[str, Any] | None:
        """The event as JSON, if this peer wants such events."""
        wanted = isinstance(action.event.body, UtteranceHeard | DraftChanged | AlertRaised | CardShown)
        return to_wire(action.event) if wanted and self._query.get("events") == "1" else None

    def _taken_clip(self) -> tuple[bytes, str]:
        """What waited for its mark, and its words."""
        clip, words = bytes(self._clip), self._words
        self._clip.clear()
        self._words = ""
        return clip, words


class AudioStreamWire(_L16Wire):
    """mod_audio_stream: whatever JSON we send becomes an event of the module."""

    def send(self, action: Action) -> list[Frame]:
        if isinstance(action, Tell):
            event = self._heard(action)
            return [encode_json(event)] if event else []
        if self._started is None or not self._started.plays_audio:
            return []
        match action:
            case Play(data) if self._streams:
                return [data]
            case Play(data):
                self._clip += data
            case Mark(name):
                clip, _ = self._taken_clip()
                mark = encode_json({"type": "mark", "name": name})
                return [self._stream_audio(clip), mark] if clip else [mark]
            case Clear():
                self._taken_clip()
                return [encode_json({"type": "clear"})]
            case Transfer(to, reason):
                return [encode_json({"type": "transfer", "to": to, "reason": reason})]
            case HangUp():
                return [encode_json({"type": "hangup"})]
        return []

    def _stream_audio(self, clip: bytes) -> str:
        data = {"audioDataType": "raw", "sampleRate": self._rate, "audioData": pack_base64(clip)}
        return encode_json({"type": "streamAudio", "data": data})


class AudioForkWire(_L16Wire):
    """mod_audio_fork and jambonz."""

    def send(self, action: Action) -> list[Frame]:
        if isinstance(action, Tell):
            event = self._heard(action)
            kind = "transcription" if isinstance(action.event.body, UtteranceHeard) else "json"
            return [encode_json({"type": kind, "data": event})] if event else []
        if self._started is None or not self._started.plays_audio:
            return []
        match action:
            case Play(data) if self._streams:
                return [data]
            case Play(data):
                self._clip += data
            case Saying(text):
                self._words = text
            case Mark(name) if self._streams:
                return [encode_json({"type": "mark", "data": {"name": name}})]
            case Mark(name):
                clip, words = self._taken_clip()
                return [self._play_audio(name, clip, words)] if clip else []
            case Clear():
                self._taken_clip()
                clear_marks = [encode_json({"type": "clearMarks"})] if self._streams else []
                return [encode_json({"type": "killAudio"}), *clear_marks]
            case Transfer(to, reason):
                return [encode_json({"type": "transfer", "data": {"to": to, "reason": reason}})]
            case HangUp():
                return [encode_json({"type": "disconnect"})]
        return []

    def _message(self, frame: str) -> list[CallEvent]:
        match _text(_Incoming, frame):
            case _Incoming(event="dtmf", dtmf=key):
                return [Dtmf(digit)] if (digit := values.digit(key)) else []
            case _Incoming(type="mark", data=data):
                return [MarkPlayed(data.name, cleared=data.event == "cleared")]
            case _Incoming(type="playDone", data=data):
                return [MarkPlayed(data.id)]
        self.ignored += 1
        return []

    def _play_audio(self, name: str, clip: bytes, words: str) -> str:
        data = {
            "audioContentType": "raw",
            "sampleRate": self._rate,
            "audioContent": pack_base64(clip),
            "textContent": words,
            "id": name,
            "queuePlay": True,
        }
        return encode_json({"type": "playAudio", "data": data})


class _Told(msgspec.Struct):
    """What we send to either module: mod_audio_stream flat, mod_audio_fork with `data`."""

    type: str = ""
    name: str = ""
    text: str = ""
    end: float | None = None
    data: _Told | None = None


class AudioStreamClient:
    """mod_audio_stream's side: everything in the URL, and the connection closed at the end."""

    def __init__(self, setup: CallSetup) -> None:
        self._setup = setup
        self.encoding = Encoding.PCM16
        self.sample_rate = setup.sample_rate
        stereo = setup.mode is Mode.ASSIST and len(setup.channels) == 2
        self._mix = "stereo" if stereo else "mixed" if setup.channels == (Channel.MIXED,) else "mono"
        self.channels: tuple[Channel, ...] = _MIXES[self._mix]

    def connect(self) -> dict[str, str]:
        s = self._setup
        query = {"rate": str(s.sample_rate), "mix": self._mix, "mode": s.mode.value, "call_id": s.call_id}
        more = {"from": s.caller, "to": s.callee, "token": s.token, "hotwords": ",".join(s.hotwords)}
        return query | {"play": "stream", "events": "1"} | {k: v for k, v in more.items() if v}

    def open(self) -> list[Frame]:
        return []

    def audio(self, data: bytes) -> list[Frame]:
        return [data]

    def press(self, digit: str) -> list[Frame]:
        return []

    def played(self, mark: str, *, cleared: bool = False) -> list[Frame]:
        return []

    def close(self) -> list[Frame]:
        return []

    def receive(self, frame: Frame) -> list[Answer]:
        if isinstance(frame, bytes):
            return [Playback(frame)]
        told = decode_json(_Told, frame)
        inner = told.data or told
        match told.type:
            case "final" | "transcription":
                return [FinalText(inner.text, inner.end)]
            case "clear" | "killAudio":
                return [PlaybackCleared()]
            case "mark":
                return [PlaybackMark(inner.name)]
            case "hangup" | "disconnect":
                return [Finished()]
        return []


class AudioForkClient(AudioStreamClient):
    """mod_audio_fork's side: the same with a metadata frame, keys and marks."""

    def open(self) -> list[Frame]:
        s = self._setup
        metadata = {"sampleRate": s.sample_rate, "mixType": self._mix, "callSid": s.call_id}
        return [encode_json(metadata | {"from": s.caller, "to": s.callee, "direction": "inbound"})]

    def press(self, digit: str) -> list[Frame]:
        return [encode_json({"event": "dtmf", "dtmf": digit, "duration": "1600"})]

    def played(self, mark: str, *, cleared: bool = False) -> list[Frame]:
        event = "cleared" if cleared else "playout"
        return [encode_json({"type": "mark", "data": {"name": mark, "event": event}})]
