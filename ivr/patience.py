"""Whether the caller has finished: judged, at a pause, by what he has said.

A patient guide waits long at pauses; a quick one answers at once. Where words are complete and it is clear what they
mean, waiting longer gains nothing. Elsewhere (a story, an address, half a number) it must not interrupt.
"""

from __future__ import annotations

import re

from ivr.expecting import EXPECTED
from ivr.intake import heard_digits
from ivr.sayings import Intent
from ivr.spotting import Spotter
from ivr.understanding import Reading

COMPLETE_PAUSE_S = 0.5
"""What is complete has ended when there was silence for so long."""
CERTAIN = 0.8
"""Probability from which the meaning of what was said is not in doubt."""
AT_A_LOSS = 2
"""Syllables that may stand around a number that is complete."""
_TOLD = frozenset({Intent.NONE, Intent.INTAKE})
"""What is told at length: 「……味道特别大，请派人来处理」."""
_GOES_ON = re.compile(
    r"(?:那个|这个|就是|就是说|然后|还有|因为|但是|可是|不过|而且|如果|要是|比如|或者|以及|的话|我想问|想问一下|请问|嗯|呃|啊这|和|跟)[，,、…\s。]*$"
)
"""Ends like something that goes on."""


def is_complete(reading: Reading, spotter: Spotter, *, profile: str, expects: str | None) -> bool:
    """Whether what was said up to a pause needs no more waiting.

    Args:
        reading: what it was, and means.
        profile: how the guide listens, see `ivr.dialog.Listen`.
        expects: what it expects, see `ivr.expecting.EXPECTED`.
    """
    text = reading.text
    if _GOES_ON.search(text):
        return False
    if spotter.wants_human(text):
        return True
    whole = EXPECTED[expects].whole if expects else None
    if whole is not None and whole.fullmatch(heard_digits(text)):
        return True
    if profile == "short":
        return spotter.agreement(text) is not None and reading.score >= CERTAIN
    meant = reading.answer is not None or (expects is None and reading.intent not in _TOLD)
    return profile == "question" and reading.score >= CERTAIN and meant
