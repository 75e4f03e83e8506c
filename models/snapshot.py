"""What a call looks like now: its events folded into one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from models.call import CallInfo, Partial, Utterance
from models.events import (
    AlertRaised,
    AudioLost,
    Body,
    CallEnded,
    CallStarted,
    CardShown,
    DraftChanged,
    Event,
    MatterBegun,
    OrderSubmitted,
    PartialHeard,
    Said,
    TransferRequested,
    UtteranceHeard,
)
from models.workorder import Draft, FieldName, FieldValue


class Status(StrEnum):
    """Whether the call still goes on."""

    LIVE = "live"
    ENDED = "ended"


class CallSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A line in the list of calls."""

    number: int
    """Grows from call to call; the cursor of the list."""
    info: CallInfo
    status: Status
    started_at: datetime
    ended_at: datetime | None
    alert: str | None
    """The emergency number that was raised last."""
    transfer: str | None
    """To whom the voice guide has handed it over: operator | 110 | 119 | 120 | 122."""
    fields: Mapping[FieldName, FieldValue]
    """The values of the draft."""
    order_id: str | None
    """The latest one that the call has led to."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A call up to event `seq`; what comes after it is in the events from `seq` + 1."""

    info: CallInfo
    started_at: datetime
    ended: CallEnded | None
    ended_at: datetime | None
    utterances: tuple[Utterance, ...]
    """In order of speech start."""
    partials: tuple[Partial, ...]
    """Utterances without a final: still going on, or cut off when the service stopped."""
    draft: Draft
    alerts: tuple[AlertRaised, ...]
    cards: tuple[CardShown, ...]
    """Answers that the knowledge base had, in order."""
    gaps: tuple[AudioLost, ...]
    """Where the carrier lost audio: words may be missing."""
    said: tuple[Said, ...]
    """What the voice guide said, in order."""
    transfer: TransferRequested | None
    """The guide's last wish to hand the call over."""
    order_id: str | None
    """Of the draft, once it is submitted."""
    orders: tuple[str, ...]
    """The ids of all that the call has led to, in order."""
    seq: int

    @property
    def status(self) -> Status:
        return Status.ENDED if self.ended else Status.LIVE

    @property
    def heard_s(self) -> float:
        """Seconds from the first sample up to which words were heard."""
        return max([0.0, *(u.end_s for u in self.utterances), *(p.end_s for p in self.partials)])


def fold(events: Iterable[Event]) -> Snapshot:
    """The call that `events` (of one call, in order, from the first on) tell of.

    Raises:
        ValueError: they do not begin with the call's start.
    """
    state = _Folding()
    for event in events:
        state.apply(event)
    return state.result()


class _Folding:
    """The state while events are folded."""

    def __init__(self) -> None:
        self.first: CallStarted | None = None
        self.started_at: datetime | None = None
        self.ended: CallEnded | None = None
        self.ended_at: datetime | None = None
        self.utterances: dict[str, Utterance] = {}
        self.partials: dict[str, Partial] = {}
        self.draft = Draft()
        self.noted: list[AlertRaised | CardShown | AudioLost] = []
        self.said: dict[str, Said] = {}
        self.transfer: TransferRequested | None = None
        self.order_id: str | None = None
        self.orders: list[str] = []
        self.seq = 0

    def apply(self, event: Event) -> None:
        self.seq = event.seq
        match event.body:
            case CallStarted() as body:
                self.first, self.started_at = body, event.at
            case PartialHeard() as body:
                self.partials[body.utterance] = body.to_partial()
            case UtteranceHeard() as body:
                self.partials.pop(body.utterance, None)
                if body.text:
                    self.utterances[body.utterance] = body.to_utterance()
            case DraftChanged(fields):
                self.draft = Draft(fields)
            case AlertRaised() | CardShown() | AudioLost() as body:
                self.noted.append(body)
            case Said() as body:
                self.said[body.utterance] = body
            case TransferRequested() as body:
                self.transfer = body
            case OrderSubmitted(order_id):
                self.order_id = order_id
                self.orders.append(order_id)
            case MatterBegun():
                self.order_id, self.draft = None, Draft()
            case CallEnded() as body:
                self.ended, self.ended_at = body, event.at

    def result(self) -> Snapshot:
        if self.first is None or self.started_at is None:
            raise ValueError("the events do not begin with the call's start")
        return Snapshot(
            info=self.first.info,
            started_at=self.started_at,
            ended=self.ended,
            ended_at=self.ended_at,
            utterances=tuple(sorted(self.utterances.values(), key=lambda u: u.start_s)),
            partials=tuple(sorted(self.partials.values(), key=lambda p: p.start_s)),
            draft=self.draft,
            alerts=tuple(n for n in self.noted if isinstance(n, AlertRaised)),
            cards=tuple(n for n in self.noted if isinstance(n, CardShown)),
            gaps=tuple(n for n in self.noted if isinstance(n, AudioLost)),
            said=tuple(self.said.values()),
            transfer=self.transfer,
            order_id=self.order_id,
            orders=tuple(self.orders),
            seq=self.seq,
        )


def slot(body: Body) -> str | None:
    """What of `body` a newer event of the same slot makes worthless; None for what is kept for good.

    A partial is worth keeping until there is a newer one of its utterance, a draft until there is a newer draft, a
    wish to hand the call over until there is another.
    """
    match body:
        case PartialHeard(utterance=utterance):
            return f"partial:{utterance}"
        case DraftChanged():
            return "draft"
        case TransferRequested():
            return "transfer"
        case _:
            return None


def emptied_slots(bodies: Iterable[Body]) -> set[str]:
    """The slots whose stored event `bodies` make worthless."""
    slots = {s for body in bodies if (s := slot(body))}
    return slots | {f"partial:{b.utterance}" for b in bodies if isinstance(b, UtteranceHeard)}
