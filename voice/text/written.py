"""From what was heard to what an operator would write."""

from __future__ import annotations

from collections.abc import Collection

from voice.text.edits import Edit, Written, apply
from voice.text.marks import mark_edits
from voice.text.numbers import Span, number_edits


def write(raw: str, protected: Collection[Span] = ()) -> Written:
    """`raw` (simplified already) with written numbers and punctuation; numerals in `protected` spans stay."""
    numbers = number_edits(raw, protected)
    marks: list[Edit] = mark_edits(raw, [(e.start, e.end) for e in numbers])
    return apply(raw, [*numbers, *marks])
