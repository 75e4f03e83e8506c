"""One script and one width for whatever the decoder wrote, character by character, so that offsets stay true."""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC

_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94) if chr(0x21 + i).isalnum()} | {0xFF05: 0x25, 0x3000: 0x20}
"""Letters, digits, the per cent sign and the space; punctuation is as wide as Chinese writes it."""
_HALF_MARK = re.compile(r"(?<=[\u4e00-\u9fff])[,;:?!]|[,;:?!](?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\.(?![.\w]|$)")
_FULL_MARKS = str.maketrans(",;:?!.", "，；：？！。")
"""Beside a Chinese character a mark is a full-width one."""
_SIMPLIFIED_TOO = {"么": "幺", "著": "着"}
"""Good simplified characters that the table takes for traditional ones: 对么, 显著."""
_SPOKEN_DIGITS = frozenset("零〇幺么一二三四五六七八九0123456789")


def simplify(text: str) -> str:
    """`text` in simplified characters, half-width letters and digits and full-width marks; as long as before.

    OpenCC's `tw2s` is used rather than `t2s`, which leaves 著 where 着 is meant.
    """
    folded = _HALF_MARK.sub(lambda m: m[0].translate(_FULL_MARKS), text.translate(_FULL_WIDTH))
    simple = _convert(folded)
    if simple == folded:
        return folded
    traditional = any(a != b and a not in _SIMPLIFIED_TOO for a, b in zip(folded, simple, strict=True))
    if traditional and "么" not in folded:
        return simple
    kept = [
        a if _SIMPLIFIED_TOO.get(a) == b and not _is_foreign(folded, i, traditional) else b
        for i, (a, b) in enumerate(zip(folded, simple, strict=True))
    ]
    return "".join(kept)


def _is_foreign(text: str, at: int, traditional: bool) -> bool:
    """Whether `text[at]`, one of `_SIMPLIFIED_TOO`, stands for something else here."""
    if text[at] == "著":
        return traditional
    return text[at - 1 : at] in _SPOKEN_DIGITS or text[at + 1 : at + 2] in _SPOKEN_DIGITS  # 么 in a number is 幺


def _convert(text: str) -> str:
    simple: str = _converter().convert(text)
    if len(simple) == len(text):
        return simple
    one_by_one = ((c, _converter().convert(c)) for c in text)
    return "".join(s if len(s) == 1 else c for c, s in one_by_one)


@cache
def _converter() -> OpenCC:
    return OpenCC("tw2s")
