"""The grammar of what follows the names in an address: yard, building, entrance, spot, storey, room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache

from models.phonetic import syllables
from voice.fields.places.cues import role_weight
from voice.fields.places.naming import sounds_like
from voice.fields.places.view import BREAK, CLOSE, DIGIT, OPEN
from voice.numerals import numeral_at


class Slot(IntEnum):
    """Parts of an address in the order in which they are written."""

    HEAD = 0
    """Name of an estate, a street, a building: 芳星园二区, 菊儿胡同, 金源商务楼."""
    AREA = 1
    """A part of it: 东区, 二期."""
    NUMBER = 2
    """House number in a street: 12号."""
    YARD = 3
    """甲8号院"""
    NAME = 4
    """Name after a number: 37号华腾大厦"""
    BUILDING = 5
    """9号楼, 408楼, B座"""
    ENTRANCE = 6
    """3单元, 1门"""
    SPOT = 7
    """东口, 北门外, 菜市场南门, 公交站牌"""
    STOREY = 8
    ROOM = 9


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an address."""

    slot: Slot
    value: str
    """As written: with Arabic digits."""
    start: int
    """Characters of the text it was read from, half-open."""
    end: int
    weight: float
    """0-1: whether it belongs to the place of the matter (not: a neighbour's, a corrected one)."""


