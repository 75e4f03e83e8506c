"""Learning an adapter: the real model, real recordings, a few seconds of learning."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import Tokenizer
from typer.testing import CliRunner

from api.commands import app
from api.recorded_turns import AROUND_S, recorded_turns
from api.recording import RecordingError
from api.written_calls import WrittenCallError, read_timed_turns
from models.weights import Catalogue
from voice.adaptation.adapter import Adapter
from voice.adaptation.network import Whisper
from voice.adaptation.training import BATCH, LONGEST_S, Turn, train, usable
from voice.audio import SAMPLE_RATE
from voice.ct2 import ModelError
from voice.decoder import Pass, Window
from voice.vocabulary import mandarin_model
from voice.whisper import FINAL_MIN_FRAMES, WhisperDecoder, fitted

AUDIO = Path(__file__).parent / "audio"


@cache
def _folder() -> Path:
    return Catalogue.load().locate("whisper-base")


@cache
def _turns() -> tuple[Turn, ...]:
    return tuple(recorded_turns([AUDIO]))


def test_recorded_turns() -> None:
    written = [turn for path in sorted(AUDIO.glob("*.json")) for turn in read_timed_turns(path)]

    assert [t.text for t in _turns()] == [t.raw for t in written]
    for turn, said in zip(_turns(), written, strict=True):
        assert len(turn.samples) / SAMPLE_RATE == pytest.approx(said.end_s - said.start_s + 2 * AROUND_S, abs=0.4)
        assert np.abs(turn.samples).max() > 0.01, "nothing is heard"


@pytest.mark.model
def test_the_network_hears_what_the_engine_hears() -> None:
    """The same weights, another implementation, nothing learned yet: nearly every token is what comes next.

    Not all: text is simplified after decoding, and comes back as other tokens.
    """
    model = mandarin_model(_folder())
    network = Whisper((_folder() / "model.bin").read_bytes(), model.kept, 4)
    id_of = {token: new for new, token in enumerate(model.tokens)}
    start = [id_of[f"<|{t}|>"] for t in ("startoftranscript", "zh", "transcribe", "notimestamps")]
    tokenizer = Tokenizer.from_file(str(_folder() / "tokenizer.json"))
    new_id = {old: new for new, old in enumerate(model.kept)}
    decoder, agree = WhisperDecoder(_folder()), []
    for turn in _turns()[:6]:
        (heard,) = decoder.decode([Window(turn.samples, Pass.PARTIAL)])
        tokens = [*start, *(new_id[i] for i in tokenizer.encode(heard.text, add_special_tokens=False).ids)]
        features = FeatureExtractor()(turn.samples, padding=160)
        frames = max(FINAL_MIN_FRAMES, features.shape[1] + features.shape[1] % 2)
        with torch.no_grad():
            scores = network(torch.from_numpy(fitted(features, frames)[None]), torch.tensor([tokens]))
        next_ones = scores[0, len(start) - 1 : -1].argmax(-1).tolist()
        agree += [a == b for a, b in zip(next_ones, tokens[len(start) :], strict=True)]
    assert len(agree) > 40
    assert sum(agree) / len(agree) > 0.75


def test_nothing_learned_changes_nothing() -> None:
    network = Whisper((_folder() / "model.bin").read_bytes(), range(4000), 4)

    factors = network.factors()
    assert len(factors) == 6 * 4 + 6 * 7, "every linear layer of six encoder and six decoder layers"
    assert all(not (up @ down).any() for up, down in factors.values())


@pytest.mark.model
def test_a_deployers_own_calls(tmp_path: Path) -> None:
    for path in AUDIO.glob("dev-01.*"):
        shutil.copy(path, tmp_path)
    target = tmp_path / "own.npz"
    result = CliRunner().invoke(app, ["train", "recogniser", str(tmp_path), "--minutes", "0.2", "--out", str(target)])

    assert result.exit_code == 0, result.output
    assert re.search(r"characters wrong in \d+ turns that were kept aside: 0\.\d+ before, 0\.\d+ now", result.stdout)
    adapter = Adapter.load(target)
    assert adapter.belongs_to((_folder() / "model.bin").read_bytes())
    assert any((up @ down).any() for up, down in adapter.factors.values())
    turn = max(recorded_turns([tmp_path]), key=lambda t: len(t.text))
    (heard,) = WhisperDecoder(_folder(), adapter=adapter).decode([Window(turn.samples, Pass.FINAL)])
    assert len(set(heard.text) & set(turn.text)) > len(set(turn.text)) / 2


def test_too_little_to_learn_from(tmp_path: Path) -> None:
    long = np.zeros((LONGEST_S + 1) * SAMPLE_RATE, np.float32)
    turns = [Turn("路灯坏了", long)] * BATCH + [Turn(" ", long[:SAMPLE_RATE])] * BATCH
    assert not usable(turns)
    with pytest.raises(ValueError, match=f"0 turns of at most {LONGEST_S} s"):
        train(_folder(), [], minutes=1)
    result = CliRunner().invoke(app, ["train", "recogniser", str(tmp_path), "--out", str(tmp_path / "own.npz")])
    assert result.exit_code == 2
    assert "0 turns" in result.stderr
    assert not (tmp_path / "own.npz").exists()


def test_turns_need_their_times_and_their_channel(tmp_path: Path) -> None:
    shutil.copy(AUDIO / "dev-01.wav", tmp_path)
    call = json.loads((AUDIO / "dev-01.json").read_text("utf-8"))
    path = tmp_path / "dev-01.json"

    path.write_text(json.dumps({**call, "turns": [{**t, "end": None} for t in call["turns"]]}), "utf-8")
    with pytest.raises(WrittenCallError, match="turn 0"):
        list(recorded_turns([tmp_path]))
    path.write_text(json.dumps({**call, "turns": [{**t, "speaker": "mixed"} for t in call["turns"]]}), "utf-8")
    with pytest.raises(RecordingError, match="has no channel mixed, only citizen, operator"):
        list(recorded_turns([tmp_path]))


def test_other_files_are_no_model() -> None:
    with pytest.raises(ModelError):
        Whisper(b"", range(4), 4)
