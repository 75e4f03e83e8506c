"""How much danger, told by authors whom nobody has read, raises an alarm: `held_dangers/`, shares only."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from models.sentences import sentence_encoder
from voice.fields.danger_sense import danger_model
from voice.fields.danger_training import Saying, load_sayings
from voice.fields.emergency import detect, told_in_words

HELD = Path(__file__).parent / "held_dangers"


def in_words(text: str) -> str | None:
    alert = told_in_words(text)
    return alert and alert.number


def by_meaning(text: str) -> str | None:
    sensed = danger_model().sense(text, sentence_encoder())
    return sensed and sensed.number


def by_either(text: str) -> str | None:
    alert = detect(text)
    return alert and alert.number


@cache
def sayings(author: str) -> tuple[Saying, ...]:
    return tuple(saying for saying in load_sayings(HELD) if saying.source == author)


@pytest.mark.parametrize(
    ("number_of", "author", "least_told", "least_right", "most_false"),
    [
        (in_words, "a", 0.45, 0.35, 0.05),
        (in_words, "b", 0.45, 0.4, 0.02),
        (by_meaning, "a", 0.85, 0.75, 0.02),
        (by_meaning, "b", 0.85, 0.75, 0.02),
        (by_either, "a", 0.88, 0.72, 0.05),
        (by_either, "b", 0.88, 0.75, 0.02),
    ],
)
def test_a_share_of_the_dangers_that_nobody_has_read_is_told(
    number_of: Callable[[str], str | None], author: str, least_told: float, least_right: float, most_false: float
) -> None:
    dangers = [(s.numbers, number_of(s.text)) for s in sayings(author) if s.numbers]
    told = sum(number is not None for _, number in dangers) / len(dangers)
    right = sum(number in numbers for numbers, number in dangers) / len(dangers)
    harmless = [number_of(s.text) for s in sayings(author) if not s.numbers]
    false = sum(number is not None for number in harmless) / len(harmless)

    figures = f"{number_of.__name__}, author {author}: {told:.3f} told, {right:.3f} right, {false:.3f} false alarms"
    logging.getLogger(__name__).info("%s (%d and %d)", figures, len(dangers), len(harmless))
    assert told >= least_told, figures
    assert right >= least_right, figures
    assert false <= most_false, figures
