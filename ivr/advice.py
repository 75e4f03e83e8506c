"""What the guide would do with a single sentence, out of any conversation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from ivr.interpreting import Interpreter
from ivr.sayings import Intent
from ivr.understanding import Reading

ACT_AT = 0.3
"""Probability from which something other than a question is acted upon."""
_MEANT: Mapping[str, tuple[Intent, ...]] = {
    "human": (Intent.HUMAN, Intent.CALLBACK),
    "repeat": (Intent.REPEAT,),
    "slower": (Intent.SLOWER,),
    "louder": (Intent.LOUDER,),
    "hangup": (Intent.HANGUP, Intent.DONE),
    "intake": (Intent.INTAKE,),
    "none": (Intent.NONE, Intent.YES, Intent.NO),
}


class Advice(msgspec.Struct, frozen=True):
    """What the guide would do."""

    action: str
    """answer | human | repeat | slower | louder | hangup | intake | none"""
    answer_id: str | None
    """Of the entry that is answered."""
    score: float
    """Probability of what was chosen, 0-1."""
    text: str
    """The spoken answer; otherwise what was asked."""


def advise(interpreter: Interpreter, text: str, on: date) -> Advice:
    """What the guide would do if `text` were said on that day."""
    reading = interpreter.read(text, on)
    if interpreter.wants_human(reading):
        return Advice("human", None, 1.0, text)
    if command := interpreter.command(reading, on):
        intent, likely = command
        return Advice(intent, None, round(likely, 3), text)
    if interpreter.wants_report(reading):
        return Advice("intake", None, 1.0, text)
    if reading.answer:
        return Advice("answer", reading.answer.id, round(reading.score, 3), reading.answer.spoken)
    action, score = _meant(reading)
    return Advice(action, None, round(score, 3), text)


def _meant(reading: Reading) -> tuple[str, float]:
    scores = {action: sum(reading.intents[i] for i in intents) for action, intents in _MEANT.items()}
    best = max(scores, key=scores.__getitem__)
    return (best, scores[best]) if scores[best] >= ACT_AT else ("none", scores["none"])
