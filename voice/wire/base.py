"""What all call-audio protocols have in common.

A wire is sans-IO: `receive` turns a frame of the peer into call events, `send` turns an action of Yida into
frames for the peer, and `replies` hands out the frames that the protocol itself asks for (pongs, acknowledgements).
One wire serves one connection. Nothing here reads a clock: time comes in as a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

from models.call import Channel, Encoding, Mode
from models.events import Event

Frame: TypeAlias = str | bytes
"""One WebSocket message: text or binary."""

MAX_FRAME_BYTES = 1 << 20
"""Largest message that is read; the server refuses more with close code 1009 before taking it in."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What the peer said when it connected: the HTTP upgrade."""

    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""


# --- What the peer tells us ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A call begins. `None` where the peer did not say."""

    encoding: Encoding
    sample_rate: int
    """Hz"""
    channels: tuple[Channel, ...]
    """In the order in which they are interleaved."""
    call_id: str | None = None
    mode: Mode = Mode.ASSIST
    caller: str | None = None
    callee: str | None = None
    received_at: datetime | None = None
    hotwords: tuple[str, ...] = ()
    """Names and terms that this call is likely to bring up."""
    plays_audio: bool = False
    """The peer can play what the voice guide says."""
    token: str | None = field(default=None, repr=False)
    """The secret that the peer proves itself with, where the protocol carries it in a message."""


@dataclass(frozen=True, slots=True)
class Audio:
    """Samples in the encoding of `Started`, channels interleaved; any length, samples may be cut in two."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Gap:
    """The peer skipped audio: `seconds` of silence stand in for it."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Dtmf:
    """A key was pressed: 0-9 * # A-D."""

    digit: str


@dataclass(frozen=True, slots=True)
class MarkPlayed:
    """Playback reached (`cleared`: skipped, because the buffer was emptied) the mark."""

    name: str
    cleared: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """The peer ends the call in good order; what is still being decoded is delivered before the end."""


CallEvent: TypeAlias = Started | Audio | Gap | Dtmf | MarkPlayed | Stopped


# --- What we tell the peer -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The call is taken."""

    call_id: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Something happened in the call (a partial, a final, the draft …)."""

    event: Event


@dataclass(frozen=True, slots=True)
class Play:
    """Audio for the caller, in the call's own encoding and rate, one channel."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Saying:
    """The words of the audio that follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Drop what is buffered for playback: the caller interrupts."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Tell us when playback has reached this point."""

    name: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Connect the caller to somebody else."""

    to: str
    """operator | 110 | 119 | 120 | 122"""
    reason: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call from our side."""


@dataclass(frozen=True, slots=True)
class Fail:
    """The call cannot go on; the connection is closed with `close_code` afterwards."""

    code: str
    message: str
    close_code: int = 1011
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class End:
    """Nothing follows."""

    call_id: str


Action: TypeAlias = Ready | Tell | Play | Saying | Clear | Mark | Transfer | HangUp | Fail | End


class Wire(Protocol):
    """One peer's connection."""

    ignored: int
    """Messages that were of no kind the protocol knows, or unusable, and were left alone."""

    def receive(self, frame: Frame) -> list[CallEvent]:
        """What `frame` means.

        Raises:
            ProtocolError: the frame breaks the protocol; the connection must be closed with its close code.
        """
        ...

    def replies(self) -> list[Frame]:
        """Frames that the protocol asks for in answer to what was received; each is handed out once."""
        ...

    def send(self, action: Action) -> list[Frame]:
        """The frames that carry `action`; none where the protocol has no word for it."""
        ...


@dataclass(slots=True)
class Replies:
    """The outbox that wires keep for `replies`."""

    frames: list[Frame] = field(default_factory=list)

    def take(self) -> list[Frame]:
        """Everything put in since the last time."""
        taken, self.frames = self.frames, []
        return taken
