"""The syllable view of Chinese text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.phonetic import cost, fold, syllables


@given(st.text(max_size=300))
def test_units_are_aligned_with_their_characters(text: str) -> None:
    heard = syllables(text)

    assert heard.text == text
    assert len(heard) == len(heard.at) == len(heard.readings) == len(heard.first)
    assert list(heard.at) == sorted(set(heard.at))
    assert all(0 <= i < len(text) for i in heard.at)
    assert all(r and len(set(r)) == len(r) for r in heard.readings)


@given(st.text(alphabet="，。 芳星园二去Aa3楼", min_size=1, max_size=30), st.data())
def test_a_span_of_units_reads_like_its_characters(text: str, data: st.DataObject) -> None:
    heard = syllables(text)
    if not len(heard):
        return
    start = data.draw(st.integers(0, len(heard) - 1))
    end = data.draw(st.integers(start + 1, len(heard)))

    a, b = heard.span(start, end)

    assert syllables(text[a:b]).first == heard.first[start:end]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("方星圆，二去", "fang xing yuan er qu"),
        ("银行", "yin hang"),
        ("行人", "xing ren"),
        ("长期", "chang qi"),
        ("生长", "sheng zhang"),
        ("绿化", "lv hua"),
        ("A座3层", "A zuo san ceng"),
        ("Ａ座３层", "A zuo san ceng"),
        ("。， \n", ""),
    ],
)
def test_reading(text: str, expected: str) -> None:
    assert " ".join(syllables(text).first) == expected


def test_other_readings_of_a_character_are_kept() -> None:
    chang, _ = syllables("长椿").readings

    assert set(chang) == {"zhang", "chang"}


@pytest.mark.parametrize(
    ("said", "heard"),
    [("住", "组"), ("牛", "刘"), ("芳", "慌"), ("方", "饭"), ("生", "森"), ("星", "新"), ("床", "窜")],
)
def test_common_confusions_fold_to_one_syllable(said: str, heard: str) -> None:
    a, b = syllables(said).first[0], syllables(heard).first[0]

    assert a != b
    assert fold(a) == fold(b)
    assert cost(a, b) <= 0.5


@given(st.text(min_size=2, max_size=2, alphabet="芳星园二区丰台马家堡街道黄村中里霍营ABC"))
def test_cost_is_a_symmetric_measure(pair: str) -> None:
    a, b = syllables(pair).first

    assert cost(a, b) == cost(b, a)
    assert (cost(a, b) == 0) == (a == b)
    assert 0 <= cost(a, b) <= 1


def test_latin_letters_sound_like_no_syllable() -> None:
    assert cost("A", "a") == 1
    assert cost("A", "B") == 1


def test_reading_an_utterance_takes_microseconds() -> None:
    parts = "丰台区方庄街道芳星园二区社区九号楼三单元四零二"
    texts = [parts[i:] + parts[:i] + str(i) for i in range(len(parts))]
    syllables(parts)  # the tables are loaded once

    start = time.perf_counter()
    for text in texts:
        syllables(text)

    assert (time.perf_counter() - start) / len(texts) < 500e-6  # measured 25 us; the margin is for a busy machine
