"""`yida eval reports`: how well the voice guide takes reports from scripted callers."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from api.answering import open_understanding
from api.bench.dialogues import REPORTERS, Reported
from api.bench.guide import CALLERS
from api.bench.rehearsed import rehearse
from api.commands.engine import open_engine
from api.commands.models import pulled
from api.guide_voice import open_callers
from ivr.errors import SpeechError
from ivr.flow import load_flow
from ivr.guide import Guide
from ivr.spotting import Spotter
from models.errors import DataFileError

SPEAKERS = {"guide": "[cyan]{}[/cyan]", "caller": "[bold]> {}[/bold]", "heard": "[dim]  {}[/dim]"}


def reports(
    *,
    only: Annotated[
        list[int] | None,
        typer.Option(min=1, max=len(REPORTERS), help="The number of a report; may be repeated. Default: all."),
    ] = None,
    voices: Annotated[str, typer.Option("--spoken-by", help="The callers' voices, in turn.")] = ",".join(CALLERS),
    show: Annotated[bool, typer.Option(help="Print the conversations, and what of them is recognised.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Let synthetic callers report something to the voice guide, and compare the orders with what they meant.

    The callers are heard over an 8 kHz line, on a virtual clock: some seconds a report, however busy the machine is.
    `yida bench --only guide` lets the same callers talk with a service, in real time.
    """
    pulled(["kokoro"], quiet=as_json)
    engine = open_engine(None, quiet=as_json)
    try:
        understanding, flow, spotter = open_understanding(), load_flow(), Spotter.load()
        callers = open_callers(voices.split(","))
    except (DataFileError, SpeechError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    console = Console(highlight=False)

    def tell(who: str, text: str) -> None:
        if show and not as_json:
            console.print(SPEAKERS[who].format(text))

    chosen = [n - 1 for n in only or range(1, len(REPORTERS) + 1)]
    bar = track(chosen, "Reporting", console=Console(stderr=True), transient=True, disable=as_json or show)
    found = [
        rehearse(REPORTERS[n], callers[n % len(callers)], Guide(understanding, flow, spotter), engine, tell)
        for n in bar
    ]
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        console.print(table(found))


def table(found: list[Reported]) -> Table:
    """What came of the reports, and how many are right."""
    right = f"{sum(r.right for r in found)} of {len(found)} right"
    lines = Table("report", "phone", "district", "matter", "s", right, box=None)
    for r in found:
        marks = ("yes" if good else "no" for good in (r.phone, r.district, r.category))
        lines.add_row(r.matter[:24], *marks, f"{r.seconds:.0f}", (r.failure or "")[:60])
    return lines
