"""The FunASR runtime protocol, the de-facto standard for speech recognition servers in China.

A JSON start message, binary PCM16, a JSON end message; results as JSON. In mode 2pass, texts of `2pass-online`
are appended to the current line and a `2pass-offline` replaces it. `is_final` is true once, on the very last message:
clients stop reading at the first one (C++ server semantics; the Python server's differ). The last message also says
`is_end`, which the newer official client waits for.

Sources: modelscope/FunASR runtime/docs/websocket_protocol.md, runtime/websocket/bin, runtime/python/websocket
"""

from __future__ import annotations

import re
from typing import Any, Literal, TypeAlias

import msgspec

from models.call import Channel, Encoding, Word
from models.events import PartialHeard, UtteranceHeard
from voice.errors import AudioFormatError, ProtocolError
from voice.text import Agreed, agree
from voice.wire import values
from voice.wire.base import Action, Audio, CallEvent, Connection, End, Fail, Frame, Started, Stopped, Tell
from voice.wire.client import Answer, CallSetup, FinalText, Finished, PartialText, Refused
from voice.wire.messages import check_size, decode_json, encode_json

PORT = 10095
DEFAULT_RATE = 16_000
"""Hz, when `audio_fs` is not sent"""
_PUNCTUATION = re.compile(r"[，。！？、；：,.!?;:\s]+")

Mode: TypeAlias = Literal["2pass", "online", "offline"]


class Control(msgspec.Struct):
    """Any text message of the client; the first one starts the call."""

    mode: Mode = "2pass"
    wav_name: str = "demo"
    wav_format: str = "pcm"
    is_speaking: bool = True
    is_finished: bool = False
    audio_fs: int = DEFAULT_RATE
    itn: bool = True
    hotwords: str | dict[str, float] = ""
    """JSON text of {word: weight}, or words, or lines of word and weight."""


class FunAsrWire:
    """The server's side of one recognition."""

    def __init__(self, connection: Connection | None = None) -> None:
        self.ignored = 0
        self._query = (connection or Connection()).query
        self._control: Control | None = None
        self._audio_begun = False
        self._ended = False
        self._line = ""
        """What `online` messages have told of the current utterance."""
        self._texts: list[str] = []

    def receive(self, frame: Frame) -> list[CallEvent]:
        if self._ended:
            check_size(frame)
            return []
        if isinstance(frame, bytes):
            return self._audio(frame)
        control = decode_json(Control, frame)
        events: list[CallEvent] = []
        if self._control is None:
            events.append(self._start(control))
        if not control.is_speaking or control.is_finished:
            self._ended = True
            events.append(Stopped())
        return events

    def replies(self) -> list[Frame]:
        return []

    def send(self, action: Action) -> list[Frame]:
        match action:
            case Tell(event):
                if isinstance(event.body, PartialHeard):
                    return self._partial(event.body)
                if isinstance(event.body, UtteranceHeard):
                    return self._final(event.body)
            case End():
                return [self._last()]
            case Fail(code, message):
                mode = "2pass-offline" if self._mode == "2pass" else self._mode
                return [self._result(mode, "", is_end=True, error=f"{code}: {message}")]
        return []

    @property
    def _mode(self) -> Mode:
        return self._control.mode if self._control else "2pass"

    def _start(self, control: Control) -> Started:
        if control.wav_format not in ("pcm", "wav"):
            raise AudioFormatError(f"wav_format: got {control.wav_format[:20]!r}, expected pcm or wav")
        self._control = control
        return Started(
            encoding=Encoding.PCM16,
            sample_rate=control.audio_fs,
            channels=(values.channel(self._query.get("channel")),),
            call_id=values.call_id(self._query.get("call_id")),
            caller=values.number(self._query.get("from")),
            callee=values.number(self._query.get("to")),
            hotwords=hotwords(control.hotwords),
        )

    def _audio(self, frame: bytes) -> list[CallEvent]:
        check_size(frame)
        events: list[CallEvent] = [] if self._control else [self._start(Control())]
        assert self._control is not None
        if not self._audio_begun:
            self._audio_begun = True
            if frame.startswith(b"RIFF"):
                frame = _behind_header(frame, self._control.audio_fs)
        return [*events, Audio(frame)]

    def _partial(self, body: PartialHeard) -> list[Frame]:
        """What is stable now and was not yet told; appended text cannot be taken back."""
        if self._mode == "offline" or not body.stable.startswith(self._line):
            return []
        new = body.stable[len(self._line) :]
        self._line = body.stable
        return [self._result(self._online, new)] if new else []

    def _final(self, body: UtteranceHeard) -> list[Frame]:
        text = body.text if self._control is None or self._control.itn else body.raw
        told, self._line = self._line, ""
        if not text:
            return []
        match self._mode:
            case "offline":
                self._texts.append(text)
                return []
            case "online":
                rest = agree(Agreed(told, len(told)), text).text[len(told) :]
                return [self._result("online", rest)] if rest else []
        stamps = _stamps(body.raw, body.words)
        return [self._result("2pass-offline", text, **stamps)]

    @property
    def _online(self) -> str:
        return "online" if self._mode == "online" else "2pass-online"

    def _last(self) -> Frame:
        mode = "2pass-offline" if self._mode == "2pass" else self._mode
        return self._result(mode, "".join(self._texts), is_final=True, is_end=True)

    def _result(self, mode: str, text: str, **more: object) -> str:
        name = self._control.wav_name if self._control else ""
        return encode_json({"mode": mode, "text": text, "wav_name": name, "is_final": False, **more})


