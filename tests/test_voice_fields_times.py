"""When the thing happened, among all the times that a call names."""

from __future__ import annotations

import pytest
from dialogue import found
from finders import finder
from hypothesis import given
from hypothesis import strategies as st

from models.workorder import FieldName
from voice.fields.times import TimeFinder

FINDER = finder(TimeFinder)

ASKED = "o:从什么时候开始的？"


def time(*turns: str, confidence: float = 1.0) -> object:
    return found(FINDER, FieldName.OCCURRED_AT, *turns, confidence=confidence)


EVENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("2026-01-11", (ASKED, "c:前天")),
    ("2026-01-06", ("c:打上周二起就没热水",)),
    ("2026-01-13T07:00", ("c:今天早上七点出的事，到现在没人来",)),
    ("2026-01-08", (ASKED, "c:八号，一月八号开始的")),
    ("2026-01-10", ("c:我去年五月买的房，上周六开始漏水",)),
    ("2026-01-12", (ASKED, "c:昨天下午，我给物业打过电话")),
    ("2026-01-09", ("c:我上上周五给你们打过一回，没人管", ASKED, "c:就上周五")),
    ("2026-01-12T20:30", ("c:昨天晚上停的电", "o:具体几点？", "c:八点半吧")),
    ("2026-01-08", ("c:八号到的货", "o:一月八号收到的？", "c:嗯，一月八号")),
    ("2026-01-12", ("o:是昨天发现的？", "c:昨天，元旦那会儿邻居就说过")),
    ("2026-01-05", ("c:上周一坏的，今天都十三号了",)),
    ("2026-01-12T16:00", ("c:昨天下午我去接孩子，四点来钟，校门口的牌子倒了",)),
    ("2026-01-12T20:00", ("c:昨天晚上八点多，楼上又剁东西，我九点上去敲的门",)),
    ("2026-01-12T16:00", ("o:什么时候撞的？", "c:昨天下午", "o:几点？", "c:四点吧，我四点半到的医院")),
    ("2026-01-12T06:40", ("c:昨天，冬月二十四，早起六点四十发的车，我六点二十就到站了",)),
    ("2026-01-11", ("c:我八号买的电动车，停楼下，前天晚上丢的，昨天报的警",)),
    ("2026-01-12", ("c:软件上写着十二号送到，我十三号去拿，没了", "o:十二号显示送到。")),
    ("2026-01-10", (ASKED, "c:好像是九号", "o:九号是周五，您确定吗？", "c:那不对，是周六，十号")),
    ("2026-01-12", (ASKED, "c:周日，不对，是周一")),
    ("2026-01-12", (ASKED, "c:周日不对，是周一")),
    ("2026-01-12T02:00", ("c:昨天凌晨两点机器就响了", "o:您前天打过电话是吗", "c:没有")),
    ("2026-01-13T07:00", ("c:早上停的电", "o:是早上八点停的吗？", "c:七点停的")),
    ("2026-01-12T10:00", (ASKED, "c:昨天上午十点，我发现水表不对劲，单子开错了，今天去找的他们")),
    ("2026-01-11T02:00", ("c:前天夜里两点多，机器就开起来了", "o:十一号凌晨，是吧？")),
    ("2026-01-12T02:00", ("c:前天夜里两点多，机器就开起来了",)),
    ("2026-01-10", ("o:您什么时候买的？", "c:十号，上周六", "o:什么时候坏的？", "c:买回来当天就不转了")),
    ("2026-01-01", ("c:元月一号起涨的价，通知是十二月二十八号贴的",)),
    ("2026-01-13T08:22", ("c:就半个小时前，一辆大巴撞树上了",)),
    ("2026-01-13T01:30", ("c:半夜一点半，咣的一声，水管爆了",)),
    ("2026-01-13", ("c:今天早上我一开门，过道上堆满了家具",)),
    ("2026-01-10", (ASKED, "c:打上离百六就这样的")),
)
OTHERS: tuple[tuple[str, ...], ...] = (
    ("c:有两三个月了",),
    (ASKED, "c:停了三天了"),
    ("c:请问我十月十五号交的材料，现在能查进度吗",),
    ("c:明天我要上班，后天也没空",),
    ("c:每天晚上十一点多还在施工",),
    ("c:从傍晚五点一直吵到后半夜",),
    ("c:差点砸在我脚跟前儿",),
    ("c:三号窗口那个小年轻说话特别冲",),
    ("o:您找过劳动监察吗？", "c:昨天去了，没见着人"),
    ("c:手机晚上六点以后打，白天开会",),
    ("c:今天必须有人来，今晚就得修好",),
    ("c:我上礼拜六就给你们打过一回了",),
    ("c:我想问下五月一号新规定什么时候执行",),
    ("o:供暖期是十一月十五号到三月十五号",),
    ("c:我住这儿二十年了，住十四号楼",),
    ("c:每礼拜三下午他们都在这儿摆摊，三点来，天黑走",),
    ("c:卡里还有三十一节课没上，老板跑了",),
    ("c:夜里十二点过了，连个亮灯的地方都没有",),
)
MOST = 0.8
"""Share that the tagger, which has learned from other calls, gets right at least."""


