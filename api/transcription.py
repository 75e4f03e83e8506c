"""A recording through the same code as a live call, on a virtual clock.

Every window is decoded before the next sample is heard, so the result depends on the audio alone: not on how it is
cut into chunks, nor on how fast this machine is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from api.recording import Recording
from api.services import Engine
from models.call import CallInfo, Utterance
from models.events import Body, PartialHeard, UtteranceHeard
from models.workorder import Field, FieldName
from voice.audio import AudioDecoder
from voice.session import CallSession, Output
from voice.transcriber import Decode

DEFAULT_CHUNK_S = 0.1


class ShownPartial(msgspec.Struct, frozen=True):
    """What was shown of an utterance while it went on."""

    utterance: str
    at: float
    """Seconds of audio heard by then."""
    text: str
    stable: str


class Transcription(msgspec.Struct, frozen=True):
    """Everything that was heard in a recording."""

    call: CallInfo
    utterances: tuple[Utterance, ...]
    partials: tuple[ShownPartial, ...]
    draft: Mapping[FieldName, Field]
    seconds: float
    """Of audio"""
    cpu_seconds: float


def transcribe(
    recording: Recording,
    engine: Engine,
    *,
    chunk_s: float = DEFAULT_CHUNK_S,
    on_progress: Callable[[float], None] = lambda seconds: None,
) -> Transcription:
    """Hears `recording` to its end.

    Args:
        chunk_s: how much audio is fed at once; changes nothing in the result.
        on_progress: told of the seconds heard so far.
    """
    began = time.process_time()
    audio = AudioDecoder(recording.encoding, recording.sample_rate, len(recording.call.channels))
    session = CallSession(recording.call, audio, engine.resources)
    heard: list[Body] = []
    for chunk in recording.chunks(chunk_s):
        heard += decoded(session.receive_audio(chunk), session, engine)
        on_progress(session.audio_s)
    heard += decoded(session.finish(), session, engine)
    finals = [body.to_utterance() for body in heard if isinstance(body, UtteranceHeard) and body.text]
    return Transcription(
        call=recording.call,
        utterances=tuple(sorted(finals, key=lambda u: (u.start_s, u.end_s))),
        partials=tuple(
            ShownPartial(body.utterance, body.end_s, body.text, body.stable)
            for body in heard
            if isinstance(body, PartialHeard)
        ),
        draft=session.draft.fields,
        seconds=session.audio_s,
        cpu_seconds=round(time.process_time() - began, 3),
    )


def decoded(outputs: Iterable[Output], session: CallSession, engine: Engine) -> Iterator[Body]:
    """What happens in a call, every window decoded before anything else."""
    for output in outputs:
        if isinstance(output, Decode):
            (hypothesis,) = engine.decoder.decode([output.window])
            yield from session.heard(output, hypothesis)
        else:
            yield output
