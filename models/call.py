"""A call and what was heard in it.

Times are seconds from the first audio sample of the call, rounded to milliseconds.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

HOTLINE_TIME_ZONE = ZoneInfo("Asia/Shanghai")
"""What a time without an offset means: the hotline's local time."""


class Channel(StrEnum):
    """Whose voice an audio channel carries."""

    CITIZEN = "citizen"
    OPERATOR = "operator"
    MIXED = "mixed"
    """Both on one channel; only legal as the single channel of a call."""


class Encoding(StrEnum):
    """How samples are written on the wire."""

    MULAW = "mulaw"
    """G.711 mu-law, one byte a sample."""
    ALAW = "alaw"
    """G.711 A-law, one byte a sample."""
    PCM16 = "pcm16"
    """Signed 16-bit little-endian, two bytes a sample."""

    @property
    def silence(self) -> bytes:
        """A sample of it."""
        return {Encoding.MULAW: b"\xff", Encoding.ALAW: b"\xd5", Encoding.PCM16: b"\0\0"}[self]


class Mode(StrEnum):
    """What Yida does in the call."""

    ASSIST = "assist"
    """A citizen and an operator talk; Yida only listens."""
    GUIDE = "guide"
    """The voice guide talks with the citizen."""


class CallInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when the call arrives; never changes afterwards."""

    call_id: str
    channels: tuple[Channel, ...]
    received_at: datetime
    """With offset; relative dates (昨天) are resolved against it."""
    mode: Mode = Mode.ASSIST
    caller: str | None = None
    """The carrier's caller number: a suggestion, not an answer to "your phone number?"."""
    callee: str | None = None


class Word(msgspec.Struct, frozen=True):
    """One character of Chinese, or one run of Latin letters or digits, as the decoder placed it."""

    text: str
    start_s: float = msgspec.field(name="start")
    end_s: float = msgspec.field(name="end")
    confidence: float
    """0-1"""


class Utterance(msgspec.Struct, frozen=True, kw_only=True):
    """What one speaker said between two pauses: final, never changed again."""

    id: str
    """Unique within the call, in order of speech start: u1, u2, …"""
    channel: Channel
    start_s: float = msgspec.field(name="start")
    end_s: float = msgspec.field(name="end")
    text: str
    """As an operator would write it: simplified script, punctuation, written numbers."""
    raw: str
    """As recognised: simplified script, fillers kept, numbers and marks as the decoder wrote them."""
    confidence: float
    """0-1, mean over the words"""
    words: tuple[Word, ...] = ()
    """The words of `raw`, in order."""

    @property
    def written(self) -> bool:
        """A person wrote it down: recognition is never that sure, and may have written homophones."""
        return self.confidence >= 1


class Partial(msgspec.Struct, frozen=True, kw_only=True):
    """What is heard so far of an utterance that still goes on."""

    utterance: str
    """The id that the final will have."""
    channel: Channel
    start_s: float = msgspec.field(name="start")
    end_s: float = msgspec.field(name="end")
    """Up to where the audio has been heard."""
    text: str
    """`stable` and the part that may still change."""
    stable: str
    """A prefix of `text` that later partials of this utterance keep."""
