"""Characters that speakers explain: by a word (「骏马的骏」) or by their parts (「弓长张」)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from models.phonetic import cost, syllables
from models.plain_words import PLAIN_WORDS
from voice.fields.lexicon import lines

EXPLAINED = re.compile(r"(?P<word>[㐀-鿿]{1,4})的(?P<char>[㐀-鿿])")
_PARTS = {"".join(row[:-1]): row[-1] for row in lines("spelled_characters")}


@dataclass(frozen=True, slots=True)
class Explanation:
    """「`word`的`char`」 as recognition wrote it: all may be homophones (「路地的路」 for 陆地的陆)."""

    word: str
    char: str

    def choose(self, options: Iterable[str]) -> str | None:
        """The one of `options` (characters that sound like the explained one) that is meant, if any."""
        alike = [c for c in options if same_sound(c, self.char)]
        written = next((c for c in alike if c in self.word), None)
        if written is not None and (self.word in _words_with(written) or len(self.word) != _USUAL_LENGTH):
            return written
        return next((c for c in alike if any(same_sound(w, self.word) for w in _words_with(c))), written)


_USUAL_LENGTH = 2


@lru_cache(maxsize=512)
def explanations(raw: str) -> tuple[Explanation, ...]:
    """The characters that the speaker of `raw` explains."""
    by_parts = [Explanation(char, char) for parts, char in _PARTS.items() if parts in raw]
    by_word = []
    for m in EXPLAINED.finditer(raw):
        # The word is what directly precedes 的; recognition leaves out the comma before it.
        for n in (2, 3, 4, 1):
            word = m["word"][-n:]
            if len(word) == n and any(same_sound(c, m["char"]) for c in word):
                by_word.append(Explanation(word, m["char"]))
                break
    return (*by_parts, *by_word)


def same_sound(a: str, b: str) -> bool:
    """Two texts of the same length that can be read alike, tones apart."""
    left, right = syllables(a).readings, syllables(b).readings
    if len(left) != len(right) or not left:
        return False
    return all(any(cost(x, y) == 0 for x in xs for y in ys) for xs, ys in zip(left, right, strict=True))


@cache
def _words_with(char: str) -> tuple[str, ...]:
    """The two-character words that are used to explain `char`, most frequent first."""
    return tuple(w for w in _words() if char in w)


@cache
def _words() -> tuple[str, ...]:
    rows = (line.split("\t")[0] for line in PLAIN_WORDS.read_text(encoding="utf-8").splitlines())
    return tuple(w for w in rows if len(w) == _USUAL_LENGTH)
