"""Multinomial logistic regression over features of which some are sparse and the others dense.

Libraries take one kind of matrix: with everything sparse, our training takes ten times as long.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.sentences import Floats

_STEPS = 150
"""Of L-BFGS; more change nothing that counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Examples as numbers."""

    sparse: sp.csr_matrix
    """(n, places)"""
    dense: Floats
    """(n, dimensions)"""

    @staticmethod
    def stacked(parts: list[Rows]) -> Rows:
        """All of `parts`, one after the other."""
        return Rows(sp.vstack([p.sparse for p in parts], format="csr"), np.concatenate([p.dense for p in parts]))


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """What was learned: scores are `rows @ weights + bias`."""

    weights: Floats
    """(places + dimensions, labels), those of the sparse features first"""
    bias: Floats
    """(labels,)"""

    def probabilities(self, rows: Rows) -> Floats:
        """(n, labels)"""
        places = rows.sparse.shape[1]
        return _softmax(rows.sparse @ self.weights[:places] + rows.dense @ self.weights[places:] + self.bias)


def fit(
    rows: Rows, labels: NDArray[np.intp], weights: Floats, *, count: int, inverse_regularisation: float
) -> Regression:
    """Minimises the weighted cross-entropy, with the squares of the weights as penalty.

    Args:
        rows: n examples.
        labels: (n,) of 0 … `count` - 1.
        weights: (n,) what each example counts.
        count: of labels.
        inverse_regularisation: what an example counts against the penalty.
    """
    places, dimensions = rows.sparse.shape[1], rows.dense.shape[1]
    used = np.flatnonzero(rows.sparse.getnnz(axis=0))  # places without an example keep weight 0
    sparse = rows.sparse[:, used].tocsr()
    columns = sparse.T.tocsr()
    meant = np.zeros((len(labels), count), np.float32)
    meant[np.arange(len(labels)), labels] = 1
    counts = weights.astype(np.float32)[:, None]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        table = flat.astype(np.float32).reshape(-1, count)
        by_place, by_dimension, bias = np.split(table, (len(used), len(used) + dimensions))
        chances = _softmax(sparse @ by_place + rows.dense @ by_dimension + bias)
        wrong = counts * (chances - meant)
        penalty = float((table[:-1] ** 2).sum()) / (2 * inverse_regularisation)
        likely = np.maximum((chances * meant).sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
        slope = np.concatenate([columns @ wrong, rows.dense.T @ wrong, wrong.sum(axis=0, keepdims=True)])
        slope[:-1] += table[:-1] / inverse_regularisation
        return penalty - float((counts * np.log(likely)).sum()), slope.ravel().astype(np.float64)

    start = np.zeros((len(used) + dimensions + 1) * count)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    table = found.x.astype(np.float32).reshape(-1, count)
    learned = np.zeros((places + dimensions, count), np.float32)
    learned[used], learned[places:] = table[: len(used)], table[len(used) : -1]
    return Regression(learned, table[-1])


def _softmax(scores: Floats) -> Floats:
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: Floats = chances / chances.sum(axis=1, keepdims=True)
    return found
