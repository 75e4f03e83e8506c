"""What the caller wants done with his report: to be called back, to stay unnamed; and whether it is a repeated one.

Each is a yes/no question that is answered in one of three ways: the caller says it, the caller answers the operator's
question, or the operator states it. The caller's last word counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.call import CallInfo, Channel, Utterance
from models.workorder import Candidate, FieldName
from voice.fields.finder import evidence
from voice.fields.scope import clause_after, clause_before, is_asked, is_negated
from voice.fields.sounds import Heard, Sound
from voice.fields.wish_words import ORDINAL, WISHES, Wish

_SOMEBODY = (
    "(?:物业|公司|他们?|她|人家|老板|客服|店家?|商家|房东|中介|师傅|经理|大夫|老师|村里|居委会|社区|派出所|警察"
    "|医院|学校|银行|单位|推销的?|骗子|催收的?)"
)
_PROMISED = re.compile(
    rf"(?:(?<!我)(?<![跟和][您你])说.{{0,6}}|(?:说好|答应|承诺|保证).{{0,8}}|让我?|天天|老是|整天|经常|一天到晚)$|(?<![让叫请要]){_SOMEBODY}.{{0,3}}$"
)
_WISHED = re.compile(rf"希望|要求|最好|必须|务必|麻烦|[让叫请]{_SOMEBODY}|(?<![觉记晓懂])得$")
"""What somebody else is to do because the caller wants it."""
_SAID_SO = re.compile("说|答应|承诺|保证")
_ONLY_WRITTEN = re.compile("^(?!.*电话).*短信")
"""A text message is no call."""
_NEAR = 40
"""Characters before the words in which it stands who was told."""
_OTHERS = re.compile(
    r"(?:警|工|架|仗|针|折|药|车|赌|牌|卡|球)|.{0,4}(?:物业|公司|派出所|居委会|社区|警察|街道|城管|商家|客服|幺幺|幺二|一一零|一二三一五|九六|疫苗|招呼|交道|官司)"
)
_SOMEBODY_ELSE = re.compile(
    r"(?:对门|邻居|街坊|隔壁|别人|有人|人家|朋友|同事|业主|住户|楼[上下](?![个周月次回])|(?<!我)他)(?!.*(?:我|咱))[^，。]{0,9}$"
)
"""Who else made the call; not 我和邻居 or 邻居跟我."""
_ME_TOO = re.compile("我[们和跟也]|咱")
_TO_OTHERS = Sound(
    "(?:物业|居委会|社区|派出所|警察|公司|供电|供暖|热力|自来水|燃气|城管|街道|店家|[商饭]店|商家|厂家|房东|中介|消防|老板|经理|他们|学校|医院|客服|信访|法院|银行|幺幺零|一一零|幺二|一二三一五).{0,10}$"
)
"""Who else may have been told: a report to them is not a repeated call."""
_HIDER = re.compile(
    r"(?<![跟和对给去])(?:老板|物业|邻居家?|公司|领导|学校|[商店]家|开发商|人家|他们?|她)[^，。]{0,2}$"
)
"""Who keeps something from others: no wish of the caller's."""
_NOT_DONE = re.compile("不用|不需要|不再|不必|无需")
_COUNTED = Sound(
    rf"{ORDINAL}了|^.{{0,1}}{ORDINAL}(?=,|$)|[打映诉来]过?了?[好几两三四五六].{{0,1}}[次回遍]|就(?:是)?[那这它](?=[个条件张]|,|$)|^(?:就|是)?(?:同)?一[个件回](?:事|条)?|二进宫"
)
"""An answer to "is this the first time?"."""
_CHANGED = Sound(",(?:哦|哎|嗯){0,1}(?:算了|不用了|还是算了|还是别|免了|拉倒|不要了)吧{0,1}(?=,|$)")
"""After a first yes."""
_QUESTION_END = Sound("[吗么呢]$|[吗么呢],|对吧$|是吧$|是不是$")
_OF_COURSE = Sound("^.{0,2}(?:怎么|谁说|哪能|哪儿能)不")
"""怎么不用啊: wanted, whichever way the operator asked."""
_UNDISCLOSED = Sound("^.{0,3}[不别](?:要|用|能)?(?:公开|透露)")
"""Whether the operator asked 公开吗 or 不公开吗."""
_YES = Sound(
    "^(?:嗯|哦|啊|对|好|行|哎|那)*,?(?:需要|要|好|行|可以|对|是|嗯|回|打|麻烦|没问题|反馈|通知|联系|当然|必须|得|成|中|那就|电话|短信|保(?=吧|,|$)|匿(?=吧|,|$)|告诉(?!什么|啥)|打过|来过|反映过|有|说过|最好|都[行成可好]|没错|可不|还是|随时|方便)"
)
_NO = Sound(
    "^(?:嗯|哦|啊|哎|那)*,?(?:我(?=没|不用|不要|第一)|我们(?=没|不用)|这是|我这是){0,1}(?:不用|不需要|不必|不要|免了|省省|拉倒|不(?!好意思|过|耽误)|别(?!忘)|算了|没必要|甭|没有|没(?!问题|事|关系)|那?倒没|用不着|第一次|头一|否(?=,|$)|[哪啥]样?.{0,1}都[不别])"
)


