"""The real diarizer on real calls, with both voices mixed on one channel."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from api.recording import read_recording
from api.speakers import speaker_at
from api.written_calls import read_labelled_call
from models.call import Channel
from models.weights import Catalogue
from voice.audio import SAMPLE_RATE, Samples
from voice.speakers import installed
from voice.speakers.turns import SpeakerTurn

pytestmark = pytest.mark.model

AUDIO = Path(__file__).parent / "audio"
CALLS = ("dev-01", "dev-08", "dev-13")
RATE = 100

if not installed():
    pytest.skip("needs the extra yida[diarize]", allow_module_level=True)

from voice.speakers.diarizer import Diarizer  # noqa: E402 - needs the extra


@pytest.fixture(scope="module")
def diarizer() -> Diarizer:
    return Diarizer(Catalogue.load().locate("speakers"))


def well_formed(turns: tuple[SpeakerTurn, ...], samples: Samples) -> bool:
    times = [t for turn in turns for t in (turn.start_s, turn.end_s)]
    inside = not times or (times[0] >= 0 and times[-1] <= len(samples) / SAMPLE_RATE)
    return inside and times == sorted(times) and all(t.start_s < t.end_s and t.speaker in {0, 1} for t in turns)


@pytest.mark.parametrize("call", CALLS)
def test_each_voice_gets_its_turns(diarizer: Diarizer, call: str) -> None:
    mixed = read_recording(AUDIO / f"{call}.wav").mixed()
    samples = mixed.samples()[0]
    turns = diarizer.turns(samples)
    assert well_formed(turns, samples)

    found = speaker_at(turns, round(mixed.seconds * RATE), RATE)
    said = read_labelled_call(AUDIO / f"{call}.json").written.utterances
    right = [found[round(u.start_s * RATE) : round(u.end_s * RATE)] == (u.channel is Channel.OPERATOR) for u in said]
    share = float(np.concatenate(right).mean())
    assert max(share, 1 - share) > 0.97


@pytest.mark.parametrize("channel", [Channel.CITIZEN, Channel.OPERATOR])
@pytest.mark.parametrize(("call", "from_s", "to_s"), [("dev-01", 0, 70), ("dev-08", 10, 40), ("dev-13", 20, 40)])
def test_one_voice_is_not_cut_in_two(diarizer: Diarizer, call: str, from_s: int, to_s: int, channel: Channel) -> None:
    samples = read_recording(AUDIO / f"{call}.wav").only(channel).samples()[0]
    turns = diarizer.turns(samples[from_s * SAMPLE_RATE : to_s * SAMPLE_RATE])
    assert {turn.speaker for turn in turns} == {0}


@pytest.mark.parametrize("seconds", [0, 0.001, 0.1, 0.5, 0.51, 3, 12])
@pytest.mark.parametrize("kind", ["silence", "noise", "clicks", "clipped"])
def test_what_is_no_speech_is_nobody_or_one_voice(diarizer: Diarizer, kind: str, seconds: float) -> None:
    count = round(seconds * SAMPLE_RATE)
    random = np.random.default_rng(0)
    clicks = np.zeros(count)
    clicks[:: SAMPLE_RATE // 3] = 1
    samples = {
        "silence": np.zeros(count),
        "noise": random.normal(0, 0.1, count),
        "clicks": clicks,
        "clipped": np.sign(random.normal(size=count)),
    }[kind].astype(np.float32)
    turns = diarizer.turns(samples)
    assert well_formed(turns, samples)
    assert {turn.speaker for turn in turns} <= {0}


@pytest.mark.parametrize("seconds", [0.6, 1.0, 2.5, 7.0, 14.9, 15.1])
def test_beginnings_of_a_call(diarizer: Diarizer, seconds: float) -> None:
    samples = read_recording(AUDIO / "dev-01.wav").mixed().samples()[0][: round(seconds * SAMPLE_RATE)]
    turns = diarizer.turns(samples)
    assert well_formed(turns, samples)
    assert diarizer.turns(samples) == turns


def test_its_makers_are_told_nothing(diarizer: Diarizer) -> None:
    assert diarizer
    assert os.environ["PYANNOTE_METRICS_ENABLED"] == "false"
