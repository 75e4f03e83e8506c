"""Inverse text normalisation: spoken numbers as an operator would write them.

A numeral is only rewritten where its neighbours say what it counts: a phone number, a house, a date, a clock time,
money, a share, a measure. All others stay as spoken, and with them the many words and names that are made of
numerals: 一下, 万一, 十分, 三里屯, 五棵松. An approximate number (十几, 七八) is never rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from voice.numerals import DIGITS, Form, Numeral, read_digits, scan
from voice.text.edits import Edit

Span = tuple[int, int]
"""Half-open character range."""

_NUMERAL = "零〇幺两一二三四五六七八九十百千万亿"
_SPOKEN_DIGIT = "[零〇幺两一二三四五六七八九0-9]"
_IDIOMS = re.compile(
    f"(?<!{_SPOKEN_DIGIT})(?:(?:三三两两|七七八八|九一八)(?!{_SPOKEN_DIGIT})"
    "|三天两头|隔三[差岔]五|五花八门|四面八方|三番[五两]次|七上八下|三心二意|四通八达|三[长言]两[短语]|三更半夜|三五成群"
    "|一日三餐|三六九等|四平八稳|丢三落四|朝三暮四|低三下四|颠三倒四|不三不四|接二连三|七零八落|七老八十|数一数二|十[全]十美"
    "|一五一十|三七二十一|二百五(?![十元块个米])|十万火急|三百六十行|五险一金|三口之家|五大三粗|半斤八两|一式[两三四]份"
    "|百分百|五五开|三七开|一一(?=[核记登说回告解])|五一(?=劳动|放假|假期|节|期间|长假)|一对一|四[居室]室?"
    "|[一两三四五六][室居][一两三]?厅?|三级跳|八大处|一心一意|一门心思|千[千万]万万?|[一二三四五六七八九]号人物|三无|十一(?=放假|假期|长假|期间))"
)
"""Set phrases whose numerals would otherwise look like counts."""
_ORDINALS = re.compile("(?:第|初|周|星期|礼拜|[农阴]历|正月|腊月|冬月|大年)$")
_HOUSE = "号楼|号院|号线|单元|号|楼|栋|座|幢|层|门|室|排"
_HOUSE_AFTER = re.compile(_HOUSE)
_HOUSE_BEFORE = re.compile(rf"(?:{_HOUSE}|[东南西北]里|甲|乙|丙)[，、,\s]?$")
_THIS_ONE = re.compile("[这那每哪同整上下另头某有唯就]$")
"""In front of 一 + measure: this one, each one …, not number one."""
_CLOCK_BEFORE = re.compile("(?:[上下中]午|凌晨|早[上晨]|晚上?|夜里|半夜|傍晚|今早|明早|[到至从])$")
_CLOCK_AFTER = re.compile(f"点(?:半|钟|整|多钟|过|左右|之?前|[{_NUMERAL}])")
_MEASURE = re.compile(
    "公里|千米|厘米|毫米|平方米|平方公里|平米|平方|米|平|亩|公顷|公斤|千克|克|吨|斤|毫升|立方米?|升|千瓦|瓦|伏|摄氏度|度|岁|周岁"
    "|个|位|人|户|家|次|回|趟|遍|辆|台|部|套|间(?!房)|张|份|件|根|只|匹|艘|架|把|瓶|箱|袋|包|桶|盒|名|口|所|笔|项|届|集|级|倍|折"
    "|路(?=公?交|汽?车|电车)|起(?=事故|案|火)|元(?![桥里西])|块|毛|角|分钱|年|天|日|月|小时|钟头|分钟|秒|刻钟|周(?![一二三四五六日天末边围])|星期(?![一二三四五六日天])|股|片|盏|扇"
)
_DECIMAL_AFTER = re.compile("[万亿]|公里|千米|[厘毫]?米|平|亩|公[斤顷]|[千克吨斤升瓦伏度元倍折]|个|小时|%")
_DATE_AFTER = re.compile("[号日](?!楼|院|线|门)")
_CLAUSE_END = re.compile(r"[，。、？！；,.?!;]|\s|$")
_PAUSE = re.compile(r"(?:\s*[,，、.。\-—]\s*|\s+)?")
_PHONE = re.compile(r"(?:86)?1[3-9]\d{9}|0(?:10|2\d|[3-9]\d\d)[2-8]\d{6,7}|400\d{7}")
_AREA_CODE = re.compile(r"0(?:10|2\d|[3-9]\d\d)(?=[2-8]\d{6,7}$)")
_FRACTION_OF_YUAN = re.compile(
    "块(?P<jiao>[一二三四五六七八九1-9])(?:(?:毛|角)(?:(?P<fen>[一二三四五六七八九1-9])分?)?|(?=钱|[，。、？！；,.?!;\\s了的]|$))钱?"
)


def number_edits(text: str, protected: Collection[Span] = ()) -> list[Edit]:
    """How the numbers in `text` are written; nothing inside `protected` spans (names) is touched."""
    kept = [*protected, *(m.span() for m in _IDIOMS.finditer(text))]
    numerals = [n for n in scan(text) if not any(n.start < end and start < n.end for start, end in kept)]
    edits: list[Edit] = []
    at = done = 0
    while at < len(numerals):
        edit, used = _phone(text, numerals, at) or (_single(text, numerals[at]), 1)
        if edit is not None and edit.start >= done:
            edits += _range_begin(text, numerals, at, edit)
            edits.append(edit)
            done = edit.end
        at += used
    return [e for e in edits if text[e.start : e.end] != e.text]


def _range_begin(text: str, numerals: Sequence[Numeral], at: int, edit: Edit) -> list[Edit]:
    """The number in front of 到 when the one behind it is written: 八十到89岁 -> 80到89岁."""
    first = numerals[at - 1] if at else None
    if first is None or first.form is not Form.CARDINAL or first.end + 1 != edit.start:
        return []
    written = text[first.end] in "到至" and _single(text, first) is None and not _ORDINALS.search(text[: first.start])
    return [Edit(first.start, first.end, _amount(text, first))] if written else []


def name_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds those of `names` whose numerals must stay: 三里屯, 五棵松, but not 三号院, which is a house number."""
    house = re.compile(f"[{_NUMERAL}]+(?:{_HOUSE})")
    special = {n for n in names if len(n) > 2 and any(c in _NUMERAL for c in n) and not house.search(n)}
    longest_first = sorted(special, key=lambda n: (-len(n), n))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _phone(text: str, numerals: Sequence[Numeral], at: int) -> tuple[Edit, int] | None:
    """The phone number that begins with numeral `at`, spoken in one or several groups, and how many it uses."""
    digits, best = "", None
    for used, numeral in enumerate(numerals[at : at + 6], 1):
        gap = text[numerals[at + used - 2].end : numeral.start] if used > 1 else ""
        if numeral.form is not Form.DIGITS or not _PAUSE.fullmatch(gap):
            break
        digits += numeral.digits
        if _PHONE.fullmatch(digits):
            best = Edit(numerals[at].start, numeral.end, _AREA_CODE.sub(r"\g<0>-", digits)), used
    return best