_EMERGENCY = "(?:[幺一1][幺一1][0零九9]|[幺一1][二两2][0零二两2])"
_N = f"[{DIGIT}十百]+"
_SIDE = "(?:东南|东北|西南|西北|[东西南北])"
_LETTER = "[^\\W\\d_A-Za-z的是在那这哪个我你他她们条到去有了么着过把被给从和跟与]"
"""A character that names of streets are made of."""
_ROAD = "(?:大街|胡同|[东西南北中]街|(?<![马道公段铁门电线])路|巷)"
_BRANCH = "[东西南北中]?[一二三四五六七八九十]?(?:大?街|路|条|巷|里)"
"""What makes the name of a street of another name: 景盛南四街."""
_NOT_A_STOREY = "[上下道梯顶里层板房]"
_ESTATE = (
    "小区|花园|家园|嘉园|雅园|公寓|新村|新城|国际|家属院|家属楼|宿舍|大院"
    "|[一二三四五六七八九十东西南北中]区|[东西南北中前后]里|胡同|大街|[东西南北中]街|[东西南北]沿|[^门铁电公网线]路|巷|条"
    "|大厦|大楼|商务楼|写字楼|办公楼|商场|商城|购物中心|百货|广场|酒店|宾馆|饭店|[苑园城]"
)
"""What names of estates, streets and buildings end in."""
_PLACE = (
    "菜市场|农贸市场|早市|市场|超市|便利店|商业街|底商|停车场|地下车库|车库|自行车棚|车棚|篮球场|活动站|垃圾站|垃圾桶"
    "|变电站|锅炉房|加油站|充电桩|公交站牌|公交站台|公交车站|公交站|地铁站|火车站|站牌|过街天桥|天桥|立交桥|高架桥|大桥"
    "|十字路口|丁字路口|交叉口|路口|小学|中学|幼儿园|医院|公园|工地|派出所|银行|大堂|地下室|楼顶|便道|辅路|人行道|桥"
)
_AT = (
    f"(?:(?:{_SIDE})?[门口侧边角][外内里]?|{_SIDE}头|[A-Za-z][0-9]?口|[出入门]口|[里外前后旁][边面头]|{_SIDE}?站|对面|附近|底下|[下头])"
    f"(?:往{_SIDE}{_N}米)?"
)
_THERE = "(?:那儿|那里|那块儿?)?"
_ANY_PLACE = (
    "站|店|厂|场|馆|中心|大厅|公园|市场|公司|餐厅|食堂|出口|入口|收费站"
    "|隧道|高速|河边|河道|水渠|步道|空地|绿地|广场|停放点"
)
"""What a place may end in where somebody has just been asked for one."""
_PATTERNS: tuple[tuple[Slot, re.Pattern[str]], ...] = tuple(
    (slot, re.compile(pattern))
    for slot, pattern in (
        (
            Slot.HEAD,
            rf"\{OPEN}[^\{CLOSE}]+\{CLOSE}(?:[东西南北中]?[一二三四五六七八九十]?(?:大?街|路|条|巷|里)|{_ESTATE})?",
        ),
        (Slot.HEAD, rf"(?<=\{BREAK}){_LETTER}{{1,5}}{_ROAD}(?![{DIGIT}边上口])"),
        (Slot.AREA, rf"{_N}期|(?<=[\{CLOSE}小区里园苑])(?:{_SIDE}|中)区"),
        (Slot.YARD, rf"[甲乙丙]?{_N}号院"),
        (Slot.BUILDING, rf"[甲乙丙]?{_N}(?:号楼|栋|幢|座)|[A-Za-z](?:座|栋|号楼)"),
        (Slot.BUILDING, rf"{_N}楼(?=[，。、 ]*{_N}(?:单元|门))|(?<![{DIGIT}])[{DIGIT}]{{3}}楼(?!{_NOT_A_STOREY})"),
        (Slot.ENTRANCE, rf"{_N}(?:单元|门(?![口诊槛脸牌禁卫面]))"),
        (Slot.STOREY, rf"(?:地下|负)?{_N}(?:层|楼(?!{_NOT_A_STOREY}))"),
        (Slot.ROOM, rf"{_N}(?:室|号房)"),
        (
            Slot.ROOM,
            rf"(?<![{DIGIT}十百打拨])(?!{_EMERGENCY}(?![{DIGIT}]))[{DIGIT}]{{3,4}}(?![{DIGIT}十百千万块元度年月号路个多]|楼(?!上|下))",
        ),
        (Slot.NUMBER, rf"(?<=[路街巷同条沿道里弄园村头侧边院\{CLOSE}])[甲乙丙]?{_N}号(?![楼院线])"),
    )
)
"""Parts that have a form of their own."""
_SPOTS = tuple(
    (Slot.SPOT, re.compile(pattern))
    for pattern in (
        rf"{_LETTER}{{1,5}}(?:{_ROAD}|街)[和与跟]{_LETTER}{{1,5}}(?:{_ROAD}|街)的?(?:交叉口|交口|路口)",
        rf"(?:小区)?(?:{_PLACE})(?:的?{_AT})?{_THERE}",
        rf"(?<=\{BREAK})的?{_LETTER}{{2,6}}(?:{_ANY_PLACE})",
        "(?<![A-Za-z0-9])[A-Za-z][0-9]?口",
        rf"(?:小区)?(?:村?{_SIDE}[门口侧角头][外内里]?|门口|村口)(?:对面|旁边|附近)?",
    )
)
"""Spots that are known by their kind."""
_BARE_NUMBER = (
    (Slot.NUMBER, re.compile(rf"(?<=[\{BREAK}\{CLOSE}路街院村][，、 ])[甲乙丙]?{_N}号(?=[，。、？！?]|对|是|$)")),
)
"""A house number by itself, after the name that it belongs to: 开放路，六十八号."""
GENERIC_PLACE = re.compile(_PLACE)
_BESIDE = re.compile("[东西南北]?[旁边对面前后门下上里外内侧]")
_BETWEEN_TWO = re.compile("[和与跟到至、].*(?:之间|中间|交[叉汇口]|路口|[十丁]字)")
"""What makes one spot of two places."""
_NAMED_SO = re.compile(rf"[\u4e00-\u9fff]{{1,8}}(?:{_ESTATE}|[街路])|[\u4e00-\u9fff]{{2,8}}(?:中心|公园|园区)")
_NAME_BEFORE = re.compile(rf"([\u4e00-\u9fff]{{1,6}}(?:{_ESTATE}))$")
_GENERIC_NAME = re.compile(f"(?:{_ESTATE}|{_PLACE})+")
_STOP = re.compile(
    "(?:哪个?|位于|举报|投诉|反映|您说的是|就是|就在|应该是|好像是|可能是|我们是|我家是|地址是|位置是|在|住|是|到|叫|去|的|那个|这个|我们|你们|他们|那边|这边|那儿|这儿"
    "|上(?=小学|中学|幼儿园|大学|医院)|我家|我想想|来着|还有|对|嗯|啊|哎|呃|哦|又|也|都|再|就|从|往|把|给|了|吧|呢|吗|有|说|和|跟)"
)
_NEIGHBOURS = re.compile("(?:楼上|楼下|隔壁|对面|对门|旁边|前面|后面|邻居|他家|她家)(?:的|是|那个?)?$")
_OF_NEIGHBOURS = 0.2
_POINTS = re.compile("[个哪那这]")
_INNER_END = re.compile("^.*(?:大厦|大楼|小区|胡同)(?=.{3})")
_MIN_NAME = 3
_HOUSE = frozenset({Slot.AREA, Slot.YARD, Slot.BUILDING, Slot.ENTRANCE})
_COMMA = 2
_FREE_NAME = re.compile(f"{_LETTER}{{3,8}}")
_MAX_SPOT_NAME = 5
_MEASURE = re.compile(f"{_N}(?=号|米|层|单元|[家排栋座])")
_BOTH_ROADS = re.compile("(?<=[路街道桥])[和跟同](?=[^，]{1,8}[路街道桥])")
_BY = re.compile("^(?:紧?挨着?|紧?靠近?着?|紧?邻近?|临近|毗邻)(.+?)(?:旁边?|那边)?$")
_SPOKEN = re.compile(
    "(?<=[里外上下])头$|(?<=[里外上下])头(?=的)|(?<=[边面头身间门过道角旁处口块])儿|[那这]个|[那这](?=[一排栋片条])|(?<=旁)边(?=.)"
)
"""What is left out in writing."""
_NAMED = re.compile("地铁站|火车站|公交|.*(?:小学|中学|幼儿园|医院|公园|银行|桥|派出所|超市|路口|市场)")
"""Places that have names of their own."""
_JUNK = f"[，。、,.！!？? {BREAK}]"
_BETWEEN = re.compile(rf"(?:{_JUNK}|那边|这边|那儿|里面|的)+$")


