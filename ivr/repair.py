"""Misheard words put back: questions as they were most likely asked (`models.spelling`).

The engine spells what it hears by what is said on hotlines, carefully, since it may have heard anything. Here only
the words count that callers use for what the guide understands, and nothing is lost where they are put too often.
"""

from __future__ import annotations

from collections.abc import Mapping

from ivr.numbers import DIGITS
from models.phonetic import syllables
from models.spelling import Speller

_OWN = 0.95
"""Share of our own texts in how likely a run is; the rest is plain Chinese."""
_ANOTHER_CHARACTER = -2.0
"""Log likelihood that a character is heard as another one of the same sound, against being heard right."""
_NUMERALS = str.maketrans("0123456789", DIGITS)
"""Callers' words are written as they are spoken."""


class Repair:
    """Knows the words that callers use. Shared by all calls."""

    def __init__(self, runs: Mapping[str, int], plain: Mapping[str, int]) -> None:
        """
        Args:
            runs: from `models.spelling.known_runs`.
            plain: how often the words and characters of plain Chinese are used.
        """
        self._speller = Speller(runs, plain, own=_OWN)

    def __call__(self, text: str) -> str:
        """`text` as it was most likely said, a character for each that is spoken; what is not spoken is left out."""
        text = text.translate(_NUMERALS)
        spoken = "".join(text[i] for i in syllables(text).at)
        return self._speller.spell(spoken, [_ANOTHER_CHARACTER] * len(spoken))
