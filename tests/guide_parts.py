"""The shipped voice guide, opened once for all tests that talk to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from api.answering import open_understanding
from ivr.dialog import Action, Called, Heard, PlaybackReached, Say
from ivr.flow import Flow, load_flow
from ivr.guide import Guide
from ivr.interpreting import Interpreter
from ivr.spotting import Spotter
from ivr.understanding import Understanding
from models.workorder import Candidate, Draft, FieldName, FieldValue

TODAY = date(2026, 11, 22)


@cache
def understanding() -> Understanding:
    return open_understanding()


@cache
def flow() -> Flow:
    return load_flow()


@cache
def spotter() -> Spotter:
    return Spotter.load()


@cache
def interpreter() -> Interpreter:
    return Interpreter(understanding(), spotter())


def new_guide(caller: str | None = None) -> Guide:
    """A guide that has greeted."""
    guide = Guide(understanding(), flow(), spotter())
    play(guide, guide.step(Called(TODAY, caller)))
    return guide


def play(guide: Guide, actions: list[Action]) -> None:
    """Lets the caller hear all of it."""
    for action in actions:
        if isinstance(action, Say):
            guide.step(PlaybackReached(action.mark, len(action.text)))


def filled(**values: FieldValue) -> Draft:
    """A draft in which these fields were heard."""
    return Draft().refill(Candidate(field=FieldName(n), value=v, confidence=0.9) for n, v in values.items())


def tell(guide: Guide, text: str, known: Mapping[str, FieldValue] | None = None, **said: FieldValue) -> list[Action]:
    """Says `text`, in which the fields `said` are found after those `known`, and hears the answer out."""
    actions = guide.step(Heard(text, filled(**{**(known or {}), **said}), filled(**said)))
    play(guide, actions)
    return actions


def spoken(actions: list[Action]) -> str:
    """All that the guide says."""
    return "".join(a.text for a in actions if isinstance(a, Say))
