"""Phonemes: what the model was trained on, for any text."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from misaki.zh import ZHG2P

from ivr.pronunciation import phonemes
from ivr.reading import spoken_form
from models.weights import Catalogue


@pytest.mark.parametrize(
    "text",
    [
        "您好，这里是市民热线。",
        "北京的法定采暖期是从每年的十一月十五号到第二年的三月十五号，一共四个月。",
        "请问您贵姓？",
    ],
)
def test_plain_text_has_the_phonemes_of_the_training(text: str) -> None:
    assert phonemes(text) == ZHG2P.legacy_call(ZHG2P.map_punctuation(text))


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("长阳", "chang2 yang2"),
        ("大栅栏", "da4 shi2 lan4"),
        ("什刹海", "shi2 cha4 hai3"),
        ("还款", "huan2 kuan3"),
        ("幺幺零", "yao1 yao1 ling2"),
    ],
)
def test_names_and_polyphones(text: str, pinyin: str) -> None:
    assert phonemes(text).replace(" ", "") == "".join(map(ZHG2P.py2ipa, pinyin.split())).replace("\u032f", "")


def test_capitals_are_spelled_and_words_are_read() -> None:
    assert phonemes("APP") == "ˈA pˈi pˈi"
    assert phonemes("app") == "ˈæp"
    assert phonemes("xqzt") == "ˈɛks kjˈu zˈi tˈi"


@pytest.mark.model
@given(st.text())
def test_any_text_gives_only_what_the_model_knows(text: str) -> None:
    known = json.loads((Catalogue.load().locate("kokoro") / "vocab.json").read_bytes())["vocab"]
    spoken = phonemes(spoken_form(text))
    chinese = [c for c in spoken if "\u3400" <= c <= "\u9fff"]
    assert chinese == []
    assert all(c in known for c in spoken if c.isalpha() and c.isascii())


def test_nothing_is_printed_or_logged(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        phonemes("北京市民热线")
    assert capsys.readouterr() == ("", "")
    assert caplog.records == []
