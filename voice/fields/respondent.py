"""The unit complained about, as it was named; not units named in passing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec

from models.call import CallInfo, Channel, Utterance
from models.phonetic import fold, syllables
from models.units import UNITS, load_units
from models.workorder import Candidate, FieldName, merge
from voice.fields.clauses import AGREES, tidy
from voice.fields.finder import evidence
from voice.fields.requests import RequestFinder
from voice.fields.scope import clause_before
from voice.fields.tagger import Tagger
from voice.fields.units import Mention, UnitIndex

_ASKS_NAME = re.compile(
    r"叫什么|哪[里儿]的|什么名[字称]|名[字称]|全称|哪一?[家个所间条](?![^，。？]{0,3}(?:区|街道|镇|村|口|站|楼|单元|广场|停车场|操场|公园|工地|路|门[口前外]|附近|旁边|位置|方向))|什么(?:公司|单位|机构|店)"
)
_ASKS_UNIT = re.compile(r"公司|单位|机构|店|商家|企业|房|馆|院|厂|队|中心|场|铺|驿站|牌子|品牌|(?<!地)点")
_ASKS_PLACE = re.compile("在哪|哪里|哪儿|什么(?:位置|地方)|地址|位置")
_ASKS_LINE = re.compile("哪一?[条趟路](?:线路?|公交|车)|[哪几]一?路(?:公交|车)")
_LINE = re.compile("[特快专夜第]?[0-9零一二三四五六七八九幺两十百]{1,4}(?=路|[，。、 ]|$)")
"""A bus line, told when one was asked for."""
_WHICH = re.compile(r"哪一?家|(?:归|由|属于?)(?:谁|哪)[^，。]{0,3}(?:管|负责)")
"""Asks for a unit without saying what kind it is."""
_PERSON_NAME = re.compile(r"您(?:叫|的姓名|的名字|贵姓)|怎么称呼|全名|小区叫|社区叫|[路街]叫")
_DONT_KNOW = re.compile(r"不知道|不清楚|说不[上好]来|记不[住清得]|想不起|忘了|没注意|没看|不记得|不了解|没听")
_DOES = re.compile(
    r"^.{0,6}(?:甩站|甩客|过期|不[管给让退修理认承开接办赔来作发还肯愿同答]|没[人给修来退发有处解]|拒|拖|推[来诿脱三给]|骗|骂|打[人我孩]|乱|收[我了费钱]|多收|欠|关[门了张停]|倒闭|跑路?|停业|卷|违[法规]|偷|强[制行]|私自|擅自|施工|卖|态度|敷衍|糊弄|扣|涨|吵|嚷|刁难|威胁|排|直排|扰民|占|挖|把|的(?:人|经理|老板|老师|司机|保安|员工|工作人员|师傅|客服|医生|大夫|护士|主任|饭|菜|东西|服务|校长)|老板|经理|老师|司机|保安|客服|负责人|说|开的|干的|弄的|办的|建的|盖的|承包|管的|供的)"
)
_DONE_TO = re.compile(
    r"(?:投诉|举报|反映|告|状告|找|问|催|曝光|表扬|感谢|被|让|叫|给|跟|在|从|由|是|归|属于|属|咨询|签的?|通过|经|包给|承包给|拖欠|欠|管理.{0,2}是|物业是|开发商是|施工.{0,2}是|公司是|单位是)(?:的|是|一下|一个|一家|那个|这个|那|这|我们|小区|咱们|楼下|附近|旁边|门口)*$"
    r"|在.{1,8}(?:那边|这边|附近|那儿|这儿)的?$"
)
_PLACE = re.compile(
    r"^(?:的)?(?:正|大|南|北|东|西)?(?:门口|门前|旁边|对面|对过|附近|边上|外头|外面|东[边侧面]|西[边侧面]|南[边侧面]|北[边侧面]|[东西南北]门|后[面身]|前[面]|楼下|隔壁|那[儿边块]|这[儿边块]|站|路口|院[里内]|小区|社区|宿舍|家属|里头|里面|到|往|十字)"
)
_TO_PLACE = re.compile(r"(?:挨着|靠近|离|路过|对着|正对|往|过了|住|紧邻|毗邻|临近|送到?|送去|拉到|住在|走到|开到)$")
_LIVED_IN = re.compile("养老|敬老|护理|福利|康养|托")
"""Units that people live in or are sent to, and complain about."""
_OTHER_WORD = re.compile(r"^(?:费|卡|证|员|工人|管道|设施|设备|维修|讲座|生|叫什么|是什么|是哪|名字)")
"""What makes a name of a unit part of another thing, or a question."""
_TAKEN_BACK = re.compile(r"^.{0,3}[，,。 ]?(?:不对|不是|哎不|错了|说错|哦不)")
_TREATED = re.compile(
    r"^(?:里|那儿|那边)?(?:打了?[针疫破狂]|看的?[病急]|输|缝|复查|复诊|化验|做手术|开[的了]?药|住院|治|检查|拍片|挂|包扎|抢救|上学|念书|读书|上班|住着呢)"
)
"""Where the caller was looked after, or bought what he needed."""
_VISITED = re.compile("[去到上往送](?:的|了)?$")
_CARE = re.compile("医|诊|卫生")
_TARGET = re.compile(
    r"(?:投诉|举报|反映|表扬|说)的(?:单位|商家|公司)?(?:就|应该)?是(?P<name>[^，。？、的]{3,20}?)(?:，|吧|吗|是吗|对[吗吧])"
)
_ABOUT_NOBODY = frozenset({"咨询", "建议"})
"""Kinds of requests in which units are named in passing …"""
_IN_PASSING = 0.5
"""… so that their confidence is less by this factor …"""
_HELP = 0.9
"""… or often …"""
_CLEARLY = 0.6
"""… where the kind of request is at least so sure."""
_BLAMING = frozenset({"投诉", "举报", "表扬"})
_DOUBT_LEFT = 0.85
"""What is left of the doubt about a unit in a call that is about somebody's deeds."""
_ASKED, _ASKED_AGAIN, _TOPIC, _ONLY_WHERE = 0.3, -0.1, 0.15, -0.15
"""What makes a unit likelier or less so: an operator asks first for the one complained about; asked where something
is, people name what stands there."""
_TAIL = 2
_ANY_UNIT = frozenset({"公司", "集团", "中心", "学校", "服务"})
"""Ends of kinds that say too little of them."""
_CONFIRMED = 0.6
"""Of the confidence of a name, that of an operator who repeats it: he may only read back where it is."""
_RESTATED = 0.7


