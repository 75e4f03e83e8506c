"""Genesys AudioHook v2: JSON messages with sequence numbers on both sides, raw PCMU audio, `external` = the citizen.

A monitor session has both parties; an Audio Connector session, where the guide talks, has the caller only and is
asked for with the custom configuration `{"mode": "guide"}`. A connection probe (all identifiers zero) is answered
and is no call.

Source: purecloudlabs/audiohook-reference-implementation (protocol types, server session, client)
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from models.call import Channel, Encoding, Mode
from models.events import CardShown, DraftChanged, PartialHeard, UtteranceHeard
from voice.errors import ProtocolError
from voice.wire import values
from voice.wire.audiohook_entities import LANGUAGE, draft_article, faq, transcript
from voice.wire.audiohook_messages import (
    MESSAGES,
    ClientMessage,
    Close,
    Discard,
    Discarded,
    DtmfPressed,
    Media,
    Open,
    Paused,
    Ping,
    PlaybackCompleted,
    Resumed,
    Update,
)
from voice.wire.base import (
    Action,
    Audio,
    CallEvent,
    Clear,
    Connection,
    Dtmf,
    End,
    Fail,
    Frame,
    Gap,
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
from voice.wire.messages import check_size, encode_json
from voice.wire.tracks import MAX_GAP_S

MAX_TEXT = 65_535
"""Characters of a text message"""
MAX_AUDIO = 64_000
"""Bytes of an audio message"""
PLAYBACK_BYTES = 1600
"""Audio goes out in messages of 0.2 s; larger ones run into Genesys' rate limit."""
_NULL = str(uuid.UUID(int=0))
_CHANNELS = {"external": Channel.CITIZEN, "internal": Channel.OPERATOR}
_DURATION = re.compile(r"PT(\d*\.?\d+)S", re.ASCII)


