"""Misheard words put back: what was heard is read as what was most likely said.

Recognition of telephone speech writes 「攻击金」 for 公积金 and 「居住正」 for 居住证: of the characters of synthetic
callers, whisper-base gets 30 % wrong, of their syllables 8 %. So a text is read like the input of a pinyin keyboard,
with the words that callers use. It is cut into runs of characters for which

    log(how often the run is used) + log(how often what was said is heard as that)

is greatest, over the runs of our own texts and the words of plain Chinese.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from models.phonetic import SYLLABLES, cost, syllables

LONGEST_RUN = 5
"""Characters; together with its frequency a run stands for the grammar that we do not have."""
_RARE = 2
"""Runs of more than three characters count when they occur so often; shorter ones always do."""
_OWN = 0.95
"""Share of our own texts in how likely a run is; the rest is plain Chinese."""
_ANOTHER_CHARACTER = -2.0
"""Log likelihood that a character is heard as another one of the same sound, against being heard right …"""
_ANOTHER_SOUND, _PER_COST = -5.0, -4.0
"""… and as one of another sound, and for each unit of `models.phonetic.cost` between the two."""
_NEAR = 0.5
"""Cost up to which one sound may have been heard for another …"""
_MOST_NEAR = 2
"""… in one run."""
_UNKNOWN = -13.0
"""Log likelihood of a character that no run explains."""
_NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")
"""Callers' words are written as they are spoken."""
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


class Repair:
    """Knows the words that callers use. Shared by all calls."""

    def __init__(self, runs: Mapping[str, int], plain: Mapping[str, int]) -> None:
        """
        Args:
            runs: from `known_runs`.
            plain: how often the words and characters of plain Chinese are used.
        """
        likely = dict.fromkeys((*runs, *plain), 0.0)
        for share, counts in ((_OWN, runs), (1 - _OWN, plain)):
            total = sum(n for text, n in counts.items() if len(text) == 1) or 1
            for text, n in counts.items():
                likely[text] += share * n / total
        self._root = _Node()
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

    def __call__(self, text: str) -> str:
        """`text` as it was most likely said, a character for each that is spoken; what is not spoken is left out."""
        spoken = syllables(text := text.translate(_NUMERALS))
        heard = _Heard("".join(text[i] for i in spoken.at), tuple(r[:2] for r in spoken.readings))
        best: list[tuple[float, int, str]] = [(0.0, 0, "")]
        best += [(-math.inf, 0, "")] * len(heard.chars)  # up to each character: worth, where its last run begins, it
        for start, char in enumerate(heard.chars):
            worth = best[start][0]
            best[start + 1] = max(best[start + 1], (worth + _UNKNOWN, start, char))
            self._extend(best, heard, start)
        written: list[str] = []
        at = len(heard.chars)
        while at:
            _, at, run = best[at]
            written.append(run)
        return "".join(reversed(written))

    def _extend(self, best: list[tuple[float, int, str]], heard: _Heard, start: int) -> None:
        """Follows the sounds from `start` on, and near ones, as far as there are runs."""
        worth = best[start][0]
        paths = [(self._root, start, 0.0, 0)]
        while paths:
            node, end, price, near = paths.pop()
            for run, log in node.runs:
                said = worth + log + price + _likeness(run, heard.chars[start:end])
                if said > best[end][0]:
                    best[end] = (said, start, run)
            if end < len(heard.chars) and end - start < LONGEST_RUN:
                for sound in heard.readings[end]:
                    for other, likely in _near(sound):
                        after = node.after.get(other)
                        if after is not None and (other == sound or near < _MOST_NEAR):
                            paths.append((after, end + 1, price + likely, near + (other != sound)))


@dataclass(frozen=True, slots=True)
class _Heard:
    chars: str
    readings: tuple[tuple[str, ...], ...]
    """Of each character, the most likely ones."""


def _likeness(run: str, chars: str) -> float:
    return sum(_ANOTHER_CHARACTER for a, b in zip(run, chars, strict=True) if a != b)


@cache
def _near(sound: str) -> tuple[tuple[str, float], ...]:
    """The sounds that may have been said where `sound` was heard, and the log likelihood of each besides
    `_ANOTHER_CHARACTER`, which comes on top."""
    near = [(s, cost(s, sound)) for s in SYLLABLES if s != sound and not s.isupper()]
    price = _ANOTHER_SOUND - _ANOTHER_CHARACTER
    return ((sound, 0.0), *((s, price + _PER_COST * c) for s, c in near if c <= _NEAR))
