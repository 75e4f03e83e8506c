"""The vocabulary of everything that happens in a call, and its JSON form.

Bodies are tagged by `type`; an `Event` is a body with the call it belongs to, the moment it was recorded and
its number in the call: 1, 2, 3 … A consumer that has seen event n asks for what is after n. Partials are numbered
and kept like everything else, until their final replaces them; so numbers only grow, with gaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from models.call import CallInfo, Channel, Partial, Utterance, Word
from models.workorder import Field, FieldName, FieldValue


class CallStarted(msgspec.Struct, frozen=True, tag="started"):
    info: CallInfo


class PartialHeard(msgspec.Struct, frozen=True, tag="partial", kw_only=True):
    """See `models.call.Partial`."""

    utterance: str
    channel: Channel
    start_s: float = msgspec.field(name="start")
    end_s: float = msgspec.field(name="end")
    text: str
    stable: str

    @classmethod
    def of(cls, p: Partial) -> PartialHeard:
        return cls(
            utterance=p.utterance,
            channel=p.channel,
            start_s=p.start_s,
            end_s=p.end_s,
            text=p.text,
            stable=p.stable,
        )

    def to_partial(self) -> Partial:
        return Partial(
            utterance=self.utterance,
            channel=self.channel,
            start_s=self.start_s,
            end_s=self.end_s,
            text=self.text,
            stable=self.stable,
        )


class UtteranceHeard(msgspec.Struct, frozen=True, tag="final", kw_only=True):
    """See `models.call.Utterance`. An empty `text` takes back partials that turned out to be nothing."""

    utterance: str
    channel: Channel
    start_s: float = msgspec.field(name="start")
    end_s: float = msgspec.field(name="end")
    text: str
    raw: str
    confidence: float
    words: tuple[Word, ...] = ()

    @classmethod
    def of(cls, u: Utterance) -> UtteranceHeard:
        return cls(
            utterance=u.id,
            channel=u.channel,
            start_s=u.start_s,
            end_s=u.end_s,
            text=u.text,
            raw=u.raw,
            confidence=u.confidence,
            words=u.words,
        )

    def to_utterance(self) -> Utterance:
        return Utterance(
            id=self.utterance,
            channel=self.channel,
            start_s=self.start_s,
            end_s=self.end_s,
            text=self.text,
            raw=self.raw,
            confidence=self.confidence,
            words=self.words,
        )


class DraftChanged(msgspec.Struct, frozen=True, tag="draft"):
    """The whole draft, whenever it changes."""

    fields: Mapping[FieldName, Field]


class FieldEdited(msgspec.Struct, frozen=True, tag="edited"):
    """A person keyed in a value; the `DraftChanged` that follows shows it."""

    field: FieldName
    value: FieldValue


class AlertRaised(msgspec.Struct, frozen=True, tag="alert", kw_only=True):
    """Danger to life: somebody should be connected now."""

    number: str
    """110 119 120 122"""
    reason: str
    utterance: str
    quote: str
    sure: bool = True
    """No: only the meaning of the words tells it, so that somebody must ask."""


class CardShown(msgspec.Struct, frozen=True, tag="card", kw_only=True):
    """An answer of the knowledge base to what a citizen asks his operator."""

    entry: str
    """Its id there."""
    question: str
    answer: str
    office: str
    """Who is responsible for what it says."""
    source: str
    """Title of where it comes from."""
    url: str
    as_of: str | None = None
    """The year or day whose facts it tells, ISO 8601; None: it does not say."""
    utterance: str
    """What brought it up."""
    confidence: float
    """0-1"""


class AudioLost(msgspec.Struct, frozen=True, tag="gap", kw_only=True):
    """The carrier skipped audio; silence was put in its place so that times stay true."""

    start_s: float = msgspec.field(name="start")
    end_s: float = msgspec.field(name="end")


class KeyPressed(msgspec.Struct, frozen=True, tag="dtmf"):
    digit: str


class Said(msgspec.Struct, frozen=True, tag="said", kw_only=True):
    """The voice guide has begun to say something; told again, with `heard`, when the caller cut it short."""

    utterance: str
    """Unique within the call: g1, g2, …"""
    start_s: float = msgspec.field(name="start")
    text: str
    heard: int | None = None
    """Characters of `text` that the caller heard; None: all of them."""


class TransferRequested(msgspec.Struct, frozen=True, tag="handover", kw_only=True):
    """The voice guide hands the call over; what was said and the draft are in the call's other events."""

    to: str
    """operator | 110 | 119 | 120 | 122"""
    reason: str
    answered: tuple[str, ...] = ()
    """Ids of the questions that the guide has answered."""
    unsure: tuple[FieldName, ...] = ()
    """Fields that it asked for and did not understand."""


class OrderSubmitted(msgspec.Struct, frozen=True, tag="submitted"):
    order_id: str


class MatterBegun(msgspec.Struct, frozen=True, tag="matter"):
    """After an order was submitted, the caller has another matter: from here on, the draft is for that."""


class CallEnded(msgspec.Struct, frozen=True, tag="ended"):
    reason: str
    """stop (said goodbye) | hung_up (the guide did) | closed (the connection went away) | error | interrupted (the
    service was restarted)"""
    audio_s: float = msgspec.field(name="seconds")


Body: TypeAlias = (
    CallStarted
    | PartialHeard
    | UtteranceHeard
    | DraftChanged
    | FieldEdited
    | AlertRaised
    | CardShown
    | AudioLost
    | KeyPressed
    | Said
    | TransferRequested
    | OrderSubmitted
    | MatterBegun
    | CallEnded
)


class Event(msgspec.Struct, frozen=True):
    """Something that happened in a call, recorded."""

    call_id: str
    seq: int
    at: datetime
    """When it was recorded, UTC."""
    body: Body


_decoder: msgspec.json.Decoder[Body] = msgspec.json.Decoder(Body)


def encode_body(body: Body) -> bytes:
    """The JSON object of a body, with its `type`."""
    return msgspec.json.encode(body)


def decode_body(data: bytes | str) -> Body:
    """The body that `encode_body` wrote.

    Raises:
        msgspec.ValidationError: not a body; the message names the place.
    """
    return _decoder.decode(data)


def to_wire(event: Event) -> dict[str, Any]:
    """The event as sockets and pages get it: the body's object and its `seq`."""
    wire: dict[str, Any] = msgspec.to_builtins(event.body)
    wire["seq"] = event.seq
    return wire
