"""Where the CPU time of recognition goes: every step of finals, of partials, and of what is done around them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from cProfile import Profile
from dataclasses import dataclass, field
from enum import StrEnum
from pstats import Stats

import msgspec

from api.bench.accuracy import Sample
from api.services import Engine
from api.transcription import transcribe
from voice.decoder import Decoder, Hypothesis, Pass, Window
from voice.fields.emergency import Watch
from voice.fields.extractor import Extractor
from voice.spelling import SpellingDecoder
from voice.vad import SpeechDetector
from voice.whisper import WhisperDecoder


class Stage(StrEnum):
    """What a step is done for."""

    FINAL = "final"
    PARTIAL = "partial"
    AROUND = "around"
    """Neither: hearing where speech is, and making something of the text."""


STEPS: Mapping[Stage, Mapping[str, Callable[..., object]]] = {
    Stage.FINAL: {
        "encoder": WhisperDecoder._encode,
        "beam search": WhisperDecoder._read,
        "times and confidence": WhisperDecoder._words,
        "telephone numbers": WhisperDecoder._with_number,
        "names and spelling": SpellingDecoder._spelled,
    },
    Stage.PARTIAL: {
        "encoder": WhisperDecoder._encode,
        "greedy search": WhisperDecoder._read,
        "names and spelling": SpellingDecoder._spelled,
    },
    Stage.AROUND: {
        "voice activity": SpeechDetector._run,
        "work order": Extractor.hear,
        "alerts": Watch.hear,
    },
}
"""Of each stage the functions that do a step; none of them calls another. Some are nobody's business but their
class's and this profile's, which has no other way to tell the steps apart; a renamed one fails on import.
"""


class Cost(msgspec.Struct, frozen=True):
    """One step."""

    stage: Stage
    step: str
    cpu_per_s: float
    """CPU seconds per second of a call, all channels."""
    times: int
    """How often it was done."""
    each_ms: float
    """Milliseconds of CPU, each time."""


@dataclass(slots=True)
class _ProfiledDecoder:
    """A decoder whose passes are profiled one by one, and apart from what is around them."""

    decoder: Decoder
    profiles: dict[Stage, Profile] = field(default_factory=lambda: {s: Profile(time.process_time) for s in Stage})

    def decode(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """See `Decoder.decode`."""
        around = self.profiles[Stage.AROUND]
        inner = self.profiles[Stage.FINAL if windows[0].decode is Pass.FINAL else Stage.PARTIAL]
        around.disable()
        try:
            return inner.runcall(self.decoder.decode, windows)
        finally:
            around.enable()


def measure_costs(
    samples: Sequence[Sample], engine: Engine, on_progress: Callable[[], None] = lambda: None
) -> list[Cost]:
    """Hears all samples under a profiler, which makes Python, but not the matrices, a little slower."""
    profiled = _ProfiledDecoder(engine.decoder)
    seconds = 0.0
    for sample in samples:
        seconds += (
            profiled.profiles[Stage.AROUND]
            .runcall(transcribe, sample.recording, Engine(profiled, engine.resources))
            .seconds
        )
        on_progress()
    return [cost for stage in Stage for cost in _steps(stage, Stats(profiled.profiles[stage]), seconds)]


def _steps(stage: Stage, stats: Stats, seconds: float) -> list[Cost]:
    """The steps of one stage, and what is left of it."""
    rest = float(stats.total_tt)  # type: ignore[attr-defined]
    costs = []
    for step, function in STEPS[stage].items():
        code = function.__code__
        place = (code.co_filename, code.co_firstlineno, code.co_name)  # what a profile knows functions by
        _, times, _, spent, _ = stats.stats.get(place, (0, 0, 0.0, 0.0, {}))  # type: ignore[attr-defined]
        rest -= spent
        costs.append(Cost(stage, step, round(spent / seconds, 4), times, round(1000 * spent / max(times, 1), 2)))
    return [*costs, Cost(stage, "other", round(rest / seconds, 4), 0, 0.0)]
