"""A second look at the likeliest question."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ivr.features import HEARD, WRITTEN, Encoded, encoded
from ivr.verification import DIMENSIONS, EVIDENCE, Examples, Verifier, learn
from models.sentences import MEANING, Floats

RARITY = np.ones(WRITTEN + HEARD, np.float32)
QUESTION, OTHER, NONE = 0, 1, 2
CHANCES = np.array([0.5, 0.3, 0.2], np.float32)


def _towards(axis: int) -> Floats:
    vector = np.zeros(MEANING, np.float32)
    vector[axis] = 1
    return vector


def _text(text: str, axis: int) -> Encoded:
    return encoded(text, _towards(axis), RARITY, np.zeros(MEANING, np.float32))


def _examples(*given: tuple[int, str, int]) -> Examples:
    texts = [_text(text, axis) for _, text, axis in given]
    present = np.zeros((3, WRITTEN + HEARD), dtype=bool)
    for (kind, _, _), text in zip(given, texts, strict=True):
        present[kind, text.index] = True
    vectors = np.array([t.meaning[:DIMENSIONS] for t in texts], np.float32).reshape(-1, DIMENSIONS)
    return Examples(vectors, np.array([kind for kind, _, _ in given], np.int16), present)


def _evidence(examples: Examples, text: Encoded) -> Floats:
    return examples.evidence(text, CHANCES, QUESTION, NONE, RARITY)


def test_the_nearest_examples_and_the_words_of_its_wordings_speak_for_a_question() -> None:
    examples = _examples((QUESTION, "老年卡怎么办", 0), (OTHER, "狗证怎么办", 1), (NONE, "老年卡丢了", 2))
    asked, near_miss = _evidence(examples, _text("老年卡怎么办", 0)), _evidence(examples, _text("老年卡丢了", 2))
    assert asked[:2] == pytest.approx(np.log([0.5, 0.2]), abs=1e-3)
    assert asked[2:] == pytest.approx([1, 0, 1], abs=1e-3)
    assert near_miss[2:4] == pytest.approx([0, 1], abs=1e-3)
    assert 0 < near_miss[4] < 1


def test_a_question_without_wordings_has_nothing_that_speaks_for_it() -> None:
    evidence = _evidence(_examples((OTHER, "狗证怎么办", 1)), _text("老年卡怎么办", 0))
    assert list(evidence[2:]) == [-1, -1, 0]


def test_three_near_examples_count_more_than_one() -> None:
    one = _examples((QUESTION, "甲", 0), (QUESTION, "乙", 1), (QUESTION, "丙", 1), (QUESTION, "丁", 1))
    more = _examples((QUESTION, "甲", 0), (QUESTION, "乙", 0), (QUESTION, "丙", 0), (QUESTION, "丁", 1))
    text = _text("戊", 0)
    assert _evidence(one, text)[2] < _evidence(more, text)[2]


def test_it_learns_which_evidence_counts() -> None:
    chance = np.random.default_rng(0)
    evidence = chance.normal(size=(400, EVIDENCE)).astype(np.float32)
    right = evidence[:, 2] > evidence[:, 3]
    verifier = learn(_examples((QUESTION, "甲", 0)), evidence, right, np.ones(400, np.float32))
    assert ((verifier.probability(evidence) > 0.5) == right).mean() > 0.97
    assert verifier.weights[2] > 1 > -1 > verifier.weights[3]


@given(arrays(np.float32, EVIDENCE, elements=st.floats(-50, 50, width=32)))
def test_whatever_the_evidence_it_is_a_probability(evidence: Floats) -> None:
    examples = _examples((QUESTION, "甲", 0))
    assert 0 <= float(Verifier(examples, np.ones(EVIDENCE, np.float32), 0.0).probability(evidence)) <= 1
