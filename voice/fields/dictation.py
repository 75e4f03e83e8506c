"""Digits dictated over the telephone: in groups, over several turns, with corrections, half misheard.

`voice.fields.phone_groups` finds the groups of one utterance; `understand` makes one number of several, as people
do it: pause, repeat a group, start again, replace the end. Readings are weighed, not decided at once: only the whole
number shows whether 「三幺零，三幺零七」 was a repetition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from voice.digits import ALIKE, NEARLY, Run
from voice.fields.phone_groups import Group, Link, is_area_code
from voice.numbering import MOBILE_DIGITS


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a dictation."""

    digits: str = ""
    cost: float = 0.0
    """How far-fetched it is: 0 is what was said, plainly."""
    starts: tuple[int, ...] = ()
    """Where its groups begin."""
    since: int = 0
    """The part that the number begins with; what came before was taken back."""
    doubts: tuple[float, ...] = ()
    """See `Run.doubts`; as many as digits."""


_BEAM = 24
_LEAST_TRIMMED = 10
"""Shorter numbers are found inside too many others, unless what is dropped hardly sounds like a digit."""
_DROPPED = {0.0: 1.2, ALIKE: 0.1, NEARLY: 0.05}
"""What dropping a digit costs, by how doubtful it is: one that was surely said may as well be doubled inside."""
_TRUNK_PREFIX, _UNDIALLED = "0", 0.05
"""Some say the zero that was once dialled before mobile numbers of other places; and what dropping it costs."""
_UNLIKE = 0.02
"""What each digit costs by which a correction differs from what it corrects: mostly only one or two are wrong."""
_AT_START, _INSIDE = 0.01, 0.03
"""What a correction costs that is not of the end: of a group, or of digits inside one."""
_GUESS = 1.3
"""Of one of several readings that are as likely."""
_LEAST_PLACED = 3
"""Digits from which a correction shows by itself what it corrects."""
_SPOKEN_STARTS = (0, 3, 7)
"""Where the groups of a mobile number begin, said in one breath or not."""


def understand(groups: Sequence[Group], is_number: Callable[[str], bool]) -> Reading:
    """The most plausible reading of `groups`, complete numbers (`is_number`) before incomplete ones."""
    readings = [Reading()]
    for i, group in enumerate(groups):
        grown = [r for reading in readings for r in _grow(reading, group, i)]
        readings = sorted(grown, key=lambda r: r.cost)[:_BEAM]
    whole = [r for r in readings if is_number(r.digits)]
    trimmed = [] if whole else [t for r in readings for t in _trimmed(r) if is_number(t.digits)]
    return min(whole or trimmed or readings, key=lambda r: r.cost)


def _grow(before: Reading, group: Group, i: int) -> list[Reading]:
    """The readings of `before` with one more group, the `i`-th."""
    run, length = group.run, len(before.digits)
    restart = Reading(run.digits, before.cost + 0.2, (0,), i, run.doubts)
    if not length:
        return [replace(restart, cost=before.cost)]
    match group.how:
        case Link.HEAD:
            return [*_headed(before, run), restart]
        case Link.MIDDLE:
            return [*_inserted(before, run), *_within(before, run), _appended(before, run, price=_AT_START)]
        case Link.TAIL:
            return _tailed(before, run)
        case Link.SURPLUS:
            return [*_without(before, run), before]
        case Link.CORRECTS if group.instead and (told := _told(before, group)):
            return told
        case Link.CORRECTS if len(run.digits) >= length:
            return [replace(restart, cost=before.cost)]
        case Link.CORRECTS:
            return [*_corrected(before, run), _regrouped(before, run), restart]
        case _:
            last = before.digits[before.starts[-1] :]
            repeated = len(last) > 1 and run.digits.startswith(last)
            return [_appended(before, run), restart, *([_regrouped(before, run)] if repeated else [])]


def _put(before: Reading, run: Run, start: int, end: int, *, price: float = 0.0) -> Reading:
    """The reading with the digits of `run` in place of those from `start` to `end`."""
    digits = before.digits[:start] + run.digits + before.digits[end:]
    longer = len(digits) - len(before.digits)
    starts = {start} | {s if s < end else s + longer for s in before.starts if not start < s < end}
    return replace(
        before,
        digits=digits,
        doubts=before.doubts[:start] + run.doubts + before.doubts[end:],
        cost=before.cost + price,
        starts=tuple(sorted(s for s in starts if s < len(digits))),
    )


