"""Which telephone number was dictated, from all hearings of it.

Recognition loses one of two equal digits, or the short 幺, and writes one digit twice; it seldom takes one for
another. So several numbers may have been heard as that; the more often one hears it, the fewer explain all hearings.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

MOBILE = re.compile(r"1[3-9]\d{9}")
LEAST_HEARD, MOST_HEARD = 8, 14
"""Digits of a hearing that can be of a whole number."""
_LOST, _TWICE, _OTHERWISE = 0.5, 0.7, 1.5
"""Cost of a digit that is easily lost, of one that was written twice, and of anything else."""
_MOST = 1.5
"""Cost for each hearing up to which a number explains them …"""
_CLEAR = 0.4
"""… and by how much the second best must be worse."""
_EDITS = 2
"""Digits lost or written twice, in one hearing."""
_YAO = "1"


def likeliest(hearings: Sequence[str], refused: Container[str] = ()) -> str | None:
    """The mobile number that explains all `hearings` best; None when none does, or several do.

    Args:
        hearings: digits, each of the whole number.
        refused: numbers that it is not.
    """
    known = [h for h in hearings if LEAST_HEARD <= len(h) <= MOST_HEARD]
    numbers = {n for h in known for n in _meant(h, _EDITS) if MOBILE.fullmatch(n) and n not in refused}
    ranked = sorted((sum(_cost(h, n) for h in known), n) for n in numbers)
    if not ranked or ranked[0][0] > _MOST * len(known):
        return None
    if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < _CLEAR:
        return None
    return ranked[0][1]


def _meant(heard: str, edits: int) -> set[str]:
    """What may have been said, when up to `edits` digits were lost or written twice."""
    found = {heard}
    for _ in range(edits):
        found |= {other for text in found for other in _one_off(text)}
    return found


def _one_off(text: str) -> Iterator[str]:
    for i, digit in enumerate(text):
        yield text[: i + 1] + digit + text[i + 1 :]
        yield text[:i] + _YAO + text[i:]
        if text[i - 1 : i] == digit:
            yield text[:i] + text[i + 1 :]
    yield text + _YAO


def _cost(heard: str, number: str) -> float:
    """How unlikely it is to hear `number` as `heard`: a distance of edits, each with its price."""
    row = [0.0]
    for j, digit in enumerate(heard):
        row.append(row[-1] + _extra(heard, j, digit))
    for i, digit in enumerate(number):
        lost = _LOST if digit == _YAO or number[i - 1 : i] == digit else _OTHERWISE
        above, row = row, [row[0] + lost]
        for j, other in enumerate(heard):
            same = above[j] + (0.0 if other == digit else _OTHERWISE)
            row.append(min(same, above[j + 1] + lost, row[j] + _extra(heard, j, other)))
    return row[-1]


def _extra(heard: str, place: int, digit: str) -> float:
    return _TWICE if heard[place - 1 : place] == digit else _OTHERWISE
