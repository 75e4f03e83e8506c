"""Names of units that recognition wrote with other characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.fields import lexicon
from voice.fields.respelling import Respelling

RESPELLING = Respelling(["物业", "幼儿园", "市政工程公司"], lexicon.words("trade_names"), ["普惠"])


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("横太物业，你帮我记上", "恒泰物业，你帮我记上"),
        ("写着红远市政工程公司", "写着宏远市政工程公司"),
        ("小区的屋业不管", "小区的物业不管"),
        ("红星幼儿园", "红星幼儿园"),
        ("普惠幼儿园", "普惠幼儿园"),
        ("换了新的物业", "换了新的物业"),
        ("横太好了", "横太好了"),
    ],
)
def test_only_what_makes_no_sense_is_respelled(heard: str, meant: str) -> None:
    assert RESPELLING.respell(heard) == meant


@given(text=st.text(max_size=40) | st.text("横太红远物业屋也，。1 ", max_size=40))
def test_every_character_keeps_its_place(text: str) -> None:
    assert len(RESPELLING.respell(text)) == len(text)