@lru_cache(maxsize=2048)
def read_parts(
    text: str, phrases: tuple[tuple[int, int], ...], placeless: frozenset[int] | None, *, due: bool
) -> tuple[Part, ...]:
    """The parts of addresses in a view of an utterance, from left to right, none overlapping.

    Args:
        text: the view.
        phrases: the clauses that describe a place and nothing else.
        placeless: the characters of words that no place has: where one is due, a spot in other clauses than `phrases`
            is none (门口有棵槐树), and no name goes over them; None: not known.
        due: an address is due: in the answer to "where?", in what an operator reads back.
    """
    taken: list[Part] = []
    for start, end in phrases:
        if (m := _BETWEEN_TWO.search(text, start, end)) is not None:
            taken.append(_part(text, Slot.SPOT, max(start, text.rfind(CLOSE, start, m.start()) + 1), end))
    _take(text, (*_PATTERNS, *_BARE_NUMBER) if due else _PATTERNS, taken)
    for start, end in phrases:
        taken += _rest_of_phrase(text, start, end, taken)
    spots: list[Part] = list(taken)
    _take(text, _SPOTS, spots)
    taken += (
        p
        for p in spots[len(taken) :]
        if not due or placeless is None or any(a <= p.start and p.end <= b for a, b in phrases)
    )
    return tuple(sorted(_with_names(text, taken, due, placeless or frozenset()), key=lambda p: p.start))


def _take(text: str, patterns: Sequence[tuple[Slot, re.Pattern[str]]], taken: list[Part]) -> None:
    """Adds to `taken` what `patterns` find beside it."""
    for slot, pattern in patterns:
        for m in pattern.finditer(text):
            if all(m.end() <= p.start or p.end <= m.start() for p in taken):
                taken.append(_part(text, slot, *m.span()))


def _part(text: str, slot: Slot, start: int, end: int) -> Part:
    return Part(slot, _value(slot, text[start:end]), start, end, _weight(text, start, end))


