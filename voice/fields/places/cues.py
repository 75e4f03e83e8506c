"""Words around a place name that tell what the place has to do with the matter."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEAR = 14
"""Characters before and after a name that are looked at."""
_END = "[楼区院元门层号室路街里园苑庄道镇乡村]"
_THERE = "(?:那边|那儿|那里|这边|这儿|这里)?"
_ERRAND = "(?:上班|工作|上学|出差|看病|住院|办事|开会|买菜|逛|打工|读书|念书)"
_BUT = "(?:但是?|不过|可是?|可我|我反映的|我说的|出事|事发)"


@dataclass(frozen=True, slots=True)
class _Cue:
    """What stands right before a name, and right after it."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    weight: float


def _cue(weight: float, *, before: str = "", after: str = "") -> _Cue:
    return _Cue(re.compile(f"(?:{before})[，、 ]*$" if before else ""), re.compile(f"[，。、 ]*(?:{after})"), weight)


_DENIES = re.compile(r"[哎啊诶唉嗯，。 ]*(?:不是|不对|错了|说错了|您?[记听写]错了)")
_ASKS_ELSEWHERE = re.compile(
    "(?:通讯|通信|邮寄|寄件|收件|户籍|身份证上?)的?(?:地址|住址)|寄[到去给][^，。？]{0,6}(?:哪|什么地)"
)

_CUES = (
    # not this place; but 「四零六楼不是，四零八楼」 corrects what stands before it
    _cue(0.0, before=f"(?<!{_END})(?:不是(?:在|说)?|不在|没在)(?![，、 ])|不叫|不归|别(?:给我)?[写记](?:成|到|错)?"),
    _cue(0.1, after="(?:[哎啊噢嗯]，?)?(?:不是|不对|错了|说错了|记错了)"),
    _cue(0.1, after=f"{_THERE}(?:是|有)我(?!家|们)[^，。]{{1,3}}(?:家|住)"),
    # somewhere else in the caller's life
    _cue(0.2, before="(?:以前|之前|原来|原先|过去|早先|从前)我?们?家?(?:是|都)?(?:住|搬|租)?(?:在|到)?"),
    _cue(0.2, before="老家(?:是|在)?|户口(?:是|还)?(?:在|落在)?|籍贯(?:是|在)?|身份证(?:是|上是)"),
    _cue(0.2, before="路过|经过|途经|比如|比方说?|好比|像|听说|类似"),
    _cue(0.2, before="从|打", after=f"{_THERE}(?:过来|搬|来的|坐车|开车|回来|调过来|嫁|出发|到)"),
    _cue(0.2, before="[在去到上]", after=_THERE + _ERRAND),
    _cue(0.2, before="人家|跟|和|比", after=f"{_THERE}(?:都|就|已经|早就|一样|比)"),
    _cue(
        0.4,
        before="我?们?家?(?:是|现在)?就?住(?:在|的是)?",
        after=f".{{0,8}}?{_BUT}",
    ),
)
_PARTS_OF_NAMES = (
    (
        0.1,
        re.compile(
            "[东西南北中内外]?[一二三四五六七八九十]?(?:大街|路(?![灯口边上面])|街(?!道))|桥|立交|公园"
            "|(?<=[路街])(?:[和与跟][^，。]{1,6}[路街](?!道)|路口|交[叉汇口])"
        ),
    ),
    (
        0.1,
        re.compile(
            "(?<![区里园苑院道镇])[^，。、的在有那这]{0,2}(?:家具城|书店|购物中心|商[场城]|市场|广场|大厦|百货|超市|酒店|宾馆|饭店"
            "|(?:软件|产业|科技|工业|物流|创业)园|博物馆|体育馆|(?:客运|地铁|公交|火车|汽)?车?站(?![区前街路里村镇])|桥[上下东西南北边])"
        ),
    ),
    (
        0.5,
        re.compile(
            "区?(?:人民)?(?:医院|法院|检察院|派出所|政府|分局|支行|大学|中学|小学|幼儿园|电视台|日报)|.{0,3}[店馆]"
        ),
    ),
)
"""What makes a name part of the name of a road, which leads elsewhere, or of an institution."""

_NAMESAKE = re.compile(
    "[那的]?(?:[东西南北中]?(?:大?街(?!道)|路(?![灯口边上面])|巷)|胡同|[东西南北]?[口沿]|路口|[一二三四五六七八九十]+条|环岛|桥|公园|水库|长城"
    "|[东西南北]?(?:地铁|公交)|站|茶?城(?!关)|市场|广场|商场|百货|体育|文体|医院|[第一二三四五六七八九]*[小中]学|物业)"
)
"""What makes the name of a community that of something else: a road, a stop, a park."""


def denies(text: str) -> bool:
    """Whether `text` begins with saying that what was said before is wrong."""
    return _DENIES.match(text) is not None


def asks_elsewhere(text: str) -> bool:
    """Whether `text` asks for an address of the caller that is not the place of the matter."""
    return _ASKS_ELSEWHERE.search(text) is not None


def role_weight(text: str, start: int, end: int) -> float:
    """0-1: how far the words around `text[start:end]` let this place be the one that the matter is about."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    return min((c.weight for c in _CUES if c.before.search(before) and c.after.match(after)), default=1.0)


def name_weight(text: str, end: int) -> float:
    """0-1: how far what follows a name, which ends at `end`, lets it be the name of a place by itself."""
    return min((weight for weight, after in _PARTS_OF_NAMES if after.match(text, end)), default=1.0)


def names_more(text: str, end: int) -> bool:
    """Whether the name of a community, which ends at `end`, names something else as it goes on."""
    return _NAMESAKE.match(text, end) is not None
