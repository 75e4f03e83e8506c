"""Telephone numbers that recognition broke, put together from other readings of the same sound.

Whisper joins digits to tokens of several (「100」) and loses repeated ones. Two other ways of reading keep count
better, and err in different ways: the whole utterance without digits, where it writes characters of their sound
(「要三九要零零零四七六二」 for 13910004762), and the number alone, with nothing to choose from but 零 to 九 and 幺.
What is likely in both, and a number of the numbering plan, was said.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from voice.digits import Run, runs
from voice.numbering import MOBILE_DIGITS, Kind, kind

LEAST_DIGITS = 6
"""Fewer in a row are a house, a date or a sum."""
DIGIT_CHARACTERS = "零一二三四五六七八九要，"
"""What a reading of the number alone may write, with 要 for 幺, which is in no text that recognition learned from."""
LEAST_GROUP = 3
"""Digits that people say in one breath, when they dictate more."""
_BETWEEN = re.compile(r"[\s，,、。.…？?！!\-－—]*")
_FIRST_DIGITS = "01"
"""Of mobile numbers, and of landlines with their area code."""
_EVENNESS = 2.0
"""By how much differences of log probability are reduced: a beam search is surer of its best than it should be."""
_LEAST_SHARE = 0.05
"""Of all readings that must have the number: below, what is left by chance."""

Readings: TypeAlias = Sequence[tuple[str, float]]
"""The likeliest texts of one way to read, each with its log probability."""


@dataclass(frozen=True, slots=True)
class Dictated:
    """Digits in a row."""

    digits: str
    start: int
    """Characters of the text, half open."""
    end: int

    @property
    def whole(self) -> bool:
        """A complete telephone number that exists."""
        return kind(self.digits) in (Kind.MOBILE, Kind.LANDLINE)


def dictated(text: str) -> Dictated | None:
    """The longest row of at least `LEAST_DIGITS` digits in `text`, most of them written as such."""
    rows = (row for run in _rows(text) if (row := _row(run)) is not None)
    return max(rows, key=lambda row: (row.whole, len(row.digits)), default=None)


def is_unfinished(text: str) -> bool:
    """Whether `text` ends in the middle of a number that is being dictated."""
    row = next((row for row in _rows(text) if _BETWEEN.fullmatch(text, row[-1].end)), [])
    digits = "".join(run.digits for run in row)
    return LEAST_GROUP <= len(digits) < MOBILE_DIGITS


def agreed(ways: Sequence[Readings]) -> str | None:
    """The telephone number that is likeliest by all `ways` to read it together; None when there is none in them."""
    shares: defaultdict[str, float] = defaultdict(float)
    for readings in ways:
        most = max((logprob for _, logprob in readings), default=0.0)
        weights = [math.exp((logprob - most) / _EVENNESS) for _, logprob in readings]
        for (text, _), weight in zip(readings, weights, strict=True):
            if (found := dictated(text)) is not None:
                shares[found.digits] += weight / sum(weights) / len(ways)
    # A word that swallowed the 幺 which all mobile numbers begin with does not speak against it.
    votes = {n: share + shares.get(n[1:], 0.0) for n, share in shares.items() if Dictated(n, 0, len(n)).whole}
    number, share = max(votes.items(), key=lambda item: item[1], default=("", 0.0))
    return number if share >= _LEAST_SHARE else None


def with_telephone(text: str, ways: Sequence[Readings]) -> str:
    """`text` with the telephone number that other `ways` to read it agree on in place of its digits."""
    written, number = dictated(text), agreed(ways)
    if written is None or number is None:
        return text
    return text[: written.start] + number + text[written.end :]


def _rows(text: str) -> Iterator[list[Run]]:
    """Runs of digits with nothing but a pause between them."""
    row: list[Run] = []
    for run in runs(text):
        if row and not _BETWEEN.fullmatch(text, row[-1].end, run.start):
            yield row
            row = []
        row.append(run)
    if row:
        yield row


def _row(row: Sequence[Run]) -> Dictated | None:
    """The digits of runs; without a word before them that sounds like a digit no number begins with."""
    digits = "".join(run.digits for run in row)
    doubts = [doubt for run in row for doubt in run.doubts]
    at = [i for run in row for i in run.at]
    first = next(
        (i for i, (d, doubt) in enumerate(zip(digits, doubts, strict=True)) if not doubt or d in _FIRST_DIGITS), 0
    )
    kept = doubts[first:]
    if len(kept) < LEAST_DIGITS or kept.count(0.0) * 2 < len(kept):
        return None
    return Dictated(digits[first:], at[first], row[-1].end)
