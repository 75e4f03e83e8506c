"""What a caller means: one of the questions we can answer, a command, a report, or something else.

A linear model over what is written, heard and meant (`features`) gives every meaning a probability; its weights are
learned in `learning` from the wordings of the knowledge base and the examples of `sayings`. The likeliest question
is answered when a second look at single examples (`verification`) makes it sure enough: in cross-validation, few of
the questions that we cannot answer got an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ivr.features import HEARD, WRITTEN, Encoded, encoded, readable
from ivr.knowledge import Entry, Knowledge
from ivr.repair import Repair
from ivr.sayings import Intent
from ivr.verification import DIMENSIONS, EVIDENCE, Examples, Verifier
from models.arrays import packed, save_arrays, stored_arrays, unpacked
from models.errors import DataFileError
from models.plain_words import load_plain_words
from models.sentences import ENCODERS, MEANING, Encoder, Floats

MODEL = Path(__file__).parent / "data" / "understanding.npz"
MEANING_WEIGHTS = np.repeat(np.array([3.0, 2.0], dtype=np.float32), ENCODERS)
"""Of each encoder; against 1 for what is written."""
PLACES = WRITTEN + HEARD + MEANING
OFFER_AT = 0.12
"""Probability from which a question is worth offering as a guess, on a screen or as 「您是想问……吗」."""
RECENT = 64
"""Readings that are kept: what was judged at a pause is read once more when it has ended."""
_UNIT = 127
"""Vectors of examples are kept in bytes."""
_FORMAT = 4


@dataclass(frozen=True, slots=True, eq=False)
class MeaningModel:
    """The learned weights. Read-only, shared by all calls."""

    labels: tuple[str, ...]
    """Entry ids and intents."""
    rarity: Floats
    """(WRITTEN + HEARD,) inverse document frequency"""
    mean: Floats
    """(MEANING,) of all sentence embeddings"""
    weights: NDArray[np.int8]
    """(PLACES, labels), in units of `scale`"""
    scale: Floats
    """(labels,)"""
    bias: Floats
    """(labels,)"""
    verifier: Verifier
    answer_at: float
    """What the verifier must give a question that is answered."""
    digest: str
    """Of the knowledge and sayings it was trained from."""
    runs: Mapping[str, int]
    """What callers say, see `models.spelling.known_runs`."""

    repair: Repair = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "repair", Repair(self.runs, load_plain_words()))

    def encode(self, text: str, encoder: Encoder) -> Encoded:
        """What of `text`, repaired, is judged."""
        return encoded(text, encoder.encode(text), self.rarity, self.mean)

    def probabilities(self, text: Encoded) -> Floats:
        """(labels,) how likely it means each."""
        scores = text.values @ self.weights[text.index].astype(np.float32)
        scores += (MEANING_WEIGHTS * text.meaning) @ self.weights[WRITTEN + HEARD :].astype(np.float32)
        scores = scores * self.scale + self.bias
        chances = np.exp(scores - scores.max())
        found: Floats = (chances / chances.sum()).astype(np.float32)
        return found

    def answers(self, text: Encoded, chances: Floats, entry: str) -> bool:
        """Whether `entry`, the likeliest question by the `chances`, is sure enough to be answered."""
        question, none = self.labels.index(entry), self.labels.index(Intent.NONE)
        evidence = self.verifier.examples.evidence(text, chances, question, none, self.rarity)
        return float(self.verifier.probability(evidence)) >= self.answer_at

    def save(self, path: Path) -> None:
        """Writes the model as a compressed .npz without pickled objects."""
        arrays = {
            "labels": packed(self.labels),
            "rarity": self.rarity.astype(np.float16),
            "mean": self.mean,
            "weights": self.weights,
            "scale": self.scale,
            "bias": self.bias,
            "examples": np.round(self.verifier.examples.vectors * _UNIT).astype(np.int8),
            "kinds": self.verifier.examples.kinds,
            "present": np.packbits(self.verifier.examples.present, axis=1),
            "proofs": np.append(self.verifier.weights, self.verifier.bias).astype(np.float32),
            "answer_at": np.float64(self.answer_at),
            "digest": packed([self.digest]),
            "runs": packed(self.runs),
            "uses": np.array(list(self.runs.values()), dtype=np.uint32),
        }
        save_arrays(path, _FORMAT, arrays)

    @classmethod
    def load(cls, path: Path = MODEL) -> MeaningModel:
        """The model that `save` wrote.

        Raises:
            DataFileError: the file cannot be read, or is not such a model.
        """
        with stored_arrays(path, _FORMAT, "a trained model") as stored:
            return _checked(path, stored)


def _checked(path: Path, stored: Mapping[str, NDArray[Any]]) -> MeaningModel:
    labels = unpacked(stored["labels"])
    numbers = {name: stored[name].astype(np.float32) for name in ("rarity", "mean", "scale", "bias")}
    shapes = {name: stored[name].shape for name in ("rarity", "mean", "scale", "bias", "weights")}
    wanted: dict[str, tuple[int, ...]] = {"rarity": (WRITTEN + HEARD,), "mean": (MEANING,)}
    wanted |= {"scale": (len(labels),), "bias": (len(labels),), "weights": (PLACES, len(labels))}
    examples = {name: stored[name] for name in ("examples", "kinds", "present", "proofs")}
    shapes |= {name: array.shape for name, array in examples.items()}
    number = len(examples["kinds"])
    wanted |= {"examples": (number, DIMENSIONS), "kinds": (number,), "proofs": (EVIDENCE + 1,)}
    wanted["present"] = (len(labels), (WRITTEN + HEARD) // 8)
    if shapes != wanted or stored["weights"].dtype != np.int8 or examples["present"].dtype != np.uint8:
        raise DataFileError(path, None, f"its arrays do not fit together: {shapes}, expected {wanted}")
    if not all(np.isfinite(n).all() for n in numbers.values()) or not 0 < float(stored["answer_at"]) < 1:
        raise DataFileError(path, None, "has numbers that cannot be")
    return MeaningModel(
        labels=labels,
        weights=stored["weights"],
        verifier=Verifier(
            Examples(
                vectors=examples["examples"].astype(np.float32) / np.float32(_UNIT),
                kinds=examples["kinds"].astype(np.int16),
                present=np.unpackbits(examples["present"], axis=1).astype(bool),
            ),
            weights=examples["proofs"][:-1].astype(np.float32),
            bias=float(examples["proofs"][-1]),
        ),
        answer_at=float(stored["answer_at"]),
        digest=unpacked(stored["digest"])[0],
        runs=dict(zip(unpacked(stored["runs"]), stored["uses"].tolist(), strict=True)),
        **numbers,
    )


@dataclass(frozen=True, slots=True)
class Guess:
    """A question that may be meant."""

    entry: Entry
    score: float
    """0-1"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What something said means, most likely."""

    text: str
    said: str
    """The text as it was most likely said, see `repair`."""
    intents: Mapping[Intent, float]
    """Probability of each."""
    guesses: tuple[Guess, ...]
    """Questions worth offering, most likely first."""
    answer: Entry | None
    """The question to be answered: likelier than any wish, and sure enough."""

    @property
    def intent(self) -> Intent:
        """The likeliest intent."""
        return max(self.intents, key=self.intents.__getitem__)

    @property
    def score(self) -> float:
        """Probability of what was chosen: the answer, else the intent."""
        return self.guesses[0].score if self.answer else self.intents[self.intent]


