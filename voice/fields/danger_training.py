"""Learns the weights of `danger_sense.DangerModel`; for the command, no call needs it.

Dangers and what only sounds like some come from data files, each by an author of its own; ordinary turns of callers
from the tagged calls that the span tagger learns from. How good the model is, and from when somebody is told, comes
from a cross-validation in which whole authors are held out: words that one of them repeats prove nothing. What was
written beside the word lists (`told.txt`, `harmless.txt`) is learned from in every fold and proves nothing either.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from models.call import Channel
from models.catalogue import read_text
from models.errors import DataFileError
from models.mishearing import Mishearing
from models.sentences import Encoder, Floats, centred
from voice.fields.danger_sense import MAX_READ, NUMBERS, DangerModel
from voice.fields.emergency import told_in_words
from voice.fields.spans.tellings import Telling
from voice.fields.topic_training import Watch, counted_rows, scaled_rows, vocabulary_of

SAYINGS = Path(str(files("voice.fields").joinpath("data", "dangers")))
_READ = frozenset({"told", "harmless", "calls_dev", "calls_more", "calls_third", "calls_fourth", "calls_spoken"})
"""Files that the word lists were written beside: they are learned from, but measure nothing."""
_NONE = "-"
_LEAST_ORDINARY = 6
"""Characters of an ordinary turn that is learned from: shorter ones need no second look."""
_EVERY = 2
"""Of so many ordinary turns one is learned from; more change nothing."""
_MISHEARD = (0.1, 0.35)
"""Range of character error rates."""
_SECOND_LOOKS = 0.05
"""Share of ordinary turns that the first look sends on: what the second one may cost."""
_ORDINARY_ALARMS = 0.0015
"""Share of ordinary turns that may raise an alarm. Some of them, read by a person, do tell a danger."""
_INVERSE_REGULARISATION = 3.0
_FOLDS = 5
_LEAST_AUTHORS = 2
"""Of each number: one is held out, the other is learned from."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Something that a caller said."""

    source: str
    """Who wrote it down: all of one author."""
    numbers: tuple[str, ...]
    """Any of them is right; none when nobody is in danger."""
    text: str
    ordinary: bool = False
    """A turn of an ordinary call, rather than something that is hard to tell from a danger."""


@dataclass(frozen=True, slots=True)
class Report:
    """What cross-validation found; shares of sayings by authors who were held out."""

    dangers: int
    told: float
    """Of the dangers: raise an alarm."""
    told_right: float
    """… with a number that is right."""
    told_in_words: float
    """… by the word lists alone."""
    together: float
    """… by either."""
    alike: int
    """Sayings that are hard to tell from dangers."""
    alike_alarms: float
    ordinary: int
    """Turns of ordinary calls."""
    ordinary_alarms: float
    sent_on: float
    """Of the dangers: pass the first look."""


def load_sayings(folder: Path) -> tuple[Saying, ...]:
    """The sayings in the files `*.txt` of `folder`, one a line: `NUMBER[,NUMBER] | text`, with `-` for no danger.

    Raises:
        DataFileError: a line cannot be taken, or only one author, or none, has one for a number or for no danger.
    """
    found = tuple(saying for path in sorted(folder.glob("*.txt")) for saying in _sayings(path))
    for answer, name in enumerate((_NONE, *NUMBERS)):
        if len({saying.source for saying in found if _answer(saying) == answer}) < _LEAST_AUTHORS:
            raise DataFileError(folder, None, f"has sayings for {name} in fewer than {_LEAST_AUTHORS} files")
    return found


def ordinary_turns(tellings: Sequence[Telling]) -> tuple[Saying, ...]:
    """What callers say in `tellings`, but for what the word lists take for danger."""
    turns = [(t.source, text) for t in tellings for c, text in t.turns if c is Channel.CITIZEN]
    wanted = [Saying(source, (), text, True) for source, text in turns if _LEAST_ORDINARY <= len(text) <= MAX_READ]
    return tuple(saying for saying in wanted[::_EVERY] if told_in_words(saying.text) is None)