class RespondentFinder:
    """Reads the respondent."""

    def __init__(self, units: UnitIndex, requests: RequestFinder) -> None:
        self._units = units
        self._requests = requests

    @classmethod
    def load(cls, tagger: Tagger, requests: RequestFinder, known: Path = UNITS) -> RespondentFinder:
        """With the list of units in the file `known`.

        Raises:
            models.errors.DataFileError: the file cannot be taken.
        """
        return cls(UnitIndex(tagger, load_units(known)), requests)

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        kind = merge(self._requests.find(call, utterances))
        found = self.named(utterances)
        if kind is None or kind.confidence < _CLEARLY:
            return found
        if kind.value in _BLAMING:
            return [
                msgspec.structs.replace(c, confidence=round(1 - _DOUBT_LEFT * (1 - c.confidence), 3)) for c in found
            ]
        doubt = _IN_PASSING if kind.value in _ABOUT_NOBODY else _HELP
        return [msgspec.structs.replace(c, confidence=round(c.confidence * doubt, 3)) for c in found]

    def named(self, utterances: Sequence[Utterance]) -> list[Candidate]:
        """The units that the call may be about, however it is meant."""
        found: list[Candidate] = []
        topics = self._topics(utterances)
        question = ""
        answered = False
        for u in utterances:
            if u.channel is Channel.OPERATOR:
                question = u.raw
                continue
            asked = self._asks_for_unit(question)
            expected = _ASKED_AGAIN if answered else _ASKED
            if not asked:
                expected = _ONLY_WHERE if _ASKS_PLACE.search(question) else 0.0
            told = self._told(u, question, topics, expected, asked=asked)
            answered = answered or (asked and bool(told))
            found += told
        read_back = [(u, m) for u in utterances if u.channel is Channel.OPERATOR for m in self._mentions(u)]
        names = [*(str(c.value) for c in found), *(m.name for _, m in read_back)]
        found = [_in_full(c, names) for c in found]
        places = {_sound(m.name) for u, m in read_back if _PLACE.match(u.raw[m.end :])}
        found = [_halved(c) if _sound(str(c.value)) in places else c for c in found]
        sure = {_sound(str(c.value)): c.confidence for c in sorted(found, key=lambda c: c.confidence)}
        repeated = [_candidate(u, m, _CONFIRMED * sure[s]) for u, m in read_back if (s := _sound(m.name)) in sure]
        return found + repeated + [c for u, reply in pairwise(utterances) for c in _restated(u, reply)]

    def _mentions(self, u: Utterance) -> tuple[Mention, ...]:
        return self._units.mentions(u.raw, u.written)

    def _asks_for_unit(self, question: str) -> bool:
        if _WHICH.search(question) or _ASKS_LINE.search(question):
            return True
        if _ASKS_NAME.search(question) and not _PERSON_NAME.search(question):
            return self._units.speaks_of_unit(question) or _ASKS_UNIT.search(question) is not None
        return re.search(r"(?:单位|公司|物业)您?(?:知道|清楚|了解)", question) is not None

    def _topics(self, utterances: Sequence[Utterance]) -> frozenset[str]:
        """The kinds of units that the citizen speaks of without a name: 那家餐馆, 我们物业."""
        bare: set[str] = set()
        for u in utterances:
            if u.channel is not Channel.OPERATOR:
                inside = {i for m in self._mentions(u) for i in range(m.start, m.end)}
                kinds = ((end, kind) for end, kind in self._units.kinds(u.raw) if end - 1 not in inside)
                bare.update(kind for end, kind in kinds if not _PLACE.match(u.raw[end:]))
        return frozenset(kind[-_TAIL:] for kind in bare) - _ANY_UNIT

    def _told(
        self, u: Utterance, question: str, topics: Collection[str], expected: float, *, asked: bool
    ) -> list[Candidate]:
        """The units that the citizen names in `u`.

        Args:
            u: the utterance.
            question: what the operator said before it.
            topics: kinds of units that the citizen speaks of elsewhere.
            expected: how much surer the question makes a unit.
            asked: it asked for one.
        """
        unknown = max((m.end() for m in _DONT_KNOW.finditer(u.raw)), default=0) if asked else 0
        own_name = _PERSON_NAME.search(question) is not None
        mentions = [m for m in self._mentions(u) if m.start >= unknown and not (own_name and m.named)]
        if not mentions and not own_name and self._units.speaks_of_unit(question):
            mentions = list(self._units.called(u.raw))
        if line := _ASKS_LINE.search(question) and _LINE.match(u.raw):
            mentions = [Mention(*line.span(), f"{tidy(line.group())}路", 0.7, named=True), *mentions]
        if asked and not mentions and not unknown:
            answer = self._units.answer(u.raw, written=u.written)
            mentions = [answer] if answer else []
        meant = self._answer(question, mentions) if asked else None
        text = self._units.spelled(u.raw, written=u.written)
        found = []
        for m in mentions:
            bonus = _TOPIC if m.kind[-_TAIL:] in topics else 0.0
            if m is meant or (m.kind and not asked):  # what the deployer lists, or is called by name, is no landmark
                bonus += expected
            found.append(_candidate(u, m, _confidence(text, m, bonus)))
        return found

    def _answer(self, question: str, mentions: Sequence[Mention]) -> Mention | None:
        """Which of `mentions` answers the question for a unit: one introduced by 叫, one of the kind, the first."""
        kinds = {kind[-_TAIL:] for _, kind in self._units.kinds(question)}
        return max(mentions, key=lambda m: (m.named, m.kind[-_TAIL:] in kinds, -m.start), default=None)


