"""Recordings of one channel: told apart, heard, and put together again under the right names."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from typer.testing import CliRunner

from api.commands import app
from api.drafting import draft_call
from api.recording import Recording, read_recording, write_wav
from api.scoring import canonical
from api.services import Engine
from api.speakers import Speakers, hear, told_apart
from api.written_calls import read_labelled_call
from models.call import CallInfo, Channel, Encoding, Utterance
from models.workorder import FieldName
from voice.audio import Samples
from voice.speakers import installed
from voice.speakers.roles import Roles
from voice.speakers.turns import SpeakerTurn

AUDIO = Path(__file__).parent / "audio"
CITIZEN, OPERATOR, MIXED = Channel
LABEL = read_labelled_call(AUDIO / "dev-01.json")
with_extra = pytest.mark.skipif(not installed(), reason="needs the extra yida[diarize]")


def labelled_turns(samples: Samples) -> list[SpeakerTurn]:
    """As the label has them: what a perfect diarizer says."""
    return [SpeakerTurn(u.start_s, u.end_s, int(u.channel is OPERATOR)) for u in LABEL.written.utterances]


def one_voice(samples: Samples) -> list[SpeakerTurn]:
    return [SpeakerTurn(0.0, 5.0, 0), SpeakerTurn(6.0, 9.0, 0)]


def beginning(seconds: float) -> Recording:
    mixed = read_recording(AUDIO / "dev-01.wav").mixed()
    return Recording(mixed.call, mixed.encoding, mixed.sample_rate, mixed.data[: round(seconds * 8000) * 2])


def error_rate(heard: tuple[Utterance, ...], channel: Channel, until_s: float) -> float:
    said = canonical("".join(u.raw for u in LABEL.written.utterances if u.channel is channel and u.end_s < until_s))
    found = canonical("".join(u.text for u in heard if u.channel is channel and u.end_s < until_s + 0.5))
    return Levenshtein.distance(said, found) / len(said)


@given(
    lengths=st.lists(st.tuples(st.integers(1, 50), st.integers(0, 20), st.integers(0, 1)), min_size=1, max_size=8),
    count=st.integers(0, 4000),
)
def test_every_sample_goes_to_one_of_the_two(lengths: list[tuple[int, int, int]], count: int) -> None:
    turns, at = [], 0.0
    for spoken, silent, speaker in lengths:
        turns.append(SpeakerTurn(at, at + spoken / 100, speaker))
        at += (spoken + silent) / 100
    samples = np.random.default_rng(0).integers(-9000, 9000, count).astype("<i2")
    call = CallInfo(call_id="c", channels=(MIXED,), received_at=LABEL.written.call.received_at)
    apart = told_apart(Recording(call, Encoding.PCM16, 8000, samples.tobytes()), turns)

    assert apart.call.channels == (CITIZEN, OPERATOR)
    both = np.frombuffer(apart.data, "<i2").reshape(-1, 2)
    assert (both.sum(1) == samples).all()
    assert ((both == 0).sum(1) >= 1).all()
    for turn in turns:
        operator = turn.speaker == turns[0].speaker
        part = slice(round(turn.start_s * 8000), round(turn.end_s * 8000))
        assert (both[part, int(operator)] == samples[part]).all()


@pytest.mark.model
def test_whoever_speaks_first_gets_his_own_name(engine: Engine) -> None:
    speakers = Speakers(labelled_turns, Roles.load())
    for begin_s in (0.0, 5.3):  # the operator's greeting is cut off: the citizen speaks first
        whole = beginning(31.0)
        late = Recording(
            whole.call,
            whole.encoding,
            8000,
            bytes(round(begin_s * 8000) * 2) + whole.data[round(begin_s * 8000) * 2 :],
        )
        known = [t for t in labelled_turns(np.zeros(0)) if t.start_s >= begin_s]
        heard = hear(late, engine, Speakers(lambda samples, known=known: known, speakers.roles))
        assert heard.call.channels == (CITIZEN, OPERATOR)
        for u in heard.utterances:
            turn = max(LABEL.written.utterances, key=lambda t: min(t.end_s, u.end_s) - max(t.start_s, u.start_s))
            assert turn.channel is u.channel
        assert heard.draft == draft_call(heard.call, heard.utterances, engine.resources.fields).draft.fields


@pytest.mark.model
def test_one_voice_stays_as_it_is(engine: Engine) -> None:
    recording = beginning(12.0)
    assert (
        hear(recording, engine, Speakers(one_voice, Roles.load())).utterances
        == hear(recording, engine, None).utterances
    )


@pytest.mark.model
def test_a_voice_that_says_nothing_is_none(engine: Engine) -> None:
    def noise_after(samples: Samples) -> list[SpeakerTurn]:
        return [SpeakerTurn(0.0, 9.5, 1), SpeakerTurn(9.5, 14.0, 0)]

    speech = beginning(9.5)
    noise = np.random.default_rng(0).normal(0, 30, 5 * 8000).astype("<i2").tobytes()
    recording = Recording(speech.call, speech.encoding, 8000, speech.data + noise)
    heard = hear(recording, engine, Speakers(noise_after, Roles.load()))
    assert heard.call.channels == (MIXED,)
    assert {u.channel for u in heard.utterances} == {MIXED}


# --- Commands --------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def mono(folder: Path, seconds: float) -> Path:
    recording = beginning(seconds)
    path = folder / "dev-01.wav"
    write_wav(path, np.frombuffer(recording.data, "<i2"), recording.sample_rate)
    return path


@pytest.mark.model
@with_extra
def test_the_whole_way(tmp_path: Path) -> None:
    heard = json.loads(run("transcribe", str(mono(tmp_path, 70.0)), "--json"))
    utterances = tuple(
        Utterance(
            id=u["id"],
            channel=Channel(u["channel"]),
            start_s=u["start"],
            end_s=u["end"],
            text=u["text"],
            raw=u["raw"],
            confidence=u["confidence"],
        )
        for u in heard["utterances"]
    )
    assert error_rate(utterances, OPERATOR, 70.0) < 0.12
    assert error_rate(utterances, CITIZEN, 70.0) < 0.4
    assert heard["draft"]["caller_phone"]["value"] == LABEL.work_order[FieldName.CALLER_PHONE]

    mono(tmp_path, 35.0)
    (tmp_path / "dev-01.json").write_bytes((AUDIO / "dev-01.json").read_bytes())
    scored = json.loads(run("eval", "calls", str(tmp_path), "--from", "audio", "--json"))["report"]
    assert scored["evidence"]["value"] > 0.5, "0 where nobody knows who speaks"


@pytest.mark.model
@with_extra
def test_recordings_with_nothing_in_them(tmp_path: Path) -> None:
    files = [tmp_path / f"{count}.wav" for count in (0, 1, 800, 40_000)]
    for path in files:
        write_wav(path, np.zeros(int(path.stem), np.int16), 8000)
    heard = json.loads(run("transcribe", *map(str, files), "--json"))
    assert [(h["call"]["channels"], h["utterances"], h["draft"]) for h in heard] == [(["mixed"], [], {})] * 4


@pytest.mark.model
def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.commands.hearing.installed", lambda: False)
    path = str(mono(tmp_path, 5.0))
    result = CliRunner().invoke(app, ["transcribe", path, path, "--json"])
    assert result.exit_code == 0
    assert result.stderr.count("pip install 'yida[diarize]'") == 1
    assert json.loads(result.stdout)[0]["utterances"][0]["channel"] == "mixed"

    quiet = CliRunner().invoke(app, ["transcribe", path, "--json", "--no-speakers"])
    assert (quiet.exit_code, quiet.stderr) == (0, "")
    asked = CliRunner().invoke(app, ["transcribe", path, "--speakers"])
    assert asked.exit_code == 2
    assert "pip install 'yida[diarize]'" in asked.stderr
