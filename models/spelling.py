"""Spells what was heard as it was most likely meant.

Recognition of telephone speech gets most syllables right and many characters wrong: it writes 「攻击金」 for 公积金.
So a text is read like the input of a pinyin keyboard: cut into runs of characters for which

    log(how often the run is used) + log(how often what was said is heard as that)

is greatest, over runs from texts of the domain and the words of plain Chinese.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from models.phonetic import syllables

LONGEST_RUN = 5
"""Characters; together with its frequency a run stands for the grammar that we do not have."""
_RARE = 2
"""Runs of more than three characters count when they occur so often; shorter ones always do."""
_UNKNOWN = -13.0
"""Log likelihood of a character that no run explains."""
_MOST_TEXTS = 12
"""Runs of the same sound that are tried, the most frequent ones."""


def known_runs(texts: Iterable[str]) -> dict[str, int]:
    """The runs of characters in `texts` that are worth knowing, and how often each occurs."""
    counts = Counter(
        text[i : i + n] for text in texts for n in range(1, LONGEST_RUN + 1) for i in range(len(text) - n + 1)
    )
    return {run: n for run, n in counts.items() if len(run) <= 3 or n >= _RARE}


@dataclass(slots=True)
class _Node:
    """The runs whose sounds have led here."""

    after: dict[str, _Node] = field(default_factory=dict)
    """By the next syllable."""
    runs: list[tuple[str, float]] = field(default_factory=list)
    """Those that end here, the most likely first, with their log probability."""


class Speller:
    """Knows what is usually said. Shared by all calls.

    Args:
        runs: of the domain, from `known_runs`.
        plain: how often the words and characters of plain Chinese are used.
        own: share of the domain in how likely a run is; the rest is plain Chinese.
        slurred: by a syllable, the one that is heard as it when it is spoken carelessly.
    """

    def __init__(
        self,
        runs: Mapping[str, int],
        plain: Mapping[str, int],
        *,
        own: float,
        slurred: Mapping[str, str] | None = None,
    ) -> None:
        self._slurred = slurred or {}
        self._root = _Node()
        likely = dict.fromkeys((*runs, *plain), 0.0)
        for share, counts in ((own, runs), (1 - own, plain)):
            total = sum(n for text, n in counts.items() if len(text) == 1) or 1
            for text, n in counts.items():
                likely[text] += share * n / total
        for text, chance in sorted(likely.items(), key=lambda item: -item[1]):
            self._learn(text, math.log(chance))

    def _learn(self, text: str, log: float) -> None:
        sounds = syllables(text)
        if len(sounds) != len(text):
            return  # something in it is not spoken
        spoken = [(sound,) for sound in sounds.readings[0]] if len(text) == 1 else [sounds.first]
        for said in spoken:
            node = self._root
            for sound in said:
                node = node.after.setdefault(sound, _Node())
            if len(node.runs) < _MOST_TEXTS:
                node.runs.append((text, log))

    def spell(self, text: str, prices: Sequence[float]) -> str:
        """`text` as it was most likely meant, a character for each.

        Args:
            text: characters that are all spoken.
            prices: for each, the log likelihood that it was heard where another one of its sound was said, against
                being heard right; -inf: it was said.
        """
        spoken = syllables(text)
        if len(spoken) != len(text):
            raise ValueError(f"{text!r} has characters that are not spoken")
        heard = _Heard(text, prices, tuple(self._said(readings[:2]) for readings in spoken.readings))
        best: list[tuple[float, int, str]] = [(0.0, 0, "")]
        best += [(-math.inf, 0, "")] * len(text)  # up to each character: worth, where its last run begins, it
        for start, char in enumerate(text):
            best[start + 1] = max(best[start + 1], (best[start][0] + _UNKNOWN, start, char))
            self._extend(best, heard, start)
        written: list[str] = []
        at = len(text)
        while at:
            _, at, run = best[at]
            written.append(run)
        return "".join(reversed(written))

    def _said(self, readings: tuple[str, ...]) -> tuple[str, ...]:
        slurred = self._slurred.get(readings[0])
        return (*readings, slurred) if slurred else readings

    def _extend(self, best: list[tuple[float, int, str]], heard: _Heard, start: int) -> None:
        """Follows the sounds from `start` on as far as there are runs."""
        worth = best[start][0]
        paths = [(self._root, start)]
        while paths:
            node, end = paths.pop()
            for run, log in node.runs:
                said = worth + log + heard.likeness(run, start)
                if said > best[end][0]:
                    best[end] = (said, start, run)
            if end < len(heard.text) and end - start < LONGEST_RUN:
                paths += [(node.after[s], end + 1) for s in heard.readings[end] if s in node.after]


@dataclass(frozen=True, slots=True)
class _Heard:
    text: str
    prices: Sequence[float]
    readings: tuple[tuple[str, ...], ...]
    """Of each character, the most likely ones, and what it may be a careless way to say."""

    def likeness(self, run: str, start: int) -> float:
        """Log likelihood of what was heard from `start` on, where `run` was said."""
        return sum(self.prices[start + i] for i, char in enumerate(run) if char != self.text[start + i])
