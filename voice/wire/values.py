"""What peers write loosely and we want one way: identifiers, numbers, keys, words; unusable ones are left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from models.call import Channel, Mode
from voice.errors import AudioFormatError, ProtocolError

MAX_HOTWORDS = 100
MAX_HOTWORD = 40
"""Characters"""
_CALL_ID = re.compile(r"[\w.:@+-]{1,128}", re.ASCII)
_DIGIT = re.compile(r"[0-9A-D*#]")
_URI = re.compile(r"^(?:sips?|tel):", re.IGNORECASE)


def call_id(text: str | None) -> str | None:
    """`text` when it can name a call."""
    return text if text and _CALL_ID.fullmatch(text) else None


def number(text: str | None) -> str | None:
    """The phone number in what a carrier calls a number: sip:138@host, +86 138-0013-8000."""
    user = _URI.sub("", text or "").partition("@")[0].partition(";")[0]
    digits = re.sub(r"[\s().-]", "", user)
    return digits if re.fullmatch(r"\+?[0-9*#]{1,32}|anonymous", digits) else None


def digit(text: str) -> str | None:
    """The key in `text`; None for a flash hook and the like."""
    return text.upper() if _DIGIT.fullmatch(text.upper()) else None


def hotwords(words: Iterable[str]) -> tuple[str, ...]:
    """The first `MAX_HOTWORDS` usable words, each once."""
    usable = (w.strip() for w in words)
    return tuple(dict.fromkeys(w for w in usable if 0 < len(w) <= MAX_HOTWORD))[:MAX_HOTWORDS]


def mode(text: str | None) -> Mode:
    """The mode that a parameter names; assist when it is not given.

    Raises:
        ProtocolError: there is no such mode.
    """
    try:
        return Mode(text or Mode.ASSIST)
    except ValueError as error:
        raise ProtocolError(f"mode: got {str(text)[:20]!r}, expected one of {', '.join(Mode)}") from error


def channel(text: str | None, default: Channel = Channel.MIXED) -> Channel:
    """Who speaks on a single channel.

    Raises:
        AudioFormatError: there is no such speaker.
    """
    try:
        return Channel(text or default)
    except ValueError as error:
        raise AudioFormatError(f"channel: got {str(text)[:20]!r}, expected one of {', '.join(Channel)}") from error


def rate(text: str | None, default: int) -> int:
    """A sample rate in Hz, also written 8k or 16k.

    Raises:
        AudioFormatError: not a number.
    """
    match = re.fullmatch(r"(\d{1,6})(k?)", text or str(default))
    if match is None:
        raise AudioFormatError(f"rate: got {str(text)[:20]!r}, expected Hz, or 8k, 16k …")
    return int(match[1]) * (1000 if match[2] else 1)
