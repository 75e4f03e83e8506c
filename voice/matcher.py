"""Finds known names in a transcript although recognition wrote them with wrong characters.

Each name is aligned with the transcript unit by unit (Smith-Waterman with the whole name, anywhere in the text).
The score is a log likelihood ratio in nats: how much better the name explains what was written than plain speech.
A character of the name itself counts by its rarity, another of the same sound less, a similar sound still
less. All names of a shortlist are aligned at once, as numpy arrays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.phonetic import SYLLABLES, Syllables, cost, syllables
from voice.background import Background

NUMERALS = "零一二三四五六七八九"
_SAME_CHARACTER = -0.7
_SOUND_LOGS = ((0.0, -1.3), (0.2, -3.6), (0.35, -4.6), (0.5, -5.4), (0.6, -6.4), (1.0, -8.5))
"""Log probability to write a certain other syllable at a cost of at most so much (from recognised calls)."""
_WORST = -3.5
"""No unit counts for less, however common what was written there is."""
_INSERTED = -4.0
_ACROSS_PAUSE = -5.0
"""What it costs to go on after punctuation or a space."""
_FILLER = -1.0
FILLERS = frozenset("嗯啊呃哦那个的")
_DROPPED = -5.0
_DROPPED_OF_FEW = -9.0
"""Of two or three syllables none is missing."""
_HOUSE = re.compile(f"[{NUMERALS}十]+号院?")
"""A house number that is the name (翠微路21号): without it, it is the street."""
_FRONT = 3
_DROPPED_TAIL = -2.5
"""People leave off what follows the first three syllables of long names (望京西园 for 望京西园社区)."""
_DROPPED_SUFFIX = -0.7
_DROPPED_NEEDED = -8.0
_MOST_SUFFIX = 2.0
"""What one unit of a longer suffix gains at most: half of 社区 is also the end of 二区."""
_OTHER_NUMBER = -8.0
_OTHER_SIDE = -4.0
"""Numbers and sides are what names of neighbours differ in, and recognised well."""
_SIDES = "东南西北"
_WINDOW = 48
"""Units aligned at a time."""
_OVERLAP = 12
_SHORTLIST = 400
_PLACES = 3
"""How often one name is found in one window."""
_ARABIC = dict(zip("0123456789", NUMERALS, strict=True))

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name as it is said."""

    text: str
    suffix: int = 0
    """How many units at its end say what kind of place it is (社区, 街道)."""
    suffix_needed: bool = False
    """Without its suffix it is the name of something else."""
    prior: float = 0.0
    """Log odds that it is said at all, up to a constant shared by all patterns."""


@dataclass(frozen=True, slots=True)
class Match:
    """A name found."""

    pattern: int
    """Index of the pattern."""
    start: int
    """First unit of the transcript."""
    end: int
    score: float
    """Nats in favour of the name being said here, without its prior."""
    odds: float
    """`score` and the prior."""