class Understanding:
    """Reads what callers say, with the knowledge base in hand. Shared by all calls."""

    def __init__(self, model: MeaningModel, knowledge: Knowledge, encoder: Encoder) -> None:
        """
        Raises:
            ValueError: the model was not trained from this knowledge base.
        """
        if missing := knowledge.entries.keys() - set(model.labels):
            raise ValueError(f"trained without {', '.join(sorted(missing))}")
        self.knowledge = knowledge
        self._model = model
        self._encoder = encoder
        self._recent = lru_cache(RECENT)(self._read)

    def read(self, text: str, on: date) -> Reading:
        """What `text`, said on that day, means. Entries that are not valid then are never offered."""
        return self._recent(text, on)

    def _read(self, text: str, on: date) -> Reading:
        said = self._model.repair(readable(text))
        if not said:
            return Reading(text, "", dict.fromkeys(Intent, 0.0) | {Intent.NONE: 1.0}, (), None)
        read = self._model.encode(said, self._encoder)
        likely = self._model.probabilities(read)
        chances = dict(zip(self._model.labels, likely.tolist(), strict=True))
        intents = {intent: chances.pop(intent) for intent in Intent}
        valid = [
            Guess(self.knowledge.entries[label], chance)
            for label, chance in chances.items()
            if label in self.knowledge.entries and self.knowledge.entries[label].valid(on)
        ]
        guesses = tuple(sorted((g for g in valid if g.score >= OFFER_AT), key=lambda g: -g.score)[:3])
        wish = max(chance for intent, chance in intents.items() if intent is not Intent.NONE)
        answer = None
        if guesses and guesses[0].score >= wish and self._model.answers(read, likely, guesses[0].entry.id):
            answer = guesses[0].entry
        return Reading(text, said, intents, guesses, answer)
