"""What words mean by themselves, whatever the guide may be waiting for; and which command is in them.

A command (a person, say it again, slower, louder, goodbye) is often the end of something longer: 「我老伴儿在旁边
插嘴，给我打岔了，您再说一遍」. As a whole that is mostly about something else; so the clauses at the end are also
read by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from ivr.sayings import Intent
from ivr.spotting import Spotter, clauses
from ivr.understanding import Guess, Reading, Understanding
from models.phonetic import syllables

CUED_AT = 0.3
"""Probability from which a command counts that words speak for (`Spotter.cued`)."""
ALONE_AT = 0.7
"""The same of one clause, which has lost what stood around it."""
_JOINED = re.compile(r"另外|(?:^|[，。？！,.?!\s])(?:还有|顺便|再问|再就是)")
_AFTERTHOUGHT = 4
"""Syllables up to which a clause may follow the command: 「…，成吗」「…，谢谢啊」."""


class Interpreter:
    """Words and model together: a `Spotter` and an `Understanding`. Shared by all calls.

    Its questions are meant to be asked in this order: a person, a command, a report, an answer (`Reading.answer`).
    """

    def __init__(self, understanding: Understanding, spotter: Spotter) -> None:
        self._understanding = understanding
        self._spotter = spotter

    def read(self, text: str, on: date, *, naming: bool = False) -> Reading:
        """What `text`, said on that day, means; what is short is taken for what it sounds like.

        Args:
            naming: it may be a name or a place; there are people called 陈功.
        """
        return self._understanding.read(text if naming else self._spotter.meant(text), on)

    def wants_human(self, reading: Reading, *, naming: bool = False) -> bool:
        """Whether it asks for a person, as heard or as put right."""
        return self._spotter.wants_human(reading.text) or (not naming and self._spotter.wants_human(reading.said))

    def command(self, reading: Reading, on: date) -> tuple[Intent, float] | None:
        """The command that words speak for and the model does not speak against, and its probability."""
        for clause in _last(reading.text):
            if self._spotter.wants_human(clause):
                return Intent.HUMAN, 1.0
            if cued := self._spotter.cued(clause):
                intent, likely = _likeliest(self._understanding.read(clause, on), cued)
                if likely >= ALONE_AT:
                    return intent, likely
        cued = self._spotter.cued(reading.text) or self._spotter.cued(reading.said)
        if cued and reading.answer is None:
            intent, likely = _likeliest(reading, cued)
            if likely >= CUED_AT:
                return intent, likely
        return None

    def two_questions(self, text: str, on: date) -> tuple[Guess, Guess] | None:
        """Both, where one that we can answer is joined to another: 「居住证怎么办，另外今年几号供暖」."""
        first, *more = _JOINED.split(text, maxsplit=1)
        readings = [self._understanding.read(part, on) for part in (first, *more) if part] if more else []
        found = [reading.guesses[0] for reading in readings if reading.answer]
        return (found[0], found[1]) if len(found) > 1 and found[0].entry != found[1].entry else None

    def wants_report(self, reading: Reading) -> bool:
        """Whether it says that something is to be done, as heard or as put right, and asks nothing."""
        return self._spotter.wants_report(reading.text) or self._spotter.wants_report(reading.said)


def _likeliest(reading: Reading, intents: Iterable[Intent]) -> tuple[Intent, float]:
    return max(((i, reading.intents[i]) for i in intents), key=lambda found: found[1])


def _last(text: str) -> Iterator[str]:
    """The last clause of several, and those before it that it is only an afterthought to."""
    several = clauses(text)
    for clause in reversed(several if len(several) > 1 else []):
        yield clause
        if len(syllables(clause)) > _AFTERTHOUGHT:
            return
