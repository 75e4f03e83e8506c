"""Mastering: loud, clear, never clipped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.mastering import CEILING_DB, EDGE_S, SPEECH_DB, Samples, master

RATE = 24_000
LINE = 8_000


def _tone(hz: float, seconds: float = 1.0, level: float = 0.1) -> Samples:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def _db(pcm: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean((pcm / 32768.0) ** 2))))


@pytest.mark.parametrize("level", [0.003, 0.1, 0.9])
def test_quiet_and_loud_speech_come_out_equally_loud(level: float) -> None:
    assert _db(master(_tone(500, level=level), RATE, LINE)) == pytest.approx(SPEECH_DB, abs=0.5)


def test_silence_around_is_removed_up_to_a_soft_edge() -> None:
    silence = np.zeros(RATE, np.float32)
    pcm = master(np.concatenate([silence, _tone(500), silence]), RATE, LINE)
    assert len(pcm) / LINE == pytest.approx(1 + 2 * EDGE_S, abs=0.03)


def test_a_pause_inside_stays() -> None:
    pcm = master(np.concatenate([_tone(500), np.zeros(RATE, np.float32), _tone(500)]), RATE, LINE)
    assert len(pcm) / LINE == pytest.approx(3, abs=0.03)


@pytest.mark.parametrize(("hz", "down_db"), [(50, 30), (100, 10), (3900, 20)])
def test_what_a_telephone_does_not_carry_is_taken_away(hz: float, down_db: float) -> None:
    pcm = master(_tone(500) + _tone(hz), RATE, LINE)[LINE // 4 : -LINE // 4]
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm))))

    def peak(at: float) -> float:
        bin_ = round(at * len(pcm) / LINE)
        return float(spectrum[bin_ - 3 : bin_ + 4].max())

    assert 20 * np.log10(peak(500) / peak(min(hz, 3999))) > down_db


def test_a_burst_is_limited_without_a_click() -> None:
    burst = _tone(500, level=0.02)
    burst[RATE // 2 : RATE // 2 + 480] *= 40
    pcm = master(burst, RATE, LINE)
    assert np.abs(pcm).max() <= round(32767 * 10 ** (CEILING_DB / 20))
    assert np.abs(np.diff(pcm.astype(np.int32))).max() < 32767 * 2 * np.pi * 500 / LINE * 1.5


@given(st.lists(st.floats(-2, 2, width=32), max_size=2000), st.sampled_from([8_000, 16_000, 24_000]), st.floats(0, 9))
def test_nothing_is_above_the_ceiling(values: list[float], rate: int, louder_db: float) -> None:
    pcm = master(np.array(values, np.float32), RATE, rate, louder_db=louder_db)
    assert pcm.dtype == np.int16
    assert np.abs(pcm.astype(np.int32)).max(initial=0) <= round(32767 * 10 ** (CEILING_DB / 20))


def test_silence_gives_nothing() -> None:
    assert master(np.zeros(RATE, np.float32), RATE, LINE).size == 0
    assert master(np.zeros(0, np.float32), RATE, LINE).size == 0


def test_louder_is_louder() -> None:
    speech = _tone(500) * np.hanning(RATE).astype(np.float32)
    assert _db(master(speech, RATE, LINE, louder_db=6)) > _db(master(speech, RATE, LINE)) + 4
