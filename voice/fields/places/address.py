"""The pieces of addresses in what is said: numbers with measures, names, descriptions, each as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

from voice.fields.places.naming import Name
from voice.numerals import SPOKEN_DIGIT, Form, scan

_NUMBER = f"[{SPOKEN_DIGIT}十百]+"


class Rank(IntEnum):
    """How large a part of an address is: the larger stands before the smaller."""

    ROAD = 0
    ESTATE = 1
    """A name of the gazetteer."""
    NAME = 2
    """Of another estate, a building, a park."""
    PART = 3
    """二期, 地铁四号线"""
    HOUSE = 4
    """12号, 甲8号院"""
    BUILDING = 5
    ENTRANCE = 6
    STOREY = 7
    ROOM = 8
    STALL = 9
    """12号摊, 47号车位: unlike a room's, its number does not tell the storey."""
    WORDS = 10
    """What describes the spot: it stands where it was said."""


_MEASURES = {
    "期": Rank.PART,
    "号线": Rank.PART,
    "号院": Rank.HOUSE,
    "号": Rank.HOUSE,
    "号楼": Rank.BUILDING,
    "栋": Rank.BUILDING,
    "幢": Rank.BUILDING,
    "座": Rank.BUILDING,
    "单元": Rank.ENTRANCE,
    "门": Rank.ENTRANCE,
    "厅": Rank.ENTRANCE,
    "层": Rank.STOREY,
    "楼": Rank.STOREY,
    "室": Rank.ROOM,
    "户": Rank.ROOM,
    "号摊": Rank.STALL,
    "号摊位": Rank.STALL,
    "号车位": Rank.STALL,
    "": Rank.ROOM,
}
_IN_WORDS = frozenset({"期"})
"""Measures of numbers that are a part of names: 二期."""
_STOREY, _BUILDING = "楼", "号楼"
_MOST_STOREYS = len("99楼")
_MEASURED = re.compile(
    rf"(?:地下|负|第)?[甲乙丙丁]?{_NUMBER}"
    "(?P<measure>号楼|号院|号摊位|号摊|号车位|单元|号线|号|栋|幢|座|层|楼|门(?![口脸诊])|室|(?<!室.)厅|期|户)"
    rf"|(?<![{SPOKEN_DIGIT}十百])(?P<room>[{SPOKEN_DIGIT}]{{3,4}})(?![{SPOKEN_DIGIT}十百米公国省县路])"
    r"|(?<![A-Za-z])[A-Za-z](?P<letter>座|栋)"
)
_COUNTED = re.compile(rf"{_NUMBER}(?=米|公里|号|排|杆|国道|省道|县道)|第{_NUMBER}")
"""Numbers within descriptions, which are written with Arabic digits, too."""
_ROAD = re.compile("(?:路|街|胡同|巷|[头二三四五六七八九十]条|高速|国道|辅路)$")
_NAME = re.compile(
    "(?:[园苑城湾居庭村厦区]|(?<!公)里|公寓|大厦|广场|中心|大院|商场|市场|公园|医院|学校|小学|中学|大学|学院|幼儿园|酒店|百货|天街|SOHO|国际|基地|护理院|养老院|体育[场馆]|艺术区|高教园|机场|[^驿养护客]站)$"
)
_KIND = re.compile(f"{_ROAD.pattern}|{_NAME.pattern}")
"""What a name ends with."""
_INSTITUTION = re.compile(
    "[\u4e00-\u9fffA-Za-z0-9]{0,5}(?:医院|中学|小学|学校|大学|学院|幼儿园|中心|站|公园|游乐[园场]|水库|景区|小镇|体育[场馆]|大厦|广场|机场|[院馆宫寺塔])"
)
_NO_NAME = re.compile(rf"[^\w]|[的那这]|{_MEASURED.pattern}")
"""What stands behind the name of an area that is no part of another name."""
_NAMELESS = re.compile(
    "[大小新老]?(?:小区|社区|花园|广场|公园|市场|菜市场|商场|商业街|大院|院里|村里|中心|学校|小学|中学|医院|幼儿园|酒店|[东西南北中]?区|[东西南北中前后]街|马路|主路|辅路|[上下]坡路)"
)
"""Kinds of places without a name."""
_BESIDE = re.compile("[东西南北]?[旁边侧对前后内里外]")
_SPOKEN = re.compile(
    "(?<=[边面头身间门过道角旁处口块院里])儿|(?<=[里外上下])头|[那这]个?|(?<![美目])的|^(?:挨着|靠着|在|就(?=[是在挨靠]))"
    "|(?<=旁)边(?=.)"
)
"""What is left out in writing."""
_ONLY_JOINS = frozenset("与和跟同至到")
_PHONE = re.compile(f"[{SPOKEN_DIGIT}](?:[，、 ]?[{SPOKEN_DIGIT}]){{6,}}")
_PAUSE = re.compile("[，。、？！；,.?! ]+")
_DENIED = re.compile("(?<!是)不(?:是|在)$")
_CORRECTED = re.compile(".{0,6}(?:……|[.]{3}|不对|不是|错了|[啊哎哦噢，]不[，、]).{0,6}")
"""What stands between a number and the one that is right."""
_RESTARTED = 1
"""Characters between a measure that was broken off and the whole."""
_JOINS = ((re.compile("[，、 ]?(?:和|跟|与|同)[，、 ]?那?个?"), "与"), (re.compile("[，、 ]?[到至][，、 ]?"), "至"))


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of an address, said once."""

    join: str
    """What joins it to the piece before: 与, 至, or nothing."""
    text: str
    """As it is written: with Arabic digits, without what only speech has."""
    measure: str | None
    """号楼, 单元, …; empty: a room without one; None: no number."""
    rank: Rank
    start: int
    """Characters of the utterance, half-open."""
    end: int
    probability: float

    def within(self, other: Piece) -> bool:
        """Whether `other` says all that this one says; a number is not a part of another number."""
        if self.measure is not None and other.measure is not None:
            return self.text == other.text
        return self.text in other.text


def pieces(text: str, spans: Sequence[tuple[int, int, float]], names: Sequence[Name]) -> list[Piece]:
    """The pieces in the `spans` (start, end, probability) of `text`; `names`: of areas in it.

    A piece that is said twice in one breath is one, and so is one that another repeats with more words.
    """
    phones = [m.span() for m in _PHONE.finditer(text)]
    found: list[Piece] = []
    for start, end, probability in spans:
        if any(a < end and start < b for a, b in phones):
            continue
        for a, b, said, is_estate in _with_estates(text, start, end, names):
            for first, last, words in [(a, b, said)] if is_estate else _split(said, a):
                joined = _join(text[found[-1].end : first]) if found and found[-1].end <= first else ""
                piece = _piece(words, joined, first, last, probability, is_estate=is_estate)
                if piece is not None and found and _goes_on(found[-1], piece):
                    found[-1] = _one_name(found[-1], piece)
                elif piece is not None and not any(p.text == piece.text for p in found):
                    found.append(piece)
    found = [p for i, p in enumerate(found) if not _taken_back(text, p, found[i + 1 :])]
    return [p for p in found if not any(p is not o and p.within(o) for o in found)]


def _taken_back(text: str, piece: Piece, following: Sequence[Piece]) -> bool:
    """Whether the speaker denies the number `piece`, or says another for it: 六号楼……七号，七号楼; 不是三号楼."""
    if piece.measure is None:
        return False
    if _DENIED.search(text, 0, piece.start):
        return True
    return any(
        (other.measure == piece.measure and _CORRECTED.fullmatch(text, piece.end, other.start) is not None)
        or (other.text != piece.text and other.text.startswith(piece.text) and other.start - piece.end <= _RESTARTED)
        for other in following
        if other.measure
    )


def _goes_on(piece: Piece, following: Piece) -> bool:
    """Whether the name of an estate goes on: 草厂五条, 玉桥东路, 农光里中街, 白堆子小学."""
    together = piece.rank is Rank.ESTATE and piece.end == following.start and following.measure is None
    return together and following.rank is not Rank.ESTATE and _KIND.search(following.text) is not None


def _one_name(piece: Piece, following: Piece) -> Piece:
    text = piece.text.removesuffix(following.text) + following.text
    rank = _rank(text, is_estate=False)
    return replace(piece, text=text, rank=Rank.ESTATE if rank is Rank.WORDS else rank, end=following.end)


def _with_estates(text: str, start: int, end: int, names: Sequence[Name]) -> Iterator[tuple[int, int, str, bool]]:
    """`text[start:end]` in parts: names of estates (True), spelled as they are meant, and what is between them."""
    at = start
    for name in sorted(names, key=lambda n: n.start):
        if name.end <= at or name.start >= end or (name.text is None and _begins_name(text, start, name, end)):
            continue
        if at < name.start:
            yield at, name.start, text[at : name.start], False
        if name.text is not None:  # as a whole, however much of it the span holds
            yield max(name.start, at), min(name.end, end), name.text, True
        at = name.end
    if at < end:
        yield at, end, text[at:end], False


def _begins_name(text: str, start: int, name: Name, end: int) -> bool:
    """Whether `name`, of an area, begins that of something in the span `start` to `end`: 密云区中医院, 雁栖湖."""
    whole = name.bare and start <= name.start and name.end <= end
    return bool((whole and not _NO_NAME.match(text, name.end, end)) or _INSTITUTION.match(text, name.end, end))


def _split(said: str, start: int) -> Iterator[tuple[int, int, str]]:
    """The words of `said`, which stands at `start`, between pauses and around numbers with measures."""
    bounds = {0, len(said)}
    for m in _MEASURED.finditer(said):
        bounds |= {*m.span()}
    pauses = [m.span() for m in _PAUSE.finditer(said)]
    for a, b in pauses:
        bounds |= {a, b}
    for a, b in pairwise(sorted(bounds)):
        if (a, b) not in pauses:
            yield start + a, start + b, said[a:b]


def _piece(words: str, joined: str, start: int, end: int, probability: float, *, is_estate: bool) -> Piece | None:
    m = None if is_estate else _MEASURED.fullmatch(words)
    if m is None:
        text = words if is_estate else _COUNTED.sub(lambda c: _in_digits(c.group()), _SPOKEN.sub("", words))
        if not text or text in _ONLY_JOINS:
            return None
        return Piece(joined, text, None, _rank(text, is_estate=is_estate), start, end, probability)
    measure = m["measure"] or m["letter"] or ""
    text = words if measure in _IN_WORDS else _in_digits(words)
    if measure == _STOREY and len(text) > _MOST_STOREYS:
        measure = _BUILDING  # 四零八楼
    return Piece(joined, text, measure, _MEASURES[measure], start, end, probability)


def _rank(words: str, *, is_estate: bool) -> Rank:
    if is_estate:
        return Rank.ESTATE
    if _NAMELESS.fullmatch(words) or _BESIDE.match(words):
        return Rank.WORDS
    return Rank.ROAD if _ROAD.search(words) else Rank.NAME if _NAME.search(words) else Rank.WORDS


def _in_digits(text: str) -> str:
    """`text` with Arabic digits for its numbers, but for those that are only about right."""
    written, at = "", 0
    for numeral in scan(text):
        if numeral.form is not Form.APPROXIMATE:
            written += text[at : numeral.start] + numeral.digits
            at = numeral.end
    return written + text[at:]


def _join(between: str) -> str:
    """What joins two pieces with these words between them."""
    return next((written for spoken, written in _JOINS if spoken.fullmatch(between)), "")
