"""Sentence punctuation as an operator would set it.

The decoder punctuates when it feels like it: sometimes in half-width characters, sometimes with a space where it
heard a pause, sometimes not at all. Its marks are kept where they make sense, folded into the full-width ones, and
completed by what the words themselves say: greetings and conjunctions set a comma, question words a question mark.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from voice.text.edits import Edit

_FULL = {
    ",": "，",
    ";": "；",
    ":": "：",
    "?": "？",
    "!": "！",
    ".": "。",
    "｡": "。",
    "､": "、",
    "…": "，",
    "~": "，",
    " ": "，",
}
_STRENGTH = "、，：；。！？"
"""Of several marks in a row the strongest stays; this is their order."""
_MARK = re.compile(r"""[,;:?!.｡､…~，；：？！。、～—\-\s·"'“”‘’「」『』（）()\[\]【】]+""")
_TERMINAL = frozenset("。！？")
_INNER = re.compile(r"[.:\-·']")
"""Kept as it is between Latin letters and digits: 3.5, 8:30, Amara.org, 010-6402."""

_GREETING = re.compile(
    "(?:^|(?<=[。！？]))(?:喂+|您好|你好|对对+|好的好的|好的|是的|嗯+|哎|行|同志|师傅)(?=[\u4e00-\u9fff]{3})(?![吧吗呢啊呀的了])"
)
_CONJUNCTION = re.compile("(?:但是|可是|不过|所以|因为|而且|结果|然后|就是说|如果|要不然|另外|还有就是)")
_RUN = 10
"""Characters without a mark after which a conjunction begins a new clause."""

_NOT_ASKED = re.compile(
    "不知道|不清楚|不晓得|不明白|(?:^|，)不管|无论|不论|甭管|随便|说不清|说不上来|没说|看看|告诉|知道了|谁知道|想知道|记不清|忘了"
)
"""In front of a question word these make it a statement."""
_ASKS = re.compile(
    "(?:[吗嘛]|(?:对|是|行|好|可以|没错)吧|[了过](?:没有|没)|(?:好|行|对|是|可以)不|怎么办[呢呀啊]?|咋办[呢呀]?"
    "|(?:那|要是|如果)[^，]{1,10}呢|[是用去要][^，]+还是[^，]+)$"
)
_STILL = re.compile("(?:着|还|正|在|都|才|可)[^，]*呢$")
_A_NOT_A = re.compile(
    r"(?!动不动|时不时)(?P<v>[\u4e00-\u9fff])不(?P=v)(?![一])|(?P<h>有)没有|(?P<w>[\u4e00-\u9fff])没(?P=w)"
)
_ASK_WORD = re.compile(
    "(?<![没为])什么(?!的|都|也|时候都)(?!.{0,4}[都也])|为什么|为啥|啥时候|(?<!没)(?<!有)啥(?!都|也)|(?<!不)(?<!没)怎么(?!也|都|着)(?!.{0,3}[都也])"
    "|(?<!不)咋(?!都|也)|哪[儿里个位天家些种年月](?!.{0,3}[都也])|哪(?=[区条路])|谁(?!都|也|家都)(?!.{0,3}[都也])"
    "|(?<!没)(?<!不)多少(?!.{0,3}[都也])(?!有点)|(?<![有没那这])多[大久长远高](?=[了呢啊，]|$|时间|年纪|岁数|面积)"
    "|(?<![好十这前那头过没])几(?=[点号楼岁]|单元|个人)|第几|是不是|能不能|可不可以|有没有|如何|何时|为何|是否|能否|可否|贵姓|怎么称呼|您的(?:姓名|名字|电话|地址|住址|诉求)是?$"
)
_ADDRESSED = re.compile("(?:怎么|什么|哪[儿里]).{0,12}(?:的话|的时候|以后|之后)$")


