"""Danger to life, told from what is meant: for all that nobody foresaw in words.

Two looks at what a caller said. The first counts n-grams of characters and syllables, costs next to nothing and sends
on what could be danger, some twentieth of everything. The second, 25 ms, adds what the sentence means (see
`models.sentences`) and weighs both. The weights are learned in `danger_training`; this module only reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.arrays import packed, save_arrays, stored_arrays, unpacked
from models.errors import DataFileError
from models.sentences import MEANING, Encoder, Floats, centred
from voice.fields.sounds import CLAUSE
from voice.fields.topics import grams, scaled

MODEL = Path(str(files("voice.fields").joinpath("data", "dangers.npz")))
NUMBERS = ("110", "119", "120", "122")
"""Police, fire and rescue, ambulance, traffic accidents: the second look's answers, beside none."""
MAX_READ = 90
_LEAST_READ = 12
"""Characters that are read at once, in whole sentences: the sense of one drowns among others."""
MAX_LOOKS = 4
"""Pieces of one utterance that are looked at twice, the likeliest ones."""
_STOPS = "。！？!?"
_SENTENCE = re.compile(f"[^{_STOPS}]*[{_STOPS}]*")
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Sensed:
    """Danger to life in `text[start:end]`."""

    number: str
    """Of `NUMBERS`."""
    probability: float
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class DangerModel:
    """The learned weights. Read-only, shared by all calls."""

    vocabulary: Mapping[str, int]
    rarity: Floats
    """(n-grams,) inverse document frequency"""
    first: Floats
    """(n-grams + 1,) weights of the first look; the last one is its bias"""
    first_at: float
    """Score from which it is worth a second."""
    mean: Floats
    """(MEANING,) of what callers say"""
    weights: Floats
    """(n-grams + MEANING, 1 + NUMBERS) of the second look, for none first"""
    bias: Floats
    """(1 + NUMBERS,)"""
    alarm_at: float
    """Probability of danger from which somebody is told."""
    digest: str
    """Of the data it was trained from."""

    def sense(self, text: str, encoder: Encoder) -> Sensed | None:
        """The likeliest danger that a caller's words tell, if any is likely enough."""
        pieces = sorted(((self._score(text[a:b]), a, b) for a, b in _pieces(text)), reverse=True)
        found = [
            self._look(text, start, end, encoder) for score, start, end in pieces[:MAX_LOOKS] if score > self.first_at
        ]
        told = [danger for danger in found if danger.probability > self.alarm_at]
        return max(told, key=lambda danger: danger.probability, default=None)

    def chances(self, text: str, meaning: Floats) -> Floats:
        """(1 + NUMBERS,) probabilities that `text`, which has this `meaning`, tells no danger, and which one."""
        index, values = self._counted(text)
        seen = values @ self.weights[index] + centred(meaning, self.mean) @ self.weights[-MEANING:] + self.bias
        raised = np.exp(seen - seen.max())
        found: Floats = raised / raised.sum()
        return found

    def _look(self, text: str, start: int, end: int, encoder: Encoder) -> Sensed:
        said = text[start:end].rstrip(_STOPS) or text[start:end]
        chances = self.chances(said, encoder.encode(said))
        clauses = [m.span() for m in CLAUSE.finditer(said)] or [(0, len(said))]
        first, last = max(clauses, key=lambda span: self._score(said[slice(*span)]))
        number = NUMBERS[int(chances[1:].argmax())]
        return Sensed(number, 1 - float(chances[0]), start + first, start + last)

    def _score(self, text: str) -> float:
        """Of the first look."""
        index, values = self._counted(text)
        return float(values @ self.first[index] + self.first[-1])

    def _counted(self, text: str) -> tuple[NDArray[np.intp], Floats]:
        """The n-grams of `text` that are known: where they stand in the vocabulary, and their values."""
        known = [(self.vocabulary[g], n) for g, n in grams(text).items() if g in self.vocabulary]
        index = np.array([i for i, _ in known], dtype=np.intp)
        return index, scaled(np.array([n for _, n in known], dtype=np.float32), self.rarity[index])

    # --- Files ---------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Writes the model as a compressed .npz without pickled objects."""
        arrays = {
            "vocabulary": packed(self.vocabulary),
            "rarity": self.rarity.astype(np.float16),
            "first": self.first.astype(np.float16),
            "mean": self.mean,
            "weights": self.weights.astype(np.float16),
            "bias": self.bias,
            "thresholds": np.array([self.first_at, self.alarm_at], dtype=np.float32),
            "digest": packed([self.digest]),
        }
        save_arrays(path, _FORMAT, arrays)

    @classmethod
    def load(cls, path: Path = MODEL) -> DangerModel:
        """The model that `save` wrote.

        Raises:
            DataFileError: the file cannot be read, or is not such a model.
        """
        with stored_arrays(path, _FORMAT, "a trained model of danger") as stored:
            return _checked(path, stored)


@lru_cache(maxsize=1)
def danger_model() -> DangerModel:
    """The one that ships with Yida.

    Raises:
        DataFileError: see `DangerModel.load`.
    """
    return DangerModel.load()


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """`text` sentence by sentence; a short one together with the next, a long one cut."""
    start = end = 0
    for sentence in _SENTENCE.finditer(text):
        if end > start and sentence.end() - start > MAX_READ:
            yield start, end
            start = end
        end = sentence.end()
        while end - start > MAX_READ:
            yield start, start + MAX_READ
            start += MAX_READ
        if end - start >= _LEAST_READ:
            yield start, end
            start = end
    if end > start:
        yield start, end


def _checked(path: Path, stored: Mapping[str, NDArray[Any]]) -> DangerModel:
    words: Sequence[str] = unpacked(stored["vocabulary"])
    names = ("rarity", "first", "mean", "weights", "bias", "thresholds")
    numbers = {n: stored[n].astype(np.float32) for n in names}
    shapes = {n: numbers[n].shape for n in names}
    answers = 1 + len(NUMBERS)
    wanted: dict[str, tuple[int, ...]] = {"rarity": (len(words),), "first": (len(words) + 1,), "mean": (MEANING,)}
    wanted |= {"weights": (len(words) + MEANING, answers), "bias": (answers,), "thresholds": (2,)}
    if shapes != wanted:
        raise DataFileError(path, None, f"its arrays do not fit together: {shapes}, expected {wanted}")
    if not all(np.isfinite(n).all() for n in numbers.values()) or len(set(words)) != len(words):
        raise DataFileError(path, None, "has numbers or words that cannot be")
    first_at, alarm_at = (float(n) for n in numbers.pop("thresholds"))
    vocabulary = {word: i for i, word in enumerate(words)}
    return DangerModel(
        vocabulary, first_at=first_at, alarm_at=alarm_at, digest=unpacked(stored["digest"])[0], **numbers
    )
