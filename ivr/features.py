"""A text as numbers, three times over: what is written, what is heard, what is meant.

The n-grams of characters and of syllables (folded by the usual confusions) are counted into a fixed number of
places by hash; the meaning is a sentence embedding. Where recognition wrote homophones, the sounds still tell; where
a caller uses words that nobody foresaw, the meaning does.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.phonetic import fold, syllables
from models.sentences import Floats, centred

HEARD_WEIGHT = 1.5
"""Of what is heard, against 1 for what is written."""
WRITTEN = HEARD = 4096
"""Places for n-grams of characters, and of syllables."""
MAX_READ = 200
"""Characters of an utterance that are read; a question is asked in fewer."""
_GRAMS = (1, 2, 3)


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """The n-grams of a text: places where there are some, and how many, damped."""

    index: NDArray[np.intp]
    values: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A text in all three ways."""

    index: NDArray[np.intp]
    """Places of its n-grams, as written and as heard, among WRITTEN + HEARD …"""
    values: Floats
    """… and their values: of length 1 as written, HEARD_WEIGHT as heard."""
    meaning: Floats
    """(MEANING,) centred"""


def readable(text: str) -> str:
    """What is read of a text: its letters, characters and digits."""
    return "".join(c for c in text[:MAX_READ] if c.isalnum())


@lru_cache(maxsize=8192)
def grams(text: str) -> tuple[Grams, Grams]:
    """The n-grams of `text` as written, and as heard."""
    chars = readable(text)
    sounds = [fold(s) for s in syllables(chars).first]
    return _counted(_runs(chars), WRITTEN), _counted(_runs(sounds), HEARD)


def _runs(units: Sequence[str]) -> Iterator[str]:
    for n in _GRAMS:
        for i in range(len(units) - n + 1):
            yield " ".join(units[i : i + n])


def _counted(runs: Iterator[str], places: int) -> Grams:
    hashed = np.array([zlib.crc32(run.encode()) % places for run in runs], dtype=np.intp)
    index, counts = np.unique(hashed, return_counts=True)
    return Grams(index, (1 + np.log(counts)).astype(np.float32))


def scaled(found: Grams, rarity: Floats) -> Floats:
    """Values weighted by rarity, as a vector of length 1 (or 0)."""
    values = found.values * rarity[found.index]
    length = float(np.linalg.norm(values))
    return values / np.float32(length) if length else values


def encoded(text: str, meaning: Floats, rarity: Floats, mean: Floats) -> Encoded:
    """`text`, which has this `meaning`; `rarity` and `mean` are those of all texts."""
    written, heard = grams(text)
    return Encoded(
        np.concatenate([written.index, heard.index + WRITTEN]),
        np.concatenate([scaled(written, rarity[:WRITTEN]), HEARD_WEIGHT * scaled(heard, rarity[WRITTEN:])]),
        centred(meaning, mean),
    )
