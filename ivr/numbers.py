"""Numbers as people say them in Mandarin.

A number that counts is read as a number (`cardinal`, `counted`, `decimal`, `money`, `clock`); a number that names
something (a telephone, an order, a room) is read digit by digit, 1 as 幺 (`naming`).
"""

from __future__ import annotations

import re

DIGITS = "零一二三四五六七八九"
NAMING_DIGITS = "零幺二三四五六七八九"
DIGIT_OF = {c: str(i % 10) for i, c in enumerate(DIGITS + "0123456789")} | {"〇": "0", "幺": "1", "两": "2"}
"""The digit that a character stands for where numbers are said one by one."""
PAUSE = "，"
MAX_DIGITS_IN_A_BREATH = 6
MAX_CARDINAL_DIGITS = 12
"""Longer numbers are read digit by digit: nobody counts that far."""

PAIRS = "个名位人口户家次遍天周年岁小分秒点元块毛角倍米里公千克斤吨平升度条辆张份项种件只头棵把台部套间座栋所处"
"""First characters of the measures before which two is 两 (两天, 两个月) and not 二 (二月, 二楼, 二号)."""
_NOT_PAIRS = re.compile(r"年级|分之|点\d")


def naming(digits: str) -> str:
    """`digits` one by one, 1 as 幺: 12345 is 幺二三四五. Long ones get a pause after every fourth."""
    read = "".join(NAMING_DIGITS[int(digit)] for digit in digits)
    if len(read) <= MAX_DIGITS_IN_A_BREATH:
        return read
    return PAUSE.join(read[i : i + 4] for i in range(0, len(read), 4))


def year(digits: str) -> str:
    """`digits` one by one, 1 as 一: 2021 is 二零二一."""
    return "".join(DIGITS[int(digit)] for digit in digits)


def cardinal(digits: str) -> str:
    """`digits` as a number: 12050 is 一万两千零五十."""
    digits = digits.lstrip("0") or "0"
    if len(digits) > MAX_CARDINAL_DIGITS:
        return naming(digits)
    words = ""
    for place, unit in ((8, "亿"), (4, "万"), (0, "")):
        section = int(digits[: len(digits) - place][-4:] or 0) if len(digits) > place else 0
        if section == 0:
            continue
        if words and section < 1000:
            words += "零"
        words += ("两" if section == 2 and unit else _below_ten_thousand(section)) + unit
    return words.removeprefix("一") if words.startswith("一十") else words or "零"


def _below_ten_thousand(value: int) -> str:
    digits = str(value)
    words = ""
    for digit, unit in zip(digits, ("千", "百", "十", "")[-len(digits) :], strict=True):
        if digit != "0":
            words += ("两" if digit == "2" and unit == "千" else DIGITS[int(digit)]) + unit
        elif not words.endswith("零"):
            words += "零"
    return words.rstrip("零")


def counted(digits: str, after: str) -> str:
    """`digits` as a number that counts what comes `after` it: 2 before 天 is 两."""
    if digits == "2" and after[:1] in tuple(PAIRS) and not _NOT_PAIRS.match(after):
        return "两"
    return cardinal(digits)


def decimal(number: str) -> str:
    """`number` with a decimal point: 3.14 is 三点一四. Thousands may be marked by commas."""
    whole, _, fraction = number.replace(",", "").partition(".")
    return cardinal(whole) + (f"点{year(fraction)}" if fraction else "")


def money(yuan: str, cents: str) -> str:
    """An amount with one or two decimals: 3.75 is 三块七毛五, 0.5 is 五毛, 4.05 is 四块零五分."""
    jiao, fen = list(cents.ljust(2, "0"))
    read = counted(yuan, "块") + "块" if int(yuan) else ""
    if jiao == fen == "0":
        return read or "零元"
    if fen == "0":
        return read + DIGITS[int(jiao)] + ("" if read else "毛")
    if jiao == "0":
        return read + ("零" if read else "") + DIGITS[int(fen)] + "分"
    return read + DIGITS[int(jiao)] + "毛" + DIGITS[int(fen)]


def clock(hour: int, minute: int) -> str:
    """A time of day: 8:30 is 八点半, 20:05 is 二十点零五分."""
    read = ("两" if hour == 2 else cardinal(str(hour))) + "点"
    if minute == 0:
        return read
    if minute == 30:
        return read + "半"
    return f"{read}{'零' if minute < 10 else ''}{cardinal(str(minute))}分"
