"""Whose number it is, by the words around it."""

from __future__ import annotations

import pytest

from voice.fields.phone_owners import Owner, is_introduced, owner


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("我电话", "，晚上关机，白天打。"),
        ("我电话", "，要是没人接就多打几遍。"),
        ("我电话", "，打不通就发短信。"),
        ("我电话", "，停水都停了三天了。"),
        ("我用这个", "给你们打过来好几次了。"),
        ("我电话", "，让物业打过来。"),
        ("物业不给我打电话，我电话", "。"),
        ("我是物业的，我的电话是", "。"),
        ("我在医院呢，电话", "。"),
        ("我姓王，电话是", "。"),
        ("后五位跟你们热线一样，", "。"),
        ("以前留的不用了，现在是", "。"),
        ("老板的电话打不通。", "。"),
        ("我儿子给办的，", "。"),
        ("所以我电话", "。"),
        ("您是", "打来的吧"),
    ],
)
def test_the_callers_own(before: str, after: str) -> None:
    assert owner(before, after) is Owner.CALLER


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("我这手机老关机，打我闺女的，", "。"),
        ("你记我媳妇那个，", "。"),
        ("有事联系我爱人，他那个号，", "。"),
        ("你联系我闺女吧。她号是", "。"),
        ("我女儿的电话是", "，你们找她。"),
        ("", "，这是我闺女的，打她的就行。"),
    ],
)
def test_a_relative_who_is_to_be_called(before: str, after: str) -> None:
    assert owner(before, after) is Owner.CONTACT


@pytest.mark.parametrize(
    ("before", "after"), [("我儿子的手机号", "，被绑了个彩铃。"), ("", "，那是我妹妹的。"), ("他的电话是", "。")]
)
def test_a_relative(before: str, after: str) -> None:
    assert owner(before, after) is Owner.FAMILY


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("房管所那个电话，", "，怎么打都占线。"),
        ("招生办那个电话，", "，永远占线。"),
        ("包工头姓牛，电话是", "，人跑了。"),
        ("我邻居的电话是", "。"),
        ("有个", "的号天天给我打，贷款的。"),
        ("有一个", "打来的，说是公安局的。"),
        ("我接到一个", "的电话，说我中奖了。"),
        ("", "老给我发短信，骚扰。"),
        ("你们留的是", "，那号我停了啊。"),
        ("", "，这号早不用了。"),
        ("别打我这个", "。"),
        ("我打我儿子的电话", "打不通。"),
        ("单子尾号", "。"),
    ],
)
def test_somebody_elses(before: str, after: str) -> None:
    assert owner(before, after) is Owner.OTHER


def test_what_introduces_a_number() -> None:
    assert is_introduced("我的手机是")
    assert is_introduced("通知我老伴儿，")
    assert not is_introduced("我们小区")
