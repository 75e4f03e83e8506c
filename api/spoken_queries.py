"""Written questions as they arrive by telephone: said by a synthetic voice, coded, recognised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from api.recording import Recording
from api.services import Engine
from api.transcription import transcribe
from ivr.kokoro import Kokoro
from ivr.speech import TELEPHONE_RATE, NeuralVoice
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Encoding
from voice.audio import to_bytes

QUIET_S = 0.5
"""Silence before and after the question."""


def spoken(texts: Sequence[str], kokoro: Kokoro, voices: Sequence[str], engine: Engine) -> Iterator[str]:
    """What is recognised of each text, said over a mu-law line by the voices in turn."""
    speakers = [NeuralVoice(kokoro, name) for name in voices]
    quiet = np.zeros(round(QUIET_S * TELEPHONE_RATE), np.int16)
    for number, text in enumerate(texts):
        pieces = [piece.pcm for piece in speakers[number % len(speakers)].say(text)]
        samples = np.concatenate([quiet, *pieces, quiet]).astype(np.float32) / np.float32(32768)
        call = CallInfo(
            call_id=f"q{number}", channels=(Channel.CITIZEN,), received_at=datetime.now(HOTLINE_TIME_ZONE)
        )
        recording = Recording(call, Encoding.MULAW, TELEPHONE_RATE, to_bytes(samples, Encoding.MULAW))
        yield "".join(utterance.raw for utterance in transcribe(recording, engine).utterances)
