"""Calls on one line each, for tests of the field finders: "o:您贵姓？", "c:我姓赵。" """

from __future__ import annotations

from datetime import datetime

from models.call import CallInfo, Channel, Utterance
from models.workorder import Draft, Field, FieldName, FieldValue
from voice.fields.finder import Finder

TUESDAY = "2026-01-13T08:52:00+08:00"
SPEAKERS = {"c": Channel.CITIZEN, "o": Channel.OPERATOR, "m": Channel.MIXED}


def call(at: str = TUESDAY, caller: str | None = None) -> CallInfo:
    """A call that came in at `at`."""
    return CallInfo(
        call_id="c1",
        channels=(Channel.CITIZEN, Channel.OPERATOR),
        received_at=datetime.fromisoformat(at),
        caller=caller,
    )


def dialogue(*turns: str, confidence: float = 1.0) -> tuple[Utterance, ...]:
    """Each turn is the speaker's letter, a colon or space and the words; four seconds each, five apart.

    Args:
        confidence: of the recognition; 1 is what a person wrote down.
    """
    return tuple(
        Utterance(
            id=f"u{i + 1}",
            channel=SPEAKERS[turn[0]],
            start_s=5.0 * i,
            end_s=5.0 * i + 4,
            text=turn[2:],
            raw=turn[2:],
            confidence=confidence,
        )
        for i, turn in enumerate(turns)
    )


def draft(
    finder: Finder, *turns: str, at: str = TUESDAY, caller: str | None = None, confidence: float = 1.0
) -> Draft:
    """What one finder fills in; every piece of evidence is checked."""
    spoken = dialogue(*turns, confidence=confidence)
    candidates = finder.find(call(at, caller), spoken)
    raw = {u.id: u.raw for u in spoken}
    for candidate in candidates:
        assert 0 <= candidate.confidence <= 1
        for e in candidate.evidence:
            assert e.quote
            assert raw[e.utterance][slice(*e.span)] == e.quote
    return Draft().refill(candidates)


def found(
    finder: Finder,
    name: FieldName,
    *turns: str,
    at: str = TUESDAY,
    caller: str | None = None,
    confidence: float = 1.0,
) -> FieldValue:
    """The value of one field."""
    return draft(finder, *turns, at=at, caller=caller, confidence=confidence).value(name)


def offered(finder: Finder, name: FieldName, *turns: str, confidence: float = 1.0) -> list[FieldValue]:
    """The alternatives of one field."""
    field = draft(finder, *turns, confidence=confidence).fields.get(name, Field(None, 0.0))
    return [a.value for a in field.alternatives]
