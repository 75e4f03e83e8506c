"""What the caller wants done with his report: to be called back, to stay unnamed; and whether it is a repeated one.

Each is a yes/no question that is answered in one of three ways: the caller says it, the caller answers the operator's
question, or the operator states it. The caller's last word counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.call import CallInfo, Channel, Utterance
from models.workorder import Candidate, FieldName
from voice.fields.finder import evidence
from voice.fields.scope import clause_after, clause_before, is_negated
from voice.fields.sounds import Heard, Sound


@dataclass(frozen=True, slots=True)
class _Wish:
    """The expressions that decide one field."""

    field: FieldName
    yes: Sound
    """The caller wants it."""
    no: Sound
    """The caller does not."""
    hint: Sound
    """The caller may want it: counts when the operator grants it."""
    asked: Sound
    """The operator asks."""
    stated: Sound
    """The operator says that it is so."""
    reversed_question: Sound | None = None
    """The operator asks whether the opposite is so."""


def _any(*expressions: str) -> Sound:
    return Sound("|".join(expressions))


_CONTACT = "(?:回.{0,1}(?:电话|电|话|复|访|信)|打.{0,2}电话|联系|答复|告知|通知|反馈|去电)"
_BEFORE = "(?:上次|上回|之前|此前|前面|上个?礼拜|上个?星期|上个?月|上周|前[两几]?天|昨天|去年|前年|年前)"
_WISHES = (
    _Wish(
        FieldName.WANTS_CALLBACK,
        yes=_any(
            "[给跟]我.{0,3}(?:回|[打来].{0,2}(?:电话|话|信|消息|一?个)|个.{0,2}(?:信|电话|答复|回复|回话|回音|消息))",
            "回.{0,2}(?:电话|话|电|信)|回一个吧|(?:必须|一定|还是|都|也|给).{0,3}回一?个",
            "[来给].{0,1}个.{0,1}(?:信儿|准信|回信|回音|回话|回复|答复|电话)|打(?:给我|过来)|打我(?!们|家|孩子|人)|打这个(?:电话|号|手机|就)",
            "(?:联系|告诉|告知|告儿?|答复|回复|知会)我|(?<!啊)通知我",
            "有.{0,3}(?:消息|结果|进展|信儿?).{0,8}(?:告|通知|打|说|回|联系|言语)",
            "(?:[跟给]我.{0,2}说|告诉我?|通知我?|知会|言语|吱|您说).{0,1}一?声",
            "等.{0,4}(?:电话|回复|消息|答复|回音|回信|信儿)|随时.{0,2}[打联]|多晚.{0,2}[打接]|[点上午天候].{0,2}(?:以后|之后|再)打",
            "(?:手机|电话).{0,8}(?:开着|开机|畅通)|打.{0,2}电话.{0,3}(?:就行|就成|就可以|都行|都可以|也行)|短信.{0,2}电话.{0,2}都",
        ),
        no=_any(
            "(?:不用|不需要|不必|不要|甭|别|用不着|无需|没必要).{0,4}(?:回电|回电话|回复|回访|联系|打电话|通知|答复|回了|给我回|回我|找我|告诉我)",
            "(?:回电|回复|回访|联系|电话).{0,3}(?:就不用|不用|不必|就算|就免)|也不用回|不用回|能不打就(?:别|不)打",
            "别.{0,2}打我(?![爸妈家老媳孩儿女父母])|别.{0,2}打电话|电话.{0,1}别打|不[打回]也.{0,1}[行可]",
            "回不回.{0,4}(?:都行|都可以|无所谓|没关系)|发.{0,2}短信.{0,2}(?:就|吧)|短信.{0,2}(?:就行|就成|就可以)",
        ),
        hint=Sound("我等着|等着你们|等你们|尽快联系"),
        asked=_any(
            f"(?:需要|要不要|要|是否|用不用|方便|希望|用).{{0,8}}{_CONTACT}.{{0,6}}[吗么呢]",
            "电话.{0,3}(?:告知|告诉|通知|联系|回复|答复|回访)您.{0,4}吗",
            "(?:结果|进展).{0,6}(?:需要|要不要|用不用).{0,4}(?:知道|告诉|了解)",
            "(?:电话|短信)(?:回复|通知|告知)?还是|打您.{0,8}(?:行|可以|方便)吗",
        ),
        stated=_any(
            f"[给跟和向与]您.{{0,4}}{_CONTACT}|[跟和]您.{{0,2}}说明|(?:联系|通知|告知|告诉|答复|回复|回访|反馈给|打给)您",
            "打.{0,4}电话.{0,3}[找给]您|打这个(?:电话|号)|有人.{0,6}找您|(?:电话|手机).{0,4}畅通",
            f"会.{{0,8}}{_CONTACT}[您的]|等.{{0,4}}电话|有.{{0,3}}(?:进展|消息|结果).{{0,6}}[给跟]您",
        ),
    ),
    _Wish(
        FieldName.CONFIDENTIAL,
        yes=_any(
            "保密(?!协议)|匿名|(?:别|不要|不能|千万别|可别|甭).{0,4}(?:透露|泄露|公开|暴露|说出去)",
            "(?:别|不要|不能|甭).{0,3}把我.{0,8}(?:告诉|给|说|透露)|名字.{0,3}(?:别|甭|不要).{0,3}[写提登说]",
            "(?:别|不要|千万别|可别|甭).{0,8}(?:说是我|说是谁|是我.{0,2}[打说举反投]|知道是我|提我|说我|往外说|外传)",
            "(?:别|不要|不想|不愿意|不能)让.{0,6}知道|不想.{0,3}(?:暴露|透露|公开)",
        ),
        no=Sound("(?:不用|不需要|不必|没必要|无需|用不着).{0,3}(?:保密|匿名)|可以公开|公开没事|实名"),
        hint=Sound("怕.{0,3}(?:报复|打击|找我麻烦|穿小鞋)|低头不见抬头见"),
        asked=Sound("(?:需要|要不要|是否|用不用|希望|要).{0,8}(?:保密|匿名|公开).{0,4}[吗么呢]"),
        stated=Sound(
            "(?:按|为您|给您|标注|标记|做|进行).{0,4}保密|(?:信息|身份).{0,4}(?:会|进行|严格|为您)?保密|保密处理"
        ),
    ),
    _Wish(
        FieldName.REPEAT_CALL,
        yes=_any(
            "给你们.{0,3}打.{0,2}过|给你们.{0,4}打了|打.{0,3}过.{0,3}(?:一二三四五|热线|你们)|打.{0,2}(?:一二三四五|市民热线).{0,4}(?:说|反映|投诉|登记|报)",
            f"{_BEFORE}.{{0,4}}(?:就|也|已经)?(?:给你们|跟你们|打你们|在你们|你们这).{{0,4}}[打反投说]",
            "(?:跟你们|给你们|向你们|在你们这).{0,4}(?:反映|投诉|说|报)(?:过|了|第)|我.{0,4}(?:又|再次).{0,2}(?:打来|打电话|打一次|来电|反映|投诉)",
            "第[二三四五两].{0,2}[次回遍].{0,3}[打反投来]|不是第一次[打反投来]|打了.{0,3}[好几两三四五].{0,2}[次回遍].{0,6}(?:你们|热线|一二三四五)",
            f"{_BEFORE}.{{0,6}}(?:反映|投诉|登记|来电|报)(?:过|了|的)|又是我|{_BEFORE}.{{0,3}}打过|打了?.{{0,1}}(?:多少|无数|好些|八百).{{0,1}}[次回遍]",
            "(?:反映|投诉).{0,2}(?:过|了).{0,4}[好几两三四五].{0,2}[次回遍]|打过.{0,2}[一两二三四五几好].{0,1}[次回遍]|我.{0,2}打了.{0,2}[两三四五六七八九十几好].{0,1}[次回遍]",
            "上[次回].{0,6}你们.{0,2}说|上[次回]你们|催.{0,2}单|我那个?(?:工单|单子)|(?:上次|之前).{0,6}(?:工单|单子|单号)",
        ),
        no=Sound(
            "第一次.{0,4}[打反投来]|头一回.{0,3}[打反投]|(?:没|没有|从来没).{0,3}(?:打过|反映过|投诉过|来过电)|头一次"
        ),
        hint=Sound("打过|反映过|投诉过|说过"),
        asked=Sound(
            "(?:之前|以前|上次|此前).{0,8}(?:反映|来电|打|投诉|拨打).{0,3}过.{0,8}[吗么没]|(?:反映|打|来电|投诉)过.{0,6}[吗么没]|来过电.{0,4},?.{0,8}吗|同一个问题吗"
        ),
        stated=Sound(
            "重复来电|重复反映|多次反映|多次来电|再次来电|再次反映|之前[一两二三四五六几].{0,1}[次回].{0,2}(?:来电|反映|投诉)|(?:您|咱们)?(?:上次|之前|此前).{0,4}(?:反映|来电|投诉|登记).{0,2}(?:过|的|了)|您.{0,8}(?:来|打)过(?:电|电话|热线)(?!.{0,6}[吗没么])|查到您.{0,6}(?:工单|记录|来电)|之前.{0,4}工单"
        ),
        reversed_question=Sound("第一次.{0,6}(?:反映|来电|打|投诉).{0,6}[吗么]"),
    ),
)
_SOMEBODY = (
    "(?:物业|公司|他们?|她|人家|老板|客服|店家?|商家|房东|中介|师傅|经理|大夫|老师|村里|居委会|社区|派出所|警察)"
)
_PROMISED = re.compile(rf"(?:(?:说|答应|承诺).{{0,3}}|让我?)$|(?<![让叫请要]){_SOMEBODY}.{{0,3}}$")
_WISHED = re.compile(rf"希望|要求|最好|必须|务必|麻烦|[让叫请]{_SOMEBODY}|(?<![觉记晓懂])得$")
"""What somebody else is to do because the caller wants it."""
_SAID_SO = re.compile("说|答应|承诺")
_ONLY_WRITTEN = re.compile("^(?!.*电话).*短信")
"""A text message is no call."""
_OTHERS = re.compile(r".{0,4}(?:物业|公司|派出所|居委会|社区|警察|街道|城管|商家)")
_TO_OTHERS = Sound(
    "(?:物业|居委会|社区|派出所|警察|公司|供电|供暖|热力|自来水|燃气|城管|街道|店家?|商家|厂家|房东|中介|消防|老板|经理|他们|学校|医院|幺幺零|一一零).{0,10}$"
)
"""Who else may have been told: a report to them is not a repeated call."""
_QUESTION_END = Sound("[吗么呢]$|[吗么呢],|对吧$|是吧$|是不是$")
_YES = Sound(
    "^(?:嗯|哦|啊|对|好|行|哎|那)*,?(?:需要|要|好|行|可以|对|是|嗯|回|打|麻烦|当然|必须|得|成|中|那就|电话|短信|告诉|打过|来过|反映过|有|说过|最好)"
)
_NO = Sound("^(?:嗯|哦|啊|哎|那)*,?(?:不用|不需要|不必|不要|不|别|算了|没必要|甭|没有|没|用不着|第一次|头一)")


class WishFinder:
    """Finds `wants_callback`, `confidential` and `repeat_call`."""

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        return [c for wish in _WISHES for c in _settled(wish, utterances)]


def _settled(wish: _Wish, utterances: Sequence[Utterance]) -> list[Candidate]:
    """What the call says about one wish: the caller's last word, and the operator's when it agrees."""
    said: list[Candidate] = []
    granted: list[Candidate] = []
    hinted: list[Candidate] = []
    question: tuple[Utterance, bool] | None = None
    for u in utterances:
        asks = _question(wish, u) if u.channel is not Channel.CITIZEN else None
        if u.channel is not Channel.CITIZEN and asks is None:
            h = wish.stated.first(u.raw)
            if h and not (_is_written(wish, u, h) or is_negated(u.raw, h.start) or _asks(u.raw, h)):
                granted.append(_candidate(wish, True, 0.65, u, h))
        if asks is not None or u.channel is Channel.OPERATOR:
            question = asks
            continue
        own = _own_words(wish, u) or (_answer(wish, u, question[1]) if question else None)
        said += [own] if own else []
        question = question if own is None and len(u.raw) <= 2 else None
        h = wish.hint.first(u.raw)
        hinted += [_candidate(wish, True, 0.45, u, h)] if h and not _elsewhere(wish, u, h) else []
    if said:
        last = said[-1]
        return [c for c in said if c.value is last.value] + [g for g in granted if last.value is True]
    return granted + (hinted if granted else [])


def _question(wish: _Wish, u: Utterance) -> tuple[Utterance, bool] | None:
    """The operator's question and what "yes" to it means."""
    if wish.reversed_question is not None and u.raw in wish.reversed_question:
        return u, False
    h = wish.asked.first(u.raw)
    return (u, True) if h and not _elsewhere(wish, u, h) else None


