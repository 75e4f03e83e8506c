"""`yida eval faq`: how often the voice guide does the right thing with a question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import track

from api.commands.ask import Query, advice_for, read_queries, today
from api.commands.engine import open_engine
from api.commands.models import pulled
from api.guide_voice import open_callers
from api.spoken_queries import spoken
from ivr.advice import Advice
from ivr.errors import SpeechError


class Mistake(msgspec.Struct, frozen=True):
    """A question with which the wrong thing was done."""

    query: str
    expected: str | None
    found: str
    score: float


class Evaluation(msgspec.Struct, frozen=True):
    """What `--json` prints."""

    answerable: int
    right: int
    """Answered with their own entry."""
    wrong: int
    """Answered with another entry; the rest of the answerable got no answer."""
    outside: int
    """Must not be answered."""
    wrongly_answered: int
    commands: int
    commands_right: int
    mistakes: tuple[Mistake, ...]


def faq(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help='JSON list of {"query": …, "expect": …}.')
    ],
    *,
    voices: Annotated[
        str, typer.Option("--spoken-by", help="Say them with these voices (zf_xiaoxiao,…) and recognise them first.")
    ] = "",
    mistakes: Annotated[bool, typer.Option(help="List every question that went wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Compare what the guide would do with what is expected.

    `expect` is the id of an entry, a command (human, repeat, slower, louder, hangup), or null: must not be answered.
    """
    queries = read_queries(file)
    if voices:
        queries = _recognised(queries, voices.split(","), quiet=as_json)
    found = evaluate(queries, advice_for(queries, today()))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    console = Console(highlight=False)
    console.print(f"right answer      {found.right}/{found.answerable} (another answer: {found.wrong})")
    console.print(f"wrongly answered  {found.wrongly_answered}/{found.outside}")
    console.print(f"commands          {found.commands_right}/{found.commands}")
    for m in found.mistakes if mistakes else ():
        console.print(f"{m.query}  [dim]expected[/dim] {m.expected} [dim]found[/dim] {m.found} ({m.score:.2f})")


def _recognised(queries: Sequence[Query], voices: Sequence[str], *, quiet: bool) -> list[Query]:
    """The queries as they are understood over the telephone; ends the program when it cannot."""
    pulled(["kokoro"], quiet=quiet)
    engine = open_engine(None, quiet=quiet)
    console = Console(stderr=True)
    try:
        heard = spoken([q.query for q in queries], open_callers(voices), engine)
        texts = list(track(heard, "Listening", len(queries), console=console, transient=True, disable=quiet))
    except SpeechError as error:
        raise typer.BadParameter(str(error)) from error
    return [Query(text, query.expect) for text, query in zip(texts, queries, strict=True)]


def evaluate(queries: Sequence[Query], found: Sequence[Advice]) -> Evaluation:
    """The figures over all of `queries`."""
    counts = dict.fromkeys(
        ("answerable", "right", "wrong", "outside", "wrongly_answered", "commands", "commands_right"), 0
    )
    mistakes = []
    for query, advice in zip(queries, found, strict=True):
        done = advice.answer_id or advice.action
        if query.expect is None:
            good = advice.answer_id is None
            counts["outside"] += 1
            counts["wrongly_answered"] += not good
        elif query.expect in COMMANDS:
            good = done == query.expect
            counts["commands"] += 1
            counts["commands_right"] += good
        else:
            good = done == query.expect
            counts["answerable"] += 1
            counts["right"] += good
            counts["wrong"] += advice.answer_id is not None and not good
        if not good:
            mistakes.append(Mistake(query.query, query.expect, done, advice.score))
    return Evaluation(**counts, mistakes=tuple(mistakes))


COMMANDS = frozenset({"human", "repeat", "slower", "louder", "hangup", "intake"})