def test_the_time_of_the_event() -> None:
    wrong = [(expected, got, turns) for expected, turns in EVENTS if (got := time(*turns)) != expected]

    assert 1 - len(wrong) / len(EVENTS) >= MOST, "\n".join(map(str, wrong))


@pytest.mark.parametrize(
    ("expected", "turns"),
    [
        ("2026-01-12T19:30", ("c:昨天晚上起点半突然就没电了",)),
        ("2026-01-13T07:00", ("c:今天早上其点停的水",)),
        ("2026-01-12T19:30", ("c:七点半吧，就昨天晚上七点半，啪一声全黑了",)),
        ("2026-01-12T16:00", ("c:昨天下午四点停的水",)),
    ],
)
def test_an_hour_that_was_misheard_or_told_twice(expected: str, turns: tuple[str, ...]) -> None:
    assert time(*turns, confidence=0.6) == expected


def test_other_times_are_not_when_it_happened() -> None:
    wrong = [(got, turns) for turns in OTHERS if (got := time(*turns)) is not None]

    assert 1 - len(wrong) / len(OTHERS) >= MOST, "\n".join(map(str, wrong))


def test_a_clock_time_belongs_to_the_day_told_before() -> None:
    assert time("c:昨天晚上停的电", "o:具体几点？", "c:八点半吧") == "2026-01-12T20:30"


@pytest.mark.parametrize(
    ("expected", "turns"),
    [
        ("2026-01-11T20:30", ("c:晚上八点半左右吧，楼上就开始蹦", "o:哪天？", "c:前天")),
        ("2026-01-12T20:30", ("o:几点的事？", "c:晚上八点半左右吧", "o:是今天吗？", "c:不是，昨天")),
        ("2026-01-12T20:30", ("o:几点的事？", "c:八点半左右吧，晚上。", "o:哪天？", "c:昨天。")),
        ("2026-01-12T22:00", ("c:昨天十点，晚上，楼上开始装修",)),
    ],
)
def test_a_day_or_a_part_of_it_told_after_the_clock(expected: str, turns: tuple[str, ...]) -> None:
    assert time(*turns) == expected


def test_the_only_full_time_is_believed() -> None:
    assert time("c:上周三凌晨一点钟吧，我听见咣当一声，井盖被车轧翻了。") == "2026-01-07T01:00"


def test_a_correction_takes_back_what_was_said() -> None:
    assert time(ASKED, "c:周日，不对，是周一") == "2026-01-12"


def test_a_day_that_is_denied_is_not_the_day() -> None:
    assert time("o:您说的事是昨天？", "c:不是昨天，是前天。昨天我去的医院。", "o:前天。") == "2026-01-11"
    assert time("o:昨天坏的？", "c:不是昨天。", "o:那是哪天？", "c:前天") == "2026-01-11"
    assert time("c:昨天晚上停的电，不是七点，是八点") == "2026-01-12T20:00"


def test_what_is_long_ago_is_only_offered() -> None:
    told = "c:房子是一三年三月一号交的，外墙老掉皮"

    assert time(told) is None


def test_only_the_time_of_the_event_is_taken_back() -> None:
    assert time("c:前天晚上坏的，我五月十号就搬来了", "o:前天？", "c:不对，是大前天晚上坏的") == "2026-01-10"


def test_an_hour_after_midnight_is_of_the_day_that_the_operator_names() -> None:
    told = "c:前天夜里两点多，机器就开起来了"

    assert (time(told), time(told, "o:十一号凌晨，是吧？")) == ("2026-01-12T02:00", "2026-01-11T02:00")


@given(st.lists(st.text(max_size=30), max_size=4))
def test_any_dialogue(words: list[str]) -> None:
    time(*(f"{'oc'[i % 2]}:{said}" for i, said in enumerate(words)))
