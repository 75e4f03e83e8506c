"""Names aligned with noisy text, and the plain speech that they compete with."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import DataFileError
from models.phonetic import syllables
from voice.background import Background
from voice.matcher import Match, Matcher, Pattern, unit_characters

BACKGROUND = Background.load()
NAMES = ("芳星园二区社区", "马家堡街道", "霍营街道", "翠微路二十一号社区", "延庆镇", "劲松中社区")
PATTERNS = [
    Pattern(NAMES[0], suffix=2),
    Pattern(NAMES[1], suffix=2),
    Pattern(NAMES[2], suffix=2),
    Pattern(NAMES[3], suffix=2),
    Pattern(NAMES[4], suffix=1, suffix_needed=True),
    Pattern(NAMES[5], suffix=2),
]
MATCHER = Matcher(PATTERNS, BACKGROUND)


def best(text: str, name: str, at_least: float = -50.0) -> Match | None:
    found = [m for m in MATCHER.find(syllables(text), at_least) if NAMES[m.pattern] == name]
    return found[0] if found else None


def score(text: str, name: str) -> float:
    match = best(text, name)
    return match.score if match else -50.0


def test_the_closer_the_higher() -> None:
    name = "马家堡街道"
    written = ["马家堡街道", "马家宝街道", "麻家宝街道", "马家桥街道", "今天天气好"]

    scores = [score(text, name) for text in written]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_a_suffix_may_be_left_out_unless_the_stem_is_another_name() -> None:
    assert score("在霍营", "霍营街道") > 8
    assert score("在延庆", "延庆镇") < score("在延庆镇", "延庆镇") - 10


def test_the_end_of_a_long_name_may_be_left_out_but_not_another_number_put_there() -> None:
    assert score("在芳星园", "芳星园二区社区") > 15
    assert score("在芳星园三区", "芳星园二区社区") < score("在芳星园二区", "芳星园二区社区") - 8
    assert score("翠微路", "翠微路二十一号社区") < score("翠微路二十一号", "翠微路二十一号社区") - 15


def test_a_filler_inside_costs_little_and_a_pause_more() -> None:
    clean = score("芳星园二区", "芳星园二区社区")

    assert clean - 2 < score("芳星园那二区", "芳星园二区社区") < clean
    assert score("芳星园，二区", "芳星园二区社区") < clean


def test_where_it_stands() -> None:
    text = "喂，丰台区，马家堡街道，马加宝街道"
    heard = syllables(text)

    places = [m for m in MATCHER.find(heard, 5.0) if NAMES[m.pattern] == "马家堡街道"]

    assert [text[slice(*heard.span(m.start, m.end))] for m in places] == ["马家堡街道", "马加宝街道"]


def test_names_are_found_across_the_edges_of_windows() -> None:
    for before in range(30, 60):
        text = "好" * before + "芳星园二区"
        match = best(text, "芳星园二区社区")
        assert match is not None
        assert (match.start, match.end) == (before, before + 5)


def test_digits_are_numerals() -> None:
    assert unit_characters(syllables("芳星园2区")) == "芳星园二区"
    assert score("芳星园2区", "芳星园二区社区") == score("芳星园二区", "芳星园二区社区")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=150) | st.text(alphabet="芳星园二去马家宝街道，霍营1A", max_size=150))
def test_any_text_will_do(text: str) -> None:
    heard = syllables(text)

    found = MATCHER.find(heard, 0.0)

    assert all(0 <= m.start < m.end <= len(heard) for m in found)
    assert all(m.odds >= 0 for m in found)
    assert [m.odds for m in found] == sorted((m.odds for m in found), reverse=True)


def test_words_make_plain_speech_likelier() -> None:
    apart = BACKGROUND.logs(syllables("电"), "电")[0].sum() + BACKGROUND.logs(syllables("话"), "话")[0].sum()

    assert BACKGROUND.logs(syllables("电话"), "电话")[0].sum() > apart
    assert BACKGROUND.logs(syllables("电化"), "电化")[1].sum() > BACKGROUND.logs(syllables("电宽"), "电宽")[1].sum()


def test_telephone_numbers_are_plain_speech() -> None:
    number = "一三八零零一三"

    assert BACKGROUND.logs(syllables(number), number)[0].min() >= -2.31  # one of ten digits


@pytest.mark.parametrize("line", ["电话", "电话\tmany", "\t3", "电话\t0"])
def test_a_bad_line_of_the_word_list_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "words.tsv"
    path.write_text(f"的\t5\n{line}\n", encoding="utf-8")

    with pytest.raises(DataFileError, match=r"words\.tsv:2: "):
        Background.load(path)