def _halved(candidate: Candidate) -> Candidate:
    """`candidate`, of which the operator speaks as of a landmark: 实验小学门口."""
    return msgspec.structs.replace(candidate, confidence=round(candidate.confidence / 2, 3))


def _in_full(candidate: Candidate, names: Sequence[str]) -> Candidate:
    """`candidate` with the longest of `names` that begins like its own: 和润, 和润物业."""
    longer = (name for name in names if name.startswith(str(candidate.value)))
    return msgspec.structs.replace(candidate, value=max(longer, key=len))


def _restated(u: Utterance, reply: Utterance) -> Iterator[Candidate]:
    """The unit as the operator asks about it and the citizen agrees: 您投诉的是…，对吗."""
    m = _TARGET.search(u.raw)
    if m and u.channel is Channel.OPERATOR and reply.channel is not Channel.OPERATOR and AGREES.match(reply.raw):
        yield Candidate(
            field=FieldName.RESPONDENT,
            value=m["name"],
            confidence=_RESTATED,
            evidence=(evidence(u, *m.span("name")),),
            speaker=u.channel,
        )


def _confidence(raw: str, m: Mention, expected: float) -> float:
    """How likely it is that the call is a complaint about the unit `m`, which was `expected` so much."""
    before, after = clause_before(raw, m.start), raw[m.end : m.end + 12]
    score = m.certainty + expected
    if _DOES.match(after):
        score += 0.25
    if _DONE_TO.search(before):
        score += 0.15
    if _PLACE.match(after) and not m.named:
        score -= 0.5
    if _OTHER_WORD.match(after):
        score -= 0.5
    if _TREATED.match(after) or (_VISITED.search(before) and _CARE.search(m.name)):
        score -= 0.4
    if _TO_PLACE.search(before) and not _LIVED_IN.search(m.name):
        score -= 0.4
    if _TAKEN_BACK.match(after):
        score -= 0.5
    return round(min(max(score, 0.05), 0.95), 3)


def _candidate(u: Utterance, m: Mention, confidence: float) -> Candidate:
    return Candidate(
        field=FieldName.RESPONDENT,
        value=m.name,
        confidence=confidence,
        evidence=(evidence(u, m.start, m.end),),
        speaker=u.channel,
    )


def _sound(name: str) -> tuple[str, ...]:
    return tuple(fold(s) for s in syllables(name).first)
