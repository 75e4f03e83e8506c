"""The summary, and the clauses it is made of."""

from __future__ import annotations

import re
import time

import pytest
from dialogue import call, dialogue
from hypothesis import given
from hypothesis import strategies as st

from models.workorder import Candidate, Field, FieldName, FieldValue
from voice.fields.clauses import clauses, demand_of, is_demand, is_procedure, tidy
from voice.fields.extractor import FieldResources
from voice.fields.summary import Summariser

CALL = (
    "o:您好，请讲",
    "c:你好，我要投诉，楼下新开的饭馆油烟直接排到我家窗户上",
    "o:什么时候开始的",
    "c:上礼拜三开始的，呛得我妈直咳嗽，找他们老板好几回了，没人搭理",
    "o:您是希望城管来查处，对吗",
    "c:对，希望尽快给装个油烟净化器",
    "o:您贵姓",
    "c:我姓马，电话是幺三九幺零零零幺二三四",
)


@pytest.fixture(scope="module")
def summariser() -> Summariser:
    return FieldResources.load().summariser


def summary(summariser: Summariser, *turns: str, **values: FieldValue) -> str:
    fields = {FieldName(name): Field(value, 1.0) for name, value in values.items()}
    found = summariser.summarise(call(), dialogue(*turns), fields)
    return str(found.value) if found else ""


def test_who_when_where_what_and_the_demand(summariser: Summariser) -> None:
    text = summary(
        summariser,
        *CALL,
        caller_name="马女士",
        request_type="投诉",
        district="朝阳区",
        street="劲松街道",
        occurred_at="2026-01-07",
    )

    assert text.startswith("马女士投诉，2026年1月7日，朝阳区劲松街道，")
    assert "油烟直接排到家中窗户上" in text
    assert "呛得其母亲直咳嗽" in text
    assert re.search("要求城管来查处，.*装个油烟净化器", text)
    assert "姓马" not in text
    assert "139" not in text
    assert text.endswith("。")


def test_whom_it_is_about(summariser: Summariser) -> None:
    told = {"caller_name": "马女士", "respondent": "老马家饭馆"}

    assert summary(summariser, *CALL, request_type="投诉", **told).startswith("马女士投诉老马家饭馆，")
    assert summary(summariser, *CALL, request_type="求助", **told).startswith("马女士反映，")


def test_nothing_that_was_not_said(summariser: Summariser) -> None:
    said = "".join(CALL)
    text = summary(summariser, *CALL)
    words = set(re.findall("[\u4e00-\u9fff]", text)) - set("来电人反映要求其母亲数次无家中尽快两")

    assert words <= set(said)


def test_evidence_covers_the_clauses(summariser: Summariser) -> None:
    spoken = dialogue(*CALL)
    found = summariser.summarise(call(), spoken, {})

    assert isinstance(found, Candidate)
    raw = {u.id: u.raw for u in spoken}
    assert all(raw[e.utterance][slice(*e.span)] == e.quote for e in found.evidence)
    assert {e.utterance for e in found.evidence} == {"u2", "u4", "u5", "u6"}


def test_nothing_told_no_summary(summariser: Summariser) -> None:
    assert summary(summariser, "o:您好，请讲", "c:喂，你好，我姓马") == ""
    assert summary(summariser) == ""


def test_secrecy_repetition_and_answers_are_stated(summariser: Summariser) -> None:
    text = summary(summariser, *CALL, confidential=True, repeat_call=True)
    assert text.startswith("来电人再次来电反映，")
    assert text.endswith("，要求保密。")

    asked = ("c:我想问问公积金怎么提取，租房的", "o:可以在网上申请提取", "c:哦明白了，谢谢")
    assert summary(summariser, *asked, request_type="咨询").endswith("。话务员答复：可以在网上申请提取。")
    assert "已解答" not in summary(summariser, *asked[:2], request_type="咨询")


def test_it_stays_short(summariser: Summariser) -> None:
    turns = [
        f"c:小区{kind}坏了没人修，物业说过两天就来，等了{n}个月也没动静" for n, kind in enumerate("灯门梯泵", 2)
    ] * 5
    began = time.perf_counter()
    text = summary(summariser, *turns)
    endless = summary(summariser, *turns, "c:" + "要求退钱还有电梯坏了没人修" * 1000)

    assert len(text) < 300
    assert len(endless) < 300
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("嗯，那个我家暖气不热啊", "家中暖气不热"),
        ("我妈都八十二岁了", "其母亲都82岁了"),
        ("俺家里没法儿住，儿子天天在门口儿等着", "家中没法住儿子天天在门口等着"),
        ("他们就是不给我退钱呢", "他们就是不给其退钱"),
        ("我想问一下公积金怎么提取呀", "公积金怎么提取"),
        ("我举报有人违停", "有人违停"),
        ("俩光膀子的打起来，我们俩都看见了，过了俩月", "两个光膀子的打起来两人都看见了过了两个月"),
        ("啊", ""),
    ],
)
def test_tidy(said: str, written: str) -> None:
    assert tidy(said).replace("，", "") == written


def test_what_clauses_are() -> None:
    assert is_procedure("我姓王")
    assert is_procedure("喂您好")
    assert not is_procedure("物业不管")
    assert is_demand("赶紧派人来修")
    assert is_demand("要求退还押金")
    assert not is_demand("他们不退钱")
    assert demand_of("您是要求物业退还押金") == "物业退还押金"
    assert demand_of("请问您有什么事情") == ""
    (utterance,) = dialogue("c:坏了，没人修。 真的")
    assert [c.text for c in clauses(utterance)] == ["坏了", "没人修", "真的"]


@given(text=st.text("我嗯啊对的那个退钱修，。1a ", max_size=80) | st.text(max_size=40) | st.just("嗯对" * 5000))
def test_any_words(summariser: Summariser, text: str) -> None:
    tidy(text), is_demand(text), is_procedure(text), demand_of(text)
    summary(summariser, "c:" + text, "o:" + text)


def test_words_of_the_place_and_the_time_are_not_said_again(summariser: Summariser) -> None:
    turns = "c:昨天晚上，朝阳区望京街道，望京西园三区门口，工地施工吵得睡不着，就昨天晚上十一点半"
    place = {"district": "朝阳区", "street": "望京街道", "address_detail": "望京西园三区门口"}
    text = summary(summariser, turns, occurred_at="2026-01-07T23:30", **place)

    assert text.count("望京西园三区") == 1
    assert "昨天晚上" not in text
    assert "吵得睡不着" in text


@pytest.mark.parametrize(
    ("said", "written"),
    [("我举报了三次没人管", "举报了3次无人管"), ("我咨询个政策方面的事", "政策方面的事"), ("我举报一个饭馆", "饭馆")],
)
def test_what_leads_in_is_left_out_whole(said: str, written: str) -> None:
    assert tidy(said) == written
