"""Rewriting a text while keeping track of what stood where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """`raw[start:end]` is written as `text`; an insertion when `start == end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """`raw[raw_start:raw_end]` became `text[start:end]`."""

    raw_start: int
    raw_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Written:
    """A rewritten text. Between two changes both texts are equal."""

    text: str
    changes: tuple[Change, ...] = ()


def apply(raw: str, edits: Iterable[Edit]) -> Written:
    """`raw` with all `edits` made; they must not overlap."""
    pieces: list[str] = []
    changes: list[Change] = []
    at = length = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < at:
            raise ValueError(f"edit at {edit.start} overlaps the one before, which ends at {at}")
        pieces += [raw[at : edit.start], edit.text]
        length += edit.start - at
        changes.append(Change(edit.start, edit.end, length, length + len(edit.text)))
        length += len(edit.text)
        at = edit.end
    return Written("".join(pieces) + raw[at:], tuple(changes))
