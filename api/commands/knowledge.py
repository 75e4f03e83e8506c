"""`yida knowledge`: what the voice guide can answer."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from api.commands.ask import today
from api.commands.engine import read_settings
from ivr.knowledge import KNOWLEDGE, Knowledge, load_knowledge, to_toml
from ivr.knowledge_import import import_entries
from ivr.sayings import load_sayings
from ivr.unanswered import MAX_QUESTIONS, cluster
from ivr.understanding import MODEL, MeaningModel
from models.errors import DataFileError
from models.store import Store

app = typer.Typer(help="What the voice guide can answer.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option("--in", help="Folder of TOML files. Default: what ships with Yida.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Questions and answers, JSON or TOML.")],
    *,
    folder: Folder = KNOWLEDGE,
    as_json: Json = False,
) -> None:
    """Add the questions and answers of a file, after checking that everything fits together."""
    target = folder / f"{file.stem}.toml"
    try:
        entries = import_entries(file)
        if target.exists():
            raise DataFileError(target, None, "is there already")
        _rehearse(folder, target.name, to_toml(entries))
    except DataFileError as error:
        _fail(error)
    target.write_text(to_toml(entries), encoding="utf-8")
    if as_json:
        typer.echo(msgspec.json.encode({"file": str(target), "entries": len(entries)}).decode())
    else:
        typer.echo(f"{target}: {len(entries)} entries; now run `yida knowledge train`")


@app.command()
def check(*, folder: Folder = KNOWLEDGE, as_json: Json = False) -> None:
    """Check every file, and whether the guide has been trained from them."""
    from ivr.learning import digest  # noqa: PLC0415 - loads slowly

    try:
        knowledge = load_knowledge(folder)
        trained = MeaningModel.load().digest == digest(knowledge, load_sayings())
    except DataFileError as error:
        _fail(error)
    expired = [e.id for e in knowledge.entries.values() if not e.valid(today())]
    report = {"entries": len(knowledge.entries), "not_valid_today": expired, "trained": trained}
    if as_json:
        typer.echo(msgspec.json.encode(report).decode())
    else:
        typer.echo(f"{len(knowledge.entries)} entries, {_asked(knowledge)} wordings")
        typer.echo(f"not valid today, never spoken: {', '.join(expired) or 'none'}")
        typer.echo("trained" if trained else "changed since the last `yida knowledge train`")
    if not trained:
        raise typer.Exit(1)


@app.command("list")
def list_entries(*, folder: Folder = KNOWLEDGE, as_json: Json = False) -> None:
    """The questions, their offices and how long their answers are valid."""
    try:
        knowledge = load_knowledge(folder)
    except DataFileError as error:
        _fail(error)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(list(knowledge.entries.values()))).decode())
        return
    table = Table("id", "topic", "question", "wordings", "office", "valid", box=None)
    for e in knowledge.entries.values():
        valid = f"{e.valid_from or ''}–{e.valid_until or ''}" if e.valid_from or e.valid_until else ""
        style = None if e.valid(today()) else "dim strike"
        table.add_row(e.id, e.topic, e.question, str(len(e.wordings)), e.office, valid, style=style)
    Console().print(table)


@app.command()
def train(*, folder: Folder = KNOWLEDGE, out: Annotated[Path, typer.Option()] = MODEL, as_json: Json = False) -> None:
    """Learn the wordings, some minutes; prints what cross-validation over them finds."""
    from ivr.learning import train as learn  # noqa: PLC0415
    from models.sentences import sentence_encoder  # noqa: PLC0415 - loads slowly

    try:
        knowledge, sayings = load_knowledge(folder), load_sayings()
    except DataFileError as error:
        _fail(error)
    with Console(stderr=True).status("") as status:
        learned = learn(knowledge, sayings, sentence_encoder(), watch=status.update)
    learned.model.save(out)
    reports = {"written": learned.written, "misheard": learned.misheard}
    if as_json:
        found = {"file": str(out), "answer_at": learned.model.answer_at, **reports}
        typer.echo(msgspec.json.encode(found).decode())
        return
    typer.echo(f"{out}: answers from probability {learned.model.answer_at}")
    for name, report in reports.items():
        typer.echo(f"{name}: own wordings answered right {report.right:.3f}, wrong {report.wrong:.3f};")
        typer.echo(f"  wrongly answered {report.wrongly_answered:.3f}, commands and reports {report.intents:.3f}")


@app.command()
def unanswered(
    *,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the service.  [default: data]")] = None,
    database_url: Annotated[str | None, typer.Option(help="sqlite:///FILE or postgresql://…")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Groups to show.")] = 20,
    as_json: Json = False,
) -> None:
    """What callers asked and the guide could not answer, gathered by meaning, the most frequent first."""
    from models.sentences import sentence_encoder  # noqa: PLC0415 - loads slowly

    settings = read_settings(data_dir=data_dir, database_url=database_url)
    asked = asyncio.run(_asked_in_vain(settings.database))
    groups = cluster(asked, sentence_encoder())[:limit]
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(groups)).decode())
        return
    table = Table("times", "question", "other wordings", box=None)
    for group in groups:
        table.add_row(str(group.count), group.question, " / ".join(group.wordings[1:]))
    Console().print(table)


async def _asked_in_vain(database: str) -> dict[str, int]:
    async with Store.open(database) as store:
        return {question.text: question.times for question in await store.unanswered(limit=MAX_QUESTIONS)}


def _rehearse(folder: Path, name: str, text: str) -> None:
    """Loads what is there together with what comes.

    Raises:
        DataFileError: they do not fit together.
    """
    with tempfile.TemporaryDirectory() as rehearsal:
        for file in folder.glob("*.toml"):
            (Path(rehearsal) / file.name).write_bytes(file.read_bytes())
        (Path(rehearsal) / name).write_text(text, encoding="utf-8")
        load_knowledge(Path(rehearsal))


def _asked(knowledge: Knowledge) -> int:
    return sum(len(e.questions) for e in knowledge.entries.values())


def _fail(error: DataFileError) -> NoReturn:
    typer.echo(error, err=True)
    raise typer.Exit(1) from error
