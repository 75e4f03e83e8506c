"""`simplify` keeps the length and turns nothing good into something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.text import simplify


@pytest.mark.parametrize(
    ("written", "simple"),
    [
        ("請問您反映什麼問題", "请问您反映什么问题"),
        ("他拿著錶量,沒有暖氣", "他拿着表量，没有暖气"),
        ("迴龍觀街道", "回龙观街道"),
        ("１３８ＡＢ％，！", "138AB%，！"),
        ("你们管不管么", "你们管不管么"),
        ("你好12345,请问?8:30,a.b", "你好12345，请问？8:30,a.b"),
        ("效果显著", "效果显著"),
        ("么三八零零", "幺三八零零"),
        ("這麼說對么", "这么说对么"),
    ],
)
def test_simplify(written: str, simple: str) -> None:
    assert simplify(written) == simple


@given(st.text())
def test_simplify_keeps_the_length_and_is_done_after_once(text: str) -> None:
    simple = simplify(text)
    assert len(simple) == len(text)
    assert len(simplify(simple)) == len(text)
