"""Learns the weights of `understanding.MeaningModel` from `lessons`; for the command, no call needs it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.features import HEARD, WRITTEN
from ivr.knowledge import Knowledge
from ivr.lessons import FOLDS, Lessons, Texts, Watch, asides, questions
from ivr.regression import Regression, Rows, fit
from ivr.sayings import Intent, Sayings
from ivr.understanding import MeaningModel
from ivr.verification import DIMENSIONS, Examples, Verifier, learn
from models.sentences import Encoder, Floats

_COPY_WEIGHT = 0.5
"""What a misheard copy counts against its original."""
_UNANSWERED_WEIGHT, _UNANSWERED_COPY_WEIGHT = 0.6, 0.15
"""The same of questions that we cannot answer. There are many of them, and what makes near misses of them is lost
first when they are misheard: at full weight they took right answers, too.
"""
_INVERSE_REGULARISATION = 30.0
_WRONGLY_ANSWERED = 0.07
"""Share of the examples of questions we cannot answer that may get an answer all the same, in cross-validation.
Nearly all of them are near misses on purpose: of what callers really ask besides, it is far less. Who is not
understood is asked 「您是想问……」, who gets a wrong answer may go by it."""
_RANGE = (0.3, 0.9)
"""Of what the verifier must give a question that is answered, whatever the examples say."""


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
    return hashlib.sha256("\n".join([knowledge.digest, *lines, *asides()]).encode()).hexdigest()


def train(knowledge: Knowledge, sayings: Sayings, encoder: Encoder, *, watch: Watch = lambda step: None) -> Learned:
    """The model for what callers ask and say, and how good it is. The same data give the same model."""
    lessons = Lessons.collect(knowledge, sayings, encoder, watch)
    written: list[_Judged] = []
    misheard: list[_Judged] = []
    for fold in range(FOLDS):
        watch(f"cross-validation {fold + 1}/{FOLDS}")
        out = lessons.fold == fold
        learned = _fit(lessons, ~out)
        known = learned.examples(lessons, ~out)
        for judged, texts in ((written, lessons.written), (misheard, lessons.copies[0])):
            judged.append(_judge(learned, known, texts.where(out), lessons.labels[out]))
    watch("training on all examples")
    everything = np.ones(len(lessons.labels), dtype=bool)
    learned = _fit(lessons, everything)
    heard = [_Judged.of_all(parts) for parts in (written, misheard)]
    verifier = _verifier(learned.examples(lessons, everything), heard)
    answer_at = _answer_at(verifier, heard)
    reports = (each.report(verifier, answer_at) for each in heard)
    return Learned(learned.model(verifier, answer_at, digest(knowledge, sayings), lessons.runs), *reports)


# --- Fitting -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """A model in full precision."""

    names: tuple[str, ...]
    rarity: Floats
    mean: Floats
    regression: Regression

    def probabilities(self, texts: Texts) -> Floats:
        """(texts, names)"""
        return self.regression.probabilities(texts.rows(self.rarity, self.mean))

    def examples(self, lessons: Lessons, chosen: NDArray[np.bool_]) -> Examples:
        """To compare with: the `chosen` wordings, and questions without an answer."""
        of_use = chosen & (questions(self.names)[lessons.labels] | (lessons.labels == self.names.index(Intent.NONE)))
        labels = lessons.labels[of_use]
        texts = lessons.written.where(of_use).encoded(self.rarity, self.mean)
        present = np.zeros((len(self.names), WRITTEN + HEARD), dtype=bool)
        for label, text in zip(labels, texts, strict=True):
            present[label, text.index] = True
        vectors = np.stack([text.meaning[:DIMENSIONS] for text in texts])
        return Examples(vectors, labels.astype(np.int16), present)

    def model(self, verifier: Verifier, answer_at: float, trained_from: str, runs: dict[str, int]) -> MeaningModel:
        weights = self.regression.weights
        scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
        return MeaningModel(
            labels=self.names,
            rarity=self.rarity.astype(np.float16).astype(np.float32),
            mean=self.mean,
            weights=np.round(weights / scale).astype(np.int8),
            scale=scale.astype(np.float32),
            bias=self.regression.bias,
            verifier=verifier,
            answer_at=answer_at,
            digest=trained_from,
            runs=runs,
        )


def _fit(lessons: Lessons, chosen: NDArray[np.bool_]) -> _Fitted:
    written, *copies = (t.where(chosen) for t in (lessons.written, *lessons.copies))
    labels = lessons.labels[chosen]
    rarity = np.log((1 + len(labels)) / (1 + written.present())) + 1
    mean = written.meanings.mean(axis=0)
    unanswered = labels == lessons.names.index(Intent.NONE)
    weights = np.where(unanswered, _UNANSWERED_WEIGHT, 1.0)
    copy_weights = np.where(unanswered, _UNANSWERED_COPY_WEIGHT, _COPY_WEIGHT)
    found = fit(
        Rows.stacked([texts.rows(rarity, mean) for texts in (written, *copies)]),
        np.tile(labels, 1 + len(copies)),
        np.concatenate([weights, *(copy_weights for _ in copies)]).astype(np.float32),
        count=len(lessons.names),
        inverse_regularisation=_INVERSE_REGULARISATION,
    )
    return _Fitted(lessons.names, rarity, mean, found)


# --- Verifying ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """Texts, judged by what was learned without them."""

    names: tuple[str, ...]
    labels: NDArray[np.intp]
    """(n,)"""
    chances: Floats
    """(n, names)"""
    question: NDArray[np.intp]
    """(n,) the likeliest one"""
    evidence: Floats
    """(n, EVIDENCE) for it"""

    @classmethod
    def of_all(cls, parts: Sequence[_Judged]) -> _Judged:
        columns = zip(*((p.labels, p.chances, p.question, p.evidence) for p in parts), strict=True)
        return cls(parts[0].names, *map(np.concatenate, columns))

    @property
    def unanswered(self) -> NDArray[np.bool_]:
        """(n,) which have no answer."""
        found: NDArray[np.bool_] = self.labels == self.names.index(Intent.NONE)
        return found

    @property
    def asked(self) -> NDArray[np.bool_]:
        """(n,) which are questions of the knowledge base."""
        found: NDArray[np.bool_] = questions(self.names)[self.labels]
        return found

    def answered(self, verifier: Verifier, answer_at: float) -> NDArray[np.bool_]:
        """(n,) which get an answer, as `understanding` decides."""
        wishes = ~questions(self.names)
        wishes[self.names.index(Intent.NONE)] = False
        likelier = self.chances.max(axis=1, where=questions(self.names), initial=0) >= self.chances[:, wishes].max(
            axis=1
        )
        found: NDArray[np.bool_] = likelier & (verifier.probability(self.evidence) >= answer_at)
        return found

    def report(self, verifier: Verifier, answer_at: float) -> Report:
        answered, right = self.answered(verifier, answer_at), self.question == self.labels
        said = ~self.asked & ~self.unanswered
        return Report(
            right=float((answered & right)[self.asked].mean()),
            wrong=float((answered & ~right)[self.asked].mean()),
            wrongly_answered=float(answered[self.unanswered].mean()),
            intents=float((self.chances.argmax(axis=1) == self.labels)[said].mean()),
        )


def _judge(learned: _Fitted, known: Examples, texts: Texts, labels: NDArray[np.intp]) -> _Judged:
    chances = learned.probabilities(texts)
    none = learned.names.index(Intent.NONE)
    best = np.where(questions(learned.names), chances, -1).argmax(axis=1)
    evidence = [
        known.evidence(text, chance, int(question), none, learned.rarity)
        for text, chance, question in zip(texts.encoded(learned.rarity, learned.mean), chances, best, strict=True)
    ]
    return _Judged(learned.names, labels, chances, best, np.stack(evidence))


def _verifier(known: Examples, heard: Sequence[_Judged]) -> Verifier:
    """Learned from what may get an answer: as written, and as heard."""
    chosen = [each.asked | each.unanswered for each in heard]
    return learn(
        known,
        np.concatenate([each.evidence[keep] for each, keep in zip(heard, chosen, strict=True)]),
        np.concatenate([(each.question == each.labels)[keep] for each, keep in zip(heard, chosen, strict=True)]),
        np.concatenate(
            [np.full(keep.sum(), w, np.float32) for keep, w in zip(chosen, (1, _COPY_WEIGHT), strict=True)]
        ),
    )


def _answer_at(verifier: Verifier, heard: Sequence[_Judged]) -> float:
    """What the verifier must give, so that few are answered that should not be."""
    outside = np.sort(np.concatenate([verifier.probability(each.evidence[each.unanswered]) for each in heard]))
    found = outside[int(len(outside) * (1 - _WRONGLY_ANSWERED))]
    return round(float(np.clip(found, *_RANGE)), 3)
