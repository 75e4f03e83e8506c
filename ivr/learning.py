"""Learns the weights of `understanding.MeaningModel`; for the command, no call needs it.

Every wording is learned as written and, with less weight, as it comes over the telephone: between asides that have
nothing to do with it, and misheard.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ivr.features import HEARD, WRITTEN, Encoder, Floats, centred, grams, readable, scaled
from ivr.knowledge import Knowledge
from ivr.repair import known_runs
from ivr.sayings import Intent, Sayings
from ivr.understanding import HEARD_WEIGHT, MEANING_WEIGHTS, MeaningModel
from models.catalogue import read_text
from models.mishearing import Mishearing

ASIDES = Path(__file__).parent / "data" / "asides.txt"

Watch: TypeAlias = Callable[[str], None]
"""Called with what is being done."""

_MISHEARD = 0.12
"""Character error rate of the misheard copies …"""
_COPY_WEIGHT = 0.5
"""… and what one counts against its original."""
_ASIDE = 0.4
"""Share of the copies with something said before the point, and of those with something after it."""
_INVERSE_REGULARISATION = 30.0
_WRONGLY_ANSWERED = 0.12
"""Share of the examples of questions we cannot answer that may get an answer all the same, in cross-validation.
Nearly all of them are near misses on purpose: of what callers really ask besides, it is far less."""
_RANGE = (0.3, 0.9)
"""Of the probability from which a question is answered, whatever the examples say."""


@dataclass(frozen=True, slots=True)
class Report:
    """What cross-validation over our own examples found."""

    right: float
    """Share of the wordings of the knowledge base whose own entry is answered."""
    wrong: float
    """Share of them that get another entry's answer; the rest get none."""
    wrongly_answered: float
    """Share of the examples of `Intent.NONE` that get an answer."""
    intents: float
    """Share of the other examples whose intent is the likeliest."""


def digest(knowledge: Knowledge, sayings: Sayings) -> str:
    """Identifies the data: the model trained from it carries the same digest."""
    lines = [f"{intent}\t{text}" for intent, texts in sayings.items() for text in texts]
    return hashlib.sha256("\n".join([knowledge.digest, *lines, *_asides()]).encode()).hexdigest()


def train(
    knowledge: Knowledge,
    sayings: Sayings,
    encoder: Encoder,
    *,
    folds: int = 4,
    watch: Watch = lambda step: None,
) -> tuple[MeaningModel, Report]:
    """The model for what callers ask and say, and how good it is. The same data give the same model."""
    examples = _Examples.collect(knowledge, sayings, encoder, watch)
    held_out: list[tuple[Floats, NDArray[np.intp]]] = []
    for fold in range(folds):
        watch(f"cross-validation {fold + 1}/{folds}")
        out = np.arange(len(examples.labels)) % folds == fold
        learned = _fit(examples, ~out)
        held_out.append((learned.probabilities(examples, out), examples.labels[out]))
    chances, right = (np.concatenate(parts) for parts in zip(*held_out, strict=True))
    answer_at = _answer_at(examples.names, chances, right)
    watch("training on all examples")
    learned = _fit(examples, np.ones(len(examples.labels), dtype=bool))
    model = learned.model(answer_at, digest(knowledge, sayings), examples.runs)
    return model, _report(examples.names, chances, right, answer_at)


# --- Examples ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Examples:
    """Everything to learn from; row i of `texts` and of `heard` is example i."""

    names: tuple[str, ...]
    labels: NDArray[np.intp]
    texts: _Texts
    heard: _Texts
    """As they come over the telephone."""
    runs: tuple[str, ...]

    @classmethod
    def collect(cls, knowledge: Knowledge, sayings: Sayings, encoder: Encoder, watch: Watch) -> _Examples:
        meant = {e.id: e.questions for e in knowledge.entries.values()} | {str(i): t for i, t in sayings.items()}
        texts = [text for wordings in meant.values() for text in wordings]
        labels = np.repeat(np.arange(len(meant)), [len(w) for w in meant.values()])
        order = np.random.default_rng(0).permutation(len(texts))  # folds take every n-th
        texts, labels = [texts[i] for i in order], labels[order]
        errors, chance = Mishearing(texts), random.Random(0)  # noqa: S311 - not a secret
        asides = _asides()
        heard = [errors.mishear(_among(text, asides, chance), _MISHEARD, chance) or text for text in texts]
        runs = known_runs(map(readable, [*texts, *(e.spoken for e in knowledge.entries.values())]))
        return cls(tuple(meant), labels, _Texts.read(texts, encoder, watch), _Texts.read(heard, encoder, watch), runs)


def _asides() -> list[str]:
    return [line for line in read_text(ASIDES).splitlines() if line and not line.startswith("#")]


def _among(text: str, asides: Sequence[str], chance: random.Random) -> str:
    """`text`, perhaps with something said before and after it."""
    before = chance.choice(asides) if chance.random() < _ASIDE else ""
    after = chance.choice(asides) if chance.random() < _ASIDE else ""
    return before + text + after