def _own_words(wish: _Wish, u: Utterance) -> Candidate | None:
    """What the caller says unasked."""
    refused = list(wish.no.find(u.raw))
    said = [(h, False) for h in refused]
    for h in wish.yes.find(u.raw):
        within = any(h.start < r.end and r.start < h.end for r in refused)  # 不用给我回电话
        asks = _asks(u.raw, h) and wish.field is not FieldName.CONFIDENTIAL  # who asks for that wants it
        if not (within or asks or is_negated(u.raw, h.start) or _elsewhere(wish, u, h)):
            said.append((h, True))
    if not said:
        return None
    h, value = max(said, key=lambda s: s[0].end)
    return _candidate(wish, value, 0.9 if h.exact else 0.75, u, h)


def _elsewhere(wish: _Wish, u: Utterance, h: Heard) -> bool:
    """The words are about somebody else: a report made to the landlord, a call that the company promised."""
    if wish.field is FieldName.WANTS_CALLBACK:
        before = clause_before(u.raw, h.start)
        wished = _WISHED.search(before) and not _SAID_SO.search(before)
        return not wished and _PROMISED.search(before) is not None
    if wish.field is not FieldName.REPEAT_CALL or "你们" in u.raw[h.start : h.end]:
        return False
    return u.raw[: h.end] in _TO_OTHERS or _OTHERS.match(clause_after(u.raw, h.end)) is not None


def _is_written(wish: _Wish, u: Utterance, h: Heard) -> bool:
    """Whether what the operator promises in this clause is a text message."""
    clause = clause_before(u.raw, h.start) + clause_after(u.raw, h.start)
    return wish.field is FieldName.WANTS_CALLBACK and _ONLY_WRITTEN.search(clause) is not None


def _asks(raw: str, h: Heard) -> bool:
    return raw[h.start : h.end + 4] in _QUESTION_END


def _answer(wish: _Wish, u: Utterance, yes_means: bool) -> Candidate | None:
    """The caller's answer to the operator's question."""
    for expression, value in ((_NO, not yes_means), (_YES, yes_means)):
        if h := expression.first(u.raw):
            return _candidate(wish, value, 0.85, u, h)
    return None


def _candidate(wish: _Wish, value: bool, confidence: float, u: Utterance, h: Heard) -> Candidate:
    return Candidate(
        field=wish.field,
        value=value,
        confidence=confidence,
        evidence=(evidence(u, h.start, h.end),),
        speaker=u.channel,
    )
