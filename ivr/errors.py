"""Errors of the `ivr` package.

IvrError
└── SpeechError    text that cannot be spoken, or a voice that does not exist
"""

from __future__ import annotations


class IvrError(Exception):
    """Base of this package's errors."""


class SpeechError(IvrError):
    """Text that cannot be spoken, or a voice that does not exist."""
