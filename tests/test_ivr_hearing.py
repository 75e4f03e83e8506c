"""What the words of a caller mean where something is expected."""

from __future__ import annotations

import pytest
from guide_parts import TODAY, interpreter, spotter, understanding

from ivr.conversation import Conversation
from ivr.dialog import Called, Heard
from ivr.hearing import Hearing
from ivr.understanding import Guess


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("第一个", "faq-005"),
        ("地一个", "faq-005"),
        ("头一个吧", "faq-005"),
        ("第2个", "faq-006"),
        ("弟二个。", "faq-006"),
        ("后头那个", "faq-006"),
        ("我问加装电梯的钱怎么分摊", "faq-006"),
    ],
)
def test_one_of_two_questions_is_chosen(text: str, chosen: str) -> None:
    c = _asked_which_of("faq-005", "faq-006")
    assert Hearing(interpreter(), spotter()).signal(c, Heard(text), "choice", yes_or_no=True) == "answer"
    assert c.answer is not None
    assert c.answer.id == chosen


@pytest.mark.parametrize("text", ["都不是", "哎呀那个什么"])
def test_neither_of_two_questions_is_answered(text: str) -> None:
    c = _asked_which_of("faq-005", "faq-006")
    assert not Hearing(interpreter(), spotter()).signal(c, Heard(text), "choice", yes_or_no=True).startswith("answer")


def _asked_which_of(*entries: str) -> Conversation:
    known = understanding().knowledge.entries
    return Conversation(called=Called(TODAY), guesses=tuple(Guess(known[entry], 0.4) for entry in entries))
