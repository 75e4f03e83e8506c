"""`yida talk`: the voice guide in the terminal, by text or over a recording; `yida flow`: its course as a picture."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.answering import open_understanding
from api.commands.engine import open_engine, read_settings
from api.guide_fields import GuideFields, written
from api.recording import Recording, RecordingError, read_recording
from api.reference import load_fields
from api.transcription import DEFAULT_CHUNK_S
from api.virtual_guide import Ear, VirtualGuide, VirtualLine
from ivr.dialog import (
    Action,
    Alert,
    Event,
    HangUp,
    Heard,
    KeyPressed,
    Listen,
    NoteUnanswered,
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
from models.events import UtteranceHeard
from voice.audio import AudioDecoder
from voice.fields.emergency import Watch
from voice.fields.extractor import FieldResources

LONG_S = 3600.0


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
            _tape(recording, call, guide, console)
            if recording
            else Keyboard(call, load_fields(read_settings()), console)
        )
    except (DataFileError, RecordingError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    virtual = VirtualGuide(guide, ear, lambda action: _show(console, action))
    virtual.run(QueueChanged(busy + 1 if busy else 0, busy * 180.0), now, caller)


def flow() -> None:
    """Draw the course of a conversation as a Mermaid diagram."""
    typer.echo(to_mermaid(load_flow()), nl=False)


class Keyboard:
    """Lines that are typed."""

    def __init__(self, call: CallInfo, resources: FieldResources, console: Console) -> None:
        self._fields = GuideFields(call, resources)
        self._danger = Watch()
        self._console = console
        self._said = 0

    def asked(self, say: Say) -> None:
        pass  # it is shown

    def listens(self, how: Listen) -> None:
        self._fields.asked(how.asks, self._said * 10.0 + 5)

    def settle(self) -> None:
        self._fields.settle()

    def begin_matter(self) -> None:
        self._fields.begin_matter()

    def events(self) -> Iterator[Event]:
        while True:
            try:
                line = self._console.input("[bold]> [/bold]").strip()
            except (EOFError, KeyboardInterrupt):
                return
            if not sys.stdin.isatty():
                self._console.print(line, markup=False)  # a terminal has shown what was typed
            if line.startswith("#") and len(line) > 1:
                yield from (KeyPressed(key) for key in line[1:])
            elif line:
                self._said += 1
                draft, said = self._fields.heard(written(self._said, line, self._said * 10.0))
                yield Heard(line, draft, said)
                if alert := self._danger.hear(line, finished=True):
                    yield Alert(alert.number, alert.reason, sure=not alert.sensed)
            else:
                yield Silence(LONG_S)


class Tape:
    """A recording of what a caller says, whatever the guide may say."""

    def __init__(self, recording: Recording, line: VirtualLine) -> None:
        self._recording = recording
        self._line = line
        self.asked, self.listens = line.asked, line.listens
        self.settle, self.begin_matter = line.settle, line.begin_matter

    def events(self) -> Iterator[Event]:
        for chunk in self._recording.chunks(DEFAULT_CHUNK_S):
            yield from self._line.hear(chunk)
        yield from self._line.finish()


def _tape(recording: Recording, call: CallInfo, guide: Guide, console: Console) -> Tape:
    only = recording.only(recording.call.channels[0])

    def show(body: UtteranceHeard) -> None:
        console.print(f"[bold]> [/bold]{body.text} [dim]{body.start_s:.1f}-{body.end_s:.1f} s[/dim]")

    audio = AudioDecoder(only.encoding, only.sample_rate, 1)
    return Tape(only, VirtualLine(guide, open_engine(None, quiet=False), call, audio, on_heard=show))


def _show(console: Console, action: Action) -> None:
    """What the guide says, and what it does beside."""
    match action:
        case Say(text=text):
            console.print(f"[cyan]{text}[/cyan]")
            return
        case SaveOrder(fields, unsure, told):
            note = f"order: {dict(fields)}; to be checked: {list(unsure)}; told: {told}"
        case Transfer(to, reason):
            note = f"transfer to {to} ({reason})"
        case RequestCallback(phone):
            note = f"call back {phone}"
        case NoteUnanswered(text):
            note = f"no answer to: {text}"
        case HangUp():
            note = "hung up"
        case _:
            return
    console.print(f"[dim]{note}[/dim]")
