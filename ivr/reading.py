"""Written Chinese to the words people say: telephone numbers, dates, times, money, houses, units, symbols.

The rules run in order, the special before the general. Each turns the digits that it understands into characters,
so that the next sees only what nobody has read yet; after the last there are none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeAlias

from ivr.numbers import PAUSE, cardinal, clock, counted, decimal, money, naming, year

Match: TypeAlias = re.Match[str]

MEASURES = (
    "个名位人口户家次遍天日周年月岁小分秒点刻元块毛角万亿千百多余几倍成米里公千克斤吨平立方升毫厘摄度层楼室单号院栋座间套"
    "条辆张份项种件只头棵把台部所处站页步区环路期级等届季℃°%‰"
)
"""First characters of what can follow a number that counts."""
NAMES = "拨打|拨|致电|呼叫|电话|热线|号码|编号|单号|工号|尾号|卡号|验证码|密码|口令|代码|分机|转"
"""Words after which a number names something."""
PLACES = "楼院栋座区里园苑元门层"
"""Last characters of places inside which rooms are numbered."""
UNITS = {
    "℃": "摄氏度", "°": "度", "㎡": "平方米", "m2": "平方米", "m3": "立方米", "km": "公里", "kg": "公斤",
    "cm": "厘米", "mm": "毫米", "kWh": "度", "mg": "毫克", "ml": "毫升", "g": "克", "m": "米",
}  # fmt: skip
SYMBOLS = {
    "&": "和",
    "+": "加",
    "=": "等于",
    "×": "乘",
    "@": "艾特",
    "#": "井号",
    "*": "星号",
    "%": "百分号",
    "/": PAUSE,
}
TO = r"\s*[-–—~～]\s*"


def spoken_form(text: str) -> str:
    """`text` as it is said aloud: no digits and no symbols are left; letters and punctuation are."""
    text = _plain(text)
    for pattern, read in _RULES:
        text = pattern.sub(read, text)
    return text.strip()


def _plain(text: str) -> str:
    """Digits of all kinds (full-width, circled, raised …) and full-width letters in their ASCII form."""

    def plain(character: str) -> str:
        category = unicodedata.category(character)
        if category in {"Nd", "No"} and (digit := unicodedata.digit(character, None)) is not None:
            return str(digit)
        form = unicodedata.normalize("NFKC", character) if category[0] in "NL" else character
        return form.replace("\N{FRACTION SLASH}", "/") if category == "No" or form.isascii() else character

    return "".join(map(plain, text)).replace("°C", "℃").replace("〇", "零")


def _code(m: Match) -> str:
    """Letters and digits mixed: an order number, a licence plate."""
    parts = re.findall(r"[A-Za-z]+|\d+|-", m[0])
    return "".join(PAUSE if p == "-" else _named(p) if p.isdecimal() else p for p in parts)


def _named(digits: str) -> str:
    return cardinal(digits) if len(digits) == 1 else naming(digits)


def _mobile(m: Match) -> str:
    digits = re.sub(r"\D", "", m["mobile"])
    return PAUSE.join(naming(part) for part in (digits[:3], digits[3:7], digits[7:]))


def _landline(m: Match) -> str:
    number = re.sub(r"\D", "", m["number"])
    return PAUSE.join(naming(part) for part in (m["area"], number[:-4], number[-4:]))


def _date(m: Match) -> str:
    if not (1 <= int(m["month"]) <= 12 and 1 <= int(m["day"]) <= 31):
        return m[0]
    return f"{year(m['year'])}年{cardinal(m['month'])}月{cardinal(m['day'])}日"


def _clock(m: Match) -> str:
    return clock(int(m["hour"]), int(m["minute"])) if int(m["hour"]) <= 24 else m[0]


def _house(m: Match) -> str:
    """Building, entrance and room joined by dashes: 2-3-402."""
    *parts, room = re.findall(r"\d+", m[0])
    return "杠".join([*map(cardinal, parts), naming(room)])


def _integer(m: Match) -> str:
    digits, after = m[0].replace(",", ""), m.string[m.end() : m.end() + 2]
    counts = after[:1] in tuple(MEASURES)
    if len(digits) > 1 and (digits[0] == "0" or (len(digits) > 6 and not counts)):
        return naming(digits)
    return cardinal(digits) if m.string[: m.start()].endswith("第") else counted(digits, after)


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_TABLE: tuple[tuple[str, Callable[[Match], str]], ...] = (
    # what stands between numbers and their units
    (rf"(?<=\d)\s*({_alternatives(UNITS)})(?![A-Za-z])", lambda m: UNITS[m[1]]),
    (r"[¥￥$]\s*(\d[\d,.]*\d|\d)([万亿]?)", lambda m: f"{m[1]}{m[2]}元"),
    (r"(?<=[元块毛度克米升人次户])/(?=[\u4e00-\u9fff])", lambda _: "每"),
    # numbers that name something
    (r"(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*(?!\.\d)", _code),
    (r"(?<!\d)(?:\+?86[- ]?)?(?P<mobile>1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)", _mobile),
    (r"(?<!\d)[(（]?(?P<area>0\d{2,3}|[48]00)[)）]?[- ]?(?P<number>\d{3,4}[- ]?\d{4})(?!\d)", _landline),
    (rf"((?:{NAMES})(?:是|为|[:：])?\s*)(\d{{3,}})(?![\d.])(?!年)", lambda m: m[1] + _named(m[2])),
    (
        rf"(?<![\d.,])(?:11[0249]|12[02]|(?!\d{{3}}00)(?:1[0-2]|9[56])\d{{3}})(?![\d:]|[.,-]\d|\s*[{MEASURES}])",
        lambda m: naming(m[0]),
    ),
    # dates and times
    (r"(?<!\d)(?P<year>[12]\d{3})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?!\d)", _date),
    (rf"(?<!\d)[12]\d{{3}}(?=\s*年|{TO}[12]\d{{3}}\s*年)", lambda m: year(m[0])),
    (r"(?<!\d)(?P<hour>\d{1,2})[:：](?P<minute>[0-5]\d)(?:[:：]00)?(?!\d)", _clock),
    # houses and bus lines
    (r"(?<!\d)\d{1,2}-\d{1,2}-\d{3,4}(?!\d)", _house),
    (rf"(?<=[{PLACES}])\d{{1,2}}-\d{{3,4}}(?!\d)", _house),
    (rf"(?<=[{PLACES}])\d{{3,4}}(?![\d.,:]|[{MEASURES}])", lambda m: naming(m[0])),
    (r"(?<!\d)\d{3,4}(?=室|房间)", lambda m: naming(m[0])),
    (r"(?<!\d)(?!\d+00)\d{3,4}(?=路(?![口段]))", lambda m: naming(m[0])),
    # numbers that count
    (
        rf"(?<=[\d%‰℃度元块号日月年点半分岁天米层楼万零一二三四五六七八九十]){TO}(?=[\d零一二三四五六七八九十两])",
        lambda _: "到",
    ),
    (r"(?<![\w)）])[-−](?=\d+(?:\.\d+)?\s*(?:摄氏)?度)", lambda _: "零下"),
    (r"(?<![\w)）])[-−](?=\d)", lambda _: "负"),
    (r"(?<=\d)\s*[*×]\s*(?=\d)", lambda _: "乘"),
    (r"(?<![\d/])(\d{1,3})/(\d{1,3})(?![\d/])", lambda m: f"{cardinal(m[2])}分之{cardinal(m[1])}"),
    (r"(\d[\d,]*(?:\.\d+)?)\s*([%‰])", lambda m: ("百" if m[2] == "%" else "千") + "分之" + decimal(m[1])),
    (r"(?<![\d.,])(\d[\d,]*)\.(\d{1,2})(?:元|块钱|块)", lambda m: money(m[1].replace(",", ""), m[2])),
    (r"(?<![\d.])\d+(?:,\d{3})*\.\d+(?!\.\d)", lambda m: decimal(m[0])),
    (r"\.(?=\d)|(?<=[A-Za-z])\.(?=[A-Za-z])", lambda _: "点"),
    (r"\d{1,3}(?:,\d{3})+(?!\d)|\d+", _integer),
    # symbols
    (_alternatives(SYMBOLS), lambda m: SYMBOLS[m[0]]),
    (r"[^\w\s，。！？；：、…“”‘’《》（）「」【】—,.!?;:()'\"-]|_", lambda _: " "),
    (r"\s+", lambda _: " "),
)
_RULES = tuple((re.compile(pattern), read) for pattern, read in _TABLE)
