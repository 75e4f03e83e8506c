"""Ten minutes in which nobody speaks: silence, noise, tones, music."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt

from api.recording import Recording
from api.services import Engine
from api.transcription import transcribe
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Encoding
from voice.audio import Samples

RATE = 8000
SCALE = (261.6, 329.6, 392.0, 523.3, 440.0, 349.2)
"""Hertz; what hold music is made of."""


def speechless(seconds: float, seed: int = 0) -> dict[str, Samples]:
    """Kinds of audio without speech, `seconds` each, at 8 kHz."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * RATE)) / RATE
    white = rng.normal(0, 1, len(time_s))
    rumble = np.cumsum(white)
    rumble -= np.convolve(rumble, np.ones(2000) / 2000, mode="same")
    keys = np.array([(697, 1209), (770, 1336), (852, 1477), (941, 1336)])[rng.integers(0, 4, len(time_s) // 1600 + 1)]
    key = keys[(time_s * RATE).astype(int) // 1600]
    return {
        "silence": np.zeros(len(time_s), np.float32),
        "white noise": _loud(white, 0.02),
        "street rumble": _loud(rumble, 0.05),
        "ringback": _loud(np.sin(2 * np.pi * 450 * time_s) * (time_s % 5 < 1), 0.2),
        "DTMF": _loud((np.sin(2 * np.pi * key * time_s[:, None]).sum(1)) * (time_s % 0.2 < 0.1), 0.2),
        "hold music": _loud(_music(time_s, rng), 0.1),
    }


def _loud(wave: npt.NDArray[np.floating], rms: float) -> Samples:
    return (wave * (rms / max(float(np.sqrt(np.mean(np.square(wave)))), 1e-9))).astype(np.float32)


def _music(time_s: npt.NDArray[np.floating], rng: np.random.Generator) -> Samples:
    """Plucked chords, two notes a second, each with its overtones dying away."""
    wave = np.zeros(len(time_s))
    for start in np.arange(0, float(time_s[-1]), 0.5):
        at = time_s - start
        ringing = (at >= 0) & (at < 1.5)
        for hertz in rng.choice(SCALE, 3, replace=False):
            for overtone in (1, 2, 3):
                tone = np.sin(2 * np.pi * hertz * overtone * at[ringing]) / overtone
                wave[ringing] += tone * np.exp(-3 * at[ringing])
    return wave.astype(np.float32)


def characters_heard(engine: Engine, seconds: float) -> dict[str, int]:
    """How many characters come out of each kind."""
    found = {}
    for name, wave in speechless(seconds).items():
        call = CallInfo(call_id=name, channels=(Channel.MIXED,), received_at=datetime.now(HOTLINE_TIME_ZONE))
        data = (np.clip(wave, -1, 1) * 32767).astype("<i2").tobytes()
        heard = transcribe(Recording(call, Encoding.PCM16, RATE, data), engine)
        shown = [u.text for u in heard.utterances] + [p.text for p in heard.partials]
        found[name] = sum(len(text) for text in shown)
    return found
