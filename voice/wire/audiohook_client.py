"""Genesys' side of AudioHook v2, for load tests."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from models.call import Channel, Encoding, Mode
from voice.errors import ProtocolError
from voice.wire.base import Frame
from voice.wire.client import (
    Accepted,
    Answer,
    CallSetup,
    FinalText,
    Finished,
    PartialText,
    Playback,
    PlaybackCleared,
    Refused,
)
from voice.wire.messages import decode_json, encode_json

_CHANNELS = {Channel.CITIZEN: "external", Channel.OPERATOR: "internal"}


class _Interpretation(msgspec.Struct):
    transcript: str = ""


class _Alternative(msgspec.Struct):
    interpretations: list[_Interpretation]


class _Data(msgspec.Struct, rename="camel"):
    is_final: bool = False
    offset: str = "PT0S"
    duration: str = "PT0S"
    alternatives: list[_Alternative] = msgspec.field(default_factory=list)


class _Entity(msgspec.Struct):
    type: str
    data: _Data


class _Parameters(msgspec.Struct):
    entities: list[_Entity] = msgspec.field(default_factory=list)
    reason: str = ""
    info: str = ""


class _Message(msgspec.Struct):
    type: str
    seq: int
    clientseq: int
    parameters: _Parameters


class AudioHookClient:
    """One session: a monitor of both parties, or in guide mode an Audio Connector of the caller."""

    def __init__(self, setup: CallSetup) -> None:
        self._setup = setup
        self._id = setup.call_id
        self.encoding = Encoding.MULAW
        self.sample_rate = 8000
        both = (Channel.CITIZEN, Channel.OPERATOR)
        self.channels: tuple[Channel, ...] = (
            both if setup.mode is Mode.ASSIST and len(setup.channels) == 2 else both[:1]
        )
        self._seq = 0
        self._server_seq = 0
        self._sent_samples = 0

    def connect(self) -> dict[str, str]:
        return {}

    def open(self) -> list[Frame]:
        s = self._setup
        names = [_CHANNELS[c] for c in self.channels]
        offers = [names] if len(names) == 1 else [names, ["external"], ["internal"]]
        participant = {"id": self._random(), "ani": s.caller or "", "aniName": "", "dnis": s.callee or ""}
        parameters: dict[str, Any] = {
            "organizationId": str(uuid.uuid5(uuid.NAMESPACE_URL, "yida")),
            "conversationId": self._random(),
            "participant": participant,
            "media": [{"type": "audio", "format": "PCMU", "channels": c, "rate": self.sample_rate} for c in offers],
            "language": "zh-CN",
            "customConfig": {"mode": s.mode.value, "hotwords": " ".join(s.hotwords)},
        }
        return [self._message("open", parameters)]

    def audio(self, data: bytes) -> list[Frame]:
        self._sent_samples += len(data) // len(self.channels)
        return [data]

    def press(self, digit: str) -> list[Frame]:
        return [self._message("dtmf", {"digit": digit})]

    def played(self, mark: str, *, cleared: bool = False) -> list[Frame]:
        return [self._message("playback_completed", {})]

    def close(self) -> list[Frame]:
        return [self._message("close", {"reason": "end"})]

    def receive(self, frame: Frame) -> list[Answer]:
        if isinstance(frame, bytes):
            return [Playback(frame)]
        message = decode_json(_Message, frame)
        if message.seq != self._server_seq + 1:
            raise ProtocolError(f"seq: got {message.seq}, expected {self._server_seq + 1}")
        if message.clientseq > self._seq:
            raise ProtocolError(f"clientseq: got {message.clientseq}, which is more than was sent ({self._seq})")
        self._server_seq = message.seq
        match message.type:
            case "opened":
                return [Accepted()]
            case "closed":
                return [Finished()]
            case "disconnect" if message.parameters.reason != "completed":
                return [Refused(f"{message.parameters.reason} {message.parameters.info}".strip())]
            case "disconnect":
                return [Finished()]
        return [a for entity in message.parameters.entities for a in _heard(entity)]

    def _message(self, kind: str, parameters: dict[str, Any]) -> str:
        self._seq += 1
        envelope = {"version": "2", "id": self._id, "type": kind, "seq": self._seq, "serverseq": self._server_seq}
        position = f"PT{self._sent_samples / self.sample_rate:.15g}S"
        return encode_json({**envelope, "position": position, "parameters": parameters})

    def _random(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self._id + str(self._seq)))


def _heard(entity: _Entity) -> list[Answer]:
    if entity.type == "barge_in":
        return [PlaybackCleared()]
    if entity.type != "transcript":
        return []
    data = entity.data
    text = data.alternatives[0].interpretations[0].transcript
    if not data.is_final:
        return [PartialText(text)]
    return [FinalText(text, sum(float(d.removeprefix("PT").removesuffix("S")) for d in (data.offset, data.duration)))]
