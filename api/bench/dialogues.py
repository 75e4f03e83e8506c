"""What the synthetic callers of `yida bench --only guide` and of the end-to-end tests say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from api.bench.caller import Caller
from ivr.intake import heard_digits, spell

QUESTIONS = (
    ("请问今年暖气什么时候停？", "采暖期"),
    ("养狗需要办什么手续？", "狗"),
    ("身份证丢了怎么办呀？", "身份证"),
    ("今天车辆限行是怎么规定的？", "限行"),
    ("最低工资是多少钱？", "最低工资"),
    ("老年卡怎么办理？", "养老助残卡"),
    ("公司拖欠我工资怎么办？", "工资"),
    ("孩子出生了怎么上户口？", "户口"),
    ("路边停车怎么收费？", "停车"),
    ("装修噪音什么时间不能施工？", "装修|施工"),
)
"""Each with what is found in its answer."""

NUMBER = "13911086755"
"""From which they call."""
PATIENT_S = 0.8
"""A polite caller waits for so much silence before he speaks."""
MAX_EXCHANGES = 16
SLOW_S = 90.0
"""How long what has a caller's own words in it may take to be said, on a machine that has other things to do."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody who reports something, and what should come of it."""

    matter: str
    place: str
    when: str
    name: str
    district: str
    category: tuple[str, ...]
    """Level 2; any of them is right."""
    phone: str | None = None
    """As he dictates it; None: he may be called back on the line that he calls from."""
    digits: str = NUMBER

    def answer(self, asked: str) -> str | None:
        """What he says when the guide asks that; None: nothing is asked."""
        answers = (
            (r"要我现在帮您登记", "好，帮我登记下来。"),
            (r"没听明白|没弄清楚|没有听到您的声音|您慢慢说|您是想问|还有别的问题|现在就可以说", self.matter),
            (r"现在用的这个号码", "不是，换一个号码。" if self.phone else "可以，就打这个。"),
            (r"一个数字一个数字", "，".join(spell(self.digits).replace("，", "")) + "。"),
            (r"电话号码", self.phone or "就打我现在用的这个。"),
            (r"具体是在什么地方|地点我还没听清", self.place),
            (r"出了什么事", self.matter),
            (r"什么时候的事|时间我没听清", self.when),
            (r"怎么称呼|您贵姓", self.name),
            (r"对还是不对", "对，没错。"),
        )
        return next((answer for pattern, answer in answers if re.search(pattern, asked)), None)

    def check(self, read_back: str) -> str:
        """What he says to what was read back to him: yes, or what is wrong in it."""
        phone = re.search(r"电话是([^。]*)", read_back)
        if phone is None or heard_digits(phone[1]) != self.digits:
            return f"不对，我的电话是，{spell(self.digits)}。"
        return "对，没错。" if self.district in read_back else f"不对，是{self.place}"


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one report."""

    matter: str
    phone: bool
    district: bool
    category: bool
    seconds: float
    """Of the call."""
    failure: str | None = None

    @property
    def right(self) -> bool:
        """Phone, district and matter are."""
        return self.phone and self.district and self.category

    @classmethod
    def of(
        cls, reporter: Reporter, fields: Mapping[Any, Any], *, seconds: float, failure: str | None = None
    ) -> Reported:
        """What the fields of an order have of what `reporter` reported."""
        return cls(
            matter=reporter.matter,
            phone=fields.get("caller_phone") == reporter.digits,
            district=fields.get("district") == reporter.district,
            category=(fields.get("category") or (None, None))[1] in reporter.category,
            seconds=round(seconds, 1),
            failure=failure,
        )


REPORTERS = (
    Reporter(
        "我要反映一个问题，我们小区门口的路灯坏了，晚上黑得看不见路。",
        "在朝阳区望京街道，花家地南里小区三号楼门口。",
        "前天晚上开始的。",
        "我姓王，叫王建国。",
        "朝阳区",
        ("路灯照明", "公共设施损坏"),
    ),
    Reporter(
        "我要投诉，楼下的饭店天天晚上放音乐，吵得睡不着觉。",
        "海淀区中关村街道，科育小区二号楼。",
        "昨天晚上又吵到十二点。",
        "我姓李，李女士。",
        "海淀区",
        ("噪声扰民",),
        "幺三六，零零幺二，三四五六。",
        "13600123456",
    ),
    Reporter(
        "我想反映一下，我家暖气不热，屋里只有十五度。",
        "丰台区方庄街道，芳星园二区九号楼。",
        "从昨天开始的。",
        "我叫张伟。",
        "丰台区",
        ("温度不达标",),
    ),
    Reporter(
        "你好，我们这儿的垃圾好几天没有人清运了，味道特别大，请派人来处理。",
        "西城区德胜街道，新风街一号院。",
        "三天前开始的。",
        "我姓刘，刘先生。",
        "西城区",
        ("垃圾清运", "暴露垃圾"),
        "幺五零，幺零二零，三零四零。",
        "15010203040",
    ),
    Reporter(
        "我要举报，有人在小区里乱停车，把消防通道都堵住了。",
        "东城区和平里街道，和平里七区五号楼。",
        "今天早上。",
        "我叫陈静。",
        "东城区",
        ("违法停车", "消防隐患"),
    ),
    Reporter(
        "我要反映，路上有一个井盖坏了，很危险，希望赶快来修。",
        "石景山区八角街道，八角北路十字路口。",
        "昨天下午。",
        "我姓赵。",
        "石景山区",
        ("井盖积水", "道路破损"),
    ),
    Reporter(
        "我想投诉一个健身房，办了年卡以后关门了，钱也不退。",
        "通州区梨园镇，云景东路八十号。",
        "上个星期。",
        "我姓孙，孙女士。",
        "通州区",
        ("预付卡退费",),
        "幺八六，幺幺二二，三三四四。",
        "18611223344",
    ),
    Reporter(
        "我要反映，我们家楼上漏水，把天花板都泡了，物业一直不管。",
        "大兴区黄村镇，枣园小区十二号楼。",
        "前天。",
        "我叫周明。",
        "大兴区",
        ("房屋漏水", "物业服务质量", "公共设施损坏"),
    ),
    Reporter(
        "我要反映工地夜里施工，机器的声音太大了，没有办法休息。",
        "昌平区回龙观街道，龙泽苑小区旁边。",
        "昨天夜里。",
        "我姓吴，吴先生。",
        "昌平区",
        ("噪声扰民", "施工管理"),
    ),
    Reporter(
        "有人在我们楼道里给电动车充电，我怕着火，请你们管一管。",
        "朝阳区劲松街道，劲松五区三号楼。",
        "今天中午。",
        "我叫马丽。",
        "朝阳区",
        ("电动自行车充电", "消防隐患"),
    ),
)


async def ask(caller: Caller, question: str, answer: str) -> str:
    """Asks; when the guide makes sure that it has understood, says that it has. Returns its answer."""
    await caller.say(question)
    said = await caller.hear(f"您是想问|{answer}")
    if "您是想问" not in said:
        return said
    await caller.let_finish(quiet_s=PATIENT_S)
    await caller.say("对。")
    return await caller.hear(answer)


class Telling:
    """A reporter's side of one conversation."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._read_back = ""
        self.told: str | None = None
        """The guide's last words, with the order's number."""

    def reply(self, said: str) -> str | None:
        """What he says when the guide has said that; None: he goes on listening.

        Raises:
            AssertionError: the guide gives up.
        """
        if "登记好了" in said:
            self.told = said
            return None
        if "热线，我是" in said:
            return self._reporter.matter
        assert not re.search(r"转接|都在忙", said), "the guide gives up and fetches a person"
        if "我念给您听" in said:
            self._read_back = said
            return None
        if "哪里不对" in said:
            return self._reporter.check(self._read_back).removeprefix("不对，")
        return self._reporter.check(self._read_back) if "这样对吗" in said else self._reporter.answer(said)


async def report(caller: Caller, reporter: Reporter) -> str:
    """Reports, answers what the guide asks, and returns its last words, with the order's number."""
    telling = Telling(reporter)
    await caller.say(reporter.matter)
    for _ in range(MAX_EXCHANGES):
        answer = telling.reply(await caller.hear(r"登记好了|[？。]$", within_s=SLOW_S))
        if telling.told:
            return telling.told
        if answer is not None:
            await caller.let_finish(quiet_s=PATIENT_S)
            await caller.say(answer)
    raise AssertionError("the guide asks and asks")
