"""From the studio to the telephone: what a synthetic voice needs to be loud and clear at the other end of a line."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import soxr

Samples: TypeAlias = npt.NDArray[np.float32]
"""Mono, (n,), in [-1, 1]."""
Levels: TypeAlias = npt.NDArray[np.float64]
"""RMS of frames, (n,)."""
Pcm: TypeAlias = npt.NDArray[np.int16]
"""Mono, (n,)."""

SPEECH_DB = -19.0
"""Level of active speech, dB below full scale: what people's own voices reach on a good line, with room for peaks."""
CEILING_DB = -1.0
"""No sample is louder: a codec at the far end may overshoot."""
SILENCE_DB = -45.0
"""Frames this far below the loudest are silence."""
FRAME_S = 0.02
LOOKAHEAD_S = 0.005
"""How gently the limiter turns down."""
EDGE_S = 0.03
"""Silence kept before speech: enough for a soft onset, no more, because the caller waits for it."""

_CURVE_HZ = (0, 60, 150, 250, 1000, 2200, 3300, 12000)
_CURVE_DB = (-60, -40, -6, 0, 0, 3, 3, 3)
"""Rumble that no telephone carries is taken away, consonants get 3 dB."""


def master(studio: Samples, studio_rate: int, rate: int, *, louder_db: float = 0.0) -> Pcm:
    """A sentence of speech at `rate`: trimmed, equalised, brought to one loudness, limited; empty if silent.

    `louder_db` above the usual loudness the limiter works harder, but nothing is clipped.
    """
    speech = _trimmed(studio, studio_rate)
    if not speech.size:
        return np.zeros(0, np.int16)
    line = soxr.resample(_equalised(speech, studio_rate), studio_rate, rate, quality="VHQ")
    limited = _limited(line * _gain(line, rate, SPEECH_DB + louder_db), rate)
    return np.round(limited * 32767).astype(np.int16)


def _frame_levels(samples: Samples, rate: int) -> Levels:
    """RMS of every whole frame."""
    length = round(FRAME_S * rate)
    frames = samples[: samples.size // length * length].reshape(-1, length)
    levels: Levels = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    return levels


def _active(levels: Levels) -> npt.NDArray[np.bool_]:
    loudest = levels.max(initial=0.0)
    return np.greater(levels, max(loudest * 10 ** (SILENCE_DB / 20), 1e-6))


def _trimmed(samples: Samples, rate: int) -> Samples:
    """Without the silence around it."""
    active = np.flatnonzero(_active(_frame_levels(samples, rate)))
    if not active.size:
        return samples[:0]
    frame, edge = round(FRAME_S * rate), round(EDGE_S * rate)
    return samples[max(0, active[0] * frame - edge) : (active[-1] + 1) * frame + edge]


def _equalised(samples: Samples, rate: int) -> Samples:
    """Through the curve, without a phase shift. The end does not wrap around into the beginning."""
    padded = np.pad(samples, (0, rate // 10))
    spectrum = np.fft.rfft(padded)
    gain_db = np.interp(np.fft.rfftfreq(padded.size, 1 / rate), _CURVE_HZ, _CURVE_DB)
    filtered = np.fft.irfft(spectrum * 10 ** (gain_db / 20), padded.size)
    return filtered[: samples.size].astype(np.float32)


def _gain(samples: Samples, rate: int, level_db: float) -> float:
    """What brings the active frames to `level_db`."""
    levels = _frame_levels(samples, rate)
    loud = levels[_active(levels)]
    rms = np.sqrt(np.mean(np.square(loud))) if loud.size else np.abs(samples).max(initial=1e-6)
    return float(10 ** (level_db / 20) / rms)


def _limited(samples: Samples, rate: int) -> Samples:
    """No sample above the ceiling; the gain falls before a peak and rises after it, so that nothing clicks."""
    ceiling = 10 ** (CEILING_DB / 20)
    reach = max(1, round(LOOKAHEAD_S * rate))
    needed = np.minimum(1.0, ceiling / np.maximum(np.abs(samples), 1e-9))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(needed, 2 * reach, mode="edge"), 2 * reach + 1)
    lowest = windows.min(axis=1)  # reaches over every peak on both sides, so its average stays below what is needed
    smooth = np.hanning(2 * reach + 3)[1:-1]
    gain = np.convolve(lowest, smooth / smooth.sum(), mode="valid")
    return (samples * gain).astype(np.float32)
