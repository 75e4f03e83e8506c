"""Characters with their times, as recognition gives them, put together to text and words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from models.call import Word

PAUSE_S = 0.7
"""From the start of one character to that of the next: longer than a character is spoken."""
_NUMERALS = frozenset("零〇一二三四五六七八九十百千万亿两幺")


def with_pauses(characters: Sequence[Word]) -> str:
    """The text of characters with a space, as Whisper itself writes it now and then, where the speaker pauses."""
    text = ""
    for i, c in enumerate(characters):
        before = characters[i - 1] if i > 1 else None  # the first one begins with the silence before it
        if before and c.start_s - before.start_s >= PAUSE_S and _is_plain(before.text) and _is_plain(c.text):
            text += " "
        text += c.text
    return text


def _is_plain(char: str) -> bool:
    """A character of a word: no mark, no letter, nothing that numbers are made of."""
    return char.isalpha() and not char.isascii() and char not in _NUMERALS


def joined(characters: Iterator[Word]) -> Iterator[Word]:
    """Chinese characters as they are, neighbouring Latin letters or digits as one word."""
    run: Word | None = None
    for c in characters:
        latin = c.text.isascii()
        if run is not None and latin and math.isclose(run.end_s, c.start_s, abs_tol=0.05):
            run = Word(run.text + c.text, run.start_s, c.end_s, min(run.confidence, c.confidence))
            continue
        if run is not None:
            yield run
            run = None
        if latin:
            run = c
        else:
            yield c
    if run is not None:
        yield run
