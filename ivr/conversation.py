"""What the voice guide knows in one call: shared by those who interpret what was heard and those who act on it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto

from ivr.dialog import Alert, Called, Handover, Heard, QueueChanged
from ivr.intake import Report, spell
from ivr.knowledge import Entry
from ivr.playback import Playback
from ivr.understanding import Guess
from models.workorder import Draft


class Past(Enum):
    """What was said so far, seen from the next report."""

    PART = auto()
    """Belongs to it."""
    APART = auto()
    """Does not: nobody understood it, or it was answered with an offer that was not taken."""
    HANDED_IN = auto()
    """Does not: it was a report, which has been handed in."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What was complained of, and what it fills in."""

    text: str
    draft: Draft


@dataclass(slots=True)
class Conversation:
    """One call so far. Mutable; owned by its `Guide`."""

    called: Called = field(default_factory=lambda: Called(date.min))
    playback: Playback = field(default_factory=Playback)
    draft: Draft = field(default_factory=Draft)
    """What everything said so far fills in."""
    said: Draft = field(default_factory=Draft)
    """What the last words alone fill in."""
    answer: Entry | None = None
    """The question being answered."""
    guesses: tuple[Guess, ...] = ()
    """Questions to choose from."""
    answered: list[str] = field(default_factory=list)
    """Ids, in order."""
    report: Report = field(default_factory=Report)
    past: Past = Past.PART
    offered: Complaint | None = None
    """What was answered with the offer to register it, as long as it may be taken."""
    keys: str = ""
    """Digits keyed in and not yet used."""
    dictated: str = ""
    """Digits spoken and not yet used."""
    dictates_again: bool = False
    """Those said last begin a number once more."""
    hearings: tuple[str, ...] = ()
    """Digits of the telephone number that the caller dictates, each time that he says it."""
    refused: frozenset[str] = frozenset()
    """Numbers that were read back to him and are not his."""
    order_id: str | None = None
    order_phone: str | None = None
    """Where the order's number is not known: the phone that it was given from."""
    code: str = ""
    status: str = ""
    """How far an order is, as a sentence."""
    missed: int = 0
    """How often an order was looked up and not found."""
    callback: str = ""
    """The number to call back."""
    queue: QueueChanged | None = None
    line_failed: bool = False
    """The last transfer failed, and nothing has been heard of the queue since."""
    alert: Alert | None = None

    @property
    def handover(self) -> Handover:
        """Everything so far, for a person."""
        return Handover(self.playback.turns, tuple(self.answered), self.draft, self.report.unsure())

    def hear(self, heard: Heard) -> None:
        """The caller has said something."""
        self.playback.hear(heard.text)
        self.draft, self.said = heard.draft, heard.said

    def matter(self, heard: Heard) -> Draft:
        """What a report that `heard` begins, or goes on with, is known to be about."""
        return heard.draft if self.past is Past.PART else heard.said

    def values(self, prompts: Mapping[str, str]) -> dict[str, str]:
        """What prompts can contain; `prompts` are those that are made of others."""
        found = {
            "answer": self.answer.spoken if self.answer else "",
            "phone": spell(self.callback or self.called.caller or ""),
            "summary": self.report.spoken(),
            "order": spell(self.order_id or ""),
            "code": spell(self.code),
            "status": self.status,
            "number": spell(self.alert.number) if self.alert else "",
        }
        found["options"] = which_of([guess.entry for guess in self.guesses[:2]], prompts)
        if self.queue and self.queue.position > 0 and not self.line_failed:
            minutes = max(1, math.ceil(self.queue.wait_s / 60))
            ahead = self.queue.position - 1
            found |= {"ahead": str(ahead), "wait": f"{minutes}分钟"}
            found["line"] = fill(prompts["line_known" if ahead else "line_next"], found)
        else:
            found["line"] = fill(prompts["line_unknown"], found)
        return found


def answering(c: Conversation, entry: Entry, offered: Complaint | None = None) -> str:
    """The signal that leads to the answer of `entry`, and to the offer to register `offered`."""
    c.answer, c.guesses, c.offered = entry, (), offered
    return f"answer_{entry.offer}" if entry.offer else "answer"


def answering_first(c: Conversation, first: Guess, second: Guess) -> str:
    """The signal that leads to the answer of `first`, and to the question whether `second` is meant, too."""
    answering(c, first.entry)
    c.guesses = (second,)
    return "answer_first"


def choosing(c: Conversation, guesses: tuple[Guess, ...]) -> str:
    """The signal that leads to the question which of `guesses` is meant."""
    c.guesses, c.offered = guesses, None
    return "close"


def which_of(entries: Sequence[Entry], prompts: Mapping[str, str]) -> str:
    """The question which of one or two entries is meant."""
    questions = [entry.question.rstrip("？?") for entry in entries]
    template = prompts["option_two" if len(questions) > 1 else "option_one"]
    return fill(template, dict(zip(("first", "second"), questions, strict=False)))


class _Blank(dict[str, str]):
    """Names without a value are left out: saying less is better than failing in a call."""

    def __missing__(self, key: str) -> str:
        return ""


def fill(template: str, values: Mapping[str, str]) -> str:
    """A prompt with its values."""
    return template.format_map(_Blank(values))
