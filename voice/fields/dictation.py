"""Digits dictated over the telephone: in groups, over several turns, with corrections, half misheard.

`voice.digits` finds the digits of one utterance; `understand` makes one number of several runs, as people do it:
pause, repeat a group, start again, replace the end (「不对，是…」「后四位是…」). Readings are weighed, not decided
at once: only the whole number shows whether 「三幺零，三幺零七」 was a repetition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from voice.digits import ALIKE, NEARLY, Run

_FILLER = re.compile(
    r"(?:[\s，。、,.？?！!；;：:…\-－—]|嗯|呃|啊|哎|诶|唉|额|哦|噢|喂|那个|这个|然后|再|接着|后面|后边|是|就是|呢|吧|哈|对)*"
)
_CORRECTION = re.compile(r"[不部]对|部队|不是|错了|说错|记错|念错|弄错|搞错|更正|改成|应该是|重新说|重说|重来")
_TAIL = re.compile(
    r"(?:后面?|最后|末尾?|尾号)(?:的)?([一两二三四五六七八\d])?(?:位|个数|个号)?(?:数字?|号)?(?:应该|才)?(?:是|为)"
)


class Link(Enum):
    """How a run hangs together with the digits before it."""

    NEXT = "next"
    """Only a pause, or fillers, between them."""
    CORRECTS = "corrects"
    TAIL = "tail"
    """Replaces the last digits."""
    APART = "apart"
    """Other words between them."""


def link(between: str) -> Link:
    """What the words `between` two runs (or before the first of an utterance) make of the second."""
    if _TAIL.search(between):
        return Link.TAIL
    if _CORRECTION.search(between):
        return Link.CORRECTS
    return Link.NEXT if is_filler(between) else Link.APART


def is_filler(text: str) -> bool:
    """Nothing but pauses and fillers."""
    return _FILLER.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a dictation."""

    digits: str = ""
    cost: float = 0.0
    """How far-fetched it is: 0 is what was said, plainly."""
    last: int = 0
    """Digits of the group said last."""
    since: int = 0
    """The part that the number begins with; what came before was taken back."""
    doubts: tuple[float, ...] = ()
    """See `Run.doubts`; as many as digits."""


Parts: TypeAlias = Sequence[tuple[Link, Run]]
"""One number, group by group; each with its link to the groups before."""

_BEAM = 24
_LEAST_TRIMMED = 10
"""Shorter numbers are found inside too many others, unless what is dropped hardly sounds like a digit."""
_DROPPED = {0.0: 0.3, ALIKE: 0.1, NEARLY: 0.05}
"""What dropping a digit costs, by how doubtful it is."""


def understand(parts: Parts, is_number: Callable[[str], bool]) -> Reading:
    """The most plausible reading of `parts`, complete numbers (`is_number`) before incomplete ones."""
    readings = [Reading()]
    for i, (how, run) in enumerate(parts):
        grown = [r for reading in readings for r in _grow(reading, how, run, i)]
        readings = sorted(grown, key=lambda r: r.cost)[:_BEAM]
    whole = [r for r in readings if is_number(r.digits)]
    trimmed = [] if whole else [t for r in readings for t in _trimmed(r) if is_number(t.digits)]
    return min(whole or trimmed or readings, key=lambda r: r.cost)


def _grow(before: Reading, how: Link, run: Run, i: int) -> list[Reading]:
    """The readings of `before` with one more run, the `i`-th part."""
    length, n = len(before.digits), len(run.digits)
    restart = Reading(run.digits, before.cost + 0.2, n, i, run.doubts)
    if not length:
        return [replace(restart, cost=before.cost)]
    appended = _put(before, run, length)
    tail = _put(before, run, max(0, length - n))
    group = _put(before, run, length - before.last, price=0.1)
    match how:
        case Link.TAIL:  # 「后四位是七七二五」 replaces the end, or goes on, partly repeating what was said
            overlaps = [k for k in range(1, n) if before.digits.endswith(run.digits[:k])]
            return [tail, appended, *(_put(before, run, length - k, price=0.05) for k in overlaps)]
        case Link.CORRECTS if n >= length:
            return [replace(restart, cost=before.cost)]
        case Link.CORRECTS:
            return [tail, group, *_patched(before, run), restart]
        case _:
            repeated = before.last > 1 and run.digits.startswith(before.digits[length - before.last :])
            return [appended, restart, group] if repeated else [appended, restart]


def _put(before: Reading, run: Run, at: int, *, price: float = 0.0) -> Reading:
    """The reading with the digits of `run` in place of as many from the `at`-th on, and nothing behind them."""
    return replace(
        before,
        digits=before.digits[:at] + run.digits,
        doubts=before.doubts[:at] + run.doubts,
        cost=before.cost + price,
        last=len(run.digits),
    )


def _patched(before: Reading, run: Run) -> list[Reading]:
    """Replacements in the middle, where all but one digit of the correction agree with what was said."""
    said, doubts, n = before.digits, before.doubts, len(run.digits)
    return [
        replace(
            before,
            digits=said[:i] + run.digits + said[i + n :],
            doubts=doubts[:i] + run.doubts + doubts[i + n :],
            cost=before.cost + 0.05,
        )
        for i in range(len(said) - n)
        if n > 2 and sum(a != b for a, b in zip(said[i : i + n], run.digits, strict=True)) == 1
    ]


def _trimmed(reading: Reading) -> list[Reading]:
    """The reading without up to three digits at its ends, which recognition makes of 「啊」 or line noise."""
    length = len(reading.digits)
    cuts = [(a, b) for a in range(4) for b in range(4 - a) if 0 < a + b < length]
    return [cut for a, b in cuts if (cut := _cut(reading, a, length - b)) is not None]


def _cut(reading: Reading, start: int, end: int) -> Reading | None:
    """The digits from `start` to `end`; None when those that are dropped were surely said."""
    dropped = reading.doubts[:start] + reading.doubts[end:]
    if end - start < _LEAST_TRIMMED and min(dropped) < NEARLY:
        return None
    return replace(
        reading,
        digits=reading.digits[start:end],
        doubts=reading.doubts[start:end],
        cost=reading.cost + sum(_DROPPED[doubt] for doubt in dropped),
    )
