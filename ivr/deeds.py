"""What the voice guide does on entering a state.

A deed appends actions and returns the signal by which the conversation goes on at once, or None when it waits for
the caller or for the outside. `DEEDS` names them for the flow, with the signals that each can give.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from ivr.conversation import Complaint, Conversation, Past, answering
from ivr.dialog import Action, BeginMatter, FindOrder, RequestCallback, SaveOrder, Settled, Transfer
from ivr.intake import BY_CALLER, MAX_CORRECTIONS, Report, Slot
from models.workorder import Draft, FieldName

Act: TypeAlias = Callable[[Conversation, list[Action]], str | None]


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed, and the signals that it can give."""

    act: Act
    signals: frozenset[str] = frozenset()
    connects: bool = False
    """It connects the caller with a person."""


def _answer(c: Conversation, actions: list[Action]) -> None:
    if c.answer is not None:
        c.answered.append(c.answer.id)
    if c.offered:
        hold_on_to(c, c.offered, actions)
    elif not c.report.told:
        actions.append(Settled())
        c.draft = Draft()


def hold_on_to(c: Conversation, complaint: Complaint, actions: list[Action]) -> None:
    """Keeps what was complained of, until it is clear whether it is to be registered."""
    c.offered = complaint
    _part(c, actions)
    c.past = Past.PART if c.report.told else Past.APART


def _part(c: Conversation, actions: list[Action]) -> None:
    """Parts the words that begin a matter from those before, where these belong to another one, or to none."""
    if c.past is not Past.PART:
        actions.append(BeginMatter(handed_in=c.past is Past.HANDED_IN))
        c.past, c.draft = Past.PART, c.said


def _take_guess(c: Conversation, _: list[Action]) -> str:
    return answering(c, c.guesses[0].entry) if c.guesses else "none"


def _begin_report(c: Conversation, actions: list[Action]) -> str:
    if c.offered:
        c.report = replace(c.report.tell(c.offered.text, c.offered.draft), draft=c.draft)
        c.past, c.offered = Past.PART, None
    else:
        _part(c, actions)
    return "told" if c.report.told else "missing_matter"


def _drop_offer(c: Conversation, _: list[Action]) -> None:
    c.offered = None


def _next_slot(c: Conversation, _: list[Action]) -> str:
    c.keys = c.dictated = ""
    slot = c.report.missing()
    if slot is Slot.PHONE and c.called.caller:
        return "own_phone"
    return f"missing_{slot}" if slot else "complete"


def _take_own_phone(c: Conversation, _: list[Action]) -> str:
    c.report = c.report.put(FieldName.CALLER_PHONE, c.called.caller)
    return "filled"


def _refuse_own_phone(c: Conversation, _: list[Action]) -> str:
    c.report = c.report.put(FieldName.CALLER_PHONE, None)
    return "refused"


def _skip_slot(c: Conversation, _: list[Action]) -> str:
    slot = c.report.missing()
    if slot:
        c.report = c.report.skip(slot)
    return "skipped"


def _count_correction(c: Conversation, _: list[Action]) -> str:
    c.report = c.report.once_more()
    return "again" if c.report.corrections < MAX_CORRECTIONS else "enough"


def _save(c: Conversation, actions: list[Action]) -> None:
    _keep(c, actions, all_unsure=False)


def _save_unsure(c: Conversation, actions: list[Action]) -> None:
    _keep(c, actions, all_unsure=True)


def _keep(c: Conversation, actions: list[Action], *, all_unsure: bool) -> None:
    report = c.report
    actions.append(SaveOrder(report.fields(), report.unsure(all_of_it=all_unsure), "\n".join(report.told)))
    _start_afresh(c)


def _drop_report(c: Conversation, actions: list[Action]) -> str:
    _start_afresh(c)
    actions.append(Settled())
    c.draft, c.offered, c.past = Draft(), None, Past.PART
    return "dropped"


def _start_afresh(c: Conversation) -> None:
    known = {name: value for name in BY_CALLER if (value := c.report.value(name)) is not None}
    c.report = Report(put_right=known)
    c.hearings, c.refused = (), frozenset()


def _take_caller(c: Conversation, _: list[Action]) -> str:
    c.keys = c.dictated = ""
    c.order_id, c.order_phone = None, c.called.caller
    c.callback = c.called.caller or ""
    return "known" if c.called.caller else "unknown"


def _find(c: Conversation, actions: list[Action]) -> None:
    actions.append(FindOrder(c.order_id, c.order_phone, c.code))
    c.keys = c.dictated = ""


def _hand_over(c: Conversation, _: list[Action]) -> str:
    busy = c.line_failed or (c.queue is not None and c.queue.position > 0)
    return "busy" if busy else "free"


def _transfer(c: Conversation, actions: list[Action]) -> None:
    actions.append(Transfer("operator", "voice guide", c.handover))


def _note_callback(c: Conversation, actions: list[Action]) -> None:
    actions.append(RequestCallback(c.callback, c.handover))


def _emergency(c: Conversation, actions: list[Action]) -> None:
    if c.alert:
        actions.append(Transfer(c.alert.number, c.alert.reason, c.handover, urgent=True))


def _hang_up(_: Conversation, __: list[Action]) -> None:
    """The guide hangs up when the farewell has been heard."""


DEEDS: Mapping[str, Deed] = {
    "answer": Deed(_answer),
    "take_guess": Deed(_take_guess, frozenset({"answer", "answer_report", "answer_progress", "none"})),
    "drop_offer": Deed(_drop_offer),
    "drop_report": Deed(_drop_report, frozenset({"dropped"})),
    "begin_report": Deed(_begin_report, frozenset({"missing_matter", "told"})),
    "next_slot": Deed(
        _next_slot,
        frozenset({"missing_matter", "missing_place", "missing_time", "missing_phone", "own_phone"})
        | {"missing_name", "complete"},
    ),
    "take_own_phone": Deed(_take_own_phone, frozenset({"filled"})),
    "refuse_own_phone": Deed(_refuse_own_phone, frozenset({"refused"})),
    "skip_slot": Deed(_skip_slot, frozenset({"skipped"})),
    "count_correction": Deed(_count_correction, frozenset({"again", "enough"})),
    "save": Deed(_save),
    "save_unsure": Deed(_save_unsure),
    "take_caller": Deed(_take_caller, frozenset({"known", "unknown"})),
    "find": Deed(_find),
    "hand_over": Deed(_hand_over, frozenset({"free", "busy"})),
    "transfer": Deed(_transfer, connects=True),
    "note_callback": Deed(_note_callback),
    "emergency": Deed(_emergency, connects=True),
    "hang_up": Deed(_hang_up),
}
