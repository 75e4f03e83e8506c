"""Errors of the `voice` package.

VoiceError
├── ProtocolError       the peer broke the wire format (the peer's fault); carries a WebSocket close code
├── AudioFormatError    an encoding, rate or channel layout that cannot be taken
└── BusyError           no room for another call now
"""

from __future__ import annotations


class VoiceError(Exception):
    """Base of this package's errors."""

    code = "internal"
    """Machine-readable, stable."""
    close_code = 1011
    """WebSocket close code, RFC 6455 7.4."""


class ProtocolError(VoiceError):
    """The peer broke the wire format."""

    def __init__(self, message: str, *, code: str = "bad_message", close_code: int = 1002) -> None:
        super().__init__(message)
        self.code = code
        self.close_code = close_code


class AudioFormatError(ProtocolError):
    """An encoding, rate or channel layout that cannot be taken."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="bad_format", close_code=1007)


class BusyError(VoiceError):
    """No room for another call now."""

    code = "busy"
    close_code = 1013

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
