"""Recordings that have both voices on one channel, heard as if each had a channel of its own.

The voices are told apart before anything is recognised: a sentence is never decoded together with the answer to it,
and the rest is the way that recordings of two channels go. Whose voice is whose, their words tell afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.drafting import draft_call
from api.recording import Recording
from api.services import Engine
from api.transcription import DEFAULT_CHUNK_S, Transcription, transcribe
from models.call import CallInfo, Channel, Encoding
from voice.audio import Samples, to_bytes, to_float
from voice.fields.extractor import FieldResources
from voice.speakers.roles import Roles
from voice.speakers.turns import SpeakerTurn

_EXCHANGED = {Channel.CITIZEN: Channel.OPERATOR, Channel.OPERATOR: Channel.CITIZEN}
_ONE = dict.fromkeys(_EXCHANGED, Channel.MIXED)


@dataclass(frozen=True, slots=True)
class Speakers:
    """What tells citizen and operator apart."""

    turns: Callable[[Samples], Sequence[SpeakerTurn]]
    """Who speaks when, see `voice.speakers.diarizer.Diarizer.turns`."""
    roles: Roles


def is_mixed(recording: Recording) -> bool:
    """Whether `recording` has both voices on one channel, as far as anybody knows."""
    return recording.call.channels == (Channel.MIXED,)


def hear(
    recording: Recording,
    engine: Engine,
    speakers: Speakers | None,
    *,
    chunk_s: float = DEFAULT_CHUNK_S,
    on_progress: Callable[[float], None] = lambda seconds: None,
) -> Transcription:
    """Hears `recording` to its end, see `transcribe`; voices on one channel are told apart if there are `speakers`.

    Where only one voice is found, or only one that says anything, the channel stays mixed.
    """
    began = time.process_time()
    turns = speakers.turns(recording.samples()[0]) if speakers is not None and is_mixed(recording) else ()
    if speakers is None or len({turn.speaker for turn in turns}) < 2:
        heard = transcribe(recording, engine, chunk_s=chunk_s, on_progress=on_progress)
    else:
        apart = told_apart(recording, turns)
        heard = transcribe(apart, engine, chunk_s=chunk_s, on_progress=on_progress)
        if len({u.channel for u in heard.utterances}) < 2:
            heard = _renamed(heard, recording.call, _ONE, engine.resources.fields)
        elif speakers.roles.exchanged(heard.utterances) > 0:
            heard = _renamed(heard, apart.call, _EXCHANGED, engine.resources.fields)
    return msgspec.structs.replace(heard, cpu_seconds=round(time.process_time() - began, 3))


def told_apart(recording: Recording, turns: Sequence[SpeakerTurn]) -> Recording:
    """The one channel of `recording` as two: who speaks first is called the operator.

    Every sample goes to one of them, so that no word is lost.
    """
    mixed = to_float(recording.data, recording.encoding)
    operator = speaker_at(turns, len(mixed), recording.sample_rate) == turns[0].speaker
    both = np.stack([np.where(operator, 0, mixed), np.where(operator, mixed, 0)], axis=1)
    call = msgspec.structs.replace(recording.call, channels=(Channel.CITIZEN, Channel.OPERATOR))
    return Recording(call, Encoding.PCM16, recording.sample_rate, to_bytes(both.reshape(-1), Encoding.PCM16))


def speaker_at(turns: Sequence[SpeakerTurn], count: int, rate: int) -> NDArray[np.int64]:
    """Whose turn it is at each of `count` moments, `rate` a second; silence belongs to the nearer turn."""
    speaker = np.full(count, turns[0].speaker)
    for before, after in pairwise(turns):
        speaker[round((before.end_s + after.start_s) / 2 * rate) :] = after.speaker
    return speaker


def _renamed(
    heard: Transcription, call: CallInfo, names: Mapping[Channel, Channel], fields: FieldResources
) -> Transcription:
    """`heard` with its channels renamed, and the draft that this makes."""
    utterances = tuple(msgspec.structs.replace(u, channel=names[u.channel]) for u in heard.utterances)
    draft = draft_call(call, utterances, fields).draft
    return msgspec.structs.replace(heard, call=call, utterances=utterances, draft=draft.fields)
