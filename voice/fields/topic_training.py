"""Learns the weights of `topics.TopicModel` from examples; for the command, no call needs it.

The model meets what it will meet in a call: single requests, requests misheard at different rates, requests with a
demand or thanks before or after them, and several requests of one category between small talk.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from models.catalogue import Category
from models.mishearing import Mishearing
from voice.fields.examples import Example
from voice.fields.topics import Floats, TopicModel, grams

Watch: TypeAlias = Callable[[str], None]
"""Called with what is being done."""
Conversation: TypeAlias = Sequence[str]

_MIN_TEXTS = 2
"""A n-gram must occur in so many examples."""
_MISHEARD = (0.1, 0.4)
"""Range of character error rates."""
_DEMANDED = 2
"""Copies of an example that a demand is put to."""
_INVERSE_REGULARISATION = 5.0
_SMOOTHING = 0.02
"""What every n-gram counts in every category, so that none is impossible there."""
_GENERATIVE = 0.4
"""Share of what is said in a category in its weights, beside what tells it from others."""
_REPORT_RATE = 0.25
_TEMPERATURES = np.geomspace(0.5, 8.0, 60)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Over held-out conversations."""

    what: str
    number: int
    top1: float
    top3: float


@dataclass(frozen=True, slots=True)
class Report:
    """What cross-validation found."""

    accuracies: tuple[Accuracy, ...]
    calibration_error: float
    """Mean distance of the probability given from the share that was right, over ten bins, weighted by size."""
    confused: tuple[tuple[Category, Category, int], ...]
    """Right category, category given instead, how often; most frequent first."""


def digest(examples: Iterable[Example], talk: Iterable[str], demands: Iterable[str] = ()) -> str:
    """Identifies the data: the model trained from it carries the same digest."""
    lines = [f"{'/'.join(e.category)}\t{e.text}" for e in examples]
    return hashlib.sha256("\n".join([*lines, "", *talk, "", *demands]).encode()).hexdigest()


def train(
    categories: Sequence[Category],
    examples: Sequence[Example],
    talk: Sequence[str],
    *,
    demands: Sequence[str] = (),
    folds: int = 5,
    watch: Watch = lambda step: None,
) -> tuple[TopicModel, Report]:
    """The model for `examples`, its probabilities calibrated by cross-validation, and how good it is.

    The same data give the same model.

    Args:
        categories: what is told apart.
        examples: requests of each.
        talk: turns of any call that tell nothing about its matter.
        demands: what is asked for, and thanks, in requests of every category; where demands tell categories apart,
            as they do kinds of requests, there are none.
        folds: of the cross-validation, over examples and demands.
        watch: told about progress.
    """
    held_out = []
    for fold in range(folds):
        watch(f"cross-validation {fold + 1}/{folds}")
        seen = [e for i, e in enumerate(examples) if i % folds != fold]
        known = [d for i, d in enumerate(demands) if i % folds != fold]
        learned = _fit(categories, seen, talk, known)
        held_out.append(_held_out(learned, [*examples][fold::folds], talk, [*demands][fold::folds]))
    scores, right = (np.concatenate(parts) for parts in zip(*held_out, strict=True))
    calls = scores[:, _CALLS].reshape(-1, len(categories))
    temperature = _temperature(calls, np.repeat(right, len(_CALLS)))
    watch("training on all examples")
    learned = _fit(categories, examples, talk, demands)
    return learned.model(temperature, digest(examples, talk, demands)), _report(
        categories, scores, right, temperature
    )


# --- Fitting -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Learned:
    """A model in full precision, not yet calibrated."""

    categories: tuple[Category, ...]
    vocabulary: dict[str, int]
    rarity: Floats
    telling: Floats
    weights: Floats
    bias: Floats

    def vectors(self, conversations: Sequence[Conversation]) -> sp.csr_matrix:
        """One row for each conversation, pooled as `TopicModel` does."""
        texts = [text for c in conversations for text in c]
        counts = counted_rows(texts, self.vocabulary)
        told = 1 / (1 + np.exp(-(scaled_rows(counts, self.rarity) @ self.telling[:-1] + self.telling[-1])))
        rows = np.repeat(np.arange(len(conversations)), [len(c) for c in conversations])
        pooling = sp.csr_matrix((told, (rows, np.arange(len(texts)))), shape=(len(conversations), len(texts)))
        return scaled_rows(sp.csr_matrix(pooling @ counts), self.rarity)

    def scores(self, conversations: Sequence[Conversation]) -> Floats:
        found: Floats = self.vectors(conversations) @ self.weights + self.bias
        return found

    def model(self, temperature: float, trained_from: str) -> TopicModel:
        scale = np.maximum(np.abs(self.weights).max(axis=0), 1e-6) / 127
        return TopicModel(
            self.categories,
            self.vocabulary,
            self.rarity,
            np.round(self.weights / scale).astype(np.int8),
            (scale / temperature).astype(np.float32),
            (self.bias / temperature).astype(np.float32),
            self.telling,
            trained_from,
        )


