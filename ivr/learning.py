"""Learns the weights of `understanding.MeaningModel`; for the command, no call needs it.

Every wording is learned as written and, with less weight, twice as it comes over the telephone: between asides,
misheard, and put back by `repair`. What repairs a copy must not know its original, or there would be nothing left to
learn: each fold of the examples is repaired with the words of the others.
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

from ivr.features import HEARD, WRITTEN, Encoder, Floats, centred, grams, readable, scaled
from ivr.knowledge import Knowledge
from ivr.regression import Regression, Rows, fit
from ivr.repair import Repair
from ivr.sayings import Intent, Sayings
from ivr.understanding import HEARD_WEIGHT, MEANING_WEIGHTS, MeaningModel
from models.catalogue import read_text
from models.mishearing import Mishearing
from models.plain_words import load_plain_words
from models.spelling import known_runs

ASIDES = Path(__file__).parent / "data" / "asides.txt"

Watch: TypeAlias = Callable[[str], None]
"""Called with what is being done."""

FOLDS = 4
_MISHEARD = (0.05, 0.15, 0.3, 0.3, 0.5)
"""Character error rates of the copies, as callers and lines are …"""
_COPIES = 2
"""Of each wording …"""
_COPY_WEIGHT = 0.5
"""… and what a copy counts against its original."""
_UNANSWERED_WEIGHT, _UNANSWERED_COPY_WEIGHT = 0.6, 0.15
"""The same of questions that we cannot answer. There are many of them, and what makes near misses of them is lost
first when they are misheard: at full weight they took right answers, too.
"""
_ASIDE = 0.4
"""Share of the copies with something said before the point, and of those with something after it."""
_INVERSE_REGULARISATION = 30.0
_WRONGLY_ANSWERED = 0.17
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


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of it."""

    model: MeaningModel
    written: Report
    """Of the examples as written."""
    misheard: Report
    """Of the same as they come over the telephone."""


def digest(knowledge: Knowledge, sayings: Sayings) -> str:
    """Identifies the data: the model trained from it carries the same digest."""
    lines = [f"{intent}\t{text}" for intent, texts in sayings.items() for text in texts]
    return hashlib.sha256("\n".join([knowledge.digest, *lines, *_asides()]).encode()).hexdigest()


def train(knowledge: Knowledge, sayings: Sayings, encoder: Encoder, *, watch: Watch = lambda step: None) -> Learned:
    """The model for what callers ask and say, and how good it is. The same data give the same model."""
    examples = _Examples.collect(knowledge, sayings, encoder, watch)
    held_out: list[tuple[Floats, Floats, NDArray[np.intp]]] = []
    for fold in range(FOLDS):
        watch(f"cross-validation {fold + 1}/{FOLDS}")
        out = examples.fold == fold
        learned = _fit(examples, ~out)
        chances = (learned.probabilities(texts.where(out)) for texts in (examples.written, examples.copies[0]))
        held_out.append((*chances, examples.labels[out]))
    written, misheard, right = (np.concatenate(parts) for parts in zip(*held_out, strict=True))
    answer_at = _answer_at(examples.names, np.concatenate([written, misheard]), np.concatenate([right, right]))
    watch("training on all examples")
    learned = _fit(examples, np.ones(len(examples.labels), dtype=bool))
    reports = (_report(examples.names, chances, right, answer_at) for chances in (written, misheard))
    return Learned(learned.model(answer_at, digest(knowledge, sayings), examples.runs), *reports)


# --- Examples ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Examples:
    """Everything to learn from; row i of each kind of texts is example i."""

    names: tuple[str, ...]
    labels: NDArray[np.intp]
    fold: NDArray[np.intp]
    written: _Texts
    copies: tuple[_Texts, ...]
    """As they come over the telephone, and are put back."""
    runs: dict[str, int]

    @classmethod
    def collect(cls, knowledge: Knowledge, sayings: Sayings, encoder: Encoder, watch: Watch) -> _Examples:
        meant = {e.id: e.questions for e in knowledge.entries.values()} | {str(i): t for i, t in sayings.items()}
        texts = [readable(text) for wordings in meant.values() for text in wordings]
        labels = np.repeat(np.arange(len(meant)), [len(w) for w in meant.values()])
        order = np.random.default_rng(0).permutation(len(texts))  # folds take every n-th
        texts, labels = [texts[i] for i in order], labels[order]
        fold = np.arange(len(texts)) % FOLDS
        others = [*(readable(e.spoken) for e in knowledge.entries.values()), *map(readable, _asides())]
        watch("mishearing")
        heard = _misheard(texts)
        return cls(
            names=tuple(meant),
            labels=labels,
            fold=fold,
            written=_Texts.read(texts, encoder, watch),
            copies=tuple(_Texts.read(copy, encoder, watch) for copy in _repaired(texts, heard, fold, others)),
            runs=known_runs([*texts, *others]),
        )