def digest(sayings: Sequence[Saying]) -> str:
    """Identifies the data: the model trained from it carries the same digest."""
    lines = (f"{','.join(s.numbers)}\t{s.text}" for s in sayings)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def train(
    sayings: Sequence[Saying], encoder: Encoder, *, watch: Watch = lambda step: None
) -> tuple[DangerModel, Report]:
    """The model for `sayings`, and how good it is.

    The same data give the same model.

    Args:
        sayings: dangers, what is hard to tell from them, and ordinary turns, by several authors.
        encoder: of their meanings.
        watch: told about progress.

    Raises:
        ValueError: something is told by one author alone, so that nothing is learned of it when he is held out.
    """
    folds = _folds(sayings)
    lessons = _Lessons.of(sayings, encoder, watch)
    scores, chances = np.zeros(len(sayings)), np.zeros((len(sayings), 1 + len(NUMBERS)))
    for fold in range(folds.max() + 1):
        watch(f"cross-validation {fold + 1}/{folds.max() + 1}")
        learned = _fit(lessons, np.flatnonzero(folds != fold))
        held_out = np.flatnonzero(folds == fold)
        scores[held_out], chances[held_out] = learned.scores(lessons, held_out), learned.chances(lessons, held_out)
    held_out = np.flatnonzero(folds >= 0)
    tested = [sayings[int(i)] for i in held_out]
    scores, chances = scores[held_out], chances[held_out]
    ordinary = np.array([s.ordinary for s in tested])
    first_at = float(np.quantile(scores[ordinary], 1 - _SECOND_LOOKS))
    sensed = np.where(scores > first_at, 1 - chances[:, 0], 0)
    alarm_at = float(np.quantile(sensed[ordinary], 1 - _ORDINARY_ALARMS))
    watch("training on all sayings")
    learned = _fit(lessons, np.arange(len(sayings)))
    report = _report(tested, sensed > alarm_at, chances[:, 1:].argmax(axis=1), scores > first_at)
    return learned.model(first_at, alarm_at, digest(sayings)), report


def _answer(saying: Saying) -> int:
    """0 none, else 1 + place in NUMBERS."""
    return 1 + NUMBERS.index(saying.numbers[0]) if saying.numbers else 0


def _folds(sayings: Sequence[Saying]) -> NDArray[np.intp]:
    """(sayings,) the part of the cross-validation that holds each out, an author's all together; -1 where none does.

    Raises:
        ValueError: see `train`.
    """
    authors = sorted({s.source for s in sayings} - _READ)
    for parts in range(min(_FOLDS, len(authors)), 1, -1):
        fold_of = {author: i % parts for i, author in enumerate(authors)}
        folds = np.array([fold_of.get(s.source, -1) for s in sayings])
        learned = [{_answer(s) for s, f in zip(sayings, folds, strict=True) if f != fold} for fold in range(parts)]
        if all(len(answers) == 1 + len(NUMBERS) for answers in learned):
            return folds
    raise ValueError("every number, and no danger, must be told by several authors")


# --- Fitting -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Lessons:
    """The sayings, and misheard copies of those that are not ordinary; all with their meanings."""

    texts: tuple[str, ...]
    original: NDArray[np.intp]
    """(texts,) of which saying this is a copy; sayings themselves come first"""
    labels: NDArray[np.intp]
    """(sayings,) see `_answer`"""
    meanings: Floats
    """(texts, MEANING)"""

    @classmethod
    def of(cls, sayings: Sequence[Saying], encoder: Encoder, watch: Watch) -> _Lessons:
        chance = random.Random(0)  # noqa: S311 - not a secret
        errors = Mishearing(s.text for s in sayings)
        copied = [i for i, s in enumerate(sayings) if not s.ordinary]
        copies = [errors.mishear(sayings[i].text, chance.uniform(*_MISHEARD), chance) for i in copied]
        texts = (*(s.text for s in sayings), *copies)
        meanings = []
        for i, text in enumerate(texts):
            if i % 100 == 0:
                watch(f"reading {i} of {len(texts)} sayings")
            meanings.append(encoder.encode(text))
        labels = np.array([_answer(s) for s in sayings])
        return cls(texts, np.array([*range(len(sayings)), *copied]), labels, np.stack(meanings))


