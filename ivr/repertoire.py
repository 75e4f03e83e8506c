"""What the guide is known to say before anybody calls: to be synthesised ahead, so that no caller waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ivr.conversation import which_of
from ivr.flow import Flow, blanks
from ivr.knowledge import Knowledge
from ivr.speech import clauses

_BLANK = "\ue000" * 8
"""Stands for what is not known before the call; as long as such things are."""


def repertoire(flow: Flow, knowledge: Knowledge, on: date) -> Iterator[str]:
    """Prompts, or as much of them as is the same for every caller; then what the questions valid on that day need.

    Speech is kept by the clause: one that stands here is ready in whatever text it comes.
    """
    for prompt in flow.prompts.values():
        yield from _fixed(prompt)
    entries = [entry for entry in knowledge.entries.values() if entry.valid(on)]
    for entry in entries:
        yield entry.spoken
    for entry in entries:
        yield which_of([entry], flow.prompts)
        yield which_of([entry, entry], flow.prompts)  # in either place; who is asked hears two that differ


def _fixed(prompt: str) -> Iterator[str]:
    names = dict.fromkeys(blanks(prompt), _BLANK)
    if not names:
        yield prompt
        return
    yield from (clause for clause in clauses(prompt.format_map(names)) if _BLANK[0] not in clause)
