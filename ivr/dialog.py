"""The vocabulary between the voice guide and whoever carries the call: what happened, and what to do about it.

Events are what the guide is told, actions what it wants done. Actions are carried out in order; `Transfer` and
`HangUp` wait until what was said before them has been played, unless they are urgent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from models.workorder import Draft, FieldName, FieldValue

# --- What happened ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Called:
    """The call begins."""

    on: date
    """Today, where the hotline is: answers that are not valid are not given."""
    caller: str | None = None
    """The carrier's caller number."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The caller said something, to its end."""

    text: str
    """As spoken: `Utterance.raw`."""
    draft: Draft = field(default_factory=Draft)
    """What everything said so far fills in."""
    said: Draft = field(default_factory=Draft)
    """What these words alone fill in: an answer, or a correction."""


@dataclass(frozen=True, slots=True)
class PartHeard:
    """The caller is speaking; this much is recognised so far."""

    text: str


@dataclass(frozen=True, slots=True)
class KeyPressed:
    digit: str
    """0-9 * #"""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody has spoken since the guide began to listen."""

    seconds: float


@dataclass(frozen=True, slots=True)
class PlaybackReached:
    """The caller has heard this much of what was said."""

    mark: str
    characters: int
    """Of `Say.text`; its length when all of it has been played."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Danger to life was heard."""

    number: str
    """110 119 120 122"""
    reason: str
    sure: bool = True
    """No: the caller is asked."""


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """How long it takes to reach an operator."""

    position: int
    """0: one is free; 1: the next one who is, is for him"""
    wait_s: float


@dataclass(frozen=True, slots=True)
class OrderSaved:
    """The order that `SaveOrder` asked for exists."""

    order_id: str
    code: str
    """Digits to ask for its progress with."""


@dataclass(frozen=True, slots=True)
class OrderFound:
    """The answer to `FindOrder`."""

    status: str | None
    """How far it is, as a sentence to be spoken; None: no such order, or the wrong code."""


@dataclass(frozen=True, slots=True)
class Failed:
    """`SaveOrder`, `FindOrder`, `RequestCallback` or `Transfer` could not be done."""


Event: TypeAlias = (
    Called
    | Heard
    | PartHeard
    | KeyPressed
    | Silence
    | PlaybackReached
    | Alert
    | QueueChanged
    | OrderSaved
    | OrderFound
    | Failed
)


# --- What to do ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """Speak, after what is being said."""

    mark: str
    """Names this piece in `PlaybackReached`; unique in the call."""
    text: str
    speed: float = 1.0
    louder_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Listen:
    """It is the caller's turn when all has been played; he may speak before that."""

    profile: str
    """question | telling | short | digits | address"""
    end_pause_s: float
    """A pause of this length ends what he says."""
    answer_within_s: float
    """When he has not spoken for so long, `Silence` is due."""
    number: re.Pattern[str] | None = None
    """What a number looks like that he may say now."""
    asks: str = ""
    """The question for a report that he is to answer: what he says next is understood by it. What else the guide says
    tells nothing about the report."""


@dataclass(frozen=True, slots=True)
class Clear:
    """Stop speaking at once: drop everything that was said and not yet played."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something said in the conversation."""

    speaker: str
    """guide | citizen"""
    text: str
    """Of the guide: what the caller had time to hear of it."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Everything so far, for the operator to see before he says hello."""

    turns: tuple[Turn, ...]
    answered: tuple[str, ...]
    """Ids of the questions that were answered."""
    draft: Draft
    unsure: tuple[FieldName, ...]
    """Fields that were asked for and not understood."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Connect the caller to somebody else."""

    to: str
    """operator | 110 | 119 | 120 | 122"""
    reason: str
    handover: Handover
    urgent: bool = False
    """At once, whatever is being said."""


@dataclass(frozen=True, slots=True)
class SaveOrder:
    """Keep the report; `OrderSaved` or `Failed` is due."""

    fields: Mapping[FieldName, FieldValue]
    unsure: tuple[FieldName, ...]
    """To be checked by an operator."""
    told: str
    """The report in the caller's own words."""


@dataclass(frozen=True, slots=True)
class FindOrder:
    """Look an order up; `OrderFound` or `Failed` is due."""

    order_id: str | None
    phone: str | None
    """The number it was given from, where the order's own number is not known."""
    code: str


@dataclass(frozen=True, slots=True)
class RequestCallback:
    """Put the caller on the list of those to be called back."""

    phone: str
    handover: Handover


@dataclass(frozen=True, slots=True)
class NoteUnanswered:
    """Tell the editors about a question that has no answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What was said so far was a question and has its answer: it is no part of a report that may follow."""


@dataclass(frozen=True, slots=True)
class BeginMatter:
    """What the caller said last begins a matter, of which what was said before is no part."""

    handed_in: bool
    """Another one has been handed in before: what a person keyed in belongs to that."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Action: TypeAlias = (
    Say
    | Listen
    | Clear
    | Transfer
    | SaveOrder
    | FindOrder
    | RequestCallback
    | NoteUnanswered
    | Settled
    | BeginMatter
    | HangUp
)