class Matcher:
    """A set of names to look for; built once, shared by all calls."""

    def __init__(self, patterns: Sequence[Pattern], background: Background) -> None:
        self._background = background
        written = [unit_characters(syllables(p.text)) for p in patterns]
        self._order = sorted(range(len(written)), key=lambda k: -len(written[k]))
        """Index of the pattern in each row: the longest first, so that the rows with an i-th unit are a slice."""
        units, patterns = [written[k] for k in self._order], [patterns[k] for k in self._order]
        alphabet = sorted({c for u in units for c in u})
        self._column = {c: i for i, c in enumerate(alphabet)}
        self._contrasts = [
            ({c: self._column[c] for c in group if c in self._column}, price)
            for group, price in ((NUMERALS, _OTHER_NUMBER), (_SIDES, _OTHER_SIDE))
        ]
        self._lengths = np.array([len(u) for u in units], dtype=np.int32)
        longest = int(self._lengths.max(initial=2) + 1) // 2 * 2  # even: the shortlist goes by pairs
        self._ids = np.full((len(units), longest), len(alphabet), dtype=np.int32, order="F")
        self._drop = np.zeros((len(units), longest), dtype=np.float32, order="F")
        self._most = np.full_like(self._drop, np.inf)
        for k, (u, p) in enumerate(zip(units, patterns, strict=True)):
            self._ids[k, : len(u)] = [self._column[c] for c in u]
            self._drop[k, : len(u)] = _drop_costs(u, p)
            if p.suffix > 1:
                self._most[k, len(u) - p.suffix :] = _MOST_SUFFIX
        self._priors = np.array([p.prior for p in patterns], dtype=np.float32)
        self._pairs, self._pair_ids = _pairs(self._ids)
        self._reaching = [slice(np.count_nonzero(self._lengths > i)) for i in range(longest)]
        """The rows of the names that have an i-th unit."""
        self._sounds = _sound_logs([syllables(c).readings[0] for c in alphabet])

    def find(self, heard: Syllables, at_least: float) -> list[Match]:
        """Every name with odds of `at_least` somewhere in `heard`: its best places in each window, best first."""
        found: dict[tuple[int, int], Match] = {}
        for start in range(0, max(1, len(heard) - _OVERLAP), _WINDOW - _OVERLAP):
            for m in self._window(heard, start, min(start + _WINDOW, len(heard)), at_least):
                found[m.pattern, m.start] = max(m, found.get((m.pattern, m.start), m), key=lambda m: m.odds)
        return sorted(found.values(), key=lambda m: -m.odds)

    def _window(self, heard: Syllables, start: int, end: int, at_least: float) -> Iterator[Match]:
        if start >= end:
            return
        gains = self._gains(heard, start, end)
        names = self._shortlist(gains, at_least)
        filler = [_FILLER if c in FILLERS else _INSERTED for c in unit_characters(heard)[start:end]]
        pauses = [_ACROSS_PAUSE * (i > 0 and heard.at[i] > heard.at[i - 1] + 1) for i in range(start, end)]
        scores, starts = self._align(
            names, gains, np.array(filler, dtype=np.float32), np.array(pauses, dtype=np.float32)
        )
        ends = np.arange(scores.shape[1])
        for _ in range(_PLACES):
            best = scores.argmax(axis=1)
            top = scores[np.arange(len(names)), best]
            rows = np.flatnonzero(top + self._priors[names] >= at_least)
            last = best[rows]
            first = starts[rows, last]
            for k, score, i, j in zip(
                names[rows].tolist(), top[rows].tolist(), first.tolist(), last.tolist(), strict=True
            ):
                if i < j:
                    yield Match(self._order[k], start + i, start + j, score, score + float(self._priors[k]))
            scores[rows] = np.where((starts[rows] < last[:, None]) & (ends > first[:, None]), -np.inf, scores[rows])

    def _gains(self, heard: Syllables, start: int, end: int) -> Floats:
        """What each character of the alphabet (rows; the last is padding) gains at each unit (columns)."""
        chars = unit_characters(heard)
        by_char, by_sound = self._background.logs(heard, chars)
        gains = np.zeros((len(self._column) + 1, end - start), dtype=np.float32)
        for j in range(start, end):
            column = gains[:-1, j - start]
            np.maximum.reduce([self._sounds[s] for s in heard.readings[j]], out=column)
            column -= by_sound[j]
            np.maximum(column, _WORST, out=column)
            for group, price in self._contrasts:
                if chars[j] in group:
                    column[list(group.values())] += price
            same = self._column.get(chars[j])
            if same is not None:
                column[same] = max(_SAME_CHARACTER - by_char[j], column[same])
        return gains

    def _shortlist(self, gains: Floats, at_least: float) -> Ints:
        """The names that could score best if their pairs of units were free to stand anywhere, the longest first."""
        alone = gains.max(axis=1)
        bound = self._priors.copy()
        for i, rows in enumerate(self._reaching):
            bound[rows] += np.maximum(alone[self._ids[rows, i]], self._drop[rows, i])
        # Single units are quick to look up, and most names end here.
        names = np.flatnonzero(bound >= at_least).astype(np.int32)
        together = self._together(gains, names)
        lengths = self._lengths[names]
        bound = self._priors[names]
        for i in range(0, int(lengths.max(initial=0)), 2):
            some = names[: np.count_nonzero(lengths > i)]
            drop, other_drop = self._drop[some, i], self._drop[some, i + 1]
            best = np.maximum(together[self._pair_ids[some, i // 2]], drop + other_drop)
            np.maximum(best, alone[self._ids[some, i]] + other_drop, out=best)
            np.maximum(best, alone[self._ids[some, i + 1]] + drop, out=best)
            bound[: len(some)] += best
        kept = np.flatnonzero(bound >= at_least)
        if len(kept) > _SHORTLIST:
            kept = np.sort(kept[np.argpartition(-bound[kept], _SHORTLIST)[:_SHORTLIST]])
        return names[kept]

    def _together(self, gains: Floats, names: Ints) -> Floats:
        """What each pair of units that is in one of `names` gains at most, side by side."""
        best = np.empty(len(self._pairs), dtype=np.float32)
        used = np.zeros(len(self._pairs), dtype=bool)
        used[self._pair_ids[names]] = True
        first, second = self._pairs[used].T
        best[used] = (gains[first, :-1] + gains[second, 1:]).max(axis=1, initial=2 * _WORST)
        return best

    def _align(self, names: Ints, gains: Floats, inserted: Floats, pauses: Floats) -> tuple[Floats, Ints]:
        """Best score of each name ending before each unit, and the unit where that alignment starts."""
        n = gains.shape[1]
        score = np.zeros((len(names), n + 1), dtype=np.float32)
        start = np.broadcast_to(np.arange(n + 1, dtype=np.int32), score.shape).copy()
        inserted = inserted + pauses
        lengths = self._lengths[names]
        for i in range(int(lengths.max(initial=0))):
            rows = slice(np.count_nonzero(lengths > i))  # `names` are in order of length
            some = names[rows]
            gained = np.minimum(gains[self._ids[some, i]], self._most[some, i][:, None])
            gained += score[rows, :-1]
            if i:
                gained += pauses
            from_start = start[rows].copy()
            score[rows] += self._drop[some, i][:, None]
            _take_better(score[rows, 1:], start[rows, 1:], gained, from_start[:, :-1])
            added = score[rows, :-1] + inserted
            _take_better(score[rows, 1:], start[rows, 1:], added, start[rows, :-1].copy())
        return score, start


def unit_characters(heard: Syllables) -> str:
    """The character of each unit, digits as numerals."""
    return "".join([_ARABIC.get(c := heard.text[i], c) for i in heard.at])


def _take_better(score: Floats, start: Ints, other: Floats, other_start: Ints) -> None:
    better = other > score
    np.copyto(score, other, where=better)
    np.copyto(start, other_start, where=better)


def _pairs(ids: Ints) -> tuple[Ints, Ints]:
    """The distinct pairs of neighbours at even places of the names, and which of them each name is made of."""
    pairs, inverse = np.unique(ids.reshape(-1, 2), axis=0, return_inverse=True)
    return pairs, inverse.reshape(len(ids), -1).astype(np.int32)


def _drop_costs(units: str, pattern: Pattern) -> list[float]:
    """What leaving out each unit of a name costs."""
    stem = units[: len(units) - pattern.suffix]
    front = _DROPPED if len(stem) > _FRONT else _DROPPED_OF_FEW
    costs = [_DROPPED_TAIL if i >= _FRONT else front for i in range(len(stem))]
    for house in _HOUSE.finditer(stem):
        costs[house.start() : house.end()] = [_OTHER_NUMBER] * len(house.group())
    return costs + [_DROPPED_NEEDED if pattern.suffix_needed else _DROPPED_SUFFIX] * pattern.suffix


def _sound_logs(alphabet: Sequence[tuple[str, ...]]) -> dict[str, Floats]:
    """For every syllable, the log probability to write it for each character of the alphabet, given its readings."""
    named = sorted({r for readings in alphabet for r in readings})
    column = {r: i for i, r in enumerate(named)}
    ways = max(map(len, alphabet), default=1)
    columns = np.array([[column[r] for r in (*a, *a[:1] * (ways - len(a)))] for a in alphabet], dtype=np.int32)
    limits = np.array([limit for limit, _ in _SOUND_LOGS])
    logs = np.array([log for _, log in _SOUND_LOGS], dtype=np.float32)
    rows = {}
    for said in sorted({*named, *SYLLABLES}):
        costs = np.array([cost(said, r) for r in named])
        rows[said] = logs[np.searchsorted(limits, costs - 1e-9)][columns].max(axis=1)
    return rows
