"""Which command is in what a caller says: for a person, to say it again, slower, louder, or goodbye.

A command is often the end of something longer: 「我老伴儿在旁边插嘴，给我打岔了，您再说一遍」. As a whole that
is mostly about something else; so the clauses at the end are also read by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ivr.sayings import Intent
from ivr.spotting import Spotter, clauses
from ivr.understanding import Reading, Understanding
from models.phonetic import syllables

CUED_AT = 0.3
"""Probability from which a command counts that words speak for (`Spotter.cued`)."""
ALONE_AT = 0.7
"""The same of one clause, which has lost what stood around it."""
_AFTERTHOUGHT = 4
"""Syllables up to which a clause may follow the command: 「…，成吗」「…，谢谢啊」."""


def command(
    reading: Reading, spotter: Spotter, understanding: Understanding, on: date
) -> tuple[Intent, float] | None:
    """The command that words in `reading` speak for and the model does not speak against, and its probability."""
    for clause in _last(reading.text):
        if spotter.wants_human(clause):
            return Intent.HUMAN, 1.0
        if cued := spotter.cued(clause):
            intent, likely = _likeliest(understanding.read(clause, on), cued)
            if likely >= ALONE_AT:
                return intent, likely
    cued = spotter.cued(reading.text) or spotter.cued(reading.said)
    if cued and reading.answer is None:
        intent, likely = _likeliest(reading, cued)
        if likely >= CUED_AT:
            return intent, likely
    return None


def _likeliest(reading: Reading, intents: Iterable[Intent]) -> tuple[Intent, float]:
    return max(((i, reading.intents[i]) for i in intents), key=lambda found: found[1])


def _last(text: str) -> Iterator[str]:
    """The last clause of several, and those before it that it is only an afterthought to."""
    several = clauses(text)
    for clause in reversed(several if len(several) > 1 else []):
        yield clause
        if len(syllables(clause)) > _AFTERTHOUGHT:
            return