def _appended(before: Reading, run: Run, *, price: float = 0.0) -> Reading:
    length = len(before.digits)
    return _put(before, run, length, length, price=price)


def _regrouped(before: Reading, run: Run) -> Reading:
    """With `run` in place of the last group."""
    return _put(before, run, before.starts[-1], len(before.digits), price=0.1)


def _headed(before: Reading, run: Run) -> list[Reading]:
    """「前面是…」: before all, or in place of the first digits; an area code is never in place of others."""
    prepended = _put(before, run, 0, 0)
    unchanged = replace(before, cost=before.cost + 0.1)
    n = len(run.digits)
    if n >= len(before.digits) or is_area_code(run.digits):
        return [prepended, unchanged]
    return [prepended, _put(before, run, 0, n), unchanged]


def _inserted(before: Reading, run: Run) -> list[Reading]:
    """「中间是…」 after the head and the tail."""
    between = {*before.starts[1:], _SPOKEN_STARTS[1]} if len(before.digits) < MOBILE_DIGITS else ()
    return [_put(before, run, s, s) for s in sorted(between) if s < len(before.digits)]


def _tailed(before: Reading, run: Run) -> list[Reading]:
    """「后四位是七七二五」 replaces the end, or goes on, partly repeating what was said."""
    length, n = len(before.digits), len(run.digits)
    overlaps = [k for k in range(1, n) if before.digits.endswith(run.digits[:k])]
    return [
        *([_put(before, run, length - n, length)] if n <= length else []),
        _appended(before, run),
        *(_put(before, run, length - k, length, price=0.05) for k in overlaps),
    ]


def _corrected(before: Reading, run: Run) -> list[Reading]:
    """With `run` in place of the last digits, or of those in `_within`."""
    said = before.digits
    tail = max(0, len(said) - len(run.digits))
    price = _unlike(said[tail:], run.digits) * _UNLIKE
    return [_put(before, run, tail, len(said), price=price), *_within(before, run)]


def _within(before: Reading, run: Run) -> list[Reading]:
    """With `run` in place of a group before the end, or of digits of which only one differs."""
    said, n = before.digits, len(run.digits)
    begun = {*before.starts, *(_SPOKEN_STARTS if len(said) == MOBILE_DIGITS else ())}
    put = []
    for i in range(len(said) - n if n >= _LEAST_PLACED else 0):
        unlike = _unlike(said[i : i + n], run.digits)
        if i in begun or unlike == 1:
            put.append(_put(before, run, i, i + n, price=unlike * _UNLIKE + (_AT_START if i in begun else _INSIDE)))
    return put


def _unlike(a: str, b: str) -> int:
    """In how many places two groups differ."""
    return sum(x != y for x, y in zip(a, b, strict=False))


def _told(before: Reading, group: Group) -> list[Reading]:
    """With the group in place of the digits that are denied; none where neither was said."""
    said, run, denied = before.digits, group.run, group.instead
    if said.endswith(run.digits):
        return [before]  # 「幺三幺，是幺啊不是七」 explains
    places = [i for i in range(len(said)) if said.startswith(denied, i)]
    price = 0.0 if len(places) == 1 else 0.3
    put = [_put(before, run, i, i + len(denied), price=price) for i in reversed(places)]
    return put or ([before] if run.digits in said else [])


def _without(before: Reading, run: Run) -> list[Reading]:
    """Without the digits of `run` in one place, where they are repeated if they are anywhere."""
    said, n = before.digits, len(run.digits)
    places = [i for i in range(len(said)) if said.startswith(run.digits, i)]
    repeated = [i for i in places if said[i - 1 : i] == said[i : i + 1]]
    left = {said[:i] + said[i + n :]: i for i in repeated or places}
    price = 0.0 if len(left) == 1 else _GUESS
    return [_put(before, _NOTHING, i, i + n, price=price) for i in left.values()]


_NOTHING = Run("", 0, 0, (), ())


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
    prefixed = end == len(reading.digits) and reading.digits[:start] == _TRUNK_PREFIX
    return replace(
        reading,
        digits=reading.digits[start:end],
        doubts=reading.doubts[start:end],
        cost=reading.cost + (_UNDIALLED if prefixed else sum(_DROPPED[doubt] for doubt in dropped)),
    )
