"""Written questions as they arrive by telephone: said by a synthetic voice, coded, heard as the voice guide hears."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from api.services import Engine
from api.transcription import decoded
from ivr.flow import load_flow
from ivr.speech import TELEPHONE_RATE, Voice
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Encoding, Mode
from models.events import UtteranceHeard
from voice.audio import AudioDecoder, to_bytes
from voice.session import CallSession

QUIET_S = 0.5
"""Silence before and after the question."""


def spoken(texts: Sequence[str], voices: Sequence[Voice], engine: Engine) -> Iterator[str]:
    """What is recognised of each text, said over a mu-law line by the voices (at `TELEPHONE_RATE`) in turn."""
    quiet = np.zeros(round(QUIET_S * TELEPHONE_RATE), np.float32)
    pause_s = load_flow().listen["question"].end_pause_s
    for number, text in enumerate(texts):
        pieces = [piece.samples for piece in voices[number % len(voices)].say(text, keep=True)]
        samples = np.concatenate([quiet, *pieces, quiet])
        yield _heard(to_bytes(samples, Encoding.MULAW), engine, pause_s)


def _heard(sound: bytes, engine: Engine, pause_s: float) -> str:
    now = datetime.now(HOTLINE_TIME_ZONE)
    call = CallInfo(call_id="q", channels=(Channel.CITIZEN,), received_at=now, mode=Mode.GUIDE)
    session = CallSession(call, AudioDecoder(Encoding.MULAW, TELEPHONE_RATE, 1), engine.resources)
    session.end_pause(Channel.CITIZEN, pause_s)
    happened = [
        *decoded(session.receive_audio(sound), session, engine),
        *decoded(session.finish(), session, engine),
    ]
    return "".join(body.raw for body in happened if isinstance(body, UtteranceHeard))
