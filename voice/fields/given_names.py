"""Given names: which characters were meant by all the ways in which recognition wrote them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from voice.fields.explained import same_sound, similar_sound
from voice.fields.lexicon import words

RANK = {c: i for i, c in enumerate(words("given_name_characters"))}
"""Characters of given names, by how common they are."""
NO_GIVEN_NAME = frozenset(
    "的了是不我你他她它在有这那个们来到去也和就都说要会可以没很还把被给让从向对电话码号区街路楼门前后上下么吗呢吧"
)
"""Everyday characters that nobody is named with: recognition has put them there."""


def given_name(
    written: Sequence[str], *, spelled: Sequence[str] = (), explained: Mapping[str, float] | None = None
) -> str:
    """The given name that was meant by all the ways in which it was written; empty when none was said.

    Args:
        spelled: characters that were explained, in words that a person wrote down.
        explained: where recognition wrote all this, so it may be homophones: of characters that the speaker may have
            explained, how much likelier that makes them.
    """
    if not written:
        return ""
    length = Counter(map(len, written)).most_common(1)[0][0]
    forms = [w for w in written if len(w) == length]
    chars = []
    for i in range(length):
        votes = Counter(f[i] for f in forms)
        if explained is None:
            chars.append(max(votes, key=lambda c: (c in spelled, _likely(c, votes))))
        else:
            options = (*votes, *_alike(votes, explained))
            chars.append(max(options, key=lambda c: _likely(c, votes) * explained.get(c, 1.0)))
    return "".join(chars)


def _alike(votes: Counter[str], explained: Mapping[str, float]) -> Iterator[str]:
    """Other characters of given names that may be meant: one who agrees with himself is believed, or explains it."""
    for c in RANK:
        alike = similar_sound if c in explained else same_sound
        if c not in votes and (c in explained or len(votes) > 1) and any(alike(c, v) for v in votes):
            yield c


def _likely(char: str, votes: Counter[str]) -> float:
    """How likely a given name has `char`, written down like `votes`."""
    rank = RANK.get(char, _UNUSUAL)
    return math.prod(_written(char, v) ** n for v, n in votes.items()) / (rank + 10)


def _written(char: str, form: str) -> float:
    """How likely recognition writes `form` for `char`."""
    if char == form:
        return _WRITTEN
    return _MISWRITTEN if same_sound(char, form) else _MISHEARD


_WRITTEN, _MISWRITTEN, _MISHEARD = 0.5, 0.1, 0.02
"""How likely recognition writes a character of a name, a given homophone of it, and a given character like it."""
_UNUSUAL = 1000
"""Rank of characters that few names have."""
