"""Misheard words are put back by their sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.repair import Repair, known_runs
from models.phonetic import syllables
from models.plain_words import load_plain_words

RUNS = known_runs(["公积金怎么提取", "公积金能提多少", "公积金提取", "居住证怎么办", "居住证到期", "居住证"])
REPAIR = Repair(RUNS, load_plain_words())


def test_long_runs_must_occur_twice() -> None:
    assert RUNS["公积金"] == 3
    assert "公积金怎么" not in RUNS


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("攻击金提多少", "公积金提多少"),
        ("我的居住正，到期了", "我的居住证到期了"),
        ("公积金", "公积金"),
        ("我的居住真到期", "我的居住证到期"),
        ("国家", "国家"),
        ("5月到期", "五月到期"),
        ("", ""),
    ],
)
def test_what_sounds_like_a_known_run_is_written_like_it(heard: str, meant: str) -> None:
    assert REPAIR(heard) == meant


def test_of_runs_that_sound_the_same_the_more_frequent_is_meant() -> None:
    assert Repair(known_runs(["居住证"] * 9 + ["居住正"] * 3), {})("居住郑") == "居住证"


@given(st.text(max_size=50))
def test_any_text_is_taken(text: str) -> None:
    assert len(REPAIR(text)) == len(syllables(text))