def _fit(
    categories: Sequence[Category], examples: Sequence[Example], talk: Sequence[str], demands: Sequence[str]
) -> _Learned:
    chance = random.Random(0)  # noqa: S311 - not a secret
    errors = Mishearing([*(e.text for e in examples), *talk])
    vocabulary, rarity = vocabulary_of([*(e.text for e in examples), *talk])
    telling = _fit_telling(examples, talk, demands, errors, chance, vocabulary=vocabulary, rarity=rarity)
    nothing = np.empty(0, dtype=np.float32)
    unlearned = _Learned(tuple(categories), vocabulary, rarity, telling, nothing, nothing)
    conversations, labels = _conversations(examples, talk, demands, errors, chance)
    order = {c: i for i, c in enumerate(categories)}
    vectors, right = unlearned.vectors(conversations), [order[c] for c in labels]
    found = LogisticRegression(C=_INVERSE_REGULARISATION, max_iter=100, tol=1e-3)
    found.fit(vectors, right)
    weights, bias = found.coef_.T, found.intercept_
    if len(categories) == 2:  # one row stands for both
        weights, bias = np.hstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    weights = weights + _GENERATIVE * _generative(vectors, right)
    return _Learned(tuple(categories), vocabulary, rarity, telling, weights, bias)


def _generative(vectors: sp.csr_matrix, labels: Sequence[int]) -> Floats:
    """(n-grams, categories) weights of multinomial naive Bayes, relative to their mean over the categories.

    What tells categories apart in the few examples that there are (the other classifier's weights) and what is said
    in each of them err in different ways: both together are better than either (Wang and Manning 2012).
    """
    belongs = sp.csr_matrix((np.ones(len(labels)), (labels, np.arange(len(labels)))))
    said = (belongs @ vectors).toarray() + _SMOOTHING
    likely = np.log(said / said.sum(axis=1, keepdims=True)).T
    relative: Floats = likely - likely.mean(axis=1, keepdims=True)
    return relative


def _fit_telling(
    examples: Sequence[Example],
    talk: Sequence[str],
    demands: Sequence[str],
    errors: Mishearing,
    chance: random.Random,
    *,
    vocabulary: dict[str, int],
    rarity: Floats,
) -> Floats:
    """Weights and bias of the classifier that tells a request, also one among other words, from these words alone."""
    alone = [e.text for e in examples]
    told = [*alone, *(_among(t, talk, chance) for t in alone), *(_among(t, demands, chance) for t in alone)]
    texts = [*told, *(t for t in (*talk, *demands) for _ in range(4))]
    heard = [errors.mishear(t, chance.choice((0.0, 0.3)), chance) for t in texts]
    found = LogisticRegression(C=2.0, max_iter=300, class_weight="balanced")
    found.fit(scaled_rows(counted_rows(heard, vocabulary), rarity), np.arange(len(texts)) < len(told))
    return np.append(found.coef_[0], found.intercept_).astype(np.float32)


def _conversations(
    examples: Sequence[Example],
    talk: Sequence[str],
    demands: Sequence[str],
    errors: Mishearing,
    chance: random.Random,
) -> tuple[list[Conversation], list[Category]]:
    """Each example as it is, misheard twice, twice in a conversation with others of its category, and with a demand.

    Which demand is chance, so none becomes a sign of the few categories whose examples happen to have it.
    """
    by_category: dict[Category, list[str]] = {}
    for e in examples:
        by_category.setdefault(e.category, []).append(e.text)
    found: list[Conversation] = []
    for e in examples:
        found.append([e.text])
        found += [[errors.mishear(e.text, chance.uniform(*_MISHEARD), chance)] for _ in range(2)]
        for _ in range(2):
            others = chance.sample(by_category[e.category], chance.randrange(3))
            rate = chance.choice((0.0, 0.1, 0.2, 0.35))
            turns = [e.text, *others, *chance.sample(talk, min(3, len(talk)))]
            found.append([errors.mishear(t, rate, chance) for t in turns])
        found += [[_among(e.text, demands, chance)] for _ in range(_DEMANDED)]
    return found, [e.category for e in examples for _ in range(5 + _DEMANDED)]


def _among(text: str, others: Sequence[str], chance: random.Random) -> str:
    """`text` with one of `others` before or after it, if there are any."""
    if not others:
        return text
    parts = [text, chance.choice(others)]
    chance.shuffle(parts)
    return "，".join(parts)


