"""What the voice guide leaves for people to do: callers to ring back, questions to answer, orders it tells about."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

MAX_WRONG_CODES = 10
"""Wrong codes in a row after which only an operator tells how far an order is: four digits could be tried out."""


class Reason(StrEnum):
    """Why somebody is to be called back."""

    REQUESTED = "requested"
    """He asked for it."""
    MISSED = "missed"
    """He hung up while he waited for an operator, or could not be connected."""


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to call back."""

    number: int
    """Grows; who has waited longest has the lowest."""
    call_id: str
    """The call in which it came up: its transcript and draft tell what it is about."""
    order_id: str | None
    """The latest order that the call has led to."""
    phone: str
    reason: Reason
    requested_at: datetime
    done_at: datetime | None


class Unanswered(msgspec.Struct, frozen=True, kw_only=True):
    """A question that the guide had no answer to."""

    text: str
    times: int
    first_at: datetime
    last_at: datetime
