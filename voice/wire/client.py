"""The peer's side of a protocol, sans-IO: what a load generator needs to play a call-center system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from models.call import Channel, Encoding, Mode
from voice.wire.base import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSetup:
    """The call that a client opens."""

    call_id: str
    channels: tuple[Channel, ...]
    sample_rate: int = 8000
    """Hz"""
    mode: Mode = Mode.ASSIST
    caller: str | None = None
    callee: str | None = None
    token: str | None = None
    hotwords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the call: audio may flow."""


@dataclass(frozen=True, slots=True)
class PartialText:
    """What the server has heard so far of an utterance."""

    text: str


@dataclass(frozen=True, slots=True)
class FinalText:
    """An utterance, final."""

    text: str
    end_s: float | None = None
    """Seconds from the call's first sample; None where the protocol does not say."""


@dataclass(frozen=True, slots=True)
class Playback:
    """Audio for the caller, in the call's encoding."""

    data: bytes


@dataclass(frozen=True, slots=True)
class PlaybackCleared:
    """What is buffered for the caller must be dropped."""


@dataclass(frozen=True, slots=True)
class PlaybackMark:
    """The server wants to know when playback reaches this point."""

    name: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server cannot take the call, or gives it up."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing follows: the connection may be closed."""


Answer: TypeAlias = (
    Accepted | PartialText | FinalText | Playback | PlaybackCleared | PlaybackMark | Refused | Finished
)


class Client(Protocol):
    """One call as the peer sees it."""

    encoding: Encoding
    """Of the audio, in both directions."""
    sample_rate: int
    """Hz"""
    channels: tuple[Channel, ...]
    """Of the audio given to `audio`, interleaved; fewer than the call has where the protocol carries only those."""

    def connect(self) -> dict[str, str]:
        """Query parameters that the URL needs."""
        ...

    def open(self) -> list[Frame]:
        """The first frames. Where the protocol has an answer to them, wait for `Accepted` before sending audio."""
        ...

    def audio(self, data: bytes) -> list[Frame]:
        """Frames that carry the next samples, all channels; call it in the order and at the pace of the call."""
        ...

    def press(self, digit: str) -> list[Frame]:
        """The caller presses a key; none where the protocol has no word for it."""
        ...

    def played(self, mark: str, *, cleared: bool = False) -> list[Frame]:
        """Playback reached a mark."""
        ...

    def close(self) -> list[Frame]:
        """The caller hangs up."""
        ...

    def receive(self, frame: Frame) -> list[Answer]:
        """What the server's `frame` means.

        Raises:
            ProtocolError: the server broke the protocol.
        """
        ...
