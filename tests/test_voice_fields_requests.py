"""What kind of request a call is."""

from __future__ import annotations

import pytest
from dialogue import found
from hypothesis import given
from hypothesis import strategies as st

from models.workorder import CHOICES, FieldName
from voice.fields.requests import RequestFinder

FINDER = RequestFinder.load()

KIND = FieldName.REQUEST_TYPE


@pytest.mark.parametrize(
    ("expected", "turns"),
    [
        ("求助", ("c:我们家没水了，能不能派人来修修",)),
        ("求助", ("c:我家老人走丢了，怎么办啊",)),
        ("求助", ("c:小区停水了，什么时候能来水",)),
        ("投诉", ("c:我问一下，买了个手机是翻新的归你们管不？我要退钱，商家不给退",)),
        ("咨询", ("c:我想打听打听，老楼装电梯有一户不同意，那怎么办啊",)),
        ("求助", ("c:快快，撞车了，有个人躺地上不动了",)),
        ("投诉", ("c:我要投诉公交司机，甩站不停",)),
        ("投诉", ("c:送水的把我家门框磕坏了，我问那师傅，他扭头就走，这什么态度啊",)),
        ("投诉", ("c:我问了三个窗口，一个支一个，都说不归他管，这叫办事的地方吗",)),
        ("咨询", ("c:您好，我问一下，异地的驾照到期了能在北京换吗",)),
        ("投诉", ("c:我问问你们，培训机构骗钱有没有人管？我要投诉",)),
        ("投诉", ("c:物业乱收停车费，太不像话了",)),
        ("举报", ("c:我要举报一家饭店偷排油烟",)),
        ("举报", ("c:我们楼下有人私搭乱建，我想反映一下",)),
        ("建议", ("c:我提个建议，能不能在路口加个红绿灯",)),
        ("建议", ("c:我建议咱们公交车加开一趟夜班",)),
        ("表扬", ("c:我想表扬一下社区的小王，特别热心",)),
        ("咨询", ("c:请问居住证怎么办",)),
        ("咨询", ("c:我打听个事儿，养老卡在哪儿办",)),
        ("求助", ("c:我不是要投诉谁，就是请你们派人修一下",)),
        ("求助", ("c:路灯坏了请派人修一下，再不修我就投诉你们",)),
        ("咨询", ("c:举报奖励的办法在哪儿能看", "o:您要举报什么？", "c:不举报谁，就问最高能奖多少")),
        ("投诉", ("c:我给你们提个建议，让那个保安下岗，他推我妈，让他给老太太道个歉",)),
        ("建议", ("c:我没意见，以后能不能统一提前贴个通知",)),
        ("表扬", ("c:上次的事办好了，您替我谢谢那位师傅，给他公司写个表扬信",)),
        ("表扬", ("c:我早上在车上晕倒了，司机给我买的糖", "o:您现在怎么样？", "c:好了，您替我谢谢人家")),
        ("投诉", ("c:我举报了三次没人管，我要投诉你们",)),
        ("投诉", ("c:楼上装修声音特别大",)),
        (None, ("o:请问您是咨询还是投诉？",)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_kinds(expected: str | None, turns: tuple[str, ...]) -> None:
    assert found(FINDER, KIND, *turns) == expected


@given(st.lists(st.text(alphabet="我要投诉举报建议表扬咨询问一下派人修怎么办，。", max_size=20), max_size=4))
def test_any_dialogue(words: list[str]) -> None:
    turns = [f"{'oc'[i % 2]}:{said}" for i, said in enumerate(words)]
    assert found(FINDER, KIND, *turns) in {None, *CHOICES[KIND]}
