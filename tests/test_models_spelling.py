"""What was heard is spelled as it was most likely meant."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.phonetic import syllables
from models.plain_words import load_plain_words
from models.spelling import Speller, known_runs

RUNS = known_runs(["公积金怎么提取", "公积金能提多少", "公积金提取", "居住证怎么办", "居住证到期", "居住证"])
SPELLER = Speller(RUNS, load_plain_words(), own=0.95)


def _spelled(text: str, speller: Speller = SPELLER) -> str:
    return speller.spell(text, [-2.0] * len(text))


def test_long_runs_must_occur_twice() -> None:
    assert RUNS["公积金"] == 3
    assert "公积金怎么" not in RUNS


@pytest.mark.parametrize(
    ("heard", "meant"),
    [("攻击金提多少", "公积金提多少"), ("公积金", "公积金"), ("国家", "国家"), ("", "")],
)
def test_what_sounds_like_a_known_run_is_spelled_like_it(heard: str, meant: str) -> None:
    assert _spelled(heard) == meant


def test_another_sound_is_left() -> None:
    assert _spelled("居住真到期") == "居住真到期"


def test_of_runs_that_sound_the_same_the_more_frequent_is_meant() -> None:
    speller = Speller(known_runs(["居住证"] * 9 + ["居住正"] * 3), {}, own=0.95)
    assert _spelled("居住郑", speller) == "居住证"


def test_what_is_spoken_carelessly_is_known_by_its_place() -> None:
    careless = Speller(known_runs(["年底", "您好", "您好"]), {}, own=1.0, slurred={"nian": "nin"})
    assert careless.spell("年好", [-1.0] * 2) == "您好"
    assert careless.spell("年底", [-1.0] * 2) == "年底"


def test_a_character_that_is_certain_stays() -> None:
    assert SPELLER.spell("攻击金", [-math.inf, -2.0, -2.0]) == "攻击金"
    assert SPELLER.spell("居住正", [-2.0, -math.inf, -2.0]) == "居住证"


def test_what_is_not_spoken_is_refused() -> None:
    with pytest.raises(ValueError, match="not spoken"):
        _spelled("公积金，提取")


@given(st.text(max_size=50))
def test_any_spoken_text_keeps_its_length(text: str) -> None:
    spoken = "".join(text[i] for i in syllables(text).at)
    assert len(_spelled(spoken)) == len(spoken)
