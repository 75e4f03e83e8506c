"""Whether the likeliest question really is what was asked: a second look.

The model in `understanding` adds up words and meaning. A near miss (「老年卡丢了怎么办」, where only applying for one
can be answered) has nearly all of them; beside single examples it shows what it is: which of those that can be
answered, and which of those that cannot, mean most nearly the same, and how much of it no wording has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.special import expit

from ivr.features import Encoded
from ivr.regression import Rows, fit
from models.sentences import ENCODERS, Floats

DIMENSIONS = ENCODERS[0]
"""Of the first encoder alone: the second adds nothing here."""
EVIDENCE = 5
_NEAREST = 3
"""Examples that are compared."""
_LEAST = 1e-4
"""Probability below which less makes no difference."""
_INVERSE_REGULARISATION = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Questions that can be answered and others that cannot, to compare with. Read-only, shared by all calls."""

    vectors: Floats
    """(examples, DIMENSIONS) what each means: centred, of length 1"""
    kinds: NDArray[np.int16]
    """(examples,) the question that each asks, or `none`: places among the labels of the model"""
    present: NDArray[np.bool_]
    """(labels, places) whether a wording of each has the n-gram"""

    def evidence(self, text: Encoded, chances: Floats, question: int, none: int, rarity: Floats) -> Floats:
        """(EVIDENCE,) what speaks for `text` asking `question`: its probability and that of having no answer,
        the nearest of its wordings and of questions without an answer, the share of n-grams that its wordings have.

        Args:
            text: what was said.
            chances: (labels,) how likely it means each.
            question: place among the labels.
            none: that of what has no answer.
            rarity: (places,) of n-grams: the rare ones count more.
        """
        similar = self.vectors @ text.meaning[:DIMENSIONS]
        weights = rarity[text.index]
        return np.array(
            [
                np.log(chances[question] + _LEAST),
                np.log(chances[none] + _LEAST),
                _nearest(similar[self.kinds == question]),
                _nearest(similar[self.kinds == none]),
                weights @ self.present[question, text.index] / max(float(weights.sum()), _LEAST),
            ],
            np.float32,
        )


def _nearest(similarities: Floats) -> float:
    return float(np.sort(similarities)[-_NEAREST:].mean()) if len(similarities) else -1.0


@dataclass(frozen=True, slots=True, eq=False)
class Verifier:
    """A logistic regression over the evidence."""

    examples: Examples
    weights: Floats
    """(EVIDENCE,)"""
    bias: float

    def probability(self, evidence: Floats) -> Floats:
        """(…) that the question was asked which has this `evidence`, (…, EVIDENCE)."""
        chances: Floats = expit(evidence @ self.weights + np.float32(self.bias))
        return chances


def learn(examples: Examples, evidence: Floats, right: NDArray[np.bool_], weights: Floats) -> Verifier:
    """
    Args:
        examples: to be compared with from now on.
        evidence: (n, EVIDENCE) of the likeliest questions to n texts.
        right: (n,) whether that was the question.
        weights: (n,) what each counts.
    """
    rows = Rows(sp.csr_matrix((len(evidence), 0), dtype=np.float32), evidence)
    found = fit(rows, right.astype(np.intp), weights, count=2, inverse_regularisation=_INVERSE_REGULARISATION)
    return Verifier(examples, found.weights[:, 1] - found.weights[:, 0], float(found.bias[1] - found.bias[0]))
