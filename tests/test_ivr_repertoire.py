"""What is synthesised ahead: everything that is known before a call, and nothing of a caller's."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from ivr.conversation import which_of
from ivr.flow import load_flow
from ivr.knowledge import load_knowledge
from ivr.pronunciation import phonemes
from ivr.reading import spoken_form
from ivr.repertoire import repertoire
from ivr.speech import clauses

TODAY = date(2026, 11, 20)


def test_prompts_and_answers_but_no_blanks() -> None:
    flow, knowledge = load_flow(), load_knowledge()
    texts = list(repertoire(flow, knowledge, TODAY))
    assert flow.prompts["greeting"] in texts
    assert not any(re.search(r"[{}]", text) for text in texts)
    assert flow.prompts["callback_check"] not in texts
    assert "好的，已经记下，" in texts  # as much of it as is the same for every caller
    assert {entry.spoken for entry in knowledge.entries.values() if entry.valid(TODAY)} <= set(texts)


def test_whatever_two_questions_are_close_asking_which_takes_no_synthesis() -> None:
    flow, knowledge = load_flow(), load_knowledge()
    ready = {clause for text in repertoire(flow, knowledge, TODAY) for clause in clauses(text)}
    entries = [entry for entry in knowledge.entries.values() if entry.valid(TODAY)]
    for one, other in pairwise(entries):
        assert set(clauses(which_of([one], flow.prompts))) <= ready
        assert set(clauses(which_of([one, other], flow.prompts))) <= ready


def test_all_of_it_can_be_said() -> None:
    for text in repertoire(load_flow(), load_knowledge(), TODAY):
        spoken = spoken_form(text)
        assert not re.search(r"[A-Za-z]", spoken), f"Latin letters are hard to understand by ear: {text}"
        assert len(phonemes(spoken)) > len(re.sub(r"\W", "", text))
