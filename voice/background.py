"""How likely a stretch of transcript is when it is no name at all: plain speech.

Unigram probabilities of words, characters and syllables; a name is believed when it explains what was heard
better than plain speech does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.phonetic import Syllables, syllables
from models.plain_words import PLAIN_WORDS, load_plain_words

_MAX_WORD = 4
_MISHEARD = -1.2
"""Log probability that a plain word is written with a character of the same sound."""

_RAREST_CHARACTER = -12.0
_RAREST_SOUND = -7.5
"""Rarer ones are not counted well, and Latin letters are written for anything that is not understood."""
_DIGIT = math.log(0.1)
_DIGIT_RUN = re.compile("[零一二三四五六七八九幺两]{3,}")
"""Telephone and house numbers."""

Logs = npt.NDArray[np.float32]


class Background:
    """Plain speech as a bag of words."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """`counts`: how often each character and each word of two to four characters is used."""
        total = sum(n for text, n in counts.items() if len(text) == 1)
        sounds: dict[str, int] = {}
        self._words: dict[str, float] = {}
        self._sounds: dict[tuple[str, ...], float] = {}
        for text, n in counts.items():
            log = math.log(n / total)
            self._words[text] = log / len(text)
            said = syllables(text).first
            if len(text) == 1 and said:
                sounds[said[0]] = sounds.get(said[0], 0) + n
            elif len(said) == len(text):
                share = (log + _MISHEARD) / len(text)
                self._sounds[said] = max(share, self._sounds.get(said, share))
        self._syllables = {s: math.log(n / total) for s, n in sounds.items()}

    @classmethod
    @cache
    def load(cls, path: Path = PLAIN_WORDS) -> Background:
        """The background in a file of lines `text TAB count`.

        Raises:
            DataFileError: a line cannot be taken.
        """
        return cls(load_plain_words(path))

    def logs(self, heard: Syllables, chars: str) -> tuple[Logs, Logs]:
        """Natural log probability of each unit's character, and of each unit's sound.

        A unit inside a plain word gets its share of the word. `chars`: the character of each unit.
        """
        first = heard.first
        by_char = np.array(
            [max(self._words.get(c, _RAREST_CHARACTER), _RAREST_CHARACTER) for c in chars], dtype=np.float32
        )
        by_sound = np.array(
            [max(self._syllables.get(s, _RAREST_SOUND), _RAREST_SOUND) for s in first], dtype=np.float32
        )
        for i in range(len(chars) - 1):
            for j in range(i + 2, min(i + _MAX_WORD, len(chars)) + 1):
                word = self._words.get(chars[i:j])
                sound = self._sounds.get(first[i:j])
                if word is not None:
                    np.maximum(by_char[i:j], word, out=by_char[i:j])
                    np.maximum(by_sound[i:j], word, out=by_sound[i:j])
                if sound is not None:
                    np.maximum(by_sound[i:j], sound, out=by_sound[i:j])
        for run in _DIGIT_RUN.finditer(chars):
            by_char[slice(*run.span())] = by_sound[slice(*run.span())] = _DIGIT
        return by_char, by_sound
