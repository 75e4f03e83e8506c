"""Danger to life, told from what the caller says: who must be connected at once.

The words must say that it is so now. What is feared (「真怕着火」), over (「上次着火」) or denied (「没有煤气味」)
is no alarm; an alarm that is missed weighs more than a false one, so doubt goes for the alarm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.call import CallInfo, Channel, Utterance
from models.workorder import Candidate, Evidence, FieldName, Source
from voice.fields.finder import evidence
from voice.fields.scope import clause_after, is_negated, is_past, is_supposed
from voice.fields.sounds import Sound


@dataclass(frozen=True, slots=True)
class Alert:
    """Danger to life in `text[start:end]`."""

    number: str
    """110 police, 119 fire and rescue, 120 ambulance, 122 traffic accidents."""
    reason: str
    """For the operator, in Chinese; also what makes two alerts the same matter."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Danger:
    number: str
    reason: str
    phrases: Sound
    """Fixed words, told by sound too."""
    written: re.Pattern[str]
    """Looser expressions, which by sound would match too much."""


def _danger(number: str, reason: str, phrases: str, written: str) -> _Danger:
    return _Danger(number, reason, Sound(phrases), re.compile(written))


_NO_THING = "".join(
    f"(?<![^捡追够捞拿抢]{thing})(?<!^{thing})"
    for thing in ("手机", "钥匙", "钱包", "帽子", "眼镜", "东西", "球", "鞋", "包")
)
"""What falls into the water is somebody, unless it is a thing; who was after the thing is somebody."""
_DANGERS = (
    _danger(
        "119",
        "疑似燃气泄漏",
        "煤气味|燃气味|天然气味|煤气的味|燃气的味|天然气的味|煤气泄漏|燃气泄漏|天然气泄漏|煤气漏了|燃气漏了|天然气漏了",
        r"[煤燃]气.{0,4}漏[了气]|(?:煤气|液化气|燃气)罐.{0,6}(?:漏|[嘶呲滋]{2})|天然气.{0,4}漏[了气]|漏(?:煤|燃|天然)气|[煤燃]气管.{0,6}漏|挖断.{0,6}[燃煤]气|[燃煤]气.{0,6}挖断|(?:燃气|煤气|一氧化碳)报警器?.{0,4}响",
    ),
    _danger(
        "119",
        "疑似火情",
        "着火了|着起火|着大火|起火了|失火了|正着火|在着火|烧起来了|烧着了|着起来了|冒浓烟|爆炸了",
        r"着火啦|走水了|火烧得|浓烟|火苗子?.{0,4}[窜蹿冒]|[窜蹿冒]火苗|(?:电表|电箱|配电箱|插座|窗户|屋里|楼道|电池|车棚|厨房).{0,6}冒.{0,2}烟",
    ),
    _danger(
        "119",
        "有人被困",
        "困在电梯|被困在|困电梯|困住了|出不来了",
        _NO_THING + r"掉.{0,3}[井坑]里"
        r"|困在.{0,8}(?:电梯|火|里|水)|被困|卡在.{0,6}电梯|埋在|压在.{0,4}(?:下面|底下)|电梯.{0,4}坠|把.{0,2}人.{0,3}[砸压]|[砸压].{0,2}(?:着|到|住).{0,2}人|[砸压].{0,2}底下"
        r"|卡在.{0,8}(?:下不来|出不来|动不了)",
    ),
    _danger(
        "119",
        "建筑物坍塌",
        "楼塌了|房子塌了|墙塌了|屋顶塌了|房顶塌了",
        r"(?:楼|房子?|墙|棚|顶|脚手架|广告牌).{0,4}(?:塌了|塌下来|倒塌|坍塌|要塌|砸下来|倒了.{0,4}人)|砸.{0,2}到?人",
    ),
    _danger(
        "119",
        "电线断落",
        "高压线断了|电线断了",
        r"(?:高压线|电线|电缆).{0,4}[断掉垂落].{0,6}(?:地[上下]|火|水里)|漏电.{0,6}(?:打|麻).{0,3}人",
    ),
    _danger("120", "有人触电", "触电了|有人触电|电着人|电到人", r"被电.{0,2}[到着倒]|电倒|电着.{0,4}[人孩]"),
    _danger(
        "120",
        "有人生命垂危",
        "喘不上气|呼吸困难|煤气中毒|食物中毒|一氧化碳中毒|不省人事",
        r"没气[儿了]|断气|(?:没|失去)了?(?:意识|知觉)|没反应了|叫不应|休克|脸.{0,2}[紫青]了|误[吞服食]了?|噎住|噎着了|癫痫|羊水破|胸口.{0,3}疼得|昏迷|晕倒|昏倒|没.{0,2}呼吸|心脏病.{0,3}[犯发]|大出血|流血不止|头破血流|流了?.{0,3}好?多血|[满头脸身]上?[都全净]?是?血|[躺倒]在?.{0,4}不动|抽搐|溺水|"
        + _NO_THING
        + r"掉.{0,3}[河湖水]里|[背提拿抱骑带牵]着[^，。]{0,4}掉.{0,3}[河湖水]里"
        r"|从.{0,4}楼.{0,3}[掉摔]下来|叫不醒|摔.{0,4}动不了",
    ),
    _danger(
        "110",
        "有人轻生",
        "要跳楼|想跳楼|要自杀|想自杀|不想活了|活不下去|寻短见|同归于尽",
        r"跳楼|跳河|自杀|轻生|不想活|割腕|喝.{0,2}农药|吃.{0,4}安眠药|吞.{0,3}药|了断|死给你们?看",
    ),
    _danger(
        "110",
        "暴力侵害",
        "打起来了|正在打人|动手打人|拿刀砍|往死里打",
        r"正打人|在打人|打人呢|动手打|拿[着了]?刀|持刀|动刀|砍人|拿.{0,3}棍.{0,3}打|抢劫|绑架|要杀|捅[人了]"
        r"|打我.{0,2}(?:妈|孩子|老婆|头)|砸.{0,3}门.{0,4}进来|撬门|弄死|打死我|尾随|猥亵|非礼|强奸|入室|(?:小偷|贼).{0,6}[屋家]里|救命|(?:老公|丈夫|男人|他|她)(?:正|又|还)?在?打我|正.{0,2}家暴",
    ),
    _danger(
        "110",
        "有人走失",
        "孩子不见了|老人不见了|孩子走丢了|老人走丢了|孩子走失了|老人走失了",
        r"(?:孩子|小孩|[儿女]子?|老人|老爷子|老太太|老伴儿?|[我他她]?[爸妈]|爷爷|奶奶|孙[子女]).{0,3}(?:不见了|走丢了?|走失了?|失踪了?|丢了(?!工作|钱))",
    ),
    _danger("122", "交通事故", "撞人了|撞了人|出车祸|撞车了|被车撞", r"撞.{0,3}人了|车祸|车.{0,2}撞了|追尾了"),
)
_NO_GAS_LEAK = re.compile(r"暖气|空调|轮胎|车胎|气球")
_CHIMNEY = re.compile(r"(?:烟囱|烟筒|锅炉|工厂|烧烤|尾气|烧纸).{0,6}烟")
_ONLY_A_NAME = re.compile(
    r"(?:检测|报警器|隐患|风险|险|事故多|知识|演练|应急|预案|怎么赔|的话|可?怎么得了|可?不得了|谁负责|跑都跑|[价钱药]|稻草|的(?:知识|讲座|宣传|预防|风险|可能)|怎么[处防办]理?的?|的人|点(?:$|[，。])|罐|灶|费|卡|公司|表)"
)
_OVER = re.compile(r"扑灭|灭了|救出|送医|送到医院|没事了|处理完|已经出院|出来了.{0,4}没事|赔|责任|报销|鉴定")
_CUSTOMARY = re.compile(r"天天|每天|每次|经常|老(?![人太爷奶师头伴板大婆公两])|总|一下雨就|动不动")
_FIGURE_OF_SPEECH = re.compile(r"[烦吵热冻累气]得.{0,4}$|快[要被给把]?$")
_ENOUGH_AFTER = 3
"""Characters that must follow a find in an unfinished text: they may still turn it into a possibility."""


