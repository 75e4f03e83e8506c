"""What two consecutive hypotheses of the same speech agree on.

Text is compared by its letters and digits only, case folded: a comma that comes and goes is not a disagreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from voice.text.script import simplify


@dataclass(frozen=True, slots=True)
class Agreed:
    """The text to show for an utterance that still goes on."""

    text: str
    stable: int
    """text[:stable] is kept by every later `agree` of this utterance."""


NOTHING = Agreed("", 0)
"""Before the first hypothesis."""


def agree(shown: Agreed, new: str) -> Agreed:
    """What to show now that the decoder heard `new` where `shown` was shown before.

    Stable is what both begin with. What was stable stays so, word for word; where `new` contradicts it, only
    the part of `new` behind the contradiction is taken.
    """
    text = simplify(new)
    before, now = _letters(shown.text), _letters(text)
    common = _common(before.letters, now.letters)
    fixed = sum(1 for at in before.places if at < shown.stable)
    if common < fixed:
        behind = _place_behind(before.letters[:fixed], now)
        return Agreed(shown.text[: shown.stable] + text[behind:], shown.stable)
    behind = now.places[fixed - 1] + 1 if fixed else 0
    end = now.places[common - 1] + 1 if common else 0
    if not shown.stable:
        behind = 0
    return Agreed(shown.text[: shown.stable] + text[behind:], shown.stable + max(0, end - behind))


@dataclass(frozen=True, slots=True)
class _Letters:
    letters: str
    places: tuple[int, ...]
    """Where each letter stands in the text."""


def _letters(text: str) -> _Letters:
    found = [(c.lower()[:1], i) for i, c in enumerate(text) if c.isalnum()]
    return _Letters("".join(c for c, _ in found), tuple(i for _, i in found))


def _common(a: str, b: str) -> int:
    """Length of the prefix that both share."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _place_behind(prefix: str, new: _Letters) -> int:
    """Where in the new text that which comes after `prefix` begins: behind its closest prefix by edit distance."""
    row = list(range(len(new.letters) + 1))
    for i, a in enumerate(prefix, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(new.letters, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    best = min(range(len(row)), key=lambda j: (row[j], abs(j - len(prefix))))
    return new.places[best - 1] + 1 if best else 0
