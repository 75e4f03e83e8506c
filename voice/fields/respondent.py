"""The unit complained about, as it was named; not units named in passing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec

from models.call import CallInfo, Channel, Utterance
from models.phonetic import fold, syllables
from models.units import UNITS, load_units
from models.workorder import Candidate, FieldName, merge
from voice.fields.clauses import AGREES
from voice.fields.finder import evidence
from voice.fields.requests import RequestFinder
from voice.fields.scope import clause_before
from voice.fields.tagger import Tagger
from voice.fields.units import Mention, UnitIndex

_ASKS_NAME = re.compile(
    r"(?:叫什么|什么名字|什么名称|名字|名称|全称|哪一?家|哪个(?:公司|单位|物业|机构|店|平台)|什么(?:公司|单位|机构|店))"
)
_ASKS_UNIT = re.compile(
    r"公司|单位|机构|店|物业|商家|学校|医院|企业|房|馆|院|厂|中介|平台|超市|幼儿园|开发商|队|中心|场"
)
_WHICH = re.compile(r"哪一?家|(?:归|由|属于?)(?:谁|哪)[^，。]{0,3}(?:管|负责)")
"""Asks for a unit without saying what kind it is."""
_PERSON_NAME = re.compile(r"您(?:叫|的姓名|的名字|贵姓)|怎么称呼|全名|小区叫|社区叫|[路街]叫")
_DONT_KNOW = re.compile(r"不知道|不清楚|说不[上好]来|记不[住清得]|想不起|忘了|没注意|没看|不记得|不了解|没听")
_DOES = re.compile(
    r"^.{0,6}(?:甩站|甩客|过期|不[管给让退修理认承开接办赔来作发还肯愿同答]|没[人给修来退发有处解]|拒|拖|推[来诿脱三给]|骗|骂|打[人我孩]|乱|收[我了费钱]|多收|欠|关[门了张停]|倒闭|跑路?|停业|卷|违[法规]|偷|强[制行]|私自|擅自|施工|卖|态度|敷衍|糊弄|扣|涨|吵|嚷|刁难|威胁|排|直排|扰民|占|挖|把|的(?:人|经理|老板|老师|司机|保安|员工|工作人员|师傅|客服|医生|大夫|护士|主任|饭|菜|东西|服务|校长)|老板|经理|老师|司机|保安|客服|负责人|说|开的|干的|弄的|办的|建的|盖的|承包|管的|供的)"
)
_DONE_TO = re.compile(
    r"(?:投诉|举报|反映|告|状告|找|问|催|曝光|表扬|感谢|被|让|叫|给|跟|在|到|去|从|由|是|归|属于|属|咨询|签的?|通过|经|包给|承包给|拖欠|欠|管理.{0,2}是|物业是|开发商是|施工.{0,2}是|公司是|单位是)(?:的|是|一下|一个|一家|那个|这个|那|这|我们|小区|咱们|楼下|附近|旁边|门口)*$"
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
    r"^(?:里|那儿|那边)?(?:打了?[针疫破狂]|看的?[病急]|缝|住院|治|检查|拍片|挂|包扎|抢救|上学|念书|读书|上班|住着呢)"
)
"""Where the caller was looked after, or bought what he needed."""
_TARGET = re.compile(
    r"(?:投诉|举报|反映|表扬|说)的(?:单位|商家|公司)?(?:就|应该)?是(?P<name>[^，。？、的]{3,20}?)(?:，|吧|吗|是吗|对[吗吧])"
)
_ABOUT_NOBODY = frozenset({"咨询", "建议"})
"""Kinds of requests in which units are named in passing …"""
_IN_PASSING = 0.5
"""… so that their confidence is less by this factor …"""
_CLEARLY = 0.6
"""… where the kind of request is at least so sure."""
_CONFIRMED = 0.4
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
        found = self._named(utterances)
        if kind is None or kind.value not in _ABOUT_NOBODY or kind.confidence < _CLEARLY:
            return found
        return [msgspec.structs.replace(c, confidence=round(c.confidence * _IN_PASSING, 3)) for c in found]

    def _named(self, utterances: Sequence[Utterance]) -> list[Candidate]:
        """The units that are named, however the call is meant."""
        found: list[Candidate] = []
        asked = named = False
        for u in utterances:
            if u.channel is Channel.OPERATOR:
                asked = _asks_for_unit(u.raw)
                named = _PERSON_NAME.search(u.raw) is not None
                continue
            found += self._told(u, asked=asked, named=named)
        read_back = [(u, m) for u in utterances if u.channel is Channel.OPERATOR for m in self._mentions(u)]
        names = [*(str(c.value) for c in found), *(m.name for _, m in read_back)]
        found = [_in_full(c, names) for c in found]
        sounds = {_sound(str(c.value)) for c in found}
        repeated = [_candidate(u, m, _CONFIRMED) for u, m in read_back if _sound(m.name) in sounds]
        return found + repeated + [c for u, reply in pairwise(utterances) for c in _restated(u, reply)]

    def _mentions(self, u: Utterance) -> tuple[Mention, ...]:
        return self._units.mentions(u.raw, _written(u))

    def _told(self, u: Utterance, *, asked: bool, named: bool) -> list[Candidate]:
        """The units that the citizen names in `u`.

        Args:
            u: the utterance.
            asked: the operator has just asked for the unit.
            named: the operator has just asked for the citizen's own name.
        """
        unknown = max((m.end() for m in _DONT_KNOW.finditer(u.raw)), default=0) if asked else 0
        mentions = [m for m in self._mentions(u) if m.start >= unknown and not (named and m.named)]
        if asked and not mentions and not unknown:
            answer = self._units.answer(u.raw, written=_written(u))
            mentions = [answer] if answer else []
        text = self._units.spelled(u.raw, written=_written(u))
        return [_candidate(u, m, _confidence(text, m, asked=asked)) for m in mentions]


def _written(u: Utterance) -> bool:
    """Whether a person wrote it down, who knows how names are spelled."""
    return u.confidence >= 1


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


def _asks_for_unit(raw: str) -> bool:
    if _WHICH.search(raw):
        return True
    asks = _ASKS_NAME.search(raw) and _ASKS_UNIT.search(raw) and not _PERSON_NAME.search(raw)
    return bool(asks) or re.search(r"(?:单位|公司|物业)您?(?:知道|清楚|了解)", raw) is not None


def _confidence(raw: str, m: Mention, *, asked: bool) -> float:
    """How likely it is that the call is a complaint about the unit `m`."""
    before, after = clause_before(raw, m.start), raw[m.end : m.end + 12]
    score = m.certainty + (0.25 if asked else 0.0)
    if _DOES.match(after):
        score += 0.25
    if _DONE_TO.search(before):
        score += 0.15
    if _PLACE.match(after) and not m.named:
        score -= 0.5
    if _OTHER_WORD.match(after):
        score -= 0.5
    if _TREATED.match(after):
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
