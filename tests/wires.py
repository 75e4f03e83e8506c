"""Call protocols in the state that a test begins with."""

from __future__ import annotations

from typing import TypeVar

from voice.wire.base import Wire

AnyWire = TypeVar("AnyWire", bound=Wire)


def fed(wire: AnyWire, *frames: str) -> AnyWire:
    """`wire` once it has received `frames`."""
    for frame in frames:
        wire.receive(frame)
    return wire