def _single(text: str, n: Numeral) -> Edit | None:
    """How `n` is written, perhaps with its unit; None when it stays as spoken."""
    before, after = text[: n.start], text[n.end :]
    if before.endswith("百分之"):
        whole, end = _decimal(text, n) or (_amount(text, n), n.end)
        return Edit(n.start - 3, end, f"{whole}%")
    if n.form is Form.APPROXIMATE or after.startswith(("几", "分之", "里", "条", "环")):
        return None
    if (decimal := _decimal(text, n)) and _DECIMAL_AFTER.match(text, decimal[1]):
        return Edit(n.start, decimal[1], decimal[0])
    if (money := _FRACTION_OF_YUAN.match(after)) and n.form is Form.CARDINAL:
        parts = read_digits((money["jiao"] or "") + (money["fen"] or ""))
        return Edit(n.start, n.end + money.end(), f"{n.digits}.{parts}元")
    if _ORDINALS.search(before) or not _is_written(text, n, before, after):
        return None
    return Edit(n.start, n.end, _amount(text, n))


def _is_written(text: str, n: Numeral, before: str, after: str) -> bool:
    if after.startswith("点") or before.endswith("点"):
        return _in_clock(n, before, after)
    if n.form is Form.DIGITS:
        in_house = _HOUSE_AFTER.match(after) or _HOUSE_BEFORE.search(before)
        return len(n.digits) > 2 or bool(in_house) or after.startswith(("年", "度"))
    if after.startswith("月"):
        followed = re.match(f"月[{_NUMERAL}\\d]+", after)
        return n.value <= 12 and (not followed or bool(_DATE_AFTER.match(after, followed.end())))
    if _HOUSE_AFTER.match(after):
        return text[n.start : n.end] != "一" or _first_house(before, after)
    if n.end - n.start == 1 and text[n.start] != "十":
        return _small_count(text[n.start], after)
    return _large_count(n, before, after)


