"""What telling voices apart is worth: recordings of two channels against the same with both on one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from rapidfuzz.distance import Levenshtein

from api.drafting import draft_call
from api.recording import Recording, read_recording
from api.scoring import CallScore, Scorer, canonical, report
from api.services import Engine
from api.speakers import Speakers, hear, speaker_at
from api.transcription import Transcription
from api.written_calls import LabelledCall, read_labelled_call
from models.call import Channel, Utterance

_RATE = 100
"""Moments a second at which speakers are compared."""
SIDES = (Channel.CITIZEN, Channel.OPERATOR)


class Way(msgspec.Struct, frozen=True):
    """How well calls are understood in one way of recording them."""

    error_rate: Mapping[Channel, float | None]
    """Of characters; None where nobody knows who says them."""
    f1: float
    """Of all fields."""
    cpu_per_s: float
    """CPU seconds per second of the call."""


class SpeakersFound(msgspec.Struct, frozen=True):
    """Figures over all recordings."""

    calls: int
    time_right: float
    """Share of the time of turns in which the right voice was found."""
    words_right: float
    """Share of the recognised characters that the right side of the call said."""
    ways: Mapping[str, Way]


def measure_speakers(
    folder: Path,
    engine: Engine,
    speakers: Speakers,
    scorer: Scorer,
    on_progress: Callable[[], None] = lambda: None,
) -> SpeakersFound:
    """Hears the recordings in `folder` three times: with their two channels, and mixed, told apart and not."""
    labels: list[LabelledCall] = []
    heard: dict[str, list[Transcription]] = {"two channels": [], "told apart": [], "mixed": []}
    right: list[np.float64] = []
    for path in sorted(folder.glob("*.wav")):
        label, recording = read_labelled_call(path.with_suffix(".json")), read_recording(path)
        mixed = recording.mixed()
        labels.append(label)
        heard["two channels"].append(hear(recording, engine, None))
        heard["told apart"].append(hear(mixed, engine, speakers))
        heard["mixed"].append(hear(mixed, engine, None))
        right += _right(label.written.utterances, mixed, speakers)
        on_progress()
    said = [side for one, label in zip(heard["told apart"], labels, strict=True) for side in _sides(one, label)]
    return SpeakersFound(
        calls=len(labels),
        time_right=round(float(np.mean(right)), 4),
        words_right=round(float(np.mean(said)), 4),
        ways={name: _way(labels, found, engine, scorer) for name, found in heard.items()},
    )


def _right(turns: Sequence[Utterance], mixed: Recording, speakers: Speakers) -> list[np.float64]:
    """Of each moment in which one person speaks, whether it has his voice."""
    moments = round(mixed.seconds * _RATE)
    speaking = np.zeros((2, moments), bool)
    for turn in turns:
        speaking[SIDES.index(turn.channel), round(turn.start_s * _RATE) : round(turn.end_s * _RATE)] = True
    alone = speaking.sum(0) == 1
    found = speakers.turns(mixed.samples()[0])
    same = (speaker_at(found, moments, _RATE) if found else np.zeros(moments)) == speaking.argmax(0)
    return list(max(same[alone], ~same[alone], key=np.mean).astype(float))


def _sides(heard: Transcription, label: LabelledCall) -> Iterator[bool]:
    """Of each recognised character, whether the side that said it was found."""
    for u in heard.utterances:
        turn = max(label.written.utterances, key=lambda t: min(t.end_s, u.end_s) - max(t.start_s, u.start_s))
        yield from [turn.channel is u.channel] * len(canonical(u.text))


def _way(labels: Sequence[LabelledCall], heard: Sequence[Transcription], engine: Engine, scorer: Scorer) -> Way:
    scores: list[CallScore] = []
    for label, one in zip(labels, heard, strict=True):
        drafted = draft_call(label.written.call, one.utterances, engine.resources.fields)
        scores.append(scorer.score(label, drafted.draft, one.utterances))
    return Way(
        error_rate={side: _error_rate(labels, heard, side) for side in SIDES},
        f1=round(report(scores).all_fields.f1.value, 4),
        cpu_per_s=round(sum(one.cpu_seconds for one in heard) / sum(one.seconds for one in heard), 4),
    )


def _error_rate(labels: Sequence[LabelledCall], heard: Sequence[Transcription], side: Channel) -> float | None:
    errors = characters = 0
    for label, one in zip(labels, heard, strict=True):
        said = _text(label.written.utterances, side)
        errors += Levenshtein.distance(said, _text(one.utterances, side))
        characters += len(said)
    known = any(u.channel is side for one in heard for u in one.utterances)
    return round(errors / max(1, characters), 4) if known else None


def _text(utterances: Sequence[Utterance], side: Channel) -> str:
    return canonical("".join(u.text for u in utterances if u.channel is side))
