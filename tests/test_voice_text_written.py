"""Punctuation, and what `write` makes of a decoder's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.text import simplify, write
from voice.text.edits import Edit, apply
from voice.text.marks import asks


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("我家暖气不热 冷得不行", "我家暖气不热，冷得不行。"),
        ("您好,请问您反映什么问题?", "您好，请问您反映什么问题？"),
        ("喂，，你好。。", "喂，你好。"),
        ("，那个…我想问一下,", "那个，我想问一下。"),
        ("在三楼.三零一.", "在3楼。301。"),
        ("用 WiFi 上网，网址是Amara.org", "用WiFi上网，网址是Amara.org。"),
        ("对吗，是哪家公司", "对吗？是哪家公司？"),
        ("您家在哪个区呢。", "您家在哪个区呢？"),
        ("我家还等着呢", "我家还等着呢。"),
        ("「您好」", "您好。"),
        ("您好我想反映一个问题", "您好，我想反映一个问题。"),
        ("楼下烧烤摊占道油烟特别大但是没有人来", "楼下烧烤摊占道油烟特别大，但是没有人来。"),
        ("幺三八零零，幺三八零零零 我姓赵", "13800138000，我姓赵。"),
        ("今天8:30来的", "今天8:30来的。"),
        ("快点来人！", "快点来人！"),
        ("", ""),
        ("，。", ""),
    ],
)
def test_write(raw: str, text: str) -> None:
    assert write(raw).text == text


@pytest.mark.parametrize(
    "sentence",
    [
        "能报吗",
        "谁来修",
        "几点来",
        "多少钱",
        "多长时间了",
        "有没有人管",
        "你们到底管不管",
        "修好了没有",
        "那我呢",
        "为什么停水",
        "您的要求是退还剩余的五千元，对吧",
        "您贵姓",
        "找谁办呀",
        "这归哪个部门管啊",
        "是长期住还是临时住",
    ],
)
def test_questions(sentence: str) -> None:
    assert asks(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "没什么事",
        "我也不知道找谁",
        "什么都没有",
        "好几个人",
        "十几号",
        "孩子中考呢",
        "动不动就停电",
        "谁都不管",
        "他怎么都不肯",
        "不管怎么样，先修好",
        "物业公司叫什么我说不上来",
        "多少有点味儿",
        "这几点意见",
        "我想反映一个问题",
        "看看怎么办",
    ],
)
def test_statements(sentence: str) -> None:
    assert not asks(sentence)


@given(st.text(alphabet="我吗什么十三点号楼零幺, .，。？！?…「」()ab1%") | st.text())
def test_any_text_is_written_and_the_changes_say_where(raw: str) -> None:
    raw = simplify(raw)
    written = write(raw)
    at = to = 0
    for change in written.changes:
        assert raw[at : change.raw_start] == written.text[to : change.start]
        at, to = change.raw_end, change.end
    assert raw[at:] == written.text[to:]
    if any(c.isalnum() for c in raw):
        assert written.text[-1] in "。？！"
        assert not any(pair in written.text for pair in ("，，", "，。", "。。", "？？", "。，"))


def test_edits_must_not_overlap() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        apply("abc", [Edit(0, 2, "x"), Edit(1, 3, "y")])
