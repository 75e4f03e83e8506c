"""Danger to life, told from what the caller says: who must be connected at once.

Word lists say at once and exactly what it is; what they do not foresee is told by its meaning (`danger_sense`), for
the operator to check. The words must say that it is so now. What is feared (「真怕着火」), over (「上次着火」) or
denied (「没有煤气味」) is no alarm. One that is missed weighs more than a false one, so doubt goes for the alarm.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from models.call import CallInfo, Channel, Utterance
from models.sentences import sentence_encoder
from models.workorder import Candidate, Evidence, FieldName, Source
from voice.fields.danger_sense import danger_model
from voice.fields.dangers import load_dangers
from voice.fields.finder import evidence
from voice.fields.scope import clause_before, is_negated, is_past, is_supposed, sentence_after, sentence_before
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
    sensed: bool = False
    """Only the meaning of the words tells it: somebody must check, and nothing is filled in."""


SENSED = {
    "110": "可能有人正受到侵害或下落不明，请核实",
    "119": "可能有人遇险或有火情，请核实",
    "120": "可能有人急病或受伤，请核实",
    "122": "可能发生了交通事故，请核实",
}
"""Reasons of alerts that are sensed."""

_ONLY_A_NAME = re.compile(
    r"(?:检测|报警器(?!.{0,4}响)|隐患|风险|险|事故多|知识|演练|应急|急救[课培知]|预案|怎么赔|的话|可?怎么得了|可?不得了|谁负责|跑都跑"
    r"|[价钱药]|稻草|的(?:知识|讲座|宣传|预防|风险|可能|课)|怎么[定划报]|点(?:$|[，。])|罐|灶|费|卡|公司|表|过|一[块角片]|(?:一样|似的)|.{0,3}都(?:进不[来去]|过不[来去]|跑不)|消防车怎么[进过])"
)
"""What follows a danger that is only spoken about."""
_ASKED = re.compile(r"了?(?:怎么|咋)[处防办]理?|了?找哪")
_MINE = re.compile(r"我|咱|家|现在|邻居|隔壁|孩子|老人|爸|妈|有人|[他她]")
"""Whoever asks 着火了怎么办 wants to know; whoever asks 我家着火了怎么办 needs help."""
_OVER = re.compile(
    r"扑灭了|(?<!没)灭了|(?<!没)救[出上下]来?了|捞上来了|送.{0,3}医院了|送[到的].{0,2}医院|(?:幸[亏好]|多亏).{0,8}(?:救|灭|没事|没伤|没出|没人|及时|发现|扑)|(?:已经|给)送.{0,2}医|没事[了儿]|没大事|处理[完好]了|已经出院"
    r"|出来了.{0,4}没事|(?:^|，|已经|给|都|人|孩子|老人|终于|总算|后来|自己)找到了|找回来了?|[抓拘]走|[才刚]放?出来|放出来了"
    r"|赔|责任|报销|工伤|鉴定|保险|医保|律师|官司|产假|病假|补贴|残疾证|(?<!办)材料|立案|没结果|住[了过].{0,4}院|后遗症|门诊|挂(?:号|急诊)|什么科"
    r"|送了急诊|备案|翻[修盖建]|偷走|被偷|不承认|派出所.{0,8}(?:没动静|不立|不给|没破)"
)
"""What is said, in the same sentence, of a danger that has become a matter for the authorities."""
_NOT_OVER = re.compile(r"还有气|来不及|上不来|快[来救想]|还在里|二十四小时|没人管|不收|不给[看治]")
"""What shows, in the same sentence, that help is still needed."""
_SETTLED = re.compile(
    r"(?:^|[，。！？,.!?])(?:人|火|孩子|老人|[他她]|已经|现在|刚才?|都|也|给|后来|终于|总算|说)*(?:扑灭|(?<!没)灭|捞上来|救[上出下]来|找[着到]|找回来|缓过来|醒过来|抢救过来)了(?=$|[，。！,.!])"
)
"""What is said, in a later sentence, of a danger that is over."""
_UNSETTLED = re.compile(r"没醒|不醒|没气|昏|不行|受伤|人还?没|还在|又|快|赶紧")
_ASKS_HOW_IT_IS = re.compile(
    r"(?:现在|这会儿|人|身体|情况|[他她火]|孩子|老人)[^，。？]{0,6}(?:怎么样|如何|好点|还好|没事|有事|灭了|找[着到]|醒)|没事吧|严重吗"
)
_ANSWERS_OVER = re.compile(
    r"^(?:嗯|哦|啊|对|是|，|人|火|孩子|老人|早就?|已经|现在|都|也|刚)*"
    r"(?:好了|好多了|没事[了儿]?(?!先)|缓过来|醒过来|出院了|回家了|[扑]?灭了|找[着到]了|救[上出下]来了|捞上来了|回来了)"
)
"""How the caller tells an operator who asks how it is that it is over."""
_CUSTOMARY = re.compile(
    r"天天|每天|每次|经常|[老总](?=$|是|[有出着起冒漏困打掉犯晕喘跟让被叫])|一下雨就|动不动|恨不得"
)
_FIGURE_OF_SPEECH = re.compile(
    r"(?:[烦吵热冻累气压多堵忙挤逼催臭熏跌穷急吓笑愁]|(?<!胸)闷)得.{0,6}$|(?:人挤人|满满的?).{0,2}$|(?:抽烟|油烟|烧烤|垃圾).{0,3}呛得.{0,3}$|(?<!赶)(?<![，。！])快[要被给把]$"
)
_STILL = re.compile(r"没(?:有)?找[到着]|没(?:有)?消息|没回来")
_TOLD = re.compile(
    r"(?:新闻|抖音|(?<!发)朋友圈|短视频|看视频)(?!呢|着|的时候|发)|电视[里上剧].{0,2}[演说播放报]|电视剧里|网上(?:说|看|传|都|有人)|演习|演练|谣言|电影(?!院)"
)
_MY_OWN = re.compile(
    r"我(?:的|一个)?(?:朋友(?!圈)|同学|同事|室友|网友|[爸妈哥姐弟妹]|闺女|女儿|儿子|孩子|老[公婆])|快[去来救]"
)
"""Whose danger is not only heard of, though it was read somewhere."""
_NO_DANGER = re.compile(
    r"(?:暖气|空调|轮胎|车胎|气球|轮子)[^，。]*[漏没断]气|(?:烟囱|烟筒|烟道|排烟|油烟|锅炉|工厂|烧烤|尾气|烧纸|抽烟|秸秆|排气).{0,6}烟"
)
"""What is no danger, whatever it is called."""
_ENOUGH_AFTER = 3
"""Characters that must follow a find in an unfinished text: they may still turn it into a possibility."""


def detect(text: str, *, finished: bool = True) -> Alert | None:
    """The gravest danger that a caller tells, if any; in a partial (`finished` false) only by the word lists."""
    alert = told_in_words(text, finished=finished)
    return _sensed(text) if alert is None and finished else alert


@lru_cache(maxsize=1024)
def told_in_words(text: str, *, finished: bool = True) -> Alert | None:
    """The gravest danger that `text` tells in words of our lists, if any.

    In a partial only what was written exactly and is followed by more words counts, since both the end and
    homophones of a partial still change.
    """
    for danger in load_dangers():
        for start, end, exact in danger.named_in(text):
            settled = finished or (exact and end + _ENOUGH_AFTER <= len(text))
            if settled and _is_fact(text, start, end):
                return Alert(danger.number, danger.reason, start, end)
    return None


@lru_cache(maxsize=4096)
def _sensed(text: str) -> Alert | None:
    """The danger that the meaning of `text` tells."""
    if _tells_it_is_over(text):
        return None
    found = danger_model().sense(text, sentence_encoder())
    if found is None or not _is_fact(text, found.start, found.end):
        return None
    return Alert(found.number, SENSED[found.number], found.start, found.end, sensed=True)


def dangers_told(utterances: Sequence[Utterance]) -> list[tuple[Utterance, Alert]]:
    """The dangers that a caller's `utterances` tell in words, but for those that he says later are over."""
    found = []
    for i, u in enumerate(utterances):
        alert = told_in_words(u.raw) if u.channel is not Channel.OPERATOR else None
        if alert is not None and not _is_over_later(utterances[i + 1 :]):
            found.append((u, alert))
    return found