class WishFinder:
    """Finds `wants_callback`, `confidential` and `repeat_call`."""

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        return [c for wish in WISHES for c in _settled(wish, utterances)]


def _settled(wish: Wish, utterances: Sequence[Utterance]) -> list[Candidate]:
    """What the call says about one wish: the caller's last word, and the operator's when it agrees."""
    said: list[Candidate] = []
    granted: list[Candidate] = []
    hinted: list[Candidate] = []
    question: tuple[Utterance, bool] | None = None
    aside = False
    for u in utterances:
        asks = _question(wish, u) if u.channel is not Channel.CITIZEN else None
        if u.channel is not Channel.CITIZEN:
            promised = _granted(wish, u, asks)
            granted += promised
            said += _renounced(wish, u)
            if promised and u.channel is Channel.OPERATOR and not _asks_later(u, promised[0]):
                asks = asks or (u, True)  # 我们会跟您联系: 不用了
        if asks is not None or u.channel is Channel.OPERATOR:
            question, aside = asks, asks is None and _asks_of_others(wish, u)
            continue
        if aside and "你们" not in u.raw:
            aside = False
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


def _granted(wish: Wish, u: Utterance, asks: tuple[Utterance, bool] | None) -> list[Candidate]:
    """What the operator states; also when only his voice asks (回复的话打您这个电话？), unless the answer differs."""
    if u.raw in wish.asked:
        return []
    stated = (h for h in wish.stated.find(u.raw) if _is_stated(wish, u, h, asked=asks is not None))
    return [_candidate(wish, True, 0.65, u, h) for h in stated][:1]


def _asks_later(u: Utterance, promise: Candidate) -> bool:
    """会跟您联系的。还有别的事吗？: what is answered is not the promise."""
    end = promise.evidence[0].span[1]
    return any(mark in u.raw[end + len(clause_after(u.raw, end)) + 1 :] for mark in "？?")


def _is_stated(wish: Wish, u: Utterance, h: Heard, *, asked: bool) -> bool:
    """Whether the operator says that it is so, of the caller, and about a call."""
    by_voice = is_asked(u.raw, h.end)
    if asked and not by_voice:
        return False
    if is_negated(u.raw, h.start) or _NOT_DONE.search(u.raw, h.start, h.end):  # 给您备注不用回访
        return False
    others = by_voice and _elsewhere(wish, u, h)  # 是物业通知您的？
    return not (others or _is_written(wish, u, h) or _asks(u.raw, h))


def _renounced(wish: Wish, u: Utterance) -> list[Candidate]:
    """The operator's closing word that it will not be done: he repeats what the caller wants."""
    h = wish.renounced.first(u.raw) if wish.renounced else None
    return [_candidate(wish, False, 0.6, u, h)] if h and not is_asked(u.raw, h.end) else []


def _question(wish: Wish, u: Utterance) -> tuple[Utterance, bool] | None:
    """The operator's question and what "yes" to it means."""
    if wish.reversed_question is not None and u.raw in wish.reversed_question:
        return u, False
    h = wish.asked.first(u.raw)
    if h is None and (stated := wish.stated.first(u.raw)) and (is_asked(u.raw, stated.end) or _asks(u.raw, stated)):
        h = stated
    return (u, True) if h and not _elsewhere(wish, u, h) else None