@dataclass(frozen=True, slots=True, eq=False)
class _Texts:
    texts: Sequence[str]
    meanings: Floats
    """(texts, MEANING)"""

    @classmethod
    def read(cls, texts: Sequence[str], encoder: Encoder, watch: Watch) -> _Texts:
        meanings = []
        for i, text in enumerate(texts):
            if i % 100 == 0:
                watch(f"reading {i}/{len(texts)}")
            meanings.append(encoder.encode(readable(text)))
        return cls(texts, np.stack(meanings))

    def counts(self) -> sp.csr_matrix:
        """(texts, WRITTEN + HEARD) damped counts of n-grams."""
        rows = [grams(text) for text in self.texts]
        index = [np.concatenate([w.index, h.index + WRITTEN]) for w, h in rows]
        values = [np.concatenate([w.values, h.values]) for w, h in rows]
        ends = np.cumsum([0, *(len(i) for i in index)])
        return sp.csr_matrix(
            (np.concatenate(values), np.concatenate(index), ends), shape=(len(rows), WRITTEN + HEARD)
        )

    def vectors(self, rarity: Floats, mean: Floats) -> sp.csr_matrix:
        """(texts, PLACES), as `MeaningModel` reads them."""
        blocks = []
        for (written, heard), meaning in zip(map(grams, self.texts), self.meanings, strict=True):
            row = np.zeros(WRITTEN + HEARD, dtype=np.float32)
            row[written.index] = scaled(written, rarity[:WRITTEN])
            row[heard.index + WRITTEN] = HEARD_WEIGHT * scaled(heard, rarity[WRITTEN:])
            blocks.append(sp.csr_matrix(np.concatenate([row, MEANING_WEIGHTS * centred(meaning, mean)])))
        return sp.vstack(blocks, format="csr")

    def where(self, chosen: NDArray[np.bool_]) -> _Texts:
        return _Texts([t for t, keep in zip(self.texts, chosen, strict=True) if keep], self.meanings[chosen])


# --- Fitting -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Learned:
    """A model in full precision."""

    names: tuple[str, ...]
    rarity: Floats
    mean: Floats
    weights: Floats
    bias: Floats

    def probabilities(self, examples: _Examples, chosen: NDArray[np.bool_]) -> Floats:
        """(examples chosen, names)"""
        scores = examples.texts.where(chosen).vectors(self.rarity, self.mean) @ self.weights + self.bias
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        found: Floats = chances / chances.sum(axis=1, keepdims=True)
        return found

    def model(self, answer_at: float, trained_from: str, runs: tuple[str, ...]) -> MeaningModel:
        scale = np.maximum(np.abs(self.weights).max(axis=0), 1e-6) / 127
        return MeaningModel(
            labels=self.names,
            rarity=self.rarity.astype(np.float16).astype(np.float32),
            mean=self.mean,
            weights=np.round(self.weights / scale).astype(np.int8),
            scale=scale.astype(np.float32),
            bias=self.bias.astype(np.float32),
            answer_at=answer_at,
            digest=trained_from,
            runs=runs,
        )


def _fit(examples: _Examples, chosen: NDArray[np.bool_]) -> _Learned:
    texts, heard, labels = examples.texts.where(chosen), examples.heard.where(chosen), examples.labels[chosen]
    present = (texts.counts() > 0).sum(axis=0).A1
    rarity = (np.log((1 + len(labels)) / (1 + present)) + 1).astype(np.float32)
    mean = texts.meanings.mean(axis=0)
    found = LogisticRegression(C=_INVERSE_REGULARISATION, max_iter=150)
    found.fit(
        sp.vstack([texts.vectors(rarity, mean), heard.vectors(rarity, mean)]),
        np.concatenate([labels, labels]),
        sample_weight=np.repeat([1.0, _COPY_WEIGHT], len(labels)),
    )
    return _Learned(examples.names, rarity, mean, found.coef_.T, found.intercept_)


def _answer_at(names: Sequence[str], chances: Floats, right: NDArray[np.intp]) -> float:
    """The probability from which a question is answered, so that few are answered that should not be."""
    entry = np.array([name not in set(Intent) for name in names])
    outside = np.sort(chances[right == names.index(Intent.NONE)][:, entry].max(axis=1))
    found = outside[int(len(outside) * (1 - _WRONGLY_ANSWERED))]
    return round(float(np.clip(found, *_RANGE)), 3)


def _report(names: Sequence[str], chances: Floats, right: NDArray[np.intp], answer_at: float) -> Report:
    entry = np.array([name not in set(Intent) for name in names])
    best = chances.argmax(axis=1)
    answered = entry[best] & (chances.max(axis=1) >= answer_at)
    asked, outside = entry[right], right == names.index(Intent.NONE)
    said = ~asked & ~outside
    return Report(
        right=float((answered & (best == right))[asked].mean()),
        wrong=float((answered & (best != right))[asked].mean()),
        wrongly_answered=float(answered[outside].mean()),
        intents=float((best == right)[said].mean()),
    )
