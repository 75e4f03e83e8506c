"""Chinese numerals in running text, with their places.

Three forms are told apart, because they are written differently:
a cardinal (三十二, 一万六) is a quantity, a digit string (五零一, 幺三八) is read digit by digit and keeps its
leading zeros, and an approximate number (十几, 七八, 二三百) must not be written in digits at all.
Arabic digits count as spoken digits, since recognition mixes both (「要3800」「1万6」).

What a numeral is for (a house, a clock time, a name like 三里屯) is the caller's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {c: i for i, c in enumerate("0123456789")}
DIGITS |= {"〇": 0, "○": 0, "两": 2, "幺": 1}
"""What each character is worth when digits are read one by one."""
SPOKEN_DIGIT = "零〇一二两三四五六七八九幺0-9"
"""Of a class of characters in a pattern: digits as they are spoken or written."""
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE_UNITS = {"万": 10**4, "亿": 10**8}
_UNITS = _SMALL_UNITS | _LARGE_UNITS
_ZEROS = "零〇○"
_LEADING = frozenset("一二三四五六七八九两123456789")
"""Digits that can stand before a unit: 幺 and zeros cannot."""
MAX_DIGITS = 64
"""A longer run of digits is not one number that anybody said; it is cut."""


class Form(Enum):
    """How a numeral is spoken."""

    CARDINAL = "cardinal"
    DIGITS = "digits"
    APPROXIMATE = "approximate"


@dataclass(frozen=True, slots=True)
class Numeral:
    """`text[start:end]`, a number."""

    start: int
    end: int
    form: Form
    digits: str
    """In Arabic digits; of an approximate number its lower end (十几: 10)."""

    @property
    def value(self) -> int:
        """The quantity meant."""
        return int(self.digits)


def scan(text: str) -> Iterator[Numeral]:
    """All numerals in `text`, from left to right, none overlapping."""
    at = 0
    while at < len(text):
        numeral = numeral_at(text, at)
        if numeral is None:
            at += 1
        else:
            yield numeral
            at = numeral.end


def numeral_at(text: str, start: int) -> Numeral | None:
    """The longest numeral that begins at `text[start]`."""
    run = _digit_run(text, start)
    if (approximate := _approximate(text, start, run)) is not None:
        return approximate
    followed_by_unit = start + run < len(text) and text[start + run] in _UNITS
    if run and followed_by_unit and text[start : start + run].isascii():
        return _cardinal_numeral(text, start)  # 16万: the whole run is the multiplier
    if followed_by_unit:
        run -= 1  # the last digit belongs to the cardinal behind: 八零零一百
    if run >= 2 or (run == 1 and text[start] in "零〇○幺0123456789"):
        return Numeral(start, start + run, Form.DIGITS, read_digits(text[start : start + run]))
    return _cardinal_numeral(text, start)


def read_digits(text: str) -> str:
    """`text`, digits only, in Arabic digits: 幺零幺 -> 101.

    Raises:
        KeyError: a character is not a digit.
    """
    return "".join(str(DIGITS[c]) for c in text)


def read_cardinal(text: str) -> int | None:
    """The quantity that all of `text` says; None when it is not one cardinal."""
    found = numeral_at(text, 0) if text else None
    if found is None or found.end != len(text) or found.form is Form.APPROXIMATE:
        return None
    return found.value


def _digit_run(text: str, start: int) -> int:
    """How many characters from `start` are digits."""
    end = start
    while end < len(text) and text[end] in DIGITS and end - start < MAX_DIGITS:
        end += 1
    return end - start


def _cardinal_numeral(text: str, start: int) -> Numeral | None:
    value, end = _cardinal(text, start)
    return Numeral(start, end, Form.CARDINAL, str(value)) if end > start else None


def _cardinal(text: str, start: int) -> tuple[int, int]:
    """Value and end of the cardinal at `start`; the end equals `start` when there is none."""
    total, at, unit = 0, start, 10**12
    while True:
        zero = 1 if total and text[at : at + 1] in tuple(_ZEROS) else 0
        value, end = _section(text, at + zero)
        if end == at + zero:
            return total, at
        large = _LARGE_UNITS.get(text[end : end + 1], unit)
        if large >= unit:
            if total and not zero and end - at == 1:
                value *= unit // 10  # 一万六 is 16000
            return total + value, end
        total, unit, at = total + value * large, large, end + 1


def _section(text: str, start: int) -> tuple[int, int]:
    """Value below ten thousand (or a run of Arabic digits) at `start`, and its end."""
    run = _digit_run(text, start)
    if run > 1 and text[start : start + run].isascii():
        return int(text[start : start + run]), start + run
    total, digit, unit, zero, at = 0, 0, 10**4, False, start
    while at < len(text):
        c = text[at]
        if c in _LEADING and not digit:
            digit = DIGITS[c]
        elif c in _ZEROS and total and not digit and not zero and text[at + 1 : at + 2] in (*_LEADING, "十"):
            zero = True
        elif _SMALL_UNITS.get(c, unit) < unit and (digit or c == "十"):
            unit = _SMALL_UNITS[c]
            total, digit, zero = total + (digit or 1) * unit, 0, False
        else:
            break
        at += 1
    if digit and total and not zero:
        digit *= unit // 10  # 三百五 is 350, 二十五 is 25
    return total + digit, at


def _approximate(text: str, start: int, run: int) -> Numeral | None:
    """An approximate number at `start`: 几十, 十几, 十来, 七八, 二三百, 百十."""
    first = text[start : start + 1]
    if first == "几" and text[start + 1 : start + 2] in _UNITS:
        unit = _UNITS[text[start + 1]]
        return Numeral(start, start + 2, Form.APPROXIMATE, str(unit))
    if text[start : start + 2] == "百十":
        return Numeral(start, start + 2, Form.APPROXIMATE, "100")
    if run == 2 and not text[start].isascii() and _neighbours(text[start], text[start + 1]):
        unit_text = text[start + 2 : start + 3]
        low = DIGITS[first] * _UNITS.get(unit_text, 1)
        return Numeral(start, start + 2 + (unit_text in _UNITS if unit_text else 0), Form.APPROXIMATE, str(low))
    value, end = _section(text, start)
    if end > start and (text[end - 1] in _SMALL_UNITS) and text[end : end + 1] in tuple("几来"):
        return Numeral(start, end + 1, Form.APPROXIMATE, str(value))
    if end > start + 1 and value % 10 and text[end - 2] == "十" and _neighbours(text[end - 1], text[end : end + 1]):
        return Numeral(start, end + 1, Form.APPROXIMATE, str(value))  # 十七八
    return None


def _neighbours(a: str, b: str) -> bool:
    """Two digits that follow each other, as in 七八个."""
    return a in _LEADING and b in _LEADING and not b.isascii() and DIGITS[b] - DIGITS[a] == 1
