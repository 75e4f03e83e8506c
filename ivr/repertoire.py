"""What the guide is known to say before anybody calls: to be synthesised ahead, so that no caller waits for it."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import date

from ivr.flow import Flow
from ivr.knowledge import Knowledge


def repertoire(flow: Flow, knowledge: Knowledge, on: date) -> Iterator[str]:
    """Prompts that have nothing of the caller's in them, then the answers that may be given on that day."""
    for prompt in flow.prompts.values():
        if not any(name is not None for _, name, _, _ in string.Formatter().parse(prompt)):
            yield prompt
    for entry in knowledge.entries.values():
        if entry.valid(on):
            yield entry.spoken