def _asks_of_others(wish: Wish, u: Utterance) -> bool:
    """您之前跟物业反映过吗: what is answered was not said to the hotline."""
    h = wish.asked.first(u.raw) if wish.field is FieldName.REPEAT_CALL else None
    return h is not None and _elsewhere(wish, u, h)


def _own_words(wish: Wish, u: Utterance) -> Candidate | None:
    """What the caller says unasked."""
    wanted = list(wish.yes.find(u.raw))
    refused = [h for h in wish.no.find(u.raw) if not is_asked(u.raw, h.end)]
    if wish.field is FieldName.CONFIDENTIAL:  # 别写我名儿
        refused = [r for r in refused if not any(h.start < r.start and r.end <= h.end for h in wanted)]
    said = [(h, False) for h in refused]
    for h in wanted:
        within = any(h.start < r.end and r.start < h.end for r in refused)  # 不用给我回电话
        asks = _asks(u.raw, h) and wish.field is not FieldName.CONFIDENTIAL  # who asks for that wants it
        if not (within or asks or is_negated(u.raw, h.start) or _elsewhere(wish, u, h)):
            said.append((h, True))
    if not said:
        return None
    h, value = max(said, key=lambda s: s[0].end)
    return _candidate(wish, value, 0.9 if h.exact else 0.75, u, h)


def _elsewhere(wish: Wish, u: Utterance, h: Heard) -> bool:
    """The words are about somebody else: a report made to the landlord, a call that the company promised."""
    if wish.field is FieldName.WANTS_CALLBACK:
        before = clause_before(u.raw, h.start)
        wished = _WISHED.search(before) and not _SAID_SO.search(before)
        return not wished and _PROMISED.search(before) is not None
    if wish.field is FieldName.CONFIDENTIAL:
        hides = u.raw[h.end - 2 : h.end] == "知道" and not u.raw.startswith("是我", h.end)
        return hides and _HIDER.search(clause_before(u.raw, h.start)) is not None
    told = clause_before(u.raw, h.end)
    if u.channel is Channel.CITIZEN and _SOMEBODY_ELSE.search(told) and not _ME_TOO.search(told):
        return True
    if any(ours in u.raw[h.start : h.end] for ours in ("你们", "单", "一二三四五", "12345")):  # 我那单派给街道了没有
        return False
    return u.raw[max(0, h.end - _NEAR) : h.end] in _TO_OTHERS or _OTHERS.match(clause_after(u.raw, h.end)) is not None


def _is_written(wish: Wish, u: Utterance, h: Heard) -> bool:
    """Whether what the operator promises in this clause is a text message."""
    clause = clause_before(u.raw, h.start) + clause_after(u.raw, h.start)
    return wish.field is FieldName.WANTS_CALLBACK and _ONLY_WRITTEN.search(clause) is not None


def _asks(raw: str, h: Heard) -> bool:
    tail = raw[h.start : h.end + 4]
    return tail in _QUESTION_END and not tail.endswith(("什么", "怎么"))


def _answer(wish: Wish, u: Utterance, yes_means: bool) -> Candidate | None:
    """The caller's answer to the operator's question."""
    if wish.field is FieldName.REPEAT_CALL and (h := _COUNTED.first(u.raw)) and not _elsewhere(wish, u, h):
        return _candidate(wish, True, 0.85, u, h)
    if wish.field is not FieldName.REPEAT_CALL and (h := _CHANGED.first(u.raw)):
        return _candidate(wish, not yes_means, 0.85, u, h)
    if wish.field is FieldName.CONFIDENTIAL and (h := _UNDISCLOSED.first(u.raw)):
        return _candidate(wish, True, 0.85, u, h)
    for expression, value in ((_OF_COURSE, True), (_NO, not yes_means), (_YES, yes_means)):
        if h := expression.first(u.raw):
            return _candidate(wish, value, 0.85, u, h)
    return None


def _candidate(wish: Wish, value: bool, confidence: float, u: Utterance, h: Heard) -> Candidate:
    return Candidate(
        field=wish.field,
        value=value,
        confidence=confidence,
        evidence=(evidence(u, h.start, h.end),),
        speaker=u.channel,
    )
