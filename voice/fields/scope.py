"""The words around a find: what negates it, moves it into the past, or makes it a mere possibility."""

from __future__ import annotations

import re

_SENTENCE_END = "。！？!?；;"
_CLAUSE_END = _SENTENCE_END + "，,、 "
_QUESTION_MARKS = ("?", "？")
_NOT = re.compile(
    r"(?:不用|不要|不需要|不必|不想|(?<!是)不是|不会|不让|(?<!要)不|没有|没|别|甭|用不着|无需|从来没|未|省得|免得)(?:再|你们|您|他们|人|给|我|要|想|来|什么|闻到|看见|看到|发生){0,3}$"
)
_SUPPOSED = re.compile(
    r"(?<![恐可])怕(?![，。！得死坏极了])|担心(?![，。！得死坏极了])|万一|要是|如果|假如|倘若|一旦|(?<!好)(?<!好不)容易|好容易(?![才把打找撬盼等熬])|可别|会不会|可能会|有可能(?!是)|可能(?:引|造|导|发|出现|存在)|说不定|早晚|迟早|(?<!一)回头(?!一?[看瞧])|将来|以后|差点|哪天|险些|防止|避免|预防|(?<![消国])防(?![盗水护火空])|隐患|威胁|能不能(?!.*[，。])|是不是会|别再"
)
_DONE = re.compile(r"[完了过][^，。]{0,4}(?:以后|之后)")
"""After something that has happened; only 以后 alone is the future."""
_FEARED = re.compile(r"怕|担心|容易|早晚|迟早|回头|差点|险些")
_TURNS_OUT = re.compile(r"^(?:[我他她](?!们)|有人|现在|已经|突然|结果)|现在|已经|突然")
"""How a clause of its own begins, which tells what is, after one that told what was feared."""
_SUPPOSED_WITHIN = re.compile(r"(?<!恐)怕|万一|要是|如果|容易|差点|险些|别")
_PAST = re.compile(
    r"上次|上回|去年|前年|大前年|以前|之前|早先|原来|原先|那次|那回|那天|当天|当时|曾经|头几年|前几年|前几天|前两天|前些天|上个?(?:月|周|礼拜|星期)|昨[天儿晚]|前[天儿]|年前|小时候"
)
_JUST = re.compile(r"(?:分钟|小时|钟头|刻钟|秒钟?|一会儿?)(?:以前|之前)")
"""So short a time ago that it goes on."""
_WORSENS = re.compile(r"越来越|[疼痛].{0,3}受不了|[快要]不行|快来|救命")
_PRESENT = re.compile(r"现在|正在|还在|还(?=有|是|没|好好)|一直|刚才|刚刚|这会儿|又|今[天儿早晚]|眼下|马上|快来")


def sentence_before(raw: str, at: int) -> str:
    """From the start of the sentence up to `at`."""
    return raw[max((raw.rfind(c, 0, at) for c in _SENTENCE_END), default=-1) + 1 : at]


def clause_before(raw: str, at: int) -> str:
    """From the start of the clause up to `at`."""
    return raw[max((raw.rfind(c, 0, at) for c in _CLAUSE_END), default=-1) + 1 : at]


def clause_after(raw: str, at: int) -> str:
    """From `at` to the end of the clause."""
    return raw[at : min((i for c in _CLAUSE_END if (i := raw.find(c, at)) >= 0), default=len(raw))]


def sentence_after(raw: str, at: int) -> str:
    """From `at` to the end of the sentence."""
    return raw[at : min((i for c in _SENTENCE_END if (i := raw.find(c, at)) >= 0), default=len(raw))]


def is_asked(raw: str, end: int) -> bool:
    """The clause that ends with or after `raw[:end]` is written with a question mark."""
    return raw[end + len(clause_after(raw, end)) :][:1] in _QUESTION_MARKS


def is_negated(raw: str, at: int) -> bool:
    """A negation right before `at` covers what begins there."""
    return _NOT.search(clause_before(raw, at)) is not None


def is_supposed(raw: str, start: int, end: int) -> bool:
    """`raw[start:end]` is feared, possible or to be prevented, not a fact."""
    before = sentence_before(raw, start)[-_REACH:]
    said = [m[0] for m in _SUPPOSED.finditer(_DONE.sub("", before))]
    if said and all(map(_FEARED.match, said)) and _feared_elsewhere(raw, start, end):
        said = []
    return bool(said) or _SUPPOSED_WITHIN.search(raw, start, end) is not None


def _feared_elsewhere(raw: str, start: int, end: int) -> bool:
    """`raw[start:end]` is told in a clause of its own, not in the one that fears."""
    clause = clause_before(raw, start)
    return _SUPPOSED.search(clause) is None and _TURNS_OUT.search(clause + raw[start:end]) is not None


def is_past(raw: str, start: int, end: int) -> bool:
    """`raw[start:end]` is told of another time, and is over."""
    before, after = sentence_before(raw, end), raw[end : end + 4]
    if after.startswith("过"):
        return True
    before = _JUST.sub("", before)
    past = list(_PAST.finditer(before))
    if not past or _WORSENS.search(sentence_after(raw, end)):
        return False
    return _PRESENT.search(before, past[-1].end()) is None and _PRESENT.search(clause_after(raw, end)) is None


_REACH = 14
"""Characters over which a supposition holds: recognition often leaves out the full stop that would end it."""