def _is_over_later(later: Sequence[Utterance]) -> bool:
    """The operator asks how it is, and the caller says that it is over."""
    return any(
        asked.channel is Channel.OPERATOR
        and answered.channel is not Channel.OPERATOR
        and _ASKS_HOW_IT_IS.search(asked.raw) is not None
        and _tells_it_is_over(answered.raw)
        for asked, answered in pairwise(later)
    )


def _tells_it_is_over(text: str) -> bool:
    return _ANSWERS_OVER.search(text) is not None and _UNSETTLED.search(text) is None


class Watch:
    """Looks out for danger to life in one call; each is told once, as soon as it is certain."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def hear(self, text: str, *, finished: bool) -> Alert | None:
        """The danger that `text` tells, see `detect`; None when there is none, or it has been told."""
        alert = detect(text, finished=finished)
        if alert is None or (alert.number, alert.reason) in self._told:
            return None
        if alert.sensed and any(n == alert.number or reason not in SENSED.values() for n, reason in self._told):
            return None  # says less than what has been told
        self._told.add((alert.number, alert.reason))
        return alert


def _is_fact(text: str, start: int, end: int) -> bool:
    """The danger named in `text[start:end]` exists now."""
    if is_negated(text, start) or is_supposed(text, start, end):
        return False
    if is_past(text, start, end) and not _STILL.search(sentence_after(text, end)):
        return False
    if _ASKED.match(text, end) and not _MINE.search(clause_before(text, start) + text[start:end]):
        return False
    if _SETTLED.search(text, end) and not any(sign.search(text, end) for sign in (_UNSETTLED, _NOT_OVER, _STILL)):
        return False
    after = sentence_after(text, end)
    if _ONLY_A_NAME.match(text, end) or (_OVER.search(after) and not _NOT_OVER.search(after)):
        return False
    if (told := _TOLD.search(sentence_before(text, start))) and not _MY_OWN.search(text, told.end()):
        return False
    before = text[max(0, start - 8) : start]
    return not (
        _CUSTOMARY.search(before) or _FIGURE_OF_SPEECH.search(before) or _NO_DANGER.search(before + text[start:end])
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
_CONNECTS = Sound(
    "(?:我|帮您|给您|为您|这边).{0,6}(?:接|转|拨|呼叫|连线|联系|通知).{0,3}(?:[幺一][幺一](?:零|九)|[幺一]二(?:零|二)|急救)"
)
"""The operator does it himself: nobody would without need."""
_BY_OPERATOR = Sound("紧急件|加急|紧急处理|按紧急|紧急派|急件|紧急工单|紧急情况")
_URGENT = (
    (
        Sound(
            "水漫|漫到|漫出来|反脏水|跑水|爆管|水管爆|喷水|倒灌|淹了|泡水里|往外喷|哗哗往外|路面塌陷|地面塌陷|井盖.{0,4}没了"
        ),
        0.55,
    ),
    (
        Sound(
            "地漏.{0,4}[冒反]|往上(?:冒水|反水|冒脏)|屋里.{0,3}到(?:脚脖子|脚面|小腿|膝盖)|没过脚|舀不[赢及完过]|(?:床|家具|冰箱).{0,3}(?:都|要)漂"
            "|(?:今天|今儿|今晚|今夜).{0,6}(?:必须|说[什么啥]{1,2}[也都]得|无论如何|非得|务必|一定得|就得).{0,4}(?:修|送|抽|盖|接上|通上|堵上|围|拿到|补上)"
            "|(?:今天|今儿|今晚).{0,3}[不没].{0,6}(?:明天|明儿|明早).{0,3}(?:就|都|没法|怎么).{0,6}(?:进不|赶不|来不及|耽误|考|走不|上不|没法|出门)"
        ),
        0.56,
    ),
    (Sound("急死|十万火急|特别急|非常紧急|今晚必须|今天晚上必须|等不了|马上就要断|呼吸机|吸着氧|等着用药"), 0.5),
)


class EmergencyFinder:
    """Finds `urgency` and `emergency_number`."""

    @classmethod
    def load(cls) -> EmergencyFinder:
        """With the dangers that it looks for, and what senses others, loaded once for all calls: a second, 120 MB.

        Raises:
            models.errors.DataFileError: a file of theirs cannot be taken.
        """
        load_dangers()
        danger_model()
        sentence_encoder()
        return cls()

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        spoken = [u for u in utterances if u.channel is not Channel.OPERATOR]
        dangers = dangers_told(utterances)
        found = [_usual()] if spoken else []
        for u, a in dangers:
            found += [
                _candidate(evidence(u, a.start, a.end), u.channel, FieldName.URGENCY, "突发", 0.9),
                _candidate(evidence(u, a.start, a.end), u.channel, FieldName.EMERGENCY_NUMBER, a.number, 0.85),
            ]
        naming = [u for u in utterances if any(u.raw in said for said in _NUMBERS.values())]
        grave = bool(dangers) or (bool(naming) and any(_sensed(u.raw) for u in spoken))
        for u in naming:
            found += _numbers(u, grave=grave) if grave or u.raw in _AT_ONCE or u.raw in _CONNECTS else []
        for u in utterances:
            found += _hurry(u)
        return found


def _numbers(u: Utterance, *, grave: bool) -> list[Candidate]:
    """The numbers that the speakers say should be called, in a call where somebody is in danger."""
    found = []
    for number, said in _NUMBERS.items():
        h = said.first(u.raw)
        if h is None or is_past(u.raw, h.start, h.end) or is_negated(u.raw, h.start):
            continue
        if not grave and (u.channel is not Channel.OPERATOR or is_supposed(u.raw, h.start, h.end)):
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
        if not (is_negated(u.raw, h.start) or is_supposed(u.raw, h.start, h.end) or is_past(u.raw, h.start, h.end))
    ]


def _usual() -> Candidate:
    """What most calls are; no words say it."""
    return Candidate(field=FieldName.URGENCY, value="一般", confidence=0.54, source=Source.INFERRED)


def _candidate(words: Evidence, speaker: Channel, name: FieldName, value: str, confidence: float) -> Candidate:
    return Candidate(field=name, value=value, confidence=confidence, evidence=(words,), speaker=speaker)