def _in_clock(n: Numeral, before: str, after: str) -> bool:
    """Hours before 点 and minutes behind it."""
    if before[-1:] == "点" and before[-2:-1] in (*_NUMERAL, *"0123456789"):
        return n.end - n.start > 1 or after.startswith("分")
    is_hour = after.startswith("点") and n.value <= 24 and not after.startswith("点儿")
    return is_hour and (n.digits != "1" or bool(_CLOCK_BEFORE.search(before) or _CLOCK_AFTER.match(after)))


def _first_house(before: str, after: str) -> bool:
    """Whether 一 in front of a house word is a number: 一单元, 一号楼, but not 这一栋, 一排树."""
    if _THIS_ONE.search(before):
        return False
    if after.startswith(("号", "单元", "楼")):
        return True
    return bool(_HOUSE_BEFORE.search(before)) and after.startswith(("层", "门", "栋", "座", "幢", "室"))


def _small_count(digit: str, after: str) -> bool:
    """Whether a single digit is written; 一 and 两 read better as words: 一家, 两部电梯, but 2块钱."""
    if digit in "一两二":
        return after.startswith(("元", "块钱", "日", "分钱")) or (digit == "一" and after.startswith("度电"))
    return bool(_MEASURE.match(after))


def _large_count(n: Numeral, before: str, after: str) -> bool:
    """Whether a cardinal from ten is written."""
    if _MEASURE.match(after) or _HOUSE_BEFORE.search(before):
        return True
    if after.startswith("多"):
        return bool(_MEASURE.match(after, 1)) or after[1:2] in ("了", "")
    if n.end - n.start > 2:
        return True
    return bool(_CLAUSE_END.match(after)) and not re.search("[月双冬]$", before) and n.value != 11


def _decimal(text: str, n: Numeral) -> tuple[str, int] | None:
    """`n` and the decimals behind it, 三点五 -> 3.5, and where they end."""
    end = n.end + 1
    while end < len(text) and text[end] in DIGITS and text[end] not in "两幺":
        end += 1
    if text[n.end : n.end + 1] not in ("点", ".") or end == n.end + 1 or text[end : end + 1] in tuple("十百千分"):
        return None
    return f"{n.digits}.{read_digits(text[n.end + 1 : end])}", end


def _amount(text: str, n: Numeral) -> str:
    """`n` in digits; round ten thousands keep their unit, which is easier to read: 3万, 3500万."""
    spoken = text[n.start : n.end]
    if n.form is Form.DIGITS or (spoken.isdecimal() and spoken.isascii()):
        return n.digits
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if n.value >= unit and n.value % unit == 0:
            return f"{n.value // unit}{name}"
    return n.digits
