"""What the shipped guide does with questions that it was not taught, see faq/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from guide_parts import TODAY, interpreter, understanding

from api.commands.ask import read_queries
from api.commands.evaluate_faq import evaluate
from ivr.advice import advise

FAQ = Path(__file__).parent / "faq"
COMMANDS = {"human", "repeat", "slower", "louder", "hangup"}


@pytest.mark.parametrize("name", ["queries", "later", "others"])
def test_no_question_was_taught(name: str) -> None:
    taught = {text for entry in understanding().knowledge.entries.values() for text in entry.questions}
    assert taught.isdisjoint(query.query for query in read_queries(FAQ / f"{name}.json"))


@pytest.mark.parametrize(
    ("name", "right", "wrong", "wrongly_answered", "commands"),
    [("queries", 82, 1, 1, 18), ("later", 52, 3, 3, 0), ("others", 69, 7, 34, 0), ("commands", 0, 0, 0, 114)],
)
def test_most_are_answered_rightly(name: str, right: int, wrong: int, wrongly_answered: int, commands: int) -> None:
    queries = read_queries(FAQ / f"{name}.json")
    found = evaluate(queries, [advise(interpreter(), query.query, TODAY) for query in queries])
    assert found.right >= right, found.mistakes
    assert found.wrong <= wrong, found.mistakes
    assert found.wrongly_answered <= wrongly_answered, found.mistakes
    assert found.commands_right >= commands, found.mistakes


def test_words_of_commands_are_not_yet_a_command() -> None:
    said = (FAQ / "no_commands.txt").read_text("utf-8").splitlines()
    taken = [(a.action, text) for text in said if (a := advise(interpreter(), text, TODAY)).action in COMMANDS]
    assert len(taken) <= 1, taken