def hotwords(value: str | dict[str, float]) -> tuple[str, ...]:
    """The words of any of the ways in which clients write hotwords, the heaviest first."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = msgspec.json.decode(value, type=dict[str, float])
        except (msgspec.DecodeError, RecursionError) as error:
            raise ProtocolError(f"hotwords: {error}") from error
    if isinstance(value, dict):
        return values.hotwords(sorted(value, key=lambda w: -float(value[w])))
    words = re.split(r"[\s,，、;；]+", value)
    return values.hotwords(w for w in words if not re.fullmatch(r"[\d.]*", w))


def _behind_header(frame: bytes, rate: int) -> bytes:
    """The samples of a frame that begins with a WAV header.

    Raises:
        AudioFormatError: not mono PCM16 of `rate`.
    """
    data = frame.find(b"data")
    fmt = frame.find(b"fmt ")
    if data < 0 or fmt < 0 or fmt + 24 > len(frame):
        raise AudioFormatError(f"wav header: no fmt and data chunk in the first {len(frame)} bytes")
    kind, channels = int.from_bytes(frame[fmt + 8 : fmt + 10], "little"), frame[fmt + 10]
    in_file, bits = int.from_bytes(frame[fmt + 12 : fmt + 16], "little"), frame[fmt + 22]
    if (kind, channels, bits, in_file) != (1, 1, 16, rate):
        raise AudioFormatError(
            f"wav header: format {kind}, {channels} channels, {bits} bits, {in_file} Hz; "
            f"expected PCM, mono, 16 bits and audio_fs {rate} Hz"
        )
    return frame[data + 8 :]


def _stamps(raw: str, words: tuple[Word, ...]) -> dict[str, Any]:
    """`timestamp` and `stamp_sents`; nothing when the words have no times."""
    if not words:
        return {}
    sentences: list[dict[str, Any]] = []
    at = 0
    sentence: list[Word] = []
    for word, following in zip(words, [*words[1:], None], strict=True):
        sentence.append(word)
        at = max(at, raw.find(word.text, at)) + len(word.text)
        mark = _PUNCTUATION.match(raw, at)
        if mark or following is None:
            sentences.append(
                {
                    "text_seg": " ".join(w.text for w in sentence),
                    "punc": mark[0].strip() if mark else "",
                    "start": _ms(sentence[0].start_s),
                    "end": _ms(sentence[-1].end_s),
                    "ts_list": [[_ms(w.start_s), _ms(w.end_s)] for w in sentence],
                }
            )
            sentence = []
    all_stamps = [stamp for s in sentences for stamp in s["ts_list"]]
    return {"timestamp": encode_json(all_stamps), "stamp_sents": sentences}


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


class _Result(msgspec.Struct):
    mode: str = ""
    text: str = ""
    is_final: bool = False
    is_end: bool = False
    error: str = ""
    stamp_sents: list[dict[str, Any]] = msgspec.field(default_factory=list)


class FunAsrClient:
    """The client's side, mode 2pass: one channel of the call."""

    def __init__(self, setup: CallSetup) -> None:
        self._setup = setup
        self.encoding = Encoding.PCM16
        self.sample_rate = setup.sample_rate
        self.channels: tuple[Channel, ...] = (setup.channels[0],)
        self._line = ""

    def connect(self) -> dict[str, str]:
        return {"call_id": self._setup.call_id, "channel": self.channels[0].value} | (
            {"token": self._setup.token} if self._setup.token else {}
        )

    def open(self) -> list[Frame]:
        start = {
            "mode": "2pass",
            "wav_name": self._setup.call_id,
            "wav_format": "pcm",
            "is_speaking": True,
            "chunk_size": [5, 10, 5],
            "chunk_interval": 10,
            "audio_fs": self.sample_rate,
            "itn": True,
            "hotwords": encode_json(dict.fromkeys(self._setup.hotwords, 20)),
        }
        return [encode_json(start)]

    def audio(self, data: bytes) -> list[Frame]:
        return [data]

    def press(self, digit: str) -> list[Frame]:
        return []

    def played(self, mark: str, *, cleared: bool = False) -> list[Frame]:
        return []

    def close(self) -> list[Frame]:
        return [encode_json({"is_speaking": False, "is_end": True})]

    def receive(self, frame: Frame) -> list[Answer]:
        result = decode_json(_Result, frame)
        if result.error:
            return [Refused(result.error)]
        if result.mode == "2pass-online":
            self._line += result.text
            return [PartialText(self._line)]
        self._line = ""
        end_s = result.stamp_sents[-1].get("end", 0) / 1000 if result.stamp_sents else None
        answers: list[Answer] = [FinalText(result.text, end_s)] if result.text else []
        return [*answers, Finished()] if result.is_final else answers
