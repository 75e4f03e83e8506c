"""Where the CPU time of recognition goes, measured on the beginning of a real call."""

from __future__ import annotations

import pytest

from api.bench.accuracy import Sample
from api.bench.costs import STEPS, Stage, measure_costs
from api.recording import Recording
from api.services import Engine

SECONDS = 20
"""Long enough for some turns, their partials and their finals."""


@pytest.mark.model
def test_every_step_is_found_and_all_of_them_are_the_whole(engine: Engine, call_recording: Recording) -> None:
    end = SECONDS * call_recording.sample_rate * call_recording.frame_bytes
    begun = Recording(
        call_recording.call, call_recording.encoding, call_recording.sample_rate, call_recording.data[:end]
    )
    heard = []
    costs = measure_costs([Sample(begun, (), ())], engine, lambda: heard.append(begun))
    assert heard == [begun]
    assert [(c.stage, c.step) for c in costs] == [
        (stage, step) for stage in Stage for step in (*STEPS[stage], "other")
    ]
    assert [c.step for c in costs if not c.times and c.step != "other"] == []
    assert all(c.cpu_per_s >= 0 for c in costs), "no step is counted twice"
    spent = {(c.stage, c.step): c.cpu_per_s for c in costs}
    assert spent[Stage.FINAL, "beam search"] > spent[Stage.FINAL, "telephone numbers"] >= 0
    assert spent[Stage.PARTIAL, "encoder"] > 0
    assert 0 < sum(spent.values()) < 5
