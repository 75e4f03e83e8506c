"""What is put right in few words: 「是三单元」, 「我姓黎」, 「最后一位是六」 change a part of what was read back.

By themselves such words are no address, name or number; with what is known, they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ivr.numbers import DIGIT_OF
from models.workorder import FieldName, FieldValue

_TENS = {"十": 10, "百": 100}
_COUNT = f"[{''.join(DIGIT_OF)}{''.join(_TENS)}]"
_UNIT = "(?:号院|号楼|单元|楼|栋|幢|门(?!口)|层|室|号(?![线口码]))"
_PART = re.compile(rf"(?<!月)(?<!{_COUNT})({_COUNT}+)({_UNIT})")
_RANK = {"号院": 0, "号楼": 1, "栋": 1, "幢": 1, "单元": 2, "门": 2, "层": 3, "室": 4}
_NUMBERED, _STOREY = "号", "楼"
"""Stand for several ranks: 「六号」 is a house or a room, 「三楼」 a storey, 「三百零八楼」 a house."""
_MOST_STOREYS = 60
_DENIED = re.compile(r"不[是在]?$")

_DOUBLE = r"欧阳|司马|上官|诸葛|夏侯|尉迟|皇甫|慕容|令狐|端木"
_OWN = r"(?:我|免贵|(?:^|不对|错了|[，。！？、,.!?\s])(?:应该|其实|就)?)是?"
"""What stands before one's own surname: 「楼上姓李的那家」 is somebody else."""
_SURNAME = re.compile(rf"{_OWN}姓(?!名|氏|什么|啥)({_DOUBLE}|[\u4e00-\u9fff])(?!的[那这人]|的邻居)")
_FAMILY = re.compile(rf"{_DOUBLE}|.")

_HOW_MANY = r"(?:(?P<many>[一两二三四五六七八\d])[位个])?(?:数字?|号码?)?(?:应该|得|都)?[是为][，,\s]*"
_NUMBER_SAID = re.compile("位|号码|电话|手机|尾号|数字")
_SOME = rf"(?P<digits>[{''.join(DIGIT_OF)}][{''.join(DIGIT_OF)}，,、\s]*+)(?![十百路里]|{_UNIT})"
_AT_END = re.compile(r"(?:了|吧|啊|呀|的|才对)*(?:$|[。！.!]|不是)|(?<=[，,、\s])")
_ENDS = re.compile(rf"(?:最后|后面|末尾|尾[号数]|[后末尾]){_HOW_MANY}{_SOME}")
_BEGINS = re.compile(rf"(?:最前面?|前面|开头|前){_HOW_MANY}{_SOME}")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an address: 5号楼, 3单元."""

    number: str
    unit: str
    start: int
    end: int

    @property
    def rank(self) -> int | None:
        """How far inside it is, from 0; None: the unit may be of several ranks."""
        if self.unit == _STOREY:
            return _RANK["层"] if int(self.number) <= _MOST_STOREYS else _RANK["号楼"]
        return _RANK.get(self.unit)


def amended(text: str, known: Mapping[FieldName, FieldValue], *, dated: bool = False) -> dict[FieldName, FieldValue]:
    """The fields among `known` that `text` changes a part of, changed.

    Args:
        dated: `text` says a date, too: 「六号」 is that.
    """
    found: dict[FieldName, FieldValue] = {}
    address, name = known.get(FieldName.ADDRESS_DETAIL), known.get(FieldName.CALLER_NAME)
    phone = known.get(FieldName.CALLER_PHONE)
    if isinstance(address, str):
        found[FieldName.ADDRESS_DETAIL] = _readdressed(text, address, dated=dated)
    surnames = _SURNAME.findall(text)
    if isinstance(name, str) and surnames:
        found[FieldName.CALLER_NAME] = _FAMILY.sub(surnames[-1], name, count=1)
    if isinstance(phone, str):
        found[FieldName.CALLER_PHONE] = _redialled(text, phone)
    return {field: value for field, value in found.items() if value != known[field]}


def only_parts(address: str) -> bool:
    """Whether nothing but parts of an address are in `address`: 「6号楼3单元」."""
    return bool(address) and not _PART.sub("", address)


def _parts(text: str) -> Iterator[_Part]:
    for m in _PART.finditer(text):
        if not _DENIED.search(text, 0, m.start()):
            yield _Part(_written(m[1]), m[2], *m.span())


def _readdressed(text: str, address: str, *, dated: bool) -> str:
    for new in _parts(text):
        if not (dated and new.unit == _NUMBERED):
            address = _with_part(address, new)
    return address


def _with_part(address: str, new: _Part) -> str:
    """`address` with `new` in the place of the like part, else after the parts that it is inside of."""
    old = list(_parts(address))
    like = [p for p in old if p.unit == new.unit] or [p for p in old if p.rank is not None and p.rank == new.rank]
    if new.unit == _NUMBERED and not like:
        like = [p for p in old if p.unit.startswith(_NUMBERED) or p.unit == "室"]
        if len(like) != 1:
            return address
        new = replace(new, unit=like[0].unit)
    if like:
        return f"{address[: like[0].start]}{new.number}{new.unit}{address[like[0].end :]}"
    rank = new.rank if new.rank is not None else len(_RANK)
    around = [p for p in old if p.rank is None or p.rank < rank]
    inside = [p for p in old if p not in around]
    at = around[-1].end if around else inside[0].start if inside else len(address)
    return f"{address[:at]}{new.number}{new.unit}{address[at:]}"


def _redialled(text: str, phone: str) -> str:
    """`phone` with the digits that `text` says of its end or its beginning."""
    for form in (_ENDS, _BEGINS):
        said = form.search(text)
        if said and (_NUMBER_SAID.search(text) or _AT_END.match(text, said.end())):
            digits = "".join(DIGIT_OF[c] for c in said["digits"] if c in DIGIT_OF)
            many = int(DIGIT_OF[said["many"]]) if said["many"] else len(digits)
            if many == len(digits) < len(phone):
                return phone[:-many] + digits if form is _ENDS else digits + phone[many:]
    return phone


def _written(number: str) -> str:
    """A number as it stands in addresses: 三百零八 and 三零八 are 308."""
    if not any(c in _TENS for c in number):
        return "".join(DIGIT_OF[c] for c in number)
    total, last = 0, None
    for c in number:
        if c in _TENS:
            total += (1 if last is None else last) * _TENS[c]
            last = None
        else:
            last = int(DIGIT_OF[c])
    return str(total + (last or 0))
