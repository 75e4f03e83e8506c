"""Commands alone, at the end of something longer, and in words that only look like one."""

from __future__ import annotations

import pytest
from guide_parts import TODAY, interpreter
from hypothesis import given
from hypothesis import strategies as st

from ivr.sayings import Intent


def commanded(text: str) -> Intent | None:
    found = interpreter().command(interpreter().read(text, TODAY), TODAY)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("给我转人工", Intent.HUMAN),
        ("欠我们的工钱从去年拖到现在，电话里讲不清，帮我接个人工嘛，谢谢了", Intent.HUMAN),
        ("我老伴儿在旁边插嘴，给我打岔了，您再说一遍", Intent.REPEAT),
        ("办居住证要这么多材料啊，我拿笔记一下，你说慢点，成吗", Intent.SLOWER),
        ("楼底下正施工呢，吵得很，声音大点儿", Intent.LOUDER),
        ("欠薪的事你们帮忙催一下，工头喊我了，我先挂了啊", Intent.HANGUP),
    ],
)
def test_the_command_at_the_end_counts(text: str, intent: Intent) -> None:
    assert commanded(text) is intent


@pytest.mark.parametrize(
    "text",
    [
        "医保中心的人工窗口一共六个，就开了一个",
        "楼上半夜放音响，声音开得特别大，孩子没法睡",
        "门口新开的饭馆挂了个大招牌，把我家窗户都挡了",
        "暖气什么时候停",
        "不用转人工，我自己再想想",
    ],
)
def test_words_of_a_command_are_not_yet_one(text: str) -> None:
    assert commanded(text) is None


@given(st.text("人工慢点再说一遍挂了大声，。不 ", max_size=20))
def test_any_text_can_be_read(text: str) -> None:
    assert commanded(text) in {None, Intent.HUMAN, Intent.REPEAT, Intent.SLOWER, Intent.LOUDER, Intent.HANGUP}
