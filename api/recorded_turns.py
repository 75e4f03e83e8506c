"""Recorded calls whose words are known, turn by turn: what the recogniser is adapted with, and measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from api.recording import RecordingError, read_recording
from api.scoring import canonical
from api.written_calls import read_timed_turns
from voice.audio import SAMPLE_RATE
from voice.decoder import Decoder, Pass, Window

if TYPE_CHECKING:
    from voice.adaptation.training import Turn

AROUND_S = 0.35
"""Of silence, or line noise, that is cut out with a turn."""


def recorded_turns(folders: list[Path]) -> Iterator[Turn]:
    """The turns of every ID.wav (or other recording) in `folders` that has an ID.json beside it.

    Raises:
        RecordingError, WrittenCallError: a file cannot be taken, or the JSON does not say when each turn is said.
    """
    from voice.adaptation.training import Turn  # noqa: PLC0415 - needs an extra

    for path in sorted(path for folder in folders for path in folder.glob("*.json")):
        wav = path.with_suffix(".wav")
        if not wav.exists():
            continue
        recording = read_recording(wav)
        samples = recording.samples()
        for turn in read_timed_turns(path):
            if turn.channel not in recording.call.channels:
                channels = ", ".join(recording.call.channels)
                raise RecordingError(f"{wav}: has no channel {turn.channel}, only {channels}")
            start, end = (
                round((s + d) * SAMPLE_RATE) for s, d in ((turn.start_s, -AROUND_S), (turn.end_s, AROUND_S))
            )
            yield Turn(turn.raw, samples[recording.call.channels.index(turn.channel), max(0, start) : end])


def error_rate(decoder: Decoder, turns: Sequence[Turn]) -> float:
    """Characters that are wrong, over characters said."""
    wrong = said = 0
    for turn in turns:
        (heard,) = decoder.decode([Window(turn.samples, Pass.FINAL)])
        right = canonical(turn.text)
        wrong += Levenshtein.distance(right, canonical(heard.text))
        said += len(right)
    return wrong / max(1, said)
