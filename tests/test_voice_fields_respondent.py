"""The unit complained about."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from dialogue import draft, found
from finders import finder as the_finder
from hypothesis import given
from hypothesis import strategies as st

from models.workorder import FieldName
from voice.fields.extractor import FieldResources
from voice.fields.respondent import RespondentFinder

RESPONDENT = FieldName.RESPONDENT


@pytest.fixture(scope="module")
def finder() -> RespondentFinder:
    return the_finder(RespondentFinder)


COMPLAINTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("绿洲健身俱乐部", ("c:我在绿洲健身俱乐部办的卡，现在店关了，我卡里还有三千多",)),
    ("京热热力公司", ("c:供暖的是京热热力公司，打电话没人接",)),
    ("小太阳幼儿园", ("c:我孩子在小太阳幼儿园，老师打孩子",)),
    ("万家乐超市", ("c:我要投诉万家乐超市，卖过期牛奶",)),
    ("首开物业", ("c:首开物业不作为，垃圾都没人管",)),
    ("中建三局", ("c:那个工地是中建三局的，半夜施工",)),
    ("四季青医院", ("c:在四季青医院看病，医生把我爸误诊了",)),
    ("老张家烧烤", ("c:楼下那个烧烤店叫老张家烧烤，天天占道",)),
    ("鑫源劳务", ("c:欠我三个月工资，劳务公司叫鑫源劳务，老板姓马",)),
    ("北京鸿运达建筑劳务有限公司", ("c:他们公司全称是北京鸿运达建筑劳务有限公司，欠工资",)),
    ("悦享游泳健身", ("o:商家叫什么名字？", "c:叫悦享游泳健身，在大悦城那边")),
    ("蓝鲸乐园", ("o:您是在哪一家办的卡？", "c:叫蓝鲸乐园，押金不给退")),
    ("永乐环卫所", ("o:那边归谁管您知道吗？", "c:永乐环卫所，从来不来收")),
    ("康寿堂", ("o:这家店叫什么？", "c:嗯，康寿堂，卖保健品的")),
    ("325路", ("c:三二五路公交车司机态度不好，甩站",)),
    ("拼多多", ("c:我在拼多多买的手机是翻新机，平台不处理",)),
    ("昌源市政工程公司", ("c:围挡上写着昌源市政工程公司，半夜还在挖",)),
)
OTHERS: tuple[tuple[str, ...], ...] = (
    ("c:物业也不管，居委会也不管，找开发商也没用",),
    ("c:供暖公司打电话没人接",),
    ("c:我家住朝阳医院对面，路口红绿灯坏了",),
    ("c:光明路小学门口违停的车特别多",),
    ("o:是哪家物业公司您清楚吗？", "c:不清楚，没注意过"),
    ("o:小区叫什么名字？", "c:叫西罗园四区"),
    ("o:您叫什么名字？", "c:我叫李秀英"),
    ("c:我提个建议，希望在阳光幼儿园门口装个红绿灯",),
    ("c:邻居摔了，我叫救护车来的，担架抬不进来",),
    ("c:物业费两块八涨到四块五",),
    ("o:我们会联系热力集团核实", "c:好的谢谢"),
)
FOUND, LEFT = 0.8, 0.9
"""Shares that the tagger, which has learned from whole calls, gets right at least in single sentences."""


def test_units_complained_about(finder: RespondentFinder) -> None:
    read = [(expected, found(finder, RESPONDENT, *turns), turns) for expected, turns in COMPLAINTS]
    wrong = [row for row in read if row[0] != row[1]]

    assert 1 - len(wrong) / len(read) >= FOUND, "\n".join(map(str, wrong))


def test_units_named_in_passing_or_not_at_all(finder: RespondentFinder) -> None:
    wrong = [(got, turns) for turns in OTHERS if (got := found(finder, RESPONDENT, *turns)) is not None]

    assert 1 - len(wrong) / len(OTHERS) >= LEFT, "\n".join(map(str, wrong))


def test_a_correction_counts(finder: RespondentFinder) -> None:
    assert found(finder, RESPONDENT, "c:小区物业是金碧物业，不对，是金辉物业，天天不干活") == "金辉物业"


def test_only_what_is_taken_back_is_denied(finder: RespondentFinder) -> None:
    assert found(finder, RESPONDENT, "c:我投诉恒泰物业，恒泰物业做得不对，乱收费") == "恒泰物业"


def test_the_operator_repeating_it_makes_it_surer(finder: RespondentFinder) -> None:
    turns = ("c:我孩子在小太阳幼儿园，老师打孩子", "o:是小太阳幼儿园，对吗")
    alone = draft(finder, turns[0]).fields[RESPONDENT]
    agreed = draft(finder, *turns).fields[RESPONDENT]

    assert agreed.confidence > alone.confidence
    assert [e.quote for e in agreed.evidence] == ["小太阳幼儿园"] * 2


def test_a_deployers_list(tmp_path: Path) -> None:
    (tmp_path / "units.txt").write_text("顺心居\n")
    known = FieldResources.load(units=tmp_path / "units.txt")
    finder = next(f for f in known.finders if isinstance(f, RespondentFinder))

    assert found(finder, RESPONDENT, "c:我投诉顺心居，不给我退押金") == "顺心居"


def test_long_speeches_take_no_longer(finder: RespondentFinder) -> None:
    began = time.perf_counter()
    draft(finder, "o:物业公司叫什么名字", "c:" + "物业叫什么叫公司" * 1250)
    assert time.perf_counter() - began < 2


@given(turns=st.lists(st.text("物业公司叫什么的在北京，。a1 恒泰", max_size=30).map(lambda t: "c:" + t), max_size=3))
def test_any_words_get_good_evidence(finder: RespondentFinder, turns: list[str]) -> None:
    draft(finder, "o:是哪家公司，叫什么名字", *turns)
