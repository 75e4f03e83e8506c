"""Place names in noisy transcripts, as hints for recognition and mentions for the work order."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.gazetteer import Gazetteer, Level, Place, load_gazetteer
from models.phonetic import syllables
from voice.names import NameIndex


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(load_gazetteer())


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("住在房山区良乡镇", "良乡"),
        ("风台区马加宝街道", "马家堡"),
        ("方星圆二去七号楼", "芳星园二区"),
        ("大兴趣新风介导黄村中理", "黄村中里"),
        ("昌平获迎华龙越南里", "霍营"),
        ("朝阳区望精街道", "望京"),
        ("西城区大石烂儿那边", "大栅栏"),
        ("海电区", "海淀"),
        ("同州区永顺真", "永顺"),
        ("广外那一片", "广外"),
        ("芳星园，，二区", "芳星园二区"),
        ("芳星园2区", "芳星园二区"),
    ],
)
def test_a_misspelt_name_is_near(index: NameIndex, heard: str, said: str) -> None:
    assert said in [name.shown for name, _ in index.near(heard)]


@pytest.mark.parametrize(
    "plain",
    [
        "你好我想问一下今年的供暖费什么时候开始交",
        "我的电话是一三八零零一三八零零零",
        "好的您稍等我给您登记一下",
        "他们半夜还在施工吵得我睡不着觉",
    ],
)
def test_plain_speech_holds_no_name(index: NameIndex, plain: str) -> None:
    assert all(match.odds < 2 for _, match in index.near(plain))


def test_context_decides_between_equal_sounds(index: NameIndex) -> None:
    heard = "我在东风这边"

    def dongfeng(*context: str) -> float:
        return next(match.odds for name, match in index.near(heard, context) if name.stem == "东风")

    assert dongfeng("朝阳区") > dongfeng()
    assert index.areas("朝阳区望京街道的事") == {"朝阳区", "望京街道"}
    assert index.areas("我想问一下供暖的事") == frozenset()


def test_positions_are_the_units_of_the_name(index: NameIndex) -> None:
    text = "喂，你好，丰台区，马家堡街道。"
    heard = syllables(text)

    spans = {index.names[m.pattern].stem: heard.span(m.start, m.end) for m in reversed(index.find(text))}

    assert text[slice(*spans["马家堡"])] == "马家堡街道"
    assert text[slice(*spans["丰台"])] == "丰台区"


def test_a_name_is_found_at_the_end_of_a_long_speech(index: NameIndex) -> None:
    text = "我跟你说这个事情真的是没有人管" * 8 + "我家在芳星园二区"

    best = index.find(text)[0]

    assert index.names[best.pattern].stem == "芳星园二区"
    assert best.end == len(text)


def test_any_gazetteer_will_do() -> None:
    index = NameIndex(Gazetteer((Place(("甲区",)), Place(("甲区", "乙镇")))))

    assert [n.stem for n in index.names] == ["甲区", "乙镇"]
    assert index.near("") == []
    assert index.near("，。") == []
    assert index.names[0].level is Level.DISTRICT


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="丰台区方庄街道，A1二嗯 \n甲", max_size=120))
def test_any_text_gives_matches_inside_it(text: str) -> None:
    index = _small()
    units = len(syllables(text))

    for match in index.find(text):
        assert 0 <= match.start < match.end <= units
    near = [match for _, match in index.near(text)]
    assert near == sorted(near, key=lambda m: -m.odds)
    assert all(a.end <= b.start or b.end <= a.start for a in near for b in near if a is not b)


@cache
def _small() -> NameIndex:
    return NameIndex(Gazetteer((Place(("丰台区",)), Place(("丰台区", "方庄街道")))))


def test_searching_an_utterance_takes_milliseconds(index: NameIndex) -> None:
    text = "丰台区方庄街道芳星园二区社区九号楼三单元四零二对吗"
    texts = [text[i:] + text[:i] for i in range(10)]

    start = time.perf_counter()
    for t in texts:
        index.near(t)

    assert (time.perf_counter() - start) / len(texts) < 0.1  # measured 6 ms; the margin is for a busy machine