class AudioHookWire:
    """The server's side of one session."""

    def __init__(self, connection: Connection | None = None) -> None:
        self.ignored = 0
        self._headers = (connection or Connection()).headers
        self._session = self._headers.get("audiohook-session-id", "")
        self._seq = 0
        self._client_seq = 0
        self._opening: Open | None = None
        self._media: Media | None = None
        self._state = "preparing"
        """preparing, opening, active, paused, closing, disconnected, over"""
        self._marks: list[str] = []
        self._out = Replies()

    def receive(self, frame: Frame) -> list[CallEvent]:
        if isinstance(frame, bytes):
            return self._audio(frame)
        check_size(frame, MAX_TEXT)
        message = MESSAGES.decode(frame)
        if message is None:
            raise ProtocolError(f"unsupported message {frame[:80]!r}")
        self._check_envelope(message)
        match message:
            case Open():
                return self._open(message)
            case Close():
                return self._close()
            case Ping():
                self._reply("pong")
            case Update():
                self._reply("updated")
            case Paused() if self._state == "active":
                self._state = "paused"
            case Resumed(parameters=body) if self._state == "paused":
                self._state = "active"
                return _gap(body)
            case Discarded(parameters=body):
                return _gap(body)
            case DtmfPressed(parameters=key):
                return [Dtmf(digit)] if (digit := values.digit(key.digit)) else []
            case PlaybackCompleted():
                played, self._marks = self._marks, []
                return [MarkPlayed(name) for name in played]
        return []

    def replies(self) -> list[Frame]:
        return self._out.take()

    def send(self, action: Action) -> list[Frame]:
        match action:
            case Ready() if self._state == "opening":
                return [self._opened()]
            case End() if self._state == "closing":
                self._state = "over"
                return [self._message("closed", {})]
            case Fail(code, message) if self._state not in ("disconnected", "over"):
                self._state = "disconnected"
                reason = "unauthorized" if code == "unauthorized" else "error"
                return [self._message("disconnect", {"reason": reason, "info": f"{code}: {message}"})]
        if self._state not in ("active", "paused", "closing"):
            return []
        if isinstance(action, Tell):
            return self._tell(action)
        return self._speak(action)

    # --- opening and closing ---

    def _check_envelope(self, message: ClientMessage) -> None:
        """Numbers and identifier must be as the specification has them, while we are still on good terms."""
        if self._state == "disconnected":
            self._client_seq = message.seq
            return
        if message.version != "2":
            raise ProtocolError(f"version: got {message.version[:10]!r}, expected '2'")
        if message.seq != self._client_seq + 1:
            raise ProtocolError(f"seq: got {message.seq}, expected {self._client_seq + 1}")
        self._client_seq = message.seq
        if not 0 <= message.serverseq <= self._seq:
            raise ProtocolError(f"serverseq: got {message.serverseq}, which is more than was sent ({self._seq})")
        self._session = self._session or message.id
        if message.id != self._session:
            raise ProtocolError(f"id: got {message.id[:40]!r}, expected {self._session!r}")

    def _open(self, message: Open) -> list[CallEvent]:
        if self._opening is not None or self._state == "disconnected":
            return []  # as the reference server does
        body = message.parameters
        self._opening = message
        organization = self._headers.get("audiohook-organization-id", body.organization_id)
        if body.organization_id != organization:
            raise ProtocolError("organizationId is not that of the request header", code="unauthorized")
        if body.conversation_id == _NULL and body.participant.id == _NULL:
            self._state = "opening"
            self._out.frames.append(self._opened())  # a connection probe: no call, no audio
            return []
        self._media = _chosen(body.media)
        if self._media is None:
            raise ProtocolError("media: none of the offers is PCMU or L16 at 8000 Hz", code="bad_format")
        self._state = "opening"
        parameters = body.custom_config | body.input_variables
        mode = values.mode(str(parameters.get("mode") or "") or None)
        words = parameters.get("hotwords")
        return [
            Started(
                encoding=Encoding.MULAW if self._media.format == "PCMU" else Encoding.PCM16,
                sample_rate=self._media.rate,
                channels=tuple(_CHANNELS[c] for c in self._media.channels),
                call_id=values.call_id(self._session),
                mode=mode,
                caller=values.number(body.participant.ani),
                callee=values.number(body.participant.dnis),
                hotwords=values.hotwords(words.split() if isinstance(words, str) else ()),
                plays_audio=mode is Mode.GUIDE,
            )
        ]

    def _opened(self) -> str:
        assert self._opening is not None
        self._state = "active"
        body = self._opening.parameters
        parameters: dict[str, Any] = {"startPaused": False, "media": [self._media] if self._media else []}
        if body.supported_languages:
            parameters["supportedLanguages"] = [LANGUAGE]
        return self._message("opened", parameters)

    def _close(self) -> list[CallEvent]:
        if self._state in ("closing", "over"):
            return []
        if self._state != "disconnected" and self._media is not None:
            self._state = "closing"
            return [Stopped()]  # `closed` follows when everything is decoded
        self._reply("closed")
        self._state = "over"
        return []

    def _audio(self, frame: bytes) -> list[CallEvent]:
        check_size(frame, MAX_AUDIO)
        if self._state != "active":
            raise ProtocolError(f"audio in state {self._state}", code="out_of_order")
        return [Audio(frame)]

    # --- what we say ---

    def _tell(self, action: Tell) -> list[Frame]:
        match action.event.body:
            case PartialHeard() | UtteranceHeard() as heard if heard.text:
                return [self._event("transcript", transcript(heard, self._id(heard.utterance)))]
            case DraftChanged(fields):
                return [self._suggestion("draft", draft_article(action.event.call_id, dict(fields)))]
            case CardShown() as card:
                return [self._suggestion(f"card-{card.entry}", faq(card))]
        return []

    def _speak(self, action: Action) -> list[Frame]:
        match action:
            case Play(data):
                return [data[at : at + PLAYBACK_BYTES] for at in range(0, len(data), PLAYBACK_BYTES)]
            case Mark(name):
                self._marks.append(name)
            case Saying(text):
                return [self._event("bot_turn_response", {"disposition": "match", "text": text, "confidence": 1.0})]
            case Clear():
                return [self._event("barge_in", {})]
            case Transfer(to, reason):
                variables = {"transferTo": to, "transferReason": reason}
                return [self._message("disconnect", {"reason": "completed", "outputVariables": variables})]
            case HangUp():
                self._state = "disconnected"
                return [self._message("disconnect", {"reason": "completed"})]
        return []

    def _suggestion(self, name: str, suggestion: dict[str, Any]) -> str:
        """Something for the agent to look at; the same `name` takes the place of what was there."""
        identifier = self._id(name)
        return self._event("agentassist", {"id": identifier, "suggestions": [{**suggestion, "id": identifier}]})

    def _id(self, name: str) -> str:
        """The identifier of a thing of this session: the same from partial to final."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._session}/{name}"))

    def _event(self, kind: str, data: dict[str, Any]) -> str:
        return self._message("event", {"entities": [{"type": kind, "data": data}]})

    def _reply(self, kind: str) -> None:
        self._out.frames.append(self._message(kind, {}))

    def _message(self, kind: str, parameters: dict[str, Any]) -> str:
        self._seq += 1
        envelope = {"version": "2", "type": kind, "seq": self._seq, "clientseq": self._client_seq}
        return encode_json({**envelope, "id": self._session or _NULL, "parameters": parameters})


def _chosen(offers: list[Media]) -> Media | None:
    """The offer with the most channels; at most one may be chosen, exactly as offered."""
    usable = [
        m
        for m in offers
        if m.type == "audio"
        and m.format in ("PCMU", "L16")
        and m.rate == 8000
        and m.channels
        and _distinct(m.channels)
    ]
    return max(usable, key=lambda m: len(m.channels), default=None)


def _distinct(channels: list[str]) -> bool:
    return set(channels) <= _CHANNELS.keys() and len(set(channels)) == len(channels)


def _gap(discard: Discard) -> list[CallEvent]:
    """Audio that the client has and does not send."""
    seconds = _seconds(discard.discarded)
    return [Gap(seconds)] if seconds else []


def _seconds(duration: str) -> float:
    """The seconds of an ISO 8601 duration.

    Raises:
        ProtocolError: not one, or longer than any loss explains.
    """
    match = _DURATION.fullmatch(duration)
    seconds = float(match[1]) if match else MAX_GAP_S + 1
    if seconds > MAX_GAP_S:
        raise ProtocolError(f"discarded: got {duration[:30]!r}, expected PTnS of at most {MAX_GAP_S:.0f} s")
    return seconds
