"""A decoder that needs no model: what it hears is written in the audio."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.call import Word
from voice.decoder import Hypothesis, Pass, Window

TEXT = "您好我反映一个问题我家暖气不热已经三天了麻烦您给看一下谢谢"


class ScriptedDecoder:
    """Hears four characters of TEXT per second of window; deterministic, instant."""

    def __init__(self) -> None:
        self.windows: list[Window] = []

    def decode(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """See `Decoder.decode`."""
        self.windows += windows
        return [self._hear(w) for w in windows]

    @staticmethod
    def _hear(window: Window) -> Hypothesis:
        if not np.abs(window.audio).max(initial=0.0) > 0.01:
            return Hypothesis("")
        text = TEXT[: max(1, int(window.seconds * 4))]
        if window.decode is Pass.PARTIAL:
            return Hypothesis(text)
        return Hypothesis(text, tuple(Word(c, i / 4, (i + 1) / 4, 0.8) for i, c in enumerate(text)))


def heard(text: str) -> Hypothesis:
    """A hypothesis with a word per character, or per run of Latin letters and digits, 0.2 s each."""
    words: list[str] = []
    for before, char in zip(" " + text, text, strict=False):
        latin = char.isascii() and char.isalnum()
        if latin and words and before.isascii() and before.isalnum():
            words[-1] += char
        elif char.isalnum():
            words.append(char)
    return Hypothesis(text, tuple(Word(w, i * 0.2, i * 0.2 + 0.2, 0.9) for i, w in enumerate(words)))
