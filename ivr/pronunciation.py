"""Spoken text to the phonemes that the voice model was trained on.

Mandarin words become IPA with tone arrows through pypinyin and misaki; capital letters are spelled, English words
looked up in misaki's dictionary, or spelled where it has none.
"""

from __future__ import annotations

import json
import re
import tomllib
import warnings
from functools import cache
from importlib import resources
from typing import Any

with warnings.catch_warnings():  # they import `pkg_resources`, and escape regular expressions the old way
    warnings.simplefilter("ignore")
    import jieba
    from misaki.zh import ZHG2P
from pypinyin import Style, lazy_pinyin

PUNCTUATION = str.maketrans(
    {
        "，": ", ", "、": ", ", "。": ". ", "！": "! ", "？": "? ", "；": "; ", "：": ": ", "—": "— ",
        "《": " “", "》": "” ", "「": " “", "」": "” ", "【": " “", "】": "” ", "（": " (", "）": ") ",
        "‘": "'", "’": "'", "-": " ", "\n": ". ",
    }
)  # fmt: skip
_PIECES = re.compile(r"(?P<chinese>[\u3400-\u9fff]+)|(?P<latin>[A-Za-z]+(?:'[a-z]+)?)|(?P<other>.)", re.DOTALL)


def phonemes(text: str) -> str:
    """`text` (the output of `reading.spoken_form`) as phonemes and ASCII punctuation.

    Characters that nobody can say are left out.
    """
    spoken = []
    for piece in _PIECES.finditer(text.translate(PUNCTUATION)):
        if piece["chinese"]:
            spoken.append(" ".join(_word(word) for word in _segmenter().cut(piece["chinese"])))
        elif piece["latin"]:
            spoken.append(f" {_latin(piece['latin'])} ")
        else:
            spoken.append(piece["other"])
    return re.sub(r"\s+", " ", "".join(spoken)).strip()


def _word(word: str) -> str:
    syllables = _exceptions().get(word)
    if syllables is None:
        syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore")
    return "".join(map(_syllable, syllables))


@cache
def _syllable(pinyin: str) -> str:
    """IPA of one syllable; nothing where the tables know no such syllable (r5 of some dictionary entries)."""
    try:
        ipa: str = ZHG2P.py2ipa(pinyin)
    except ValueError:
        return ""
    return ipa.replace("\N{COMBINING INVERTED BREVE BELOW}", "")


def _latin(word: str) -> str:
    if not word.isupper():
        english = _english().get(word) or _english().get(word.lower())
        if isinstance(english, dict):  # several readings, by part of speech
            english = english["DEFAULT"]
        if english:
            return str(english)
    return " ".join(str(_english()[letter]) for letter in word.upper() if letter.isalpha())


@cache
def _exceptions() -> dict[str, list[str]]:
    text = resources.files("ivr").joinpath("data/pronunciation.toml").read_text(encoding="utf-8")
    return {word: pinyin.split() for word, pinyin in tomllib.loads(text).items()}


@cache
def _english() -> dict[str, Any]:
    words: dict[str, Any] = json.loads(resources.files("misaki").joinpath("data/us_gold.json").read_bytes())
    return words


@cache
def _segmenter() -> Any:
    """jieba with its dictionary read directly: by itself it logs, and trusts a cache that all users can write."""
    segmenter = jieba.Tokenizer()
    with resources.files("jieba").joinpath("dict.txt").open("rb") as dictionary:
        segmenter.FREQ, segmenter.total = segmenter.gen_pfdict(dictionary)
    segmenter.initialized = True
    for word in _exceptions():
        segmenter.add_word(word)
    return segmenter
