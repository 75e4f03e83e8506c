"""`yida models`: fetch the weights of the speech models, and show what is here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table

from models.errors import WeightsError
from models.weights import Catalogue, Progress, ProgressWatch

app = typer.Typer(help="Weights of the speech models.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def pull(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Default: all models.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Fetch and verify weights; what is already here is left alone."""
    folders = pulled(names or list(Catalogue.load().models), quiet=as_json)
    if as_json:
        typer.echo(msgspec.json.encode(folders).decode())
        return
    for name, folder in folders.items():
        typer.echo(f"{name}\t{folder}")


def pulled(names: Iterable[str], *, quiet: bool) -> dict[str, str]:
    """The folders of models of the catalogue, fetched if need be; other names are left to the engine.

    Ends the program when weights cannot be had.
    """
    catalogue = Catalogue.load()
    folders = {}
    with _bars(quiet=quiet) as watch:
        for name in names:
            try:
                folders[name] = str(catalogue.ensure(name, watch))
            except WeightsError as error:
                typer.echo(error, err=True)
                raise typer.Exit(1) from error
    return folders


@app.command("list")
def list_models(
    *,
    verify: Annotated[bool, typer.Option("--verify", help="Read and check every byte (sha256).")] = False,
    as_json: Json = False,
) -> None:
    """The models, and which of them are here."""
    catalogue = Catalogue.load()
    problems = {name: catalogue.problems(name, verify=verify) for name in catalogue.models}
    if as_json:
        rows = [
            {
                "name": name,
                "ready": not problems[name],
                "bytes": model.size,
                "license": model.license,
                "summary": model.summary,
                "folder": str(catalogue.root / name),
                "problems": problems[name],
            }
            for name, model in catalogue.models.items()
        ]
        typer.echo(msgspec.json.encode(rows).decode())
        return
    table = Table("model", "here", "MB", "license", "what it is", box=None)
    for name, model in catalogue.models.items():
        here = "yes" if not problems[name] else "no: " + "; ".join(problems[name])
        table.add_row(name, here, f"{model.size / 1e6:.0f}", model.license, model.summary)
    console = Console()
    console.print(table)
    console.print(f"in {catalogue.root}")


@contextmanager
def _bars(*, quiet: bool) -> Iterator[ProgressWatch]:
    """Progress bars on the terminal; nothing where there is none."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.fields[model]}"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Bars(*columns, console=console, disable=quiet or not console.is_terminal, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def watch(now: Progress) -> None:
            task = tasks.get(now.model)
            if task is None:
                task = tasks[now.model] = bars.add_task("", total=now.total, model=now.model)
            step = f"{now.step} {now.fetched / 1e6:.0f} MB" if now.fetched else now.step
            bars.update(task, completed=now.done, description=step)

        yield watch
