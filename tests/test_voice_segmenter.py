"""Endpointing, on numbers alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.segmenter import Endpointing, Segmenter, SpeechEnded, SpeechEvent, SpeechPaused, SpeechStarted
from voice.vad import FRAME_S


def _frames(seconds: float) -> int:
    return round(seconds / FRAME_S)


def _run(
    spans: list[tuple[float, float]], segmenter: Segmenter | None = None, flush: bool = True
) -> list[SpeechEvent]:
    """Events of (probability, seconds) spans."""
    segmenter = segmenter or Segmenter()
    events = [e for p, seconds in spans for _ in range(_frames(seconds)) for e in segmenter.feed(p, p)]
    return events + (segmenter.flush() if flush else [])


def test_speech_between_silences_is_one_utterance_with_its_rolls() -> None:
    options = Endpointing()
    events = _run([(0.0, 1.0), (0.9, 2.0), (0.0, 1.0)])
    started, paused, ended = events
    assert isinstance(started, SpeechStarted)
    assert isinstance(paused, SpeechPaused)
    assert isinstance(ended, SpeechEnded)
    assert abs(started.onset * FRAME_S - 1.0) < 0.07
    assert abs((started.onset - started.start) * FRAME_S - options.pre_roll_s) < 0.04
    assert abs(ended.last * FRAME_S - 3.0) < 0.07
    assert abs((ended.end - ended.last) * FRAME_S - options.post_roll_s) < 0.04
    assert (paused.start, paused.end) == (ended.start, ended.end)


def test_a_click_is_no_speech() -> None:
    assert _run([(0.0, 1.0), (0.9, 0.064), (0.0, 1.0)]) == []


def test_a_short_pause_does_not_end_an_utterance() -> None:
    events = _run([(0.9, 1.0), (0.1, 0.4), (0.9, 1.0), (0.0, 1.0)])
    assert [type(e) for e in events] == [SpeechStarted, SpeechPaused, SpeechPaused, SpeechEnded]


def test_it_waits_as_long_as_it_is_told() -> None:
    segmenter = Segmenter()
    _run([(0.9, 1.0)], segmenter, flush=False)
    segmenter.trailing_s = 1.0
    assert not any(isinstance(e, SpeechEnded) for e in _run([(0.0, 0.8)], segmenter, flush=False))
    assert any(isinstance(e, SpeechEnded) for e in _run([(0.0, 0.4)], segmenter, flush=False))


def test_hanging_up_in_the_middle_of_a_word_ends_the_utterance() -> None:
    assert isinstance(_run([(0.9, 0.5)])[-1], SpeechEnded)


def test_doubtful_frames_leave_things_as_they_are() -> None:
    assert [type(e) for e in _run([(0.9, 0.5), (0.4, 3.0)], flush=False)] == [SpeechStarted]
    assert _run([(0.4, 3.0)]) == []


def test_endless_speech_is_cut_at_its_quietest_point() -> None:
    segmenter = Segmenter()
    events = []
    for n in range(_frames(20)):
        events += segmenter.feed(0.9, 0.01 if n == 400 else 0.5)
    ended = next(e for e in events if isinstance(e, SpeechEnded))
    assert ended.end == 400
    after = events[events.index(ended) + 1]
    assert isinstance(after, SpeechStarted)
    assert after.start == 400


@pytest.mark.parametrize("longest", [2.0, 14.0])
@given(probabilities=st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.95]), max_size=600))
def test_utterances_follow_each_other_and_miss_no_speech(longest: float, probabilities: list[float]) -> None:
    segmenter = Segmenter(Endpointing(longest_s=longest))
    events = [e for p in probabilities for e in segmenter.feed(p, p)] + segmenter.flush()
    assert not segmenter.speaking
    open_at: int | None = None
    free = 0
    for event in events:
        match event:
            case SpeechStarted(start, onset):
                assert open_at is None
                assert free <= start <= onset
                open_at = start
            case SpeechPaused(start, end):
                assert start == open_at
                assert start < end
            case SpeechEnded(start, end, last):
                assert start == open_at
                assert start < end <= len(probabilities)
                assert last <= end
                free, open_at = end, None
    assert open_at is None
