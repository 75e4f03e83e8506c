"""Answers for an operator's eyes: what the knowledge base says to what a citizen asks him.

On a call with a person most of what is said asks for nothing that the knowledge base has, and a card that does not
fit costs attention: stories bring none, and of questions only those that the guide would answer.
"""

from __future__ import annotations

from datetime import date

from ivr.understanding import Guess, Understanding

CERTAIN = 0.9
"""Probability from which a question counts that may be the operator's: most of what is asked, he asks."""


def card(understanding: Understanding, question: str, on: date, *, is_citizens: bool) -> Guess | None:
    """The entry worth showing to the operator when `question` was asked on that day.

    Args:
        is_citizens: the citizen has asked it; else it is not known who has.
    """
    reading = understanding.read(question, on)
    if reading.answer is None:
        return None
    best = reading.guesses[0]
    return best if is_citizens or best.score >= CERTAIN else None
