"""The rest of the address: what all utterances of a call say beyond district, street and community."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.call import Channel, Utterance
from models.workorder import Candidate, Evidence, FieldName
from voice.fields.finder import evidence
from voice.fields.places.address import Piece, Rank
from voice.fields.places.repair import price

_READ_BACK = 0.5
"""Share of what the caller has told that an operator's words hold at least when they are the whole address."""
_SAME = 0.5
"""Share of the characters of a description that another holds when it means the same."""
_WITHIN = frozenset({Rank.BUILDING, Rank.ENTRANCE})
_NAMED = frozenset({Rank.ROAD, Rank.ESTATE, Rank.NAME, Rank.HOUSE})
_HOUSES = frozenset({Rank.HOUSE, Rank.BUILDING, Rank.ENTRANCE})
_GATE = re.compile("小区|(?:[东西南北正侧后前大小]{1,2}门|门口)(?!街|大街|路|小学|中学)")
"""What every estate has."""
_ESTATE = "小区"
_LARGER = re.compile(
    "^村|(?:[园新校]区|开发区|工业区|基地|古[城镇]|小镇|景区|机场|[河湖渠山])$|[东西南北内外]侧?$|^[东西南北]"
)
"""What a road or a building lies in, and what is not on a road but beside it."""
_PAUSED = 2
"""Characters between two pieces that were not told in one go: a comma and a word at least."""
_HOLDERS = frozenset({Rank.ESTATE, Rank.NAME, Rank.BUILDING})
"""What a thing can be in."""
_ESTATES = ("园", "苑", "里", "区", "城", "湾", "居", "庭", "公寓", "新村")
_SOUNDS_LIKE = 0.45
"""Mean cost of a syllable up to which an unknown name is taken for that of the estate."""
_SOUNDS_LIKE_LESS = 0.35
"""The same where one syllable was not heard …"""
_LONG = 4
"""… of a name of at least so many."""
_LIKELY = 0.7
"""Probability from which a piece is believed that nobody asked for."""
_CERTAIN = 0.99
"""The same of words that the operator has left out."""
_SURE, _AGREED = 0.8, 0.95


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance of a call and the pieces of the address in it."""

    utterance: Utterance
    pieces: tuple[Piece, ...]
    asked: bool
    """It answers a question for the place."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A piece and where it was told."""

    piece: Piece
    number: int
    """Of the utterance."""
    operator: bool


def find_detail(call: Sequence[Heard], estate: str = "", misheard: frozenset[str] = frozenset()) -> Candidate | None:
    """The rest of the address that `call` tells.

    Args:
        call: all utterances.
        estate: what the community is called that the matter is in, if that is known.
        misheard: what recognition wrote for it elsewhere in the call.
    """
    tellings = [
        [_Told(p, number, heard.utterance.channel is Channel.OPERATOR) for p in heard.pieces]
        for number, heard in enumerate(call)
        if heard.pieces
    ]
    if not tellings:
        return None
    base = _base(tellings)
    address = list(base)
    for telling in sorted((t for t in tellings if t is not base), key=lambda t: not _shares(t, base)):
        _add(address, telling, base[0], asked=call[telling[0].number].asked)
    address = _ordered(address)
    if any(told.piece.rank is Rank.ROOM for told in address):
        address = [told for told in address if told.piece.rank is not Rank.STOREY]
    found = [
        told.piece if call[told.number].utterance.written else _spelled(told.piece, estate, misheard)
        for told in address
    ]
    return Candidate(
        field=FieldName.ADDRESS_DETAIL,
        value=_joined(found, estate if _lacks_estate(address, estate) else ""),
        confidence=_confidence(address, tellings),
        evidence=tuple(_evidence(address, call)),
    )


def _base(tellings: Sequence[list[_Told]]) -> list[_Told]:
    """The fullest telling: the operator's, who says what he keys in, if it is about the whole."""
    by_operator = [t for t in tellings if t[0].operator]
    by_caller = [t for t in tellings if not t[0].operator]
    own = max(reversed(by_caller), key=_length, default=[])
    read_back = max(reversed(by_operator), key=_length, default=[])
    return read_back if read_back and _length(read_back) >= _READ_BACK * _length(own) else own or read_back


