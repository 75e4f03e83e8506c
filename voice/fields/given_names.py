"""Given names: which characters were meant by all the ways in which recognition wrote them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from voice.fields.explained import Explanation, same_sound
from voice.fields.lexicon import words

RANK = {c: i for i, c in enumerate(words("given_name_characters"))}
"""Characters of given names, by how common they are."""
NO_GIVEN_NAME = frozenset(
    "的了是不我你他她它在有这那个们来到去也和就都说要会可以没很还把被给让从向对电话码号区街路楼门前后上下么吗呢吧"
)
"""Everyday characters that nobody is named with: recognition has put them there."""


def given_name(written: Sequence[str], spelled: Sequence[Explanation], *, heard: bool) -> str:
    """The given name that was meant by all the ways in which it was written; empty when none was said.

    Args:
        heard: recognition wrote it, so it may be homophones.
    """
    if not written:
        return ""
    length = Counter(map(len, written)).most_common(1)[0][0]
    forms = [w for w in written if len(w) == length]
    chars = []
    for i in range(length):
        votes = Counter(f[i] for f in forms)
        homophones = (c for c in RANK if c not in votes and any(same_sound(c, v) for v in votes))
        options = [*votes, *(homophones if heard else ())]
        explained = [c for e in spelled if (c := e.choose(options)) is not None]
        chars.append(explained[-1] if explained else max(options, key=lambda c: _likely(c, votes)))
    return "".join(chars)


def _likely(char: str, votes: Counter[str]) -> float:
    """How likely a given name has `char`, written down like `votes`; one who agrees with himself is believed."""
    if len(votes) == 1:
        return float(char in votes)
    rank = RANK.get(char, _UNUSUAL)
    return math.prod((_WRITTEN if v == char else _MISWRITTEN) ** n for v, n in votes.items()) / (rank + 10)


_WRITTEN, _MISWRITTEN = 0.5, 0.1
"""How likely recognition writes a character of a name, and a given homophone of it."""
_UNUSUAL = 1000
"""Rank of characters that few names have."""
