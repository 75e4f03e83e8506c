"""Who speaks when, from what a segmentation network saw and what short windows sound like. Pure numpy.

Frames last 10 ms. The network tells speech from silence, and where one local speaker takes over from another; that
cuts the call into pieces. Windows of the pieces are compared by voice, and the likeliest sequence of two voices is
taken. Windows come in order of time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

FRAME_S = 0.01
_AROUND = 15
"""Frames before and after a moment that are compared for a change of speaker."""
_JOINED = 20
"""Frames of silence that part nothing."""
_SHORTEST = 30
"""Frames of a piece beside a change of speaker."""
_WINDOW, _HOP = 150, 75
"""Frames of a window, and from one to the next; a piece a little longer than a window is one."""
_TELLING = 80
"""Frames that a window must have to shape the voices: shorter ones are only told apart by them."""
_FEWEST = 4
"""Such windows, no two alike, in a call that can be told apart."""
_COMPARED = 1000
"""Such windows, about, that are compared with each other."""
_TWO_VOICES, _DOUBT = 0.2, 2.0
"""The separation of two voices is at least this, and `_DOUBT` divided by the windows that it was found in: one voice
cut in two stays below (docs/speakers.md)."""
_CERTAINTY, _WITHIN, _BETWEEN = 12.0, 1.5, 0.3
"""What likeness weighs, against a change of speaker within a piece and between two."""
_NIL = 1e-9
"""Stands for 0 in what is divided by."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SpeakerTurn:
    """One voice, until another speaks or nobody."""

    start_s: float
    end_s: float
    speaker: int
    """0 or 1"""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one piece, frames half open."""

    piece: int
    start: int
    end: int

    @property
    def frames(self) -> int:
        return self.end - self.start


def activity(
    chunks: NDArray[np.float32], first_s: float, step_s: float, hop_s: float, frames: int
) -> tuple[Array, Array]:
    """How sure it is that somebody speaks, and that the speaker changes, in each frame of a call: (frames,), 0-1.

    Args:
        chunks: of the segmentation network, (chunks, steps, local speakers): 1 where that one speaks.
        first_s: the middle of the first step of a chunk, seconds from its start.
        step_s: from one step to the next.
        hop_s: from one chunk to the next.
        frames: of the call.
    """
    speech, change, seen = np.zeros((3, frames))
    steps = chunks.shape[1]
    for i, chunk in enumerate(chunks):
        start = round(i * hop_s / FRAME_S)
        at = np.arange(start, min(frames, start + round(steps * step_s / FRAME_S)))
        local = chunk[np.clip(np.round(((at - start) * FRAME_S - first_s) / step_s).astype(int), 0, steps - 1)]
        speaker = np.where(local.max(1) > 0.5, local.argmax(1), -1)
        before, after = speaker[: -2 * _AROUND], speaker[2 * _AROUND :]
        speech[at] += speaker >= 0
        change[at[_AROUND : _AROUND + len(before)]] += (before >= 0) & (after >= 0) & (before != after)
        seen[at] += 1
    return speech / np.maximum(seen, 1), change / np.maximum(seen, 1)


def pieces(speech: Array, change: Array) -> list[tuple[int, int]]:
    """The stretches in which, as far as the network saw, one speaker speaks; frames half open."""
    found = []
    for start, end in _runs(_bridged(speech > 0.5)):
        at = start
        for first, last in _runs(change[start:end] > 0.4):
            cut = start + (first + last) // 2
            if cut - at > _SHORTEST and end - cut > _SHORTEST:
                found.append((at, cut))
                at = cut
        found.append((at, end))
    return found


def windows(spoken: Sequence[tuple[int, int]]) -> list[Window]:
    """Windows that cover each piece evenly, and overlap."""
    found = []
    for i, (start, end) in enumerate(spoken):
        length = _WINDOW if end - start > 1.3 * _WINDOW else end - start
        count = 1 + math.ceil((end - start - length) / _HOP)
        starts = start + np.linspace(0, end - start - length, count).astype(int)
        found += [Window(i, int(at), int(at) + length) for at in starts]
    return found


def tell_apart(prints: Array, cut: Sequence[Window]) -> NDArray[np.int64]:
    """Which of two voices each window is, 0 or 1; all 0 when there is only one.

    Args:
        prints: what each window sounds like, (windows, dimensions).
    """
    frames = np.array([w.frames for w in cut])
    weight = np.minimum(frames, _WINDOW) / _WINDOW
    telling = frames >= _TELLING
    around = _unit(prints - prints.mean(0))
    if len(np.unique(around[telling], axis=0)) < _FEWEST:
        return np.zeros(len(cut), np.int64)
    halves = KMeans(2, n_init=10, random_state=0).fit(around[telling], sample_weight=weight[telling])
    some = np.flatnonzero(telling)[:: 1 + telling.sum() // _COMPARED]
    apart = separation(prints[some], halves.predict(around[some]), [cut[i] for i in some])
    if apart < _TWO_VOICES + _DOUBT / telling.sum():
        return np.zeros(len(cut), np.int64)
    score = _CERTAINTY * weight[:, None] * (around @ _unit(halves.cluster_centers_).T)
    within = np.array([a.piece == b.piece for a, b in pairwise(cut)])
    return _likeliest(score, np.where(within, _WITHIN, _BETWEEN))


def separation(prints: Array, half: NDArray[np.int64], cut: Sequence[Window]) -> float:
    """How far two halves of the windows are apart, against the spread within each: their mean silhouette, -1 to 1.

    Windows that overlap sound alike whoever speaks, so they are not compared; 0 when most have nothing to be compared
    with.
    """
    start, end = np.array([[w.start, w.end] for w in cut]).T
    strangers = (end[:, None] <= start) | (end <= start[:, None])
    own = strangers & (half[:, None] == half)
    other = strangers & (half[:, None] != half)
    distance = 1 - _unit(prints) @ _unit(prints).T
    both = own.any(1) & other.any(1)
    if both.mean() < 0.5:
        return 0.0
    within = (distance * own).sum(1)[both] / own.sum(1)[both]
    between = (distance * other).sum(1)[both] / other.sum(1)[both]
    return float(np.mean((between - within) / np.maximum(np.maximum(between, within), _NIL)))


def turns(
    spoken: Sequence[tuple[int, int]], cut: Sequence[Window], voice: NDArray[np.int64]
) -> tuple[SpeakerTurn, ...]:
    """What each voice says, in order; neighbouring windows of a piece share what they have in common."""
    found: list[SpeakerTurn] = []
    for piece, group in groupby(zip(cut, voice, strict=True), key=lambda item: item[0].piece):
        own = list(group)
        borders = ((a.end + b.start) // 2 for (a, _), (b, _) in pairwise(own))
        edges = pairwise([spoken[piece][0], *borders, spoken[piece][1]])
        for speaker, stretch in groupby(zip(edges, own, strict=True), key=lambda item: int(item[1][1])):
            inside = [frames for frames, _ in stretch]
            found.append(SpeakerTurn(_seconds(inside[0][0]), _seconds(inside[-1][1]), speaker))
    return tuple(found)


def _seconds(frame: int) -> float:
    return round(frame * FRAME_S, 2)


def _likeliest(score: Array, cost: Array) -> NDArray[np.int64]:
    """The best path through (n, 2) scores where a change before i + 1 costs `cost[i]` (Viterbi)."""
    best, came = score[0], []
    for row, price in zip(score[1:], cost, strict=True):
        stay, switch = best, best[::-1] - price
        came.append(np.where(stay >= switch, (0, 1), (1, 0)))
        best = np.maximum(stay, switch) + row
    path = [int(best.argmax())]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return np.array(path[::-1])


def _bridged(speech: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """`speech` with its short gaps filled."""
    filled = speech.copy()
    for start, end in _runs(~speech):
        if start > 0 and end < len(speech) and end - start < _JOINED:
            filled[start:end] = True
    return filled


def _runs(mask: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where `mask` is true: half-open ranges."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))))
    yield from ((int(a), int(b)) for a, b in edges.reshape(-1, 2))


def _unit(vectors: Array) -> Array:
    """Vectors (…, d) of length 1."""
    unit: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), _NIL)
    return unit