def _shares(telling: Sequence[_Told], base: Sequence[_Told]) -> bool:
    """Whether both tell of the same house or spot, so that what else `telling` says belongs to it."""
    return any(_index(base, told.piece) is not None for told in telling)


def _length(telling: Sequence[_Told]) -> int:
    return sum(len(t.piece.text) for t in telling)


def _add(address: list[_Told], telling: Sequence[_Told], base: _Told, *, asked: bool) -> None:
    """Puts what `telling` adds into `address`, which began as the telling of `base`; `asked`: it answers "where?"."""
    later = telling[0].number > base.number
    together = _shares(telling, address)
    at: int | None = None
    for told, rest in ((t, telling[i + 1 :]) for i, t in enumerate(telling)):
        same = _index(address, told.piece)
        if same is not None:
            there = address[same]
            if there.piece.within(told.piece) and (later or not there.operator):
                address[same] = told
            at = same
        elif (same := _measured_alike(address, told.piece)) is not None:
            if later and (asked or not base.operator):
                address[same] = told
            at = same
        elif _belongs(address, told, base, asked=asked, together=together):
            at = _place(address, told.piece, rest, at)
            address.insert(at, told)


def _index(address: Sequence[_Told], piece: Piece) -> int | None:
    """Which piece of `address` says the same as `piece`, or is said again by it."""
    there = [told.piece for told in address]
    for i, other in enumerate(there):
        if piece.within(other):
            return i
    if piece.measure is not None:
        return None
    for i, other in enumerate(there):
        if other.measure is None and _means(other.text, piece.text):
            return i
    at = "".join(p.text for p in there).find(piece.text)  # in several pieces
    return next((i for i in range(len(there)) if at >= 0 and sum(len(p.text) for p in there[: i + 1]) > at), None)


def _means(text: str, other: str) -> bool:
    shared = sum(char in text for char in other) / len(other)
    return text in other or (len(other) > 1 and shared >= _SAME)


def _measured_alike(address: Sequence[_Told], piece: Piece) -> int | None:
    """Which piece of `address` has another number with the same measure."""
    if piece.measure is None:
        return None
    return next((i for i, told in enumerate(address) if told.piece.measure == piece.measure), None)


def _belongs(address: Sequence[_Told], told: _Told, base: _Told, *, asked: bool, together: bool) -> bool:
    """Whether `told` is a part of `address` that `base` has left out; `together`: told with something else of it."""
    if not base.operator:
        return asked or told.piece.probability >= _LIKELY
    if told.number > base.number:
        return asked or _completes(address, told)
    return _lacks(address, told.piece, asked=asked, together=together)


def _lacks(address: Sequence[_Told], piece: Piece, *, asked: bool, together: bool) -> bool:
    """Whether an address that was read back needs `piece`, told before: a name for its numbers, a number of a kind
    that it has none of, words that surely belong to it.
    """
    ranks = [told.piece.rank for told in address]
    if piece.measure is not None:
        inner, outer = all(rank < piece.rank for rank in ranks), all(rank > piece.rank for rank in ranks)
        return (asked and piece.rank not in ranks) or (together and inner) or outer
    if piece.rank is not Rank.WORDS and not any(rank <= Rank.NAME for rank in ranks):
        return True
    return together and piece.probability >= _CERTAIN


def _completes(address: Sequence[_Told], told: _Told) -> bool:
    """Whether `told`, when a place has been read back, is more of it: the operator's words, the unit or the room."""
    last, piece = address[-1].piece.rank, told.piece
    inner = piece.measure is not None and last in _HOUSES and last < piece.rank
    return piece.probability >= _LIKELY and (told.operator or inner)


def _spelled(piece: Piece, estate: str, misheard: frozenset[str]) -> Piece:
    """`piece`; where it begins with the name of the `estate`, misheard, with that in its right characters."""
    heard = _misheard(piece.text, estate, misheard) if estate and piece.measure is None else 0
    return replace(piece, text=estate + piece.text[heard:]) if heard else piece


def _misheard(text: str, estate: str, misheard: frozenset[str]) -> int:
    """How many characters of `text` are the name of the `estate`, or that but for a syllable."""
    length = len(estate)
    if text[:length] in misheard or price(text[:length], estate) <= _SOUNDS_LIKE:
        return length
    if length < _LONG or not text[: length - 1].endswith(estate[-1]):  # 马家堡路 is not 马家堡东里
        return 0
    shorter = (estate[:i] + estate[i + 1 :] for i in range(length - 1))
    lacking = min(price(text[: length - 1], name) for name in shorter) * (length - 1) + 1
    return length - 1 if lacking / length <= _SOUNDS_LIKE_LESS else 0


