"""What was heard, spelled as it was meant: names by their sound, other words by what is usually said on a hotline.

Characters are exchanged for others of the same sound, and some for a 您; none is added or taken away. Names of people
are left alone: nothing tells how they are written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from models.call import Word
from models.phonetic import syllables
from models.plain_words import load_plain_words
from models.spelling import Speller, known_runs
from voice.decoder import Decoder, Hypothesis, Pass, Window
from voice.fields.examples import sayings
from voice.recall import Recall, respell

_OWN = 0.6
"""Share of what is said on hotlines in how likely words are; the rest is plain Chinese."""
_DOUBTED, _CERTAIN = -1.5, -5.5
"""Log likelihood that a character was heard where another of its sound was said, for a confidence of 0 and of 1."""
_SURE = 0.4
"""The confidence of a text without words: partials have none."""
_SLURRED = dict.fromkeys(("nian", "ning", "min", "lin", "yin", "ying", "zhan"), "nin")
"""您 begins every other sentence on a hotline, and is hardly spoken."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_FIXED = re.compile(
    r"[零〇一二三四五六七八九十百千万亿两幺]|(?:姓|叫)[^，。？！\s]{1,3}|[^，。？！\s]{1,3}(?=先生|女士|小姐)"
)
"""Numbers, and where names of people stand."""


class WordSpelling:
    """Spells the words that are no names. Shared by all calls.

    Args:
        texts: what is said on hotlines.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        runs = known_runs(run for text in texts for run in _HAN.findall(text))
        self._speller = Speller(runs, load_plain_words(), own=_OWN, slurred=_SLURRED)

    @classmethod
    def load(cls) -> WordSpelling:
        """From the examples that the classifiers learn from."""
        return cls(sayings())

    def __call__(self, hypothesis: Hypothesis, names: Sequence[tuple[int, int]] = ()) -> Hypothesis:
        """`hypothesis`, of the same length, respelled.

        Args:
            names: character ranges of the text, half open, that stay as they are.
        """
        text = hypothesis.text
        prices = _prices(hypothesis)
        for start, end in (*names, *(found.span() for found in _FIXED.finditer(text))):
            prices[start:end] = [-math.inf] * (end - start)
        spelled = _HAN.sub(lambda run: self._spell(run.group(), prices[run.start() : run.end()]), text)
        return replace(hypothesis, text=spelled, words=_reworded(hypothesis, spelled))

    def _spell(self, run: str, prices: Sequence[float]) -> str:
        return self._speller.spell(run, prices) if len(syllables(run)) == len(run) else run


class SpellingDecoder:
    """A decoder whose texts are spelled as they were meant; names only in finals."""

    def __init__(self, decoder: Decoder, recall: Recall, words: WordSpelling) -> None:
        self._decoder = decoder
        self._recall = recall
        self._words = words

    def decode(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """See `Decoder.decode`."""
        hypotheses = self._decoder.decode(windows)
        return [self._spelled(h, w) for w, h in zip(windows, hypotheses, strict=True)]

    def _spelled(self, hypothesis: Hypothesis, window: Window) -> Hypothesis:
        if window.decode is Pass.PARTIAL:
            return self._words(hypothesis)
        names = self._recall(hypothesis.text, window.context)
        return respell(self._words(hypothesis, [(name.start, name.end) for name in names]), names)


def _prices(hypothesis: Hypothesis) -> list[float]:
    """Of each character of the text, see `Speller.spell`."""
    sure = iter([w.confidence for w in hypothesis.words for _ in w.text])
    confidence = [next(sure, _SURE) if c.isalnum() else 1.0 for c in hypothesis.text]
    return [_DOUBTED + (_CERTAIN - _DOUBTED) * c for c in confidence]


def _reworded(hypothesis: Hypothesis, spelled: str) -> tuple[Word, ...]:
    """The words of `hypothesis` with the characters of `spelled`, which is as long as its text."""
    characters = filter(str.isalnum, spelled)
    return tuple(
        msgspec.structs.replace(word, text="".join(next(characters) for _ in word.text)) for word in hypothesis.words
    )
