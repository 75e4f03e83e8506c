"""Which category a conversation is about: a linear classifier over what is written and what is heard.

A text is counted as n-grams (1 to 3) of its characters and, beside them, of its syllables folded by the usual
confusions: where recognition wrote homophones, the syllables still tell. Each utterance counts as far as it tells
something at all (a second, two-way classifier), so that greetings, addresses and telephone numbers do not drown the
request. The weights are learned in `topic_training`; this module only reads them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.arrays import packed, save_arrays, stored_arrays, unpacked
from models.catalogue import Category
from models.errors import DataFileError
from models.phonetic import fold, syllables
from voice.fields.sounds import CLAUSE

MAX_READ = 600
"""Characters of an utterance that are read; nobody says more in one breath."""
_GRAMS = (1, 2, 3)
_DIGITS = re.compile("[零〇一二三四五六七八九幺两0-9]{3,}")
"""Telephone and house numbers, and the hotline's own name."""
_FORMAT = 1

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Part:
    """Something said, with how much it counts."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """What parts of a conversation together are about."""

    ranked: tuple[tuple[Category, float], ...]
    """Categories with their probabilities, most likely first."""
    told: float
    """Probability that anything was told at all."""


@dataclass(frozen=True, slots=True, eq=False)
class TopicModel:
    """The learned weights. Read-only, shared by all calls."""

    categories: tuple[Category, ...]
    vocabulary: Mapping[str, int]
    rarity: Floats
    """(features,) inverse document frequency"""
    weights: NDArray[np.int8]
    """(features, categories), in units of `scale`"""
    scale: Floats
    """(categories,)"""
    bias: Floats
    """(categories,)"""
    telling: Floats
    """(features + 1,) weights of the two-way classifier; the last one is its bias"""
    digest: str
    """Of the data it was trained from."""
    average: Floats = field(init=False)
    """(features,) mean weight over the categories"""

    def __post_init__(self) -> None:
        average = self.weights.astype(np.float32) @ self.scale / np.float32(len(self.categories))
        object.__setattr__(self, "average", average)

    def rank(self, parts: Sequence[Part]) -> Ranking:
        """What `parts` are about."""
        values, told = self._pool(parts)
        scores = values.sparse @ self.weights[values.index].astype(np.float32) * self.scale + self.bias
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        best = np.argsort(-chances, kind="stable")
        return Ranking(tuple((self.categories[i], float(chances[i])) for i in best), told)

    def telling_share(self, text: str) -> float:
        """Probability that `text` tells something about the matter."""
        return _read(self, text[:MAX_READ]).told

    def support(self, text: str, category: Category) -> float:
        """How much `text` speaks for `category` rather than for the others; may be negative."""
        return _support(self, text[:MAX_READ], category)

    def strongest_clause(self, text: str, category: Category) -> tuple[int, int]:
        """The span of the clause of `text` that speaks most for `category`."""
        clauses = [m.span() for m in CLAUSE.finditer(text[:MAX_READ])] or [(0, len(text))]
        return max(clauses, key=lambda span: self.support(text[slice(*span)], category))

    def _pool(self, parts: Sequence[Part]) -> tuple[_Sparse, float]:
        """The parts' features together, each part as far as it counts and tells, and whether any tells."""
        total = np.zeros(len(self.rarity), dtype=np.float32)
        told = 0.0
        for part in parts:
            found = _read(self, part.text[:MAX_READ])
            total[found.index] += found.counts * np.float32(part.weight * found.told)
            told = max(told, found.told)
        index = np.flatnonzero(total)
        return _Sparse(index, scaled(total[index], self.rarity[index])), told

    # --- Files ---------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Writes the model as a compressed .npz without pickled objects."""
        arrays = {
            "categories": packed("/".join(c) for c in self.categories),
            "vocabulary": packed(self.vocabulary),
            "rarity": self.rarity.astype(np.float16),
            "weights": self.weights,
            "scale": self.scale,
            "bias": self.bias,
            "telling": self.telling.astype(np.float16),
            "digest": packed([self.digest]),
        }
        save_arrays(path, _FORMAT, arrays)

    @classmethod
    def load(cls, path: Path) -> TopicModel:
        """The model that `save` wrote.

        Raises:
            DataFileError: the file cannot be read, or is not such a model.
        """
        with stored_arrays(path, _FORMAT, "a trained classifier") as stored:
            return _checked(path, stored)


def grams(text: str) -> Counter[str]:
    """The n-grams of `text`: of characters as they are, of syllables in Latin letters."""
    counts: Counter[str] = Counter()
    for piece in _DIGITS.split(text):
        spoken = syllables(piece)
        units = [fold(s) for s in spoken.first]
        written = "".join(piece[i] for i in spoken.at)
        for n in _GRAMS:
            counts.update(written[i : i + n] for i in range(len(written) - n + 1))
            counts.update(" ".join(units[i : i + n]) for i in range(len(units) - n + 1))
    return counts


# --- Reading -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Sparse:
    """A sparse vector of length 1 (or 0)."""

    index: NDArray[np.intp]
    sparse: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Features(_Sparse):
    """One text."""

    counts: Floats
    told: float


@lru_cache(maxsize=4096)
def _read(model: TopicModel, text: str) -> _Features:
    known = [(model.vocabulary[g], n) for g, n in grams(text).items() if g in model.vocabulary]
    index = np.array([i for i, _ in known], dtype=np.intp)
    counts = np.array([n for _, n in known], dtype=np.float32)
    values = scaled(counts, model.rarity[index])
    score = float(values @ model.telling[index] + model.telling[-1])
    return _Features(index, values, counts, 1 / (1 + float(np.exp(-score))))


@lru_cache(maxsize=8192)
def _support(model: TopicModel, text: str, category: Category) -> float:
    found = _read(model, text)
    column = model.categories.index(category)
    lead = model.weights[found.index, column] * model.scale[column] - model.average[found.index]
    return float(found.told * (found.sparse @ lead))


def scaled(counts: Floats, rarity: Floats) -> Floats:
    """Counts, damped and weighted by rarity, as a vector of length 1."""
    values = np.sqrt(counts) * rarity
    length = float(np.linalg.norm(values))
    return values / np.float32(length) if length else values


# --- Files -------------------------------------------------------------------------------------


def _checked(path: Path, stored: Mapping[str, NDArray[Any]]) -> TopicModel:
    names = unpacked(stored["categories"])
    words = unpacked(stored["vocabulary"])
    pairs = tuple((upper, lower) for upper, _, lower in (name.partition("/") for name in names))
    numbers = {n: stored[n].astype(np.float32) for n in ("rarity", "scale", "bias", "telling")}
    shapes = {n: stored[n].shape for n in ("rarity", "weights", "scale", "bias", "telling")}
    wanted = {"rarity": (len(words),), "weights": (len(words), len(pairs)), "scale": (len(pairs),)}
    wanted |= {"bias": (len(pairs),), "telling": (len(words) + 1,)}
    if shapes != wanted or stored["weights"].dtype != np.int8:
        raise DataFileError(path, None, f"its arrays do not fit together: {shapes}, expected {wanted}")
    if not all(np.isfinite(n).all() for n in numbers.values()) or len(set(words)) != len(words):
        raise DataFileError(path, None, "has numbers or words that cannot be")
    vocabulary = {word: i for i, word in enumerate(words)}
    return TopicModel(pairs, vocabulary, weights=stored["weights"], digest=unpacked(stored["digest"])[0], **numbers)
