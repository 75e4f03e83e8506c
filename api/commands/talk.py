"""`yida talk`: the voice guide in the terminal; and `yida flow`: its course as a picture."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from api.answering import open_understanding
from api.guide_fields import GuideFields, written
from ivr.dialog import (
    Action,
    Called,
    Clear,
    Event,
    FindOrder,
    HangUp,
    Heard,
    KeyPressed,
    Listen,
    NoteUnanswered,
    OrderFound,
    OrderSaved,
    PlaybackReached,
    QueueChanged,
    RequestCallback,
    SaveOrder,
    Say,
    Silence,
    Transfer,
)
from ivr.flow import load_flow, to_mermaid
from ivr.guide import Guide
from ivr.spotting import Spotter
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Mode
from models.errors import DataFileError
from voice.fields.extractor import FieldResources

LONG_S = 3600.0


def talk(
    *,
    caller: Annotated[str | None, typer.Option(help="The caller's number.")] = None,
    busy: Annotated[int, typer.Option(min=0, help="How many callers wait before this one.")] = 0,
) -> None:
    """Talk to the voice guide by text: a line is what you say, #1 a key, an empty line silence."""
    try:
        guide = Guide(open_understanding(), load_flow(), Spotter.load())
        resources = FieldResources.load()
    except DataFileError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    _Terminal(guide, resources, caller).run(QueueChanged(busy, busy * 180.0))


def flow() -> None:
    """Draw the course of a conversation as a Mermaid diagram."""
    typer.echo(to_mermaid(load_flow()), nl=False)


class _Terminal:
    """Plays what the guide says by printing it, and keeps orders in memory."""

    def __init__(self, guide: Guide, resources: FieldResources, caller: str | None) -> None:
        self._guide = guide
        self._caller = caller
        self._now = datetime.now(HOTLINE_TIME_ZONE)
        call = CallInfo(
            call_id="talk", channels=(Channel.CITIZEN,), received_at=self._now, mode=Mode.GUIDE, caller=caller
        )
        self._fields = GuideFields(call, resources)
        self._console = Console(highlight=False)
        self._said = 0
        self._orders: dict[str, str] = {}

    def run(self, queue: QueueChanged) -> None:
        """Until somebody hangs up."""
        self._do(self._guide.step(queue))
        self._do(self._guide.step(Called(self._now.date(), self._caller)))
        for event in self._typed():
            self._do(self._guide.step(event))
            if self._guide.ended:
                return

    def _typed(self) -> Iterator[Event]:
        while True:
            try:
                line = self._console.input("[bold]> [/bold]").strip()
            except (EOFError, KeyboardInterrupt):
                return
            if line.startswith("#") and len(line) > 1:
                yield from (KeyPressed(key) for key in line[1:])
            elif line:
                self._said += 1
                draft, said = self._fields.heard(written(self._said, line, self._said * 10.0))
                yield Heard(line, draft, said)
            else:
                yield Silence(LONG_S)

    def _do(self, actions: list[Action]) -> None:
        todo = list(actions)
        while todo:
            action = todo.pop(0)
            todo += [more for event in self._answer(action) for more in self._guide.step(event)]

    def _answer(self, action: Action) -> Iterator[Event]:
        """Carries `action` out; yields what comes of it."""
        match action:
            case Say(mark, text):
                self._console.print(f"[cyan]{text}[/cyan]")
                self._fields.asked(text, self._said * 10.0 + 5)
                yield PlaybackReached(mark, len(text))
            case SaveOrder(fields, unsure, told):
                order_id, code = f"{self._now:%Y%m%d}{len(self._orders) + 1:04}", str(1000 + secrets.randbelow(9000))
                self._orders[order_id] = code
                self._note(f"order {order_id}: {dict(fields)}; to be checked: {list(unsure)}; told: {told}")
                yield OrderSaved(order_id, code)
            case FindOrder(order_id, _, code):
                known = order_id is not None and self._orders.get(order_id) == code
                yield OrderFound("您的诉求已经登记，正在派给负责的单位。" if known else None)
            case Transfer(to, reason):
                self._note(f"transfer to {to} ({reason})")
            case RequestCallback(phone):
                self._note(f"call back {phone}")
            case NoteUnanswered(text):
                self._note(f"no answer to: {text}")
            case HangUp():
                self._note("hung up")
            case Clear() | Listen():
                pass

    def _note(self, text: str) -> None:
        self._console.print(f"[dim]{text}[/dim]")
