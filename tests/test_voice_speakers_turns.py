"""Who speaks when, from what networks saw: pure, so voices are vectors that the tests make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from voice.speakers.turns import Window, activity, pieces, separation, tell_apart, turns, windows

STEP_S = 0.017
masks = st.lists(st.tuples(st.booleans(), st.integers(1, 400)), max_size=12).map(
    lambda runs: np.array([spoken for spoken, length in runs for _ in range(length)], dtype=float)
)


def voices(cut: list[Window], speaker: list[int], spread: float, seed: int = 0) -> np.ndarray:
    """Vectors of windows of voices that are orthogonal, with noise of `spread` times their length."""
    random = np.random.default_rng(seed)
    noise = random.normal(0, spread / np.sqrt(64), (len(cut), 64))
    return 3 * (np.eye(64)[speaker] + noise)


def told(
    spoken: list[tuple[int, int]], speaker: list[int], spread: float, seed: int = 0
) -> list[tuple[float, float, int]]:
    cut = windows(spoken)
    prints = voices(cut, [speaker[w.piece] for w in cut], spread, seed)
    return [(t.start_s, t.end_s, t.speaker) for t in turns(spoken, cut, tell_apart(prints, cut))]


@given(speech=masks)
def test_pieces_and_windows_cover_what_is_spoken_and_nothing_else(speech: np.ndarray) -> None:
    spoken = pieces(speech, np.zeros(len(speech)))
    covered = np.zeros(len(speech), bool)
    for start, end in spoken:
        assert not covered[start:end].any()
        covered[start:end] = True
    assert covered[speech > 0].all()
    for start, end in spoken:
        assert speech[start]
        assert speech[end - 1]

    cut = windows(spoken)
    heard = np.zeros(len(speech), bool)
    for w in cut:
        start, end = spoken[w.piece]
        assert start <= w.start < w.end <= end
        heard[w.start : w.end] = True
    assert (heard == covered).all()
    assert cut == sorted(cut, key=lambda w: (w.piece, w.start))


@given(speech=masks, change=st.data())
def test_a_change_of_speaker_parts_a_piece_without_losing_any_of_it(
    speech: np.ndarray, change: st.DataObject
) -> None:
    moved = change.draw(arrays(float, len(speech), elements=st.sampled_from([0.0, 0.0, 1.0])))
    whole, parted = pieces(speech, np.zeros(len(speech))), pieces(speech, moved)
    assert {start for start, _ in whole} <= {start for start, _ in parted}
    assert sum(end - start for start, end in whole) == sum(end - start for start, end in parted)


@given(
    chunks=arrays(
        np.float32, st.tuples(st.integers(0, 4), st.integers(1, 40), st.just(3)), elements=st.sampled_from([0, 1])
    ),
    frames=st.integers(0, 400),
)
def test_activity_is_a_share_whatever_the_network_saw(chunks: np.ndarray, frames: int) -> None:
    for share in activity(chunks, 0.01, STEP_S, 0.3, frames):
        assert share.shape == (frames,)
        assert ((share >= 0) & (share <= 1)).all()


def test_a_change_within_a_chunk_is_seen_where_it_is() -> None:
    local = np.zeros((1, 588, 3), np.float32)
    local[0, :300, 2] = local[0, 300:, 1] = 1
    speech, change = activity(local, STEP_S / 2, STEP_S, 5.0, 1000)
    assert speech.all()
    (before, after) = pieces(speech, change)
    assert before[1] == after[0] == pytest.approx(300 * STEP_S * 100, abs=3)


@given(
    lengths=st.lists(st.integers(200, 600), min_size=5, max_size=9),
    seed=st.integers(0, 1000),
)
def test_two_voices_in_turn_are_told_apart(lengths: list[int], seed: int) -> None:
    starts = np.cumsum([0, *(length + 60 for length in lengths)])
    spoken = [(int(start), int(start) + length) for start, length in zip(starts, lengths, strict=False)]
    speaker = [i % 2 for i in range(len(spoken))]
    found = told(spoken, speaker, spread=0.6, seed=seed)
    assert [(round(a * 100), round(b * 100)) for a, b, _ in found] == spoken
    assert [s for *_, s in found] in (speaker, [1 - s for s in speaker])


@given(
    lengths=st.lists(st.integers(60, 900), min_size=1, max_size=12),
    spread=st.floats(0.05, 1.2),
    seed=st.integers(0, 1000),
)
def test_one_voice_is_not_cut_in_two(lengths: list[int], spread: float, seed: int) -> None:
    starts = np.cumsum([0, *(length + 60 for length in lengths)])
    spoken = [(int(start), int(start) + length) for start, length in zip(starts, lengths, strict=False)]
    assert {s for *_, s in told(spoken, [0] * len(spoken), spread, seed)} == {0}


def test_a_takeover_that_the_network_missed_is_found_by_the_voice() -> None:
    spoken = [(0, 400), (450, 1450), (1500, 1900)]
    cut = windows(spoken)
    prints = voices(cut, [0 if w.start + w.end < 2000 else 1 for w in cut], spread=0.5)
    found = turns(spoken, cut, tell_apart(prints, cut))
    assert [(t.start_s, t.speaker != found[0].speaker) for t in found][0::3] == [(0.0, False), (15.0, True)]
    assert found[1].end_s == found[2].start_s == pytest.approx(10.0, abs=0.8)


@given(st.data())
def test_separation_is_bounded(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 12))
    cut = [Window(i, 100 * i, 100 * i + data.draw(st.integers(1, 300))) for i in range(count)]
    prints = data.draw(arrays(float, (count, 3), elements=st.floats(-5, 5)))
    half = data.draw(arrays(np.int64, count, elements=st.integers(0, 1)))
    assume((np.linalg.norm(prints, axis=1) > 1e-3).all())
    assert -1 <= separation(prints, half, cut) <= 1


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_windows_that_are_all_alike_are_one_voice(value: float) -> None:
    cut = windows([(0, 800), (900, 1500)])
    prints = np.full((len(cut), 8), value)
    assert not tell_apart(prints, cut).any()
    assert separation(prints, np.arange(len(cut)) % 2, cut) == pytest.approx(0)


def test_nothing_spoken_is_nobodys_turn() -> None:
    assert pieces(np.zeros(0), np.zeros(0)) == windows([]) == []
