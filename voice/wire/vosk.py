"""The Vosk server protocol: exactly one JSON reply to every binary frame, because clients wait for it.

A reply carries the finished utterance that waits, else what is heard so far. `{"eof" : 1}` is answered once
everything is decoded.

Source: alphacep/vosk-server websocket/asr_server.py
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from models.call import Channel, Encoding
from models.events import PartialHeard, UtteranceHeard
from voice.audio import MAX_RATE, MIN_RATE
from voice.errors import ProtocolError
from voice.wire import values
from voice.wire.base import Action, Audio, CallEvent, Connection, End, Fail, Frame, Replies, Started, Stopped, Tell
from voice.wire.client import Answer, CallSetup, FinalText, Finished, PartialText, Refused
from voice.wire.messages import check_size, decode_json, encode_json

PORT = 2700
DEFAULT_RATE = 8000
"""Hz"""


class Config(msgspec.Struct):
    sample_rate: Annotated[float, msgspec.Meta(ge=MIN_RATE, le=MAX_RATE)] = DEFAULT_RATE
    phrase_list: list[str] = msgspec.field(default_factory=list)
    words: int | bool = 1
    max_alternatives: int = 0


class Control(msgspec.Struct):
    """Any text message of the client."""

    config: Config | None = None
    eof: int | None = None
    reset: int | None = None


class VoskWire:
    """The server's side of one recognition."""

    def __init__(self, connection: Connection | None = None) -> None:
        self.ignored = 0
        self._query = (connection or Connection()).query
        self._config = Config()
        self._started = False
        self._ended = False
        self._partials: dict[str, str] = {}
        """Text of the utterances that still go on, by id."""
        self._finals: list[UtteranceHeard] = []
        self._out = Replies()

    def receive(self, frame: Frame) -> list[CallEvent]:
        if self._ended:
            check_size(frame)
            return []
        if isinstance(frame, bytes):
            check_size(frame)
            events = self._start()
            self._out.frames.append(self._state())
            return [*events, Audio(frame)]
        control = decode_json(Control, frame)
        if control.config is not None:
            if self._started and control.config.sample_rate != self._config.sample_rate:
                raise ProtocolError("config.sample_rate: changed after the first audio")
            self._config = control.config
        if control.reset:
            self._out.frames.append(self._result())
        if control.eof:
            self._ended = True
            return [*self._start(), Stopped()]
        return []

    def replies(self) -> list[Frame]:
        return self._out.take()

    def send(self, action: Action) -> list[Frame]:
        match action:
            case Tell(event):
                if isinstance(event.body, PartialHeard):
                    self._partials[event.body.utterance] = event.body.text
                elif isinstance(event.body, UtteranceHeard):
                    self._partials.pop(event.body.utterance, None)
                    self._finals += [event.body] if event.body.text else []
            case End():
                return [self._result()]
            case Fail(code, message):
                return [encode_json({"error": f"{code}: {message}"})]
        return []

    def _start(self) -> list[CallEvent]:
        if self._started:
            return []
        self._started = True
        started = Started(
            encoding=Encoding.PCM16,
            sample_rate=int(self._config.sample_rate),
            channels=(values.channel(self._query.get("channel")),),
            call_id=values.call_id(self._query.get("call_id")),
            caller=values.number(self._query.get("from")),
            callee=values.number(self._query.get("to")),
            hotwords=values.hotwords(self._config.phrase_list),
        )
        return [started]

    def _state(self) -> str:
        """The reply to a binary frame."""
        return self._result(1) if self._finals else encode_json({"partial": "".join(self._partials.values())})

    def _result(self, count: int | None = None) -> str:
        """The first `count` utterances that wait, or all, as one result."""
        told, self._finals = self._finals[:count], self._finals[len(self._finals[:count]) :]
        text = "".join(u.text for u in told)
        words = [
            {"conf": w.confidence, "start": w.start_s, "end": w.end_s, "word": w.text} for u in told for w in u.words
        ]
        shown: dict[str, Any] = {"result": words} if words and self._config.words else {}
        if self._config.max_alternatives > 0:
            confidence = min((u.confidence for u in told), default=1.0)
            return encode_json({"alternatives": [{"confidence": confidence, **shown, "text": text}]})
        return encode_json({**shown, "text": text})


class _Word(msgspec.Struct):
    end: float


class _Reply(msgspec.Struct):
    partial: str | None = None
    text: str = ""
    error: str = ""
    result: list[_Word] = msgspec.field(default_factory=list)


class VoskClient:
    """The client's side: one channel of the call."""

    def __init__(self, setup: CallSetup) -> None:
        self._setup = setup
        self.encoding = Encoding.PCM16
        self.sample_rate = setup.sample_rate
        self.channels: tuple[Channel, ...] = (setup.channels[0],)
        self._closed = False

    def connect(self) -> dict[str, str]:
        return {"call_id": self._setup.call_id, "channel": self.channels[0].value} | (
            {"token": self._setup.token} if self._setup.token else {}
        )

    def open(self) -> list[Frame]:
        config: dict[str, Any] = {"sample_rate": self.sample_rate, "words": 1}
        if self._setup.hotwords:
            config["phrase_list"] = list(self._setup.hotwords)
        return [encode_json({"config": config})]

    def audio(self, data: bytes) -> list[Frame]:
        return [data]

    def press(self, digit: str) -> list[Frame]:
        return []

    def played(self, mark: str, *, cleared: bool = False) -> list[Frame]:
        return []

    def close(self) -> list[Frame]:
        self._closed = True
        return ['{"eof" : 1}']

    def receive(self, frame: Frame) -> list[Answer]:
        reply = decode_json(_Reply, frame)
        if reply.error:
            return [Refused(reply.error)]
        if reply.partial is not None:
            return [PartialText(reply.partial)] if reply.partial else []
        end_s = reply.result[-1].end if reply.result else None
        answers: list[Answer] = [FinalText(reply.text, end_s)] if reply.text else []
        return [*answers, Finished()] if self._closed else answers
