"""Where the CPU time of recognition goes: every step of finals, of partials, and of what is done around them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from cProfile import Profile
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from pstats import Stats

import msgspec

import voice
from api.bench.accuracy import Sample
from api.services import Engine
from api.transcription import transcribe
from voice.decoder import Decoder, Hypothesis, Pass, Window


class Stage(StrEnum):
    """What a step is done for."""

    FINAL = "final"
    PARTIAL = "partial"
    AROUND = "around"
    """Neither: hearing where speech is, and making something of the text."""


STEPS: Mapping[Stage, Mapping[str, tuple[str, str]]] = {
    Stage.FINAL: {
        "encoder": ("whisper.py", "_encode"),
        "beam search": ("whisper.py", "_read"),
        "times and confidence": ("whisper.py", "_words"),
        "telephone numbers": ("whisper.py", "_with_number"),
        "names and spelling": ("spelling.py", "_spelled"),
    },
    Stage.PARTIAL: {
        "encoder": ("whisper.py", "_encode"),
        "greedy search": ("whisper.py", "_read"),
        "names and spelling": ("spelling.py", "_spelled"),
    },
    Stage.AROUND: {
        "voice activity": ("vad.py", "_run"),
        "work order": ("extractor.py", "hear"),
        "alerts": ("session.py", "_watch"),
    },
}
"""Of each stage the functions of `voice` that do a step; none of them calls another."""


class Cost(msgspec.Struct, frozen=True):
    """One step."""

    stage: Stage
    step: str
    cpu_per_s: float
    """CPU seconds per second of a call, all channels."""
    each_ms: float
    """Milliseconds of CPU, each time it is done."""


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
    home = str(Path(voice.__file__).parent)
    found = {
        (Path(file).name, name): (times[0], times[3])
        for (file, _, name), times in stats.stats.items()  # type: ignore[attr-defined]
        if file.startswith(home)
    }
    costs = []
    rest = float(stats.total_tt)  # type: ignore[attr-defined]
    for step, function in STEPS[stage].items():
        count, spent = found.get(function, (0, 0.0))
        rest -= spent
        costs.append(Cost(stage, step, round(spent / seconds, 4), round(1000 * spent / max(count, 1), 2)))
    return [*costs, Cost(stage, "other", round(rest / seconds, 4), 0.0)]
