"""Two readings of one telephone number held against each other: what the caller dictates, what the operator repeats.

Recognition contracts repeated digits (幺三九幺零零零 becomes 139100), on either side of a call and not always the
same ones. So two incomplete readings may make a complete one, an incomplete reading may confirm a complete one, and
one that cannot be the same number makes it doubtful.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

ENOUGH = 8
"""Digits from which a reading says something about another."""


def joined(a: str, b: str, is_number: Callable[[str], bool]) -> str | None:
    """The complete number that both readings are contractions of, each run of a digit as long as in the fuller one.

    None when they are no contractions of one number, or together still lack digits.
    """
    runs_a, runs_b = _runs(a), _runs(b)
    if min(len(a), len(b)) < ENOUGH or [d for d, _ in runs_a] != [d for d, _ in runs_b]:
        return None
    whole = "".join(digit * max(n, m) for (digit, n), (_, m) in zip(runs_a, runs_b, strict=True))
    return whole if is_number(whole) else None


def confirms(partial: str, number: str) -> bool:
    """Whether `partial` can be `number` with digits left out, and a word before it taken for a digit."""
    return ENOUGH <= len(partial) <= len(number) and any(_within(p, number) for p in (partial, partial[1:]))


def contradicts(reading: str, number: str) -> bool:
    """Whether `reading`, nearly complete, cannot be `number`."""
    return len(reading) > ENOUGH and not confirms(reading, number)


def _within(partial: str, number: str) -> bool:
    digits = iter(number)
    return all(d in digits for d in partial)


def _runs(digits: str) -> list[tuple[str, int]]:
    return [(digit, len(list(same))) for digit, same in groupby(digits)]
