"""The groups of digits in one utterance, and what the words around each make of it.

People pause, start again, name the place of a group (「后四位是…」「中间那四个」「前头是…」), deny digits
(「不是八，是九」) or take a surplus one out (「零多了」).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from voice.digits import Run, runs
from voice.numerals import DIGITS

NO_PHONE = r"车牌|门牌|订单|单子|单号|[保银]行?卡|编号|卡号|户号|表号|账号|身份证|工号|证号|发票"
"""What other numbers are called."""
_FILLER = re.compile(
    r"(?:[\s，。、,.？?！!；;：:…\-－—嗯呃啊哎诶唉额哦噢喂呢吧哈对]|那个|这个|什么|怎么[说着]|我[想看]一?[想看]?|等一?[下会等]儿?"
    r"|稍等|您?[记听](?:[一下]下|着|好)|几?来着|接着|接下来|[后下][面边头]儿?|往下|还有|完了|然后|再|就?是|那)*+"
)
_CORRECTION = re.compile(r"[不部]对|部队|不是|错了|说错|记错|念错|弄错|搞错|更正|改成|应该是|重新说|重说|重来")
_DENIED = re.compile(r"不是$")
_INSTEAD = re.compile(r"[，,\s]*(?:应该)?是")
_WRONG = re.compile(r"[说念报记写]?(?:错了|不对)[，,\s]*(?:应该)?是")
_ASSERTED = re.compile(r"(?:是|[念读叫])[，,\s]*$")
_AND_NOT = re.compile(r"[啊呀哈，,\s]*(?:可|而)?不是")
_AREA_CODE = re.compile(r"0(?:10|2\d|[3-9]\d\d)")
_ADDED = re.compile(r"区号[^，。？]{0,4}$|加上?个?$")
_SURPLUS_BEFORE = re.compile(r"(?:多(?:[了说念报写记出来]{1,3}(?:一?个)?|一?个)|[去删减]掉(?:一?个)?)$")
_SURPLUS_AFTER = re.compile(r"[说念报写记]?多了|是?多(?:余|出来|[说念报写记])的")
_COUNT = r"[面边头]?[的那这]*(?:(?P<count>[一两二三四五六七八1-8])[位个])?[数号]?[字码]?"
_NAMED = re.compile(r"(?:应该|[才就都])?[是为]")
"""Right behind the name of a place."""
MOST_OF_A_PART = 6
"""Digits of a group that a correction can be a part of; what is longer is a number of its own."""


class Link(Enum):
    """How a group hangs together with the digits before it."""

    NEXT = "next"
    """Only a pause, or fillers, between them."""
    CORRECTS = "corrects"
    HEAD = "head"
    """The first digits, or the area code before them."""
    MIDDLE = "middle"
    TAIL = "tail"
    """Replaces the last digits."""
    SURPLUS = "surplus"
    """Was said once too often."""
    APART = "apart"
    """Other words between them."""


_PLACES = (
    (Link.HEAD, re.compile(rf"(?:前|开头|打头){_COUNT}")),
    (Link.MIDDLE, re.compile(rf"(?:中间|当中|中段){_COUNT}")),
    (Link.TAIL, re.compile(rf"(?:尾号|最后|后|末尾?){_COUNT}")),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Digits said in one breath, and their part in a number."""

    how: Link
    run: Run
    instead: str = ""
    """The digits that it stands for, where they are denied by name: 8 in 「不是八，是九」."""


@lru_cache(maxsize=512)
def groups(raw: str) -> tuple[Group, ...]:
    """The groups of `raw` that can be part of a telephone number; no digits that are only denied."""
    found: list[Group] = []
    at, denied = 0, ""
    for run in _dialled(raw):
        between = raw[at : run.start]
        if _is_denied(raw, run, between, first=not found):
            at, denied = run.end, run.digits
            continue
        if found and _is_asserted(raw, found[-1].run, between):
            at, found[-1] = run.end, replace(found[-1], how=Link.CORRECTS, instead=run.digits)
            continue
        how = Link.CORRECTS if denied else _link(between, run.digits, raw[run.end :])
        found.append(Group(how, run, denied))
        at, denied = run.end, ""
    return tuple(found)


def is_filler(text: str) -> bool:
    """Nothing but pauses and fillers."""
    return _FILLER.fullmatch(text) is not None


def is_area_code(digits: str) -> bool:
    """A Chinese area code, with its zero."""
    return _AREA_CODE.fullmatch(digits) is not None


_MEASURE = re.compile(r"\s*(?:号[楼院线]?|[位楼层室门栋幢座单度块元年月日点分个人户米岁%路平周天件章条]|小时)")
_ONE = re.compile(r"一[下会遍次共样起直定般些边句]")
_TENS = re.compile(r"[十百千万]")
"""Around the first digit: the rest of a quantity (十二), where 十 is no misheard 四."""


def _dialled(raw: str) -> list[Run]:
    """The runs of `raw` that can be part of a telephone number: no house, clock time or price."""
    return [r for r in runs(raw) if len(r.digits) > MOST_OF_A_PART or not _is_quantity(raw, r)]


def _is_quantity(raw: str, run: Run) -> bool:
    if _MEASURE.match(raw, run.end):
        return True
    if len(run.digits) == 1 and _ONE.match(raw, run.start):
        return True
    return len(run.digits) <= 2 and _TENS.search(raw, max(0, run.start - 1), run.start + 1) is not None


def _is_denied(raw: str, run: Run, between: str, *, first: bool) -> bool:
    """Others come instead of `run`: 「不是八，是九」, or 「八错了，是九」 where it is not part of a dictation."""
    if len(run.digits) > MOST_OF_A_PART:
        return False
    if first and _WRONG.match(raw, run.end):
        return True
    return _DENIED.search(between) is not None and _INSTEAD.match(raw, run.end) is not None


def _is_asserted(raw: str, run: Run, between: str) -> bool:
    """`run` is what was meant, and the digits behind `between` what was not: 「是幺啊不是七」."""
    return _AND_NOT.fullmatch(between) is not None and _ASSERTED.search(raw[: run.start]) is not None


def _link(between: str, digits: str, after: str) -> Link:
    """What the words `between` two groups (or before the first), and those `after` it, make of the second."""
    if re.search(NO_PHONE, between):
        return Link.APART
    if _SURPLUS_BEFORE.search(between) or _SURPLUS_AFTER.match(after):
        return Link.SURPLUS
    if is_area_code(digits) and _ADDED.search(between):
        return Link.HEAD
    if (place := _place(between, len(digits))) is not None:
        return place
    if _CORRECTION.search(between):
        return Link.CORRECTS
    return Link.NEXT if is_filler(between) else Link.APART


def _place(between: str, digits: int) -> Link | None:
    """The place in the number that the words name for as many digits: by 是 behind it, or by their count."""
    named = [(m, place) for place, pattern in _PLACES for m in pattern.finditer(between)]
    for m, place in sorted(named, key=lambda found: found[0].start(), reverse=True):
        counted = m["count"] is not None and int(DIGITS[m["count"]]) == digits
        if _NAMED.match(between, m.end()) or (counted and not re.search(r"[。？！?!]", between[m.end() :])):
            return place
    return None
