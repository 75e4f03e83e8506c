"""Questions that had no answer, gathered for the editors: those that mean the same together, the most frequent first.

Keeping them is the store's business; this is what it is shown as.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ivr.features import readable
from models.sentences import ENCODERS, Encoder, Floats

SAME = 0.8
"""Cosine from which two questions mean the same, mean over the encoders."""
MAX_QUESTIONS = 5000


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions that mean the same."""

    question: str
    """The most frequent of them."""
    count: int
    """How often all of them were asked."""
    wordings: tuple[str, ...]
    """All of them, the most frequent first: wordings for a new entry."""


def cluster(asked: Mapping[str, int], encoder: Encoder) -> list[Cluster]:
    """Groups questions, each with how often it was asked.

    Every question joins the most frequent one that it resembles, so the same questions give the same groups. Of more
    than MAX_QUESTIONS the least frequent are left out.
    """
    ranked = sorted(asked, key=lambda q: (-asked[q], q))[:MAX_QUESTIONS]
    leaders: list[Floats] = []
    groups: list[list[str]] = []
    for question in ranked:
        vector = _unit(encoder.encode(readable(question)))
        alike = np.stack(leaders) @ vector if leaders else np.zeros(0)
        if alike.size and alike.max() >= SAME:
            groups[int(alike.argmax())].append(question)
        else:
            leaders.append(vector)
            groups.append([question])
    clusters = [Cluster(group[0], sum(asked[q] for q in group), tuple(group)) for group in groups]
    return sorted(clusters, key=lambda c: -c.count)


def _unit(vectors: Floats) -> Floats:
    """Scaled so that the product of two is the mean of the encoders' cosines."""
    return vectors / np.float32(np.sqrt(len(ENCODERS)))