@lru_cache(maxsize=1024)
def detect(text: str, *, finished: bool = True) -> Alert | None:
    """The gravest danger that a caller's words tell, if any.

    In a partial (`finished` false) only what was written exactly and is followed by more words counts, since both
    the end and homophones of a partial still change.
    """
    for danger in _DANGERS:
        for start, end, exact in _named(danger, text):
            settled = finished or (exact and end + _ENOUGH_AFTER <= len(text))
            if settled and _is_fact(text, start, end):
                return Alert(danger.number, danger.reason, start, end)
    return None


class Watch:
    """Looks out for danger to life in one call; each is told once, as soon as it is certain."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def hear(self, text: str, *, finished: bool) -> Alert | None:
        """The danger that `text` tells, see `detect`; None when there is none, or it has been told."""
        alert = detect(text, finished=finished)
        if alert is None or (alert.number, alert.reason) in self._told:
            return None
        self._told.add((alert.number, alert.reason))
        return alert


def _named(danger: _Danger, text: str) -> Iterator[tuple[int, int, bool]]:
    """Where `text` names the danger, and whether in these very characters."""
    yield from ((h.start, h.end, h.exact) for h in danger.phrases.find(text))
    yield from ((*m.span(), True) for m in danger.written.finditer(text))


def _is_fact(text: str, start: int, end: int) -> bool:
    """The danger named in `text[start:end]` exists now."""
    if is_negated(text, start) or is_supposed(text, start) or is_past(text, start, end):
        return False
    if _ONLY_A_NAME.match(text, end) or _OVER.search(clause_after(text, end)):
        return False
    before = text[max(0, start - 8) : start]
    return not any(
        pattern.search(words)
        for pattern, words in (
            (_CUSTOMARY, before),
            (_FIGURE_OF_SPEECH, before),
            (_NO_GAS_LEAK, text[start:end]),
            (_CHIMNEY, before + text[start:end]),
        )
    )


# --- Fields ----------------------------------------------------------------------------------

_NUMBERS = {
    "110": Sound("[打拨报转接系].{0,3}幺幺零|[打拨报转接系].{0,3}一一零|报警|联系.{0,2}警[方察]|转.{0,2}警方"),
    "119": Sound("[打拨报转接系].{0,3}幺幺九|[打拨报转接系].{0,3}一一九|联系.{0,2}消防|通知消防|叫消防"),
    "120": Sound("[打拨叫转接系].{0,3}幺二零|[打拨叫转接系].{0,3}一二零|叫救护车|联系.{0,2}急救"),
    "122": Sound("[打拨报转接系].{0,3}幺二二|[打拨报转接系].{0,3}一二二"),
}
_AT_ONCE = Sound(
    "马上|立刻|立即|赶紧|赶快|现在就|很危险|非常危险|太危险|离远|撤离|疏散|跑到|不要开灯|不要打火|注意安全"
)
_BY_OPERATOR = Sound("紧急件|加急|紧急处理|按紧急|紧急派|急件|紧急工单|紧急情况")
_URGENT = (
    (
        Sound(
            "水漫|漫到|漫出来|反脏水|跑水|爆管|水管爆|喷水|倒灌|淹了|泡水里|往外喷|哗哗往外|路面塌陷|地面塌陷|井盖.{0,4}没了"
        ),
        0.55,
    ),
    (Sound("急死|十万火急|特别急|非常紧急|今晚必须|今天晚上必须|等不了|马上就要断|呼吸机|吸着氧|等着用药"), 0.5),
)


class EmergencyFinder:
    """Finds `urgency` and `emergency_number`."""

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        spoken = [u for u in utterances if u.channel is not Channel.OPERATOR]
        alerts = [(u, a) for u in spoken if (a := detect(u.raw)) is not None]
        found = [_usual()] if spoken else []
        for u, a in alerts:
            found += [
                _candidate(evidence(u, a.start, a.end), u.channel, FieldName.URGENCY, "突发", 0.9),
                _candidate(evidence(u, a.start, a.end), u.channel, FieldName.EMERGENCY_NUMBER, a.number, 0.85),
            ]
        for u in utterances:
            found += _numbers(u, grave=bool(alerts)) if alerts or u.raw in _AT_ONCE else []
            found += _hurry(u)
        return found


def _numbers(u: Utterance, *, grave: bool) -> list[Candidate]:
    """The numbers that the speakers say should be called, in a call where somebody is in danger."""
    found = []
    for number, said in _NUMBERS.items():
        h = said.first(u.raw)
        if h is None or is_past(u.raw, h.start, h.end) or is_negated(u.raw, h.start):
            continue
        if not grave and (u.channel is not Channel.OPERATOR or is_supposed(u.raw, h.start)):
            continue
        found.append(_candidate(evidence(u, h.start, h.end), u.channel, FieldName.EMERGENCY_NUMBER, number, 0.7))
        found.append(_candidate(evidence(u, h.start, h.end), u.channel, FieldName.URGENCY, "突发", 0.7))
    return found


def _hurry(u: Utterance) -> list[Candidate]:
    """Signs that the matter cannot wait, short of danger to life."""
    if u.channel is Channel.OPERATOR:
        h = _BY_OPERATOR.first(u.raw)
        return (
            [_candidate(evidence(u, h.start, h.end), u.channel, FieldName.URGENCY, "紧急", 0.9)]
            if h and not is_negated(u.raw, h.start)
            else []
        )
    hits = [(h, trust) for said, trust in _URGENT if (h := said.first(u.raw)) is not None]
    return [
        _candidate(evidence(u, h.start, h.end), u.channel, FieldName.URGENCY, "紧急", trust)
        for h, trust in hits
        if not (is_negated(u.raw, h.start) or is_supposed(u.raw, h.start) or is_past(u.raw, h.start, h.end))
    ]


def _usual() -> Candidate:
    """What most calls are; no words say it."""
    return Candidate(field=FieldName.URGENCY, value="一般", confidence=0.54, source=Source.INFERRED)


def _candidate(words: Evidence, speaker: Channel, name: FieldName, value: str, confidence: float) -> Candidate:
    return Candidate(field=name, value=value, confidence=confidence, evidence=(words,), speaker=speaker)
