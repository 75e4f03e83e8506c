"""`yida talk`: the voice guide in the terminal, by text or over a recording; `yida flow`: its course as a picture."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console

from api.answering import open_understanding
from api.commands.engine import open_engine, read_settings
from api.guide_fields import GuideFields, alone_draft, written
from api.recording import Recording, RecordingError, read_recording
from api.reference import load_fields
from api.services import Engine
from api.transcription import DEFAULT_CHUNK_S, decoded
from ivr.dialog import (
    Action,
    Alert,
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
    PartHeard,
    PlaybackReached,
    QueueChanged,
    RequestCallback,
    SaveOrder,
    Say,
    Settled,
    Silence,
    Transfer,
)
from ivr.flow import load_flow, to_mermaid
from ivr.guide import Guide
from ivr.patience import COMPLETE_PAUSE_S
from ivr.spotting import Spotter
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Mode
from models.errors import DataFileError
from models.events import AlertRaised, PartialHeard, UtteranceHeard
from voice.audio import AudioDecoder
from voice.fields.extractor import FieldResources
from voice.session import CallSession, Output

LONG_S = 3600.0


class Ear(Protocol):
    """How the caller is heard."""

    def asked(self, say: Say) -> None:
        """The guide has said something: what comes next is understood by it."""
        ...

    def listens(self, how: Listen) -> None:
        """How the guide listens from now on."""
        ...

    def settle(self) -> None:
        """What was said so far has been dealt with."""
        ...

    def events(self) -> Iterator[Event]:
        """What the caller does, until he goes."""
        ...


def talk(
    *,
    caller: Annotated[str | None, typer.Option(help="The caller's number.")] = None,
    busy: Annotated[int, typer.Option(min=0, help="How many callers wait before this one.")] = 0,
    audio: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A recording of what the caller says instead.")
    ] = None,
) -> None:
    """Talk to the voice guide by text: a line is what you say, #1 a key, an empty line silence.

    With --audio the caller is a recording (of two channels, the first), heard as a live call would be; what the guide
    says takes no time.
    """
    console = Console(highlight=False)
    try:
        guide = Guide(open_understanding(), load_flow(), Spotter.load())
        recording = read_recording(audio) if audio else None
        now = recording.call.received_at if recording else datetime.now(HOTLINE_TIME_ZONE)
        call = CallInfo(call_id="talk", channels=(Channel.CITIZEN,), received_at=now, mode=Mode.GUIDE, caller=caller)
        ear: Ear = (
            Tape(recording, call, open_engine(None, quiet=False), guide, console)
            if recording
            else Keyboard(call, load_fields(read_settings()), console)
        )
    except (DataFileError, RecordingError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    _Terminal(guide, ear, call, console).run(QueueChanged(busy + 1 if busy else 0, busy * 180.0))


def flow() -> None:
    """Draw the course of a conversation as a Mermaid diagram."""
    typer.echo(to_mermaid(load_flow()), nl=False)


class Keyboard:
    """Lines that are typed."""

    def __init__(self, call: CallInfo, resources: FieldResources, console: Console) -> None:
        self._fields = GuideFields(call, resources)
        self._console = console
        self._said = 0

    def asked(self, say: Say) -> None:
        self._fields.asked(say.text, self._said * 10.0 + 5)

    def listens(self, how: Listen) -> None:
        pass  # a line is complete when it is entered

    def settle(self) -> None:
        self._fields.settle()

    def events(self) -> Iterator[Event]:
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


class Tape:
    """A recording, heard through the same code as a live call."""

    def __init__(self, recording: Recording, call: CallInfo, engine: Engine, guide: Guide, console: Console) -> None:
        self._recording = recording.only(recording.call.channels[0])
        self._engine = engine
        self._guide = guide
        self._console = console
        audio = AudioDecoder(self._recording.encoding, self._recording.sample_rate, 1)
        self._session = CallSession(call, audio, engine.resources)
        self._question = ""

    def asked(self, say: Say) -> None:
        self._question = say.text
        self._session.asked(say.mark, say.text)

    def listens(self, how: Listen) -> None:
        self._session.end_pause(Channel.CITIZEN, how.end_pause_s)

    def settle(self) -> None:
        list(self._session.settle())  # the draft as it is then is read where it is needed

    def events(self) -> Iterator[Event]:
        for chunk in self._recording.chunks(DEFAULT_CHUNK_S):
            yield from self._heard(self._session.receive_audio(chunk))
        yield from self._heard(self._session.finish())

    def _heard(self, outputs: Iterable[Output]) -> Iterator[Event]:
        for body in list(decoded(outputs, self._session, self._engine)):
            match body:
                case PartialHeard(text=text):
                    yield PartHeard(text)
                    paused = self._session.paused_text(Channel.CITIZEN)
                    if paused and self._guide.is_complete(paused):
                        self._session.shorten_pause(Channel.CITIZEN, COMPLETE_PAUSE_S)
                case UtteranceHeard(raw=raw, text=text) if raw:
                    self._console.print(f"[bold]> [/bold]{text} [dim]{body.start_s:.1f}-{body.end_s:.1f} s[/dim]")
                    fields = self._engine.resources.fields
                    said = alone_draft(self._session.call, fields, self._question, body.to_utterance())
                    yield Heard(raw, self._session.draft, said)
                case AlertRaised(number=number, reason=reason):
                    yield Alert(number, reason)


class _Terminal:
    """Plays what the guide says by printing it, and keeps orders in memory."""

    def __init__(self, guide: Guide, ear: Ear, call: CallInfo, console: Console) -> None:
        self._guide = guide
        self._ear = ear
        self._call = call
        self._console = console
        self._orders: dict[str, str] = {}

    def run(self, queue: QueueChanged) -> None:
        """Until somebody hangs up."""
        self._do(self._guide.step(queue))
        self._do(self._guide.step(Called(self._call.received_at.date(), self._call.caller)))
        for event in self._ear.events():
            self._do(self._guide.step(event))
            if self._guide.ended:
                return

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
                self._ear.asked(action)
                yield PlaybackReached(mark, len(text))
            case SaveOrder(fields, unsure, told):
                day = f"{self._call.received_at:%Y%m%d}"
                order_id, code = f"{day}{len(self._orders) + 1:04}", str(1000 + secrets.randbelow(9000))
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
            case Listen():
                self._ear.listens(action)
            case Settled():
                self._ear.settle()
            case Clear():
                pass

    def _note(self, text: str) -> None:
        self._console.print(f"[dim]{text}[/dim]")
