"""`yida fields`: the work order of written transcripts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from api.commands.engine import open_fields, read_settings
from api.commands.show import draft_table
from api.drafting import draft_call
from api.written_calls import WrittenCallError, read_written_call


def fields(
    files: Annotated[
        list[Path], typer.Argument(metavar="TRANSCRIPT.json...", exists=True, dir_okay=False, help="Transcripts.")
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document; a list for several files.")
    ] = False,
    out: Annotated[Path | None, typer.Option(file_okay=False, help="Write one ID.json per file here.")] = None,
) -> None:
    """Fill in the work order from a written transcript, no audio needed.

    A transcript is a JSON object: `turns`, each with `speaker` (citizen, operator or mixed) and `spoken`; optional
    `id`, `received_at` (ISO 8601, what 昨天 is counted from) and `caller` (the carrier's caller number).
    """
    try:
        calls = [read_written_call(path) for path in files]
    except WrittenCallError as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from error
    resources = open_fields(read_settings())
    documents: list[dict[str, Any]] = []
    for written in calls:
        draft = draft_call(written.call, written.utterances, resources).draft
        documents.append({"call": written.call, "utterances": written.utterances, "draft": draft.fields})
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            target = out / f"{written.call.call_id}.json"
            target.write_bytes(msgspec.json.format(msgspec.json.encode(documents[-1])))
        elif not as_json:
            Console().print(f"[bold]{written.call.call_id}[/bold]", draft_table(draft.fields))
    if as_json:
        document = msgspec.json.encode(documents[0] if len(documents) == 1 else documents)
        typer.echo(msgspec.json.format(document).decode())