def mark_edits(text: str, untouched: Collection[tuple[int, int]] = ()) -> list[Edit]:
    """The edits that punctuate `text`, outside `untouched` spans; an utterance ends with a full stop or ？."""
    runs = [m for m in _MARK.finditer(text) if not any(s < m.end() and m.start() < e for s, e in untouched)]
    words = [m.span() for m in re.finditer(r"[^\W_]|[%℃°]", text)]
    if not words:
        return [Edit(0, len(text), "")] if text else []
    first, last = words[0][0], words[-1][1]
    marks = {m.span(): _folded(text, *m.span()) for m in runs if first < m.start() < last}
    marks |= {(at, at): "，" for at in _missing_commas(text[:last], marks) if first < at < last}
    edits = [Edit(0, first, "")] if first else []
    edits += [Edit(*span, mark) for span, mark in _with_questions(text, first, marks)]
    end = _folded(text, last, len(text))
    asked = asks(_sentence(text, first, last, marks))
    edits.append(Edit(last, len(text), "？" if asked else end if end in _TERMINAL and end else "。"))
    return [e for e in edits if text[e.start : e.end] != e.text]


def asks(sentence: str) -> bool:
    """Whether a sentence, clauses separated by ，, is a question by its words; judged by its last clause."""
    clause = re.split("[，、：；]", sentence.rstrip("，。！？、"))[-1]
    clause = re.sub("[啊呀哇嘞哈]+$", "", clause)
    context = sentence[-len(clause) - 8 :]
    if not clause or _NOT_ASKED.search(context) or _ADDRESSED.search(clause):
        return False
    if _A_NOT_A.search(clause) or _ASK_WORD.search(clause):
        return True
    return bool(_ASKS.search(clause)) and not _STILL.search(clause)


def _folded(text: str, start: int, end: int) -> str:
    """The one full-width mark that the run of marks `text[start:end]` stands for; "" when none is needed."""
    run, left, right = text[start:end], text[start - 1 : start], text[end : end + 1]
    if _INNER.fullmatch(run) and left.isascii() and right.isascii() and right:
        return run
    marks = [_FULL.get(c, c) for c in run if not c.isspace()]
    known = [m for m in marks if m in _STRENGTH]
    if "..." in run or "…" in run:
        known = [m for m in known if m != "。"] or ["，"]
    if known:
        return max(known, key=_STRENGTH.index)
    if run.isspace() and left.isascii() != right.isascii():
        return ""  # 用 WiFi 上网
    if run.isspace() and left.isascii():
        return " "  # between Latin words
    return "，" if run.isspace() else ""


def _missing_commas(text: str, marks: Collection[tuple[int, int]]) -> list[int]:
    """Where the words themselves begin a new clause that nobody marked."""
    greetings = [m.end() for m in _GREETING.finditer(text)]
    ends = sorted([0, *greetings, *(end for _, end in marks)])
    found = [g for g in greetings if not any(start <= g <= end for start, end in marks)]
    for m in _CONJUNCTION.finditer(text):
        begin = max((e for e in ends if e <= m.start()), default=0)
        if m.start() - begin >= _RUN and len(text) - m.end() >= 3:
            found.append(m.start())
            ends.append(m.start())
    return found


def _with_questions(text: str, first: int, marks: dict[tuple[int, int], str]) -> list[tuple[tuple[int, int], str]]:
    """The marks, with ？ where the sentence in front of one is a question."""
    result: list[tuple[tuple[int, int], str]] = []
    begin = first
    for span in sorted(marks):
        mark = marks[span]
        sentence = _sentence(text, begin, span[0], marks)
        if (mark == "。" and asks(sentence)) or (mark == "，" and re.search("(?:吗|对吧|是吧)$", sentence)):
            mark = "？"
        if mark in _TERMINAL and mark:
            begin = span[1]
        result.append((span, mark))
    return result


def _sentence(text: str, begin: int, end: int, marks: dict[tuple[int, int], str]) -> str:
    """The sentence that ends at `end`, with one ， for every mark in it."""
    pieces: list[str] = []
    at = begin
    for start, stop in sorted(marks):
        if not begin <= start < end:
            continue
        if marks[start, stop] in _TERMINAL and marks[start, stop]:
            pieces, at = [], stop
            continue
        pieces.append(text[at:start] + ("，" if marks[start, stop] else ""))
        at = stop
    return "".join(pieces) + text[at:end]