def vocabulary_of(texts: Sequence[str]) -> tuple[dict[str, int], Floats]:
    """The n-grams worth keeping, with their rarity."""
    occurs: Counter[str] = Counter()
    for text in texts:
        occurs.update(grams(text).keys())
    kept = sorted(g for g, n in occurs.items() if n >= _MIN_TEXTS)
    rarity = np.log(len(texts) / np.array([occurs[g] for g in kept])) + 1
    return {g: i for i, g in enumerate(kept)}, rarity.astype(np.float32)


def counted_rows(texts: Sequence[str], vocabulary: Mapping[str, int]) -> sp.csr_matrix:
    """(texts, n-grams) counts."""
    rows, columns, counts = [], [], []
    for row, text in enumerate(texts):
        for gram, n in grams(text).items():
            if gram in vocabulary:
                rows.append(row)
                columns.append(vocabulary[gram])
                counts.append(n)
    return sp.csr_matrix((counts, (rows, columns)), shape=(len(texts), len(vocabulary)), dtype=np.float64)


def scaled_rows(counts: sp.csr_matrix, rarity: Floats) -> sp.csr_matrix:
    """Rows damped, weighted by rarity and brought to length 1."""
    values = counts.sqrt().multiply(rarity).tocsr()
    lengths = np.sqrt(values.multiply(values).sum(axis=1)).A1
    return sp.csr_matrix(sp.diags(1 / np.maximum(lengths, 1e-9)) @ values)


# --- Cross-validation --------------------------------------------------------------------------

_VIEWS = (
    "one request",
    f"one request, {_REPORT_RATE:.0%} misheard",
    "one request with a demand that was not learned",
    "a call",
    f"a call, {_REPORT_RATE:.0%} misheard",
)
_CALLS = (3, 4)
"""Which views are calls."""


def _held_out(
    learned: _Learned, examples: Sequence[Example], talk: Sequence[str], demands: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """(examples, views, categories) scores and (examples,) right categories."""
    chance = random.Random(1)  # noqa: S311 - not a secret
    errors = Mishearing([*(e.text for e in examples), *talk])
    views: list[list[Conversation]] = [[] for _ in _VIEWS]
    for e in examples:
        fellow = chance.choice([x.text for x in examples if x.category == e.category])
        call = [e.text, fellow, *chance.sample(talk, min(4, len(talk)))]
        views[0].append([e.text])
        views[1].append([errors.mishear(e.text, _REPORT_RATE, chance)])
        views[2].append([_among(e.text, demands, chance)])
        views[3].append(call)
        views[4].append([errors.mishear(t, _REPORT_RATE, chance) for t in call])
    right = np.array([learned.categories.index(e.category) for e in examples])
    return np.stack([learned.scores(v) for v in views], axis=1), right


def _temperature(scores: NDArray[np.float64], right: NDArray[np.intp]) -> float:
    """What to divide scores by so that probabilities are as good as they can be (log loss)."""
    losses = [-np.log(_chances(scores / t)[np.arange(len(right)), right] + 1e-12).mean() for t in 1 / _TEMPERATURES]
    return float(1 / _TEMPERATURES[int(np.argmin(losses))])


def _chances(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    raised: NDArray[np.float64] = np.exp(scores - scores.max(axis=1, keepdims=True))
    total: NDArray[np.float64] = raised.sum(axis=1, keepdims=True)
    return np.divide(raised, total)


def _report(
    categories: Sequence[Category], scores: NDArray[np.float64], right: NDArray[np.intp], temperature: float
) -> Report:
    ranked = np.argsort(-scores, axis=2)
    accuracies = tuple(
        Accuracy(
            what,
            len(right),
            float((ranked[:, view, 0] == right).mean()),
            float((ranked[:, view, :3] == right[:, None]).any(axis=1).mean()),
        )
        for view, what in enumerate(_VIEWS)
    )
    chances = _chances(scores[:, _CALLS].reshape(-1, len(categories)) / temperature)
    truth = np.repeat(right, len(_CALLS))
    mistakes = Counter(
        (categories[int(r)], categories[int(g)]) for r, g in zip(truth, chances.argmax(axis=1), strict=True) if r != g
    )
    confused = tuple((r, g, n) for (r, g), n in mistakes.most_common(15))
    return Report(accuracies, _calibration_error(chances, truth), confused)


def _calibration_error(chances: NDArray[np.float64], right: NDArray[np.intp]) -> float:
    confidence, correct = chances.max(axis=1), chances.argmax(axis=1) == right
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [abs(confidence[bins == b].sum() - correct[bins == b].sum()) for b in range(10)]
    return float(sum(gaps) / len(right))
