"""The voice, with the real model: understood over a telephone line, early, and computed only once."""

from __future__ import annotations

import json
import re
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from listening import error_rate, heard, spoken, syllables, voice_model
from typer.testing import CliRunner

from api.commands import app
from ivr.errors import SpeechError
from ivr.kokoro import MAX_TOKENS, Kokoro
from ivr.prompt_cache import PromptCache
from ivr.pronunciation import phonemes
from ivr.speech import MAX_TEXT, Manner, NeuralVoice, clauses

GREETING = "您好，这里是12345市民热线，请问您要反映什么问题？"


@given(st.text(alphabet="北京市民热线您好a1,，。？！、；：\n 「」", max_size=300))
def test_clauses_joined_give_the_text(text: str) -> None:
    pieces = clauses(text)
    assert "".join(pieces) == text
    assert all(pieces)


@given(st.text(max_size=600))
def test_clauses_are_short_enough_for_any_text(text: str) -> None:
    assert "".join(clauses(text)) == text
    assert all(len(re.sub(r"\W", "", piece)) <= 90 for piece in clauses(text))


def test_the_first_clause_is_cut_early() -> None:
    assert clauses(GREETING)[0] == "您好，"
    assert clauses("共1,234,567,890.5元整整") == ["共1,234,567,890.5元整整"]
    assert clauses("好的。请您慢慢说，我在听。") == ["好的。", "请您慢慢说，我在听。"]


@pytest.mark.model
@pytest.mark.parametrize("name", ["zf_xiaobei", "zm_yunjian"])
def test_is_understood_over_a_telephone_line(name: str) -> None:
    said = [
        "您好，这里是市民热线，请问有什么问题？",
        "法定采暖期是从每年的11月15日开始，着火请拨打119。",
    ]
    voice = NeuralVoice(voice_model(), name)
    errors = [error_rate(text, heard(spoken(voice, text))) for text in said]
    assert sum(errors) / len(errors) <= 0.12, errors


@pytest.mark.model
def test_digits_are_understood() -> None:
    voice = NeuralVoice(voice_model())
    understood = " ".join(syllables(heard(spoken(voice, "您的电话是13812345679，对吗？"))))
    assert " ".join(syllables("一三八一二三四五六七九")) in understood


@pytest.mark.model
def test_pieces_come_as_they_are_made_and_carry_the_text() -> None:
    pieces = NeuralVoice(voice_model()).say("好的。" + "请您再说一遍您的地址，比如哪个区、哪条街、几号院。")
    started = time.perf_counter()
    first = next(pieces)
    first_s = time.perf_counter() - started
    rest = list(pieces)
    assert first.text == "好的。"
    assert first_s < (time.perf_counter() - started) / 3
    assert first.seconds == len(first.pcm) / 8_000
    assert "".join(piece.text for piece in [first, *rest]).startswith("好的。请您再说一遍")


@pytest.mark.model
def test_manners_change_pace_and_loudness() -> None:
    voice = NeuralVoice(voice_model())
    plain, slow = spoken(voice, "请问您贵姓？"), spoken(voice, "请问您贵姓？", Manner(speed=0.75))
    assert 1.2 < len(slow) / len(plain) < 1.5
    loud = spoken(voice, "请问您贵姓？", Manner(louder_db=6.0))
    assert np.sqrt(np.mean(loud.astype(float) ** 2)) > 1.5 * np.sqrt(np.mean(plain.astype(float) ** 2))
    assert np.abs(loud.astype(int)).max() < 32767


@pytest.mark.model
def test_what_was_kept_is_not_computed_again_and_nothing_else_is_kept(tmp_path: Path) -> None:
    voice = NeuralVoice(voice_model(), cache=PromptCache(tmp_path))
    list(voice.say("王先生，"))
    assert list(tmp_path.glob("*/*.pcm")) == []
    (before,) = voice.say("请稍等。", keep=True)
    assert len(list(tmp_path.glob("*/*.pcm"))) == 1
    started = time.perf_counter()
    (again,) = voice.say("请稍等。")
    assert time.perf_counter() - started < 0.1
    assert np.array_equal(again.pcm, before.pcm)


@pytest.mark.model
@pytest.mark.parametrize("text", ["", "。。。", " \n", "👌", "ﷺ"])
def test_nothing_to_say_is_short(text: str) -> None:
    assert sum(piece.seconds for piece in NeuralVoice(voice_model()).say(text)) < 1


@pytest.mark.model
def test_more_phonemes_than_the_model_takes_at_once_are_said_one_after_the_other() -> None:
    spelled = phonemes("W" * 64)
    assert len(spelled) > MAX_TOKENS
    assert len(voice_model().synthesise(spelled, "zf_xiaobei", 2.0)) / 24_000 > 64 / 8


@pytest.mark.model
def test_what_cannot_be_said_is_refused_at_once() -> None:
    voice = NeuralVoice(voice_model())
    with pytest.raises(SpeechError, match="at most"):
        voice.say("一" * (MAX_TEXT + 1))
    with pytest.raises(SpeechError, match="zf_xiaoxiao"):
        NeuralVoice(voice_model(), "nobody")
    with pytest.raises(SpeechError, match="rate"):
        NeuralVoice(voice_model(), rate=100)
    for manner in ({"speed": 0.0}, {"speed": float("nan")}, {"louder_db": -1.0}):
        with pytest.raises(SpeechError):
            Manner(**manner)


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match=str(tmp_path)):
        Kokoro(tmp_path)


@pytest.mark.model
def test_say_command(tmp_path: Path) -> None:
    out = tmp_path / "say.wav"
    result = CliRunner().invoke(app, ["say", "现在是8:30。", "--out", str(out), "--rate", "16000", "--json"])
    report = json.loads(result.stdout)
    assert report["spoken"] == "现在是八点半。"
    with wave.open(str(out)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        assert file.getnframes() / 16_000 == pytest.approx(report["seconds"], abs=0.01)