def _misheard(texts: Sequence[str]) -> list[list[str]]:
    """Copies of each of `texts` as they come over the telephone; those of one text do not hang on the others."""
    errors, asides = Mishearing([*texts, *load_plain_words()]), _asides()
    copies: list[list[str]] = []
    for text in texts:
        chance = random.Random(text)  # noqa: S311 - no secret
        heard = (
            errors.mishear(_among(text, asides, chance), chance.choice(_MISHEARD), chance) for _ in range(_COPIES)
        )
        copies.append([readable(copy) or text for copy in heard])
    return copies


def _repaired(
    texts: Sequence[str], heard: Sequence[Sequence[str]], fold: NDArray[np.intp], others: Sequence[str]
) -> list[list[str]]:
    """For each copy, all of `heard` put back, each by what is known without the examples of its own fold."""
    repairs = []
    for out in range(FOLDS):
        known = [text for text, n in zip(texts, fold, strict=True) if n != out]
        repairs.append(Repair(known_runs([*known, *others]), load_plain_words()))
    return [[repairs[n](text) for text, n in zip(copy, fold, strict=True)] for copy in zip(*heard, strict=True)]


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
            meanings.append(encoder.encode(text))
        return cls(texts, np.stack(meanings))

    def present(self) -> Floats:
        """(WRITTEN + HEARD,) in how many of the texts each n-gram is."""
        found = np.zeros(WRITTEN + HEARD, np.float32)
        for text in self.texts:
            written, heard = grams(text)
            found[written.index] += 1
            found[heard.index + WRITTEN] += 1
        return found

    def rows(self, rarity: Floats, mean: Floats) -> Rows:
        """As `MeaningModel` reads them."""
        index, values = [], []
        for text in self.texts:
            written, heard = grams(text)
            index.append(np.concatenate([written.index, heard.index + WRITTEN]))
            values += [scaled(written, rarity[:WRITTEN]), HEARD_WEIGHT * scaled(heard, rarity[WRITTEN:])]
        ends = np.cumsum([0, *(len(i) for i in index)])
        shape = (len(self.texts), WRITTEN + HEARD)
        sparse = sp.csr_matrix((np.concatenate(values), np.concatenate(index), ends), shape=shape)
        return Rows(sparse, np.stack([MEANING_WEIGHTS * centred(m, mean) for m in self.meanings]))

    def where(self, chosen: NDArray[np.bool_]) -> _Texts:
        return _Texts([t for t, keep in zip(self.texts, chosen, strict=True) if keep], self.meanings[chosen])


# --- Fitting -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """A model in full precision."""

    names: tuple[str, ...]
    rarity: Floats
    mean: Floats
    regression: Regression

    def probabilities(self, texts: _Texts) -> Floats:
        """(texts, names)"""
        return self.regression.probabilities(texts.rows(self.rarity, self.mean))

    def model(self, answer_at: float, trained_from: str, runs: dict[str, int]) -> MeaningModel:
        weights = self.regression.weights
        scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
        return MeaningModel(
            labels=self.names,
            rarity=self.rarity.astype(np.float16).astype(np.float32),
            mean=self.mean,
            weights=np.round(weights / scale).astype(np.int8),
            scale=scale.astype(np.float32),
            bias=self.regression.bias,
            answer_at=answer_at,
            digest=trained_from,
            runs=runs,
        )


def _fit(examples: _Examples, chosen: NDArray[np.bool_]) -> _Fitted:
    written, *copies = (t.where(chosen) for t in (examples.written, *examples.copies))
    labels = examples.labels[chosen]
    rarity = np.log((1 + len(labels)) / (1 + written.present())) + 1
    mean = written.meanings.mean(axis=0)
    unanswered = labels == examples.names.index(Intent.NONE)
    weights = np.where(unanswered, _UNANSWERED_WEIGHT, 1.0)
    copy_weights = np.where(unanswered, _UNANSWERED_COPY_WEIGHT, _COPY_WEIGHT)
    found = fit(
        Rows.stacked([texts.rows(rarity, mean) for texts in (written, *copies)]),
        np.tile(labels, 1 + len(copies)),
        np.concatenate([weights, *(copy_weights for _ in copies)]).astype(np.float32),
        count=len(examples.names),
        inverse_regularisation=_INVERSE_REGULARISATION,
    )
    return _Fitted(examples.names, rarity, mean, found)


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