@dataclass(frozen=True, slots=True, eq=False)
class _Learned:
    """A model in full precision, without thresholds."""

    vocabulary: Mapping[str, int]
    rarity: Floats
    first: Floats
    mean: Floats
    weights: Floats
    bias: Floats

    def scores(self, lessons: _Lessons, which: NDArray[np.intp]) -> NDArray[np.float64]:
        """(which,) of the first look."""
        found: NDArray[np.float64] = self._counted(lessons, which) @ self.first[:-1] + self.first[-1]
        return found

    def chances(self, lessons: _Lessons, which: NDArray[np.intp]) -> NDArray[np.float64]:
        """(which, 1 + NUMBERS) of the second look."""
        seen = self.rows(lessons, which) @ self.weights + self.bias
        raised = np.exp(seen - seen.max(axis=1, keepdims=True))
        found: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
        return found

    def rows(self, lessons: _Lessons, which: NDArray[np.intp]) -> sp.csr_matrix:
        """(which, n-grams + MEANING)"""
        meant = np.stack([centred(lessons.meanings[i], self.mean) for i in which])
        return sp.hstack([self._counted(lessons, which), sp.csr_matrix(meant)], format="csr")

    def _counted(self, lessons: _Lessons, which: NDArray[np.intp]) -> sp.csr_matrix:
        return scaled_rows(counted_rows([lessons.texts[i] for i in which], self.vocabulary), self.rarity)

    def model(self, first_at: float, alarm_at: float, trained_from: str) -> DangerModel:
        return DangerModel(
            self.vocabulary,
            self.rarity,
            self.first,
            first_at,
            self.mean,
            self.weights,
            self.bias,
            alarm_at,
            trained_from,
        )


def _fit(lessons: _Lessons, chosen: NDArray[np.intp]) -> _Learned:
    """Learned from the sayings `chosen` and their copies."""
    vocabulary, rarity = vocabulary_of([lessons.texts[i] for i in chosen])
    nothing = np.zeros(len(vocabulary) + 1, dtype=np.float32)
    mean = lessons.meanings[chosen].mean(axis=0)
    unlearned = _Learned(vocabulary, rarity, nothing, mean, nothing, nothing)
    which = np.flatnonzero(np.isin(lessons.original, chosen))
    labels = lessons.labels[lessons.original[which]]
    rows = unlearned.rows(lessons, which)
    first = LogisticRegression(C=_INVERSE_REGULARISATION, max_iter=200, class_weight="balanced")
    first.fit(rows[:, : len(vocabulary)], labels > 0)
    second = LogisticRegression(C=_INVERSE_REGULARISATION, max_iter=200)
    second.fit(rows, labels)
    return _Learned(
        vocabulary,
        rarity,
        np.append(first.coef_[0], first.intercept_).astype(np.float32),
        mean,
        second.coef_.T.astype(np.float32),
        second.intercept_.astype(np.float32),
    )


# --- Reports -----------------------------------------------------------------------------------


def _report(
    sayings: Sequence[Saying], alarm: NDArray[np.bool_], answer: NDArray[np.intp], sent_on: NDArray[np.bool_]
) -> Report:
    words = np.array([told_in_words(s.text) is not None for s in sayings])
    right = np.array([NUMBERS[a] in s.numbers for a, s in zip(answer, sayings, strict=True)])
    danger, ordinary = (np.array([bool(s.numbers) for s in sayings]), np.array([s.ordinary for s in sayings]))
    alike = ~danger & ~ordinary
    return Report(
        dangers=int(danger.sum()),
        told=_share(alarm, danger),
        told_right=_share(alarm & right, danger),
        told_in_words=_share(words, danger),
        together=_share(alarm | words, danger),
        alike=int(alike.sum()),
        alike_alarms=_share(alarm, alike),
        ordinary=int(ordinary.sum()),
        ordinary_alarms=_share(alarm, ordinary),
        sent_on=_share(sent_on, danger),
    )


def _share(of: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    return float(of[among].mean()) if among.any() else 0.0


# --- Files -------------------------------------------------------------------------------------


def _sayings(path: Path) -> Iterator[Saying]:
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        told, bar, text = (part.strip() for part in line.partition(" | "))
        numbers = () if told == _NONE else tuple(told.split(","))
        if not bar or not text or not set(numbers) <= set(NUMBERS):
            known = ", ".join(NUMBERS)
            raise DataFileError(path, number, f"{line[:20]!r} is not `NUMBER | text`, with {known} or - as number")
        yield Saying(path.stem, numbers, text)
