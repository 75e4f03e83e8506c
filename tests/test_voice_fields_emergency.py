"""Danger to life, and what only sounds like it."""

from __future__ import annotations

import pytest
from dialogue import found
from hypothesis import given
from hypothesis import strategies as st

from models.workorder import FieldName
from voice.fields.emergency import EmergencyFinder, Watch, detect

REAL = [
    ("119", "快，着火了！"),
    ("120", "有个人躺地上不动了，头上都是血"),
    ("119", "我家楼下着火了，快来人啊"),
    ("119", "喂，我们楼道里一股煤气味，特别大，我头都有点晕"),
    ("119", "挖掘机把燃气管道挖断了，呲呲往外冒气"),
    ("119", "楼上冒浓烟，好像是起火了"),
    ("119", "我被困在电梯里了"),
    ("119", "我们小区围墙塌了，压着人了"),
    ("119", "上周就有煤气味，现在味儿特别大，一屋子煤气味"),
    ("110", "我不想活了，我现在就在楼顶"),
    ("110", "他们拿着刀呢，在门口打人"),
    ("120", "有人晕倒了，在地铁口"),
    ("120", "有个工人触电了"),
    ("122", "路口出车祸了"),
    ("119", "家里一氧化碳报警器一直在响"),
    ("110", "我老公正打我呢，快来人"),
    ("110", "我室友吃了一瓶安眠药"),
    ("119", "一楼有人卡在防盗窗上下不来了"),
    ("120", "一个小孩儿掉湖里了，快来人"),
    ("120", "孩子追球掉河里了"),
    ("120", "孩子背着书包掉河里了"),
]
HARMLESS = [
    "楼道里全是插线板，我真怕着火",
    "堆了好多纸箱子，着火了可怎么得了",
    "电动车在楼道充电，万一起火怎么办",
    "去年我们楼就着过火",
    "上次着火了也没人管",
    "没有着火，就是有点烟味",
    "没闻到煤气味，就是燃气表坏了",
    "上个月我就被困在电梯里一次，电梯又坏了",
    "电线耷拉着，容易触电",
    "这个路口经常出车祸，能不能装个红绿灯",
    "暖气漏气，暖气片漏水",
    "问一下煤气中毒的知识讲座在哪",
    "昨天有人要跳楼，已经救下来了，能不能加个护栏",
    "火灾隐患特别大",
    "我妈前几天晕倒了，医保能报吗",
    "吵死了，烦得我想跳楼",
    "我都看见冒火星了",
    "昨天隔壁叫救护车，担架绕了一大圈",
    "想给我妈家装个燃气报警器",
    "这是老人的救命钱",
    "以前我老公打过我",
    "工厂烟囱天天冒浓烟",
    "我手机掉水里了，开不开机",
    "车钥匙掉井里了，能不能帮我捞一下",
]


@pytest.mark.parametrize(("number", "said"), REAL)
def test_danger_raises_an_alert_at_once(number: str, said: str) -> None:
    alert = detect(said)
    assert alert is not None
    assert alert.number == number
    assert alert.reason
    assert 0 <= alert.start < alert.end <= len(said)


@pytest.mark.parametrize("said", HARMLESS)
def test_what_is_feared_past_or_denied_is_no_alarm(said: str) -> None:
    assert detect(said) is None


def test_gas_is_told_by_sound() -> None:
    assert detect("我们楼道里一股没气味特别大") is not None


def test_a_partial_alerts_only_when_sure() -> None:
    said = "我家楼下着火了，快来人啊"
    shown = [said[:n] for n in range(len(said) + 1)]
    first = next(n for n, text in enumerate(shown) if detect(text, finished=False))
    assert said[:first].startswith("我家楼下着火了")
    assert first < len(said), "before the sentence is over"
    assert detect("楼道里一股没气味特别大啊", finished=False) is None, "homophones still change"


def test_each_danger_is_told_once_in_a_call() -> None:
    watch, fire = Watch(), "我家楼下着火了，快来人啊"
    told = [watch.hear(text, finished=False) for text in (fire[:5], fire[:10], fire)]
    assert [alert.number for alert in told if alert] == ["119"]
    assert watch.hear(fire, finished=True) is None
    injured = watch.hear("有人晕倒了", finished=True)
    assert injured is not None, "another danger"
    assert injured.number == "120"
    assert Watch().hear(fire, finished=True) is not None, "another call"


def test_fields() -> None:
    turns = ("c:楼道里一股煤气味", "o:您到了外面马上打幺幺九", "c:我打幺幺九")
    assert found(EmergencyFinder(), FieldName.URGENCY, *turns) == "突发"
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *turns) == "119"


def test_urgency_short_of_danger() -> None:
    urgent = ("c:水管爆了，水都漫到屋里了", "o:我给您按紧急件派")
    assert found(EmergencyFinder(), FieldName.URGENCY, *urgent) == "紧急"
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *urgent) is None
    assert found(EmergencyFinder(), FieldName.URGENCY, "c:路灯不亮") == "一般"
    assert found(EmergencyFinder(), FieldName.URGENCY, "o:您好") is None


def test_the_operators_own_words_raise_no_alert() -> None:
    turns = ("o:有没有着火了或者煤气味的情况？", "c:没有")
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *turns) is None


@given(st.text(max_size=60) | st.text(alphabet="着火了煤气味没有怕上次电梯困在跳楼，。", max_size=40))
def test_any_text(text: str) -> None:
    for finished in (True, False):
        alert = detect(text, finished=finished)
        assert alert is None or 0 <= alert.start < alert.end <= len(text)
