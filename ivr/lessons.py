"""What the weights of `understanding.MeaningModel` are learned from.

Every wording is learned as written and twice as it comes over the telephone: between asides, misheard, and put back
by `repair`. What repairs a copy must not know its original, or there would be nothing left to learn: each fold of the
examples is repaired with the words of the others.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ivr.features import HEARD, WRITTEN, Encoded, encoded, grams, readable
from ivr.knowledge import Knowledge
from ivr.regression import Rows
from ivr.repair import Repair
from ivr.sayings import Intent, Sayings
from ivr.understanding import MEANING_WEIGHTS
from models.catalogue import read_text
from models.mishearing import Mishearing
from models.plain_words import load_plain_words
from models.sentences import Encoder, Floats
from models.spelling import known_runs

ASIDES = Path(__file__).parent / "data" / "asides.txt"

Watch: TypeAlias = Callable[[str], None]
"""Called with what is being done."""

FOLDS = 4
_MISHEARD = (0.05, 0.15, 0.3, 0.3, 0.5)
"""Character error rates of the copies, as callers and lines are …"""
_COPIES = 2
"""Of each wording."""
_ASIDE = 0.4
"""Share of the copies with something said before the point, and of those with something after it."""


def questions(names: Sequence[str]) -> NDArray[np.bool_]:
    """(names,) which of the labels are questions, and not intents."""
    return np.array([name not in set(Intent) for name in names])


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Everything to learn from; row i of each kind of texts is example i."""

    names: tuple[str, ...]
    labels: NDArray[np.intp]
    fold: NDArray[np.intp]
    written: Texts
    copies: tuple[Texts, ...]
    """As they come over the telephone, and are put back."""
    runs: dict[str, int]

    @classmethod
    def collect(cls, knowledge: Knowledge, sayings: Sayings, encoder: Encoder, watch: Watch) -> Lessons:
        meant = {e.id: e.questions for e in knowledge.entries.values()} | {str(i): t for i, t in sayings.items()}
        texts = [readable(text) for wordings in meant.values() for text in wordings]
        labels = np.repeat(np.arange(len(meant)), [len(w) for w in meant.values()])
        order = np.random.default_rng(0).permutation(len(texts))  # folds take every n-th
        texts, labels = [texts[i] for i in order], labels[order]
        fold = np.arange(len(texts)) % FOLDS
        others = [*(readable(e.spoken) for e in knowledge.entries.values()), *map(readable, asides())]
        watch("mishearing")
        heard = _misheard(texts)
        return cls(
            names=tuple(meant),
            labels=labels,
            fold=fold,
            written=Texts.read(texts, encoder, watch),
            copies=tuple(Texts.read(copy, encoder, watch) for copy in _repaired(texts, heard, fold, others)),
            runs=known_runs([*texts, *others]),
        )


def _misheard(texts: Sequence[str]) -> list[list[str]]:
    """Copies of each of `texts` as they come over the telephone; those of one text do not hang on the others."""
    errors, said = Mishearing([*texts, *load_plain_words()]), asides()
    copies: list[list[str]] = []
    for text in texts:
        chance = random.Random(text)  # noqa: S311 - no secret
        heard = (errors.mishear(_among(text, said, chance), chance.choice(_MISHEARD), chance) for _ in range(_COPIES))
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


def asides() -> list[str]:
    return [line for line in read_text(ASIDES).splitlines() if line and not line.startswith("#")]


def _among(text: str, said: Sequence[str], chance: random.Random) -> str:
    """`text`, perhaps with something said before and after it."""
    before = chance.choice(said) if chance.random() < _ASIDE else ""
    after = chance.choice(said) if chance.random() < _ASIDE else ""
    return before + text + after


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    texts: Sequence[str]
    meanings: Floats
    """(texts, MEANING)"""

    @classmethod
    def read(cls, texts: Sequence[str], encoder: Encoder, watch: Watch) -> Texts:
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

    def encoded(self, rarity: Floats, mean: Floats) -> list[Encoded]:
        return [encoded(t, m, rarity, mean) for t, m in zip(self.texts, self.meanings, strict=True)]

    def rows(self, rarity: Floats, mean: Floats) -> Rows:
        """As `MeaningModel` reads them."""
        read = self.encoded(rarity, mean)
        ends = np.cumsum([0, *(len(text.index) for text in read)])
        parts = np.concatenate([text.values for text in read]), np.concatenate([text.index for text in read]), ends
        sparse = sp.csr_matrix(parts, shape=(len(self.texts), WRITTEN + HEARD))
        return Rows(sparse, np.stack([MEANING_WEIGHTS * text.meaning for text in read]))

    def where(self, chosen: NDArray[np.bool_]) -> Texts:
        return Texts([t for t, keep in zip(self.texts, chosen, strict=True) if keep], self.meanings[chosen])