def _lacks_estate(address: Sequence[_Told], estate: str) -> bool:
    """Whether `address` makes sense only with the name of the estate: 九号楼, 北门, 小区北门外."""
    ranks = {told.piece.rank for told in address}
    first = address[0].piece
    within = first.rank in _WITHIN or (first.rank is Rank.WORDS and _GATE.match(first.text) is not None)
    nameless = within and ranks.isdisjoint(_NAMED) and (estate.endswith(_ESTATES) or first.text.startswith(_ESTATE))
    return nameless and estate != ""


def _place(address: Sequence[_Told], piece: Piece, rest: Sequence[_Told], after: int | None) -> int:
    """Where `piece` goes: behind what it was told `after`, by its size, or before what came next."""
    ranks = [told.piece.rank for told in address]
    if after is not None and (piece.rank is Rank.WORDS or ranks[after] <= piece.rank):
        numbers = range(after + 1, len(ranks)) if piece.measure is not None else ()
        return 1 + max((i for i in numbers if ranks[i] < piece.rank), default=after)
    if piece.measure is not None and (larger := [i for i, rank in enumerate(ranks) if rank < piece.rank]):
        return larger[-1] + 1
    if piece.rank is not Rank.WORDS:
        return next((i for i, rank in enumerate(ranks) if rank > piece.rank), len(address))
    following = _index(address, rest[0].piece) if rest else None
    return len(address) if following is None else following


def _ordered(address: Sequence[_Told]) -> list[_Told]:
    """`address` as it is written, the larger before the smaller, where it was told as it came to mind.

    A road, with its number, stands before what is named on it (盒马，在劲松路5号), and the thing that the call is
    about (电梯，8号楼的) behind the place where it is.
    """
    ranks = [told.piece.rank for told in address]
    first = next((i for i, rank in enumerate(ranks) if rank is not Rank.WORDS), 0)
    if any(_LARGER.search(told.piece.text) for told in address[:first]) or _in_one(address, first):
        return list(address)
    if first and (ranks.count(Rank.ROAD) > 1 or not _HOLDERS.isdisjoint(ranks)):
        return [*address[first:], *address[:first]]
    road = next((i for i, rank in enumerate(ranks) if rank is Rank.ROAD), 0)
    if any(_LARGER.search(told.piece.text) for told in address[:road]) or _in_one(address, road):
        return list(address)
    end = next((i for i in range(road, len(ranks)) if ranks[i] is not Rank.ROAD), len(ranks))
    end += end < len(ranks) and ranks[end] is Rank.HOUSE
    return [*address[road:end], *address[:road], *address[end:]]


def _in_one(address: Sequence[_Told], at: int) -> bool:
    """Whether the piece `at` was told in one go with the one before: 优士阁B座."""
    if not 0 < at < len(address):
        return False
    before, told = address[at - 1], address[at]
    return before.number == told.number and 0 <= told.piece.start - before.piece.end < _PAUSED


def _joined(found: Sequence[Piece], estate: str) -> str:
    """The address in one, after the name of the `estate`: what ends as the next begins is written once."""
    address = estate or found[0].text
    for piece in found if estate else found[1:]:
        text = piece.join + piece.text
        overlap = next((n for n in range(min(len(address), len(text)), 1, -1) if address.endswith(text[:n])), 0)
        address += text[overlap:]
    return address


def _confidence(address: Sequence[_Told], tellings: Sequence[Sequence[_Told]]) -> float:
    """As probable as its pieces; surer where both have said it."""
    mean = sum(told.piece.probability for told in address) / len(address)
    return round(mean * (_AGREED if len({t[0].operator for t in tellings}) > 1 else _SURE), 3)


def _evidence(address: Sequence[_Told], call: Sequence[Heard]) -> Iterator[Evidence]:
    """For each utterance the stretch from its first piece to its last."""
    numbers = sorted({told.number for told in address})
    for number in numbers:
        within = [told.piece for told in address if told.number == number]
        yield evidence(call[number].utterance, min(p.start for p in within), max(p.end for p in within))
