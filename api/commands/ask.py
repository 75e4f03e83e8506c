"""`yida ask`: what the voice guide would do with a sentence."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from api.answering import open_understanding
from ivr.advice import Advice, advise
from ivr.interpreting import Interpreter
from ivr.spotting import Spotter
from models.call import HOTLINE_TIME_ZONE
from models.errors import DataFileError

MAX_QUERIES = 100_000


class Query(msgspec.Struct, frozen=True):
    """A line of a list of questions."""

    query: str
    expect: str | None = None
    """An entry id, a command (human, repeat, slower, hangup), or nothing: must not be answered."""


def ask(
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", help="What a caller says.")] = None,
    *,
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help='JSON list of {"query": …} instead.')
    ] = None,
    day: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="As if asked on that day. Default: today.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """What the voice guide would do: answer, fetch a person, repeat, take a report …"""
    if (question is None) == (file is None):
        raise typer.BadParameter("give either a question or --file")
    queries = [Query(question)] if question is not None else read_queries(file) if file else []
    found = advice_for(queries, day.date() if day else today())
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found if file else found[0])).decode())
        return
    console = Console(highlight=False)
    for query, advice in zip(queries, found, strict=True):
        what = f"{advice.action} {advice.answer_id or ''}".strip()
        console.print(f"[bold]{query.query}[/bold]\n  {what} ({advice.score:.2f}) {_said(advice)}")


def _said(advice: Advice) -> str:
    return advice.text if advice.answer_id else ""


def today() -> date:
    """The day it is where the hotline is."""
    return datetime.now(HOTLINE_TIME_ZONE).date()


def read_queries(file: Path) -> list[Query]:
    """The questions in `file`; ends the program when it is not a list of them."""
    try:
        queries = msgspec.json.decode(file.read_bytes(), type=list[Query])
    except msgspec.DecodeError as error:
        raise typer.BadParameter(f"{file}: {error}") from error
    if len(queries) > MAX_QUERIES:
        raise typer.BadParameter(f"{file}: {len(queries)} questions, at most {MAX_QUERIES}")
    return queries


def advice_for(queries: list[Query], on: date) -> list[Advice]:
    """What the guide would do with each; ends the program when its data cannot be read."""
    try:
        interpreter = Interpreter(open_understanding(), Spotter.load())
    except DataFileError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    return [advise(interpreter, query.query, on) for query in queries]
