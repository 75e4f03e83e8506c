"""Characters that speakers explain: by a word (「骏马的骏」) or by their parts (「弓长张」)."""

from __future__ import annotations

import re
from functools import lru_cache

from models.phonetic import cost, syllables
from voice.fields.lexicon import lines

EXPLAINED = re.compile(r"(?P<word>[㐀-鿿]{1,4})的(?P<char>[㐀-鿿])")
PARTS = {"".join(row[:-1]): row[-1] for row in lines("spelled_characters")}
"""Characters by how people take them apart."""
_DENIED = re.compile("^(?:不是|不)|^是.*不")
"""「不是师傅的傅」"""
_SIMILAR = 0.6
"""Cost of two syllables that share their beginning or their end."""


@lru_cache(maxsize=512)
def explained_characters(raw: str) -> tuple[str, ...]:
    """The characters that `raw`, as a person wrote it down, explains."""
    by_parts = [char for parts, char in PARTS.items() if parts in raw]
    by_word = [m["char"] for m in EXPLAINED.finditer(raw) if m["char"] in m["word"] and not _DENIED.search(m["word"])]
    return (*by_parts, *by_word)


def same_sound(a: str, b: str) -> bool:
    """Two texts of the same length that can be read alike, tones apart."""
    left, right = syllables(a).readings, syllables(b).readings
    if len(left) != len(right) or not left:
        return False
    return all(any(cost(x, y) == 0 for x in xs for y in ys) for xs, ys in zip(left, right, strict=True))


@lru_cache(maxsize=4096)
def similar_sound(a: str, b: str) -> bool:
    """Two characters of which recognition may write one for the other."""
    return any(cost(x, y) <= _SIMILAR for x in syllables(a).first for y in syllables(b).first)
