"""Misheard words are put back by their sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.repair import Repair
from models.phonetic import syllables
from models.plain_words import load_plain_words
from models.spelling import known_runs

RUNS = known_runs(["公积金怎么提取", "公积金能提多少", "公积金提取", "居住证怎么办", "居住证到期", "居住证"])
REPAIR = Repair(RUNS, load_plain_words())


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("攻击金提多少", "公积金提多少"),
        ("我的居住正，到期了", "我的居住证到期了"),
        ("公积金", "公积金"),
        ("国家", "国家"),
        ("5月到期", "五月到期"),
        ("", ""),
    ],
)
def test_what_sounds_like_a_known_run_is_written_like_it(heard: str, meant: str) -> None:
    assert REPAIR(heard) == meant


@given(st.text(max_size=50))
def test_any_text_is_taken(text: str) -> None:
    assert len(REPAIR(text)) == len(syllables(text))
