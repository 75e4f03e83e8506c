"""Misheard words put back: where a text sounds like words that callers use, it is read as those words.

Recognition of telephone speech writes 「攻击金」 for 公积金 and 「居住正」 for 居住证. What the guide can talk about
has a small vocabulary, so what sounds like it, most likely is it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from models.phonetic import fold, syllables

_LONGEST = 5
"""Characters of a known run."""
_TWO, _LONGER = 6, 3
"""Times that a run of two characters, or of more, occurs in what callers say before it counts as known."""
_AS_WRITTEN = 1.15
_BY_SOUND, _TWO_BY_SOUND = 1.0, 0.7
"""What a known run is worth for each character after its first; two characters alone prove little by their sound."""


def known_runs(texts: Iterable[str]) -> tuple[str, ...]:
    """The runs of characters that occur often enough in `texts`, the most frequent first."""
    counts = Counter(
        text[i : i + n] for text in texts for n in range(2, _LONGEST + 1) for i in range(len(text) - n + 1)
    )
    frequent = [run for run, count in counts.items() if count >= (_TWO if len(run) == 2 else _LONGER)]
    return tuple(sorted(frequent, key=lambda run: (-counts[run], run)))


class Repair:
    """Knows the runs of characters that callers use. Shared by all calls."""

    def __init__(self, runs: Sequence[str]) -> None:
        """`runs` from `known_runs`: of those that sound the same, the first is meant."""
        self._runs = frozenset(runs)
        self._by_sound: dict[tuple[str, ...], str] = {}
        for run in runs:
            self._by_sound.setdefault(tuple(fold(s) for s in syllables(run).first), run)

    def __call__(self, text: str) -> str:
        """`text`, what sounds like known runs written as them; what is not spoken is left out."""
        spoken = syllables(text)
        chars = "".join(text[i] for i in spoken.at)
        sounds = tuple(fold(s) for s in spoken.first)
        best = [(0.0, 0, "")]  # up to each character: worth, where its last piece begins, what it is written as
        for end in range(1, len(chars) + 1):
            pieces = [(best[end - 1][0], end - 1, chars[end - 1])]
            for start in range(max(0, end - _LONGEST), end - 1):
                worth, run = self._known(chars[start:end], sounds[start:end])
                pieces.append((best[start][0] + worth, start, run))
            best.append(max(pieces, key=lambda piece: piece[0]))
        written: list[str] = []
        at = len(chars)
        while at:
            _, at, run = best[at]
            written.append(run)
        return "".join(reversed(written))

    def _known(self, chars: str, sounds: tuple[str, ...]) -> tuple[float, str]:
        """What a run is worth, and how it is written; worth less than nothing when it is not known."""
        if chars in self._runs:
            return _AS_WRITTEN * (len(chars) - 1), chars
        run = self._by_sound.get(sounds)
        if run is None:
            return -1.0, chars
        return (_TWO_BY_SOUND if len(chars) == 2 else _BY_SOUND) * (len(chars) - 1), run