def _rest_of_phrase(text: str, start: int, end: int, parts: Sequence[Part]) -> Iterator[Part]:
    """What `text[start:end]`, which describes a place, says between those `parts` that lie in it."""
    inside = sorted((p for p in parts if p.start < end and start < p.end), key=lambda p: p.start)
    at = start
    for before in (*inside, None):
        stop = before.start if before else end
        words = text[at:stop].strip("的")
        first = text.index(words, at)
        last = first + len(words)
        if len(words) > 1 or (words and at > start):
            names = (before is not None and before.slot is not Slot.SPOT and last == stop) or (
                before is None and any(p.slot in _HOUSE and 0 < p.start - last <= _COMMA for p in parts)
            )
            if names or (_NAMED_SO.fullmatch(words) and not _BESIDE.match(words) and not _BY.match(words)):
                yield _part(text, Slot.HEAD, first, last)
            elif before is None or last == stop:  # not 「吃火锅的」柳沟
                yield _part(text, Slot.SPOT, first, last)
        at = before.end if before else end


def _value(slot: Slot, text: str) -> str:
    """As it is written in an address: names keep their numerals, numbers get Arabic digits."""
    if slot is Slot.SPOT:
        text = _MEASURE.sub(lambda m: _value(Slot.NUMBER, m.group()), text)
        text = re.sub(rf"(?<=.){_THERE[:-1]}$", "处", text)
        text = _BOTH_ROADS.sub("与", text)
        text = _BY.sub(r"\1旁", _SPOKEN.sub("", text))
    if slot in {Slot.HEAD, Slot.AREA, Slot.SPOT}:
        return text.strip(OPEN).replace(CLOSE, "").replace("的", "")
    out: list[str] = []
    i = 0
    while i < len(text):
        numeral = numeral_at(text, i)
        out.append(numeral.digits if numeral else text[i])
        i = numeral.end if numeral else i + 1
    return "".join(out)


def _weight(text: str, start: int, end: int) -> float:
    return role_weight(text, start, end) * (_OF_NEIGHBOURS if _NEIGHBOURS.search(text[:start]) else 1.0)


def _with_names(text: str, parts: list[Part], expected: bool, placeless: frozenset[int]) -> Iterator[Part]:
    """`parts`, with the names right before them that the gazetteer does not know: 金源商务楼, 劲松四区, 朝阳公园."""
    for part in parts:
        joined = any(p.end == part.start for p in parts)
        if part.slot is Slot.SPOT and not joined and _NAMED.match(part.value):
            name = _words_before(text, part.start, parts, placeless)[-_MAX_SPOT_NAME:]
            start = part.start - len(name)
            yield replace(part, value=name + part.value, start=start, weight=_weight(text, start, part.end))
            continue
        yield part
        if part.slot is Slot.HEAD or (joined and part.slot is not Slot.SPOT):
            continue
        before = _BETWEEN.sub("", text[: part.start])
        words = _words_before(text, len(before), parts, placeless)
        free = part.value.startswith("小区") or (expected and part.slot is Slot.STOREY)
        name = _estate(words) or (words if free and _is_name(words) else "")
        if name:
            start = len(before) - len(name)
            yield Part(Slot.HEAD, name, start, len(before), _weight(text, start, len(before)))


def _words_before(text: str, end: int, parts: Sequence[Part], placeless: frozenset[int]) -> str:
    """What is said without pause or function word right before `text[end]`, after other parts."""
    floor = max((p.end for p in parts if p.end <= end), default=0)
    floor = max((i + 1 for i in placeless if floor <= i < end), default=floor)
    segment = re.split(_JUNK, text[floor:end])[-1]
    stops = [m.end() for m in _STOP.finditer(segment)]
    return segment[max(stops, default=0) :]


def _is_name(words: str) -> bool:
    """Whether `words` can be a name that ends in nothing special, and is not that of a community."""
    return _FREE_NAME.fullmatch(words) is not None and not sounds_like(syllables(words).first[-2:], "社区")


def _estate(words: str) -> str:
    """The name of an estate, a street or a building that `words` end in."""
    found = _NAME_BEFORE.search(words)
    name = _INNER_END.sub("", found.group(1)) if found else ""
    return name if len(name) >= _MIN_NAME and not _POINTS.search(name) else ""


def is_generic(name: str) -> bool:
    """Whether `name` only says what kind of building or street is meant."""
    return _GENERIC_NAME.fullmatch(name) is not None
