"""The call that comes with Yida: for the demo, and to learn what hearing a call costs on this machine."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np

from api.recording import read_recording
from voice.audio import SAMPLE_RATE, AudioDecoder, Samples

_UTTERANCE_S = (14.4, 18.9)
"""The citizen tells since when her heating has been cold."""


def sample_call() -> Path:
    """The recording; its label lies beside it."""
    return Path(str(resources.files("api") / "sample" / "call.wav"))


def sample_utterance() -> Samples:
    """An utterance of usual length out of it, (n,) at 16 kHz."""
    recording = read_recording(sample_call())
    audio = AudioDecoder(recording.encoding, recording.sample_rate, len(recording.call.channels))
    citizen = np.concatenate([block[0] for block in audio.decode(recording.data)])
    first, last = (round(second * SAMPLE_RATE) for second in _UTTERANCE_S)
    return citizen[first:last]
