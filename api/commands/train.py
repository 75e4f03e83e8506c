"""`yida train`: learn from data files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table

from api.commands.engine import open_engine, read_settings
from models.call import CallInfo
from models.catalogue import CATALOGUE, Category, load_catalogue
from models.errors import DataFileError

app = typer.Typer(help="Learn from data files.", no_args_is_help=True)
_KEPT_ASIDE = 20
"""Of so many recorded turns one measures the recogniser."""


@app.callback()
def train() -> None:
    """Learn from data files."""


@app.command()
def categories(
    *,
    examples: Annotated[
        Path | None, typer.Option(help="File or folder of example requests. Default: those that ship with Yida.")
    ] = None,
    catalogue: Annotated[
        Path | None, typer.Option(help="Categories, TOML. Default: `YIDA_CATALOGUE`, or those that ship with Yida.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the classifier goes. Default: `YIDA_CATEGORIES`, or the one in use.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Train the classifier that fills in the category of a request; about a minute."""
    from voice.fields.category import MODEL  # noqa: PLC0415 - loads slowly
    from voice.fields.examples import EXAMPLES, demands  # noqa: PLC0415

    settings = read_settings()
    _learn(
        lambda: load_catalogue(catalogue or settings.catalogue or CATALOGUE),
        examples or EXAMPLES,
        out or settings.categories or MODEL,
        demands=demands(),
        as_json=as_json,
    )


@app.command()
def requests(
    *,
    examples: Annotated[
        Path | None, typer.Option(help="File or folder of example requests. Default: those that ship with Yida.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the classifier goes. Default: the one in use.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Train the classifier that tells complaints from enquiries, pleas for help and the like; some seconds."""
    from voice.fields.requests import EXAMPLES, KINDS, MODEL  # noqa: PLC0415 - loads slowly

    _learn(lambda: KINDS, examples or EXAMPLES, out or MODEL, demands=(), as_json=as_json)


@app.command()
def spans(
    *,
    tellings: Annotated[
        Path | None, typer.Option(help="File or folder of tagged calls. Default: those that ship with Yida.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the tagger goes. Default: `YIDA_SPANS`, or the one in use.")
    ] = None,
    folds: Annotated[
        int, typer.Option(min=0, help="Parts in which authors are held out to measure the tagger; 0: not measured.")
    ] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Train the tagger of what tells the place, the unit and the time of a call.

    It learns from calls in which people have tagged these, some hundreds or more (voice/fields/spans/tellings.py
    describes the format); a quarter of an hour, an hour with the cross-validation.
    """
    from api.reference import read_gazetteer  # noqa: PLC0415 - loads slowly
    from models.units import UNITS  # noqa: PLC0415
    from voice.fields.spans.features import FeatureReader  # noqa: PLC0415
    from voice.fields.spans.model import MODEL  # noqa: PLC0415
    from voice.fields.spans.tellings import TELLINGS, load_tellings  # noqa: PLC0415
    from voice.fields.spans.training import train as learn  # noqa: PLC0415
    from voice.names import NameIndex  # noqa: PLC0415

    settings = read_settings()
    target = out or settings.spans or MODEL
    if not target.parent.is_dir():
        raise typer.BadParameter(f"{target.parent} is no folder", param_hint="--out")
    try:
        found = load_tellings(tellings or TELLINGS)
        features = FeatureReader.load(NameIndex(read_gazetteer(settings)), settings.units or UNITS)
    except DataFileError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    with Console(stderr=True).status("") as status:
        model, report = learn(found, features, folds=folds, watch=status.update)
    model.save(target)
    rows = [
        {
            "kind": row.kind.name.lower(),
            "misheard": row.misheard,
            "precision": round(row.precision, 3),
            "recall": round(row.recall, 3),
            "f1": round(row.f1, 3),
        }
        for row in report
    ]
    if as_json:
        typer.echo(msgspec.json.encode({"file": str(target), "calls": len(found), "report": rows}).decode())
        return
    if rows:
        Console().print(_table_of(rows))
    size = target.stat().st_size / 1e6
    Console().print(f"{target}: {size:.1f} MB, from {len(found)} calls", soft_wrap=True)


@app.command()
def dangers(
    *,
    sayings: Annotated[
        Path | None, typer.Option(help="Folder of dangers, a file an author. Default: those that ship with Yida.")
    ] = None,
    tellings: Annotated[
        Path | None,
        typer.Option(help="File or folder of ordinary calls, tagged. Default: those that ship with Yida."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the model goes. Default: the one in use.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Train what senses danger to life in words that no list has; some ten minutes."""
    from models.sentences import sentence_encoder  # noqa: PLC0415 - loads slowly
    from voice.fields.danger_sense import MODEL  # noqa: PLC0415
    from voice.fields.danger_training import SAYINGS, load_sayings, ordinary_turns  # noqa: PLC0415
    from voice.fields.danger_training import train as learn  # noqa: PLC0415
    from voice.fields.spans.tellings import TELLINGS, load_tellings  # noqa: PLC0415

    target = out or MODEL
    if not target.parent.is_dir():
        raise typer.BadParameter(f"{target.parent} is no folder", param_hint="--out")
    try:
        found = load_sayings(sayings or SAYINGS)
        calls = load_tellings(tellings or TELLINGS)
    except DataFileError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    with Console(stderr=True).status("") as status:
        model, report = learn([*found, *ordinary_turns(calls)], sentence_encoder(), watch=status.update)
    model.save(target)
    if as_json:
        typer.echo(msgspec.json.encode({"file": str(target), "report": report}).decode())
        return
    table = Table("unknown authors", "number", "alarm", box=None)
    table.add_row("dangers, by their meaning", str(report.dangers), f"{report.told:.3f}")
    table.add_row("  at first look", "", f"{report.sent_on:.3f}")
    table.add_row("  with the right number", "", f"{report.told_right:.3f}")
    table.add_row("  by the word lists", "", f"{report.told_in_words:.3f}")
    table.add_row("  by either", "", f"{report.together:.3f}")
    table.add_row("what sounds like danger", str(report.alike), f"{report.alike_alarms:.3f}")
    table.add_row("turns of ordinary calls", str(report.ordinary), f"{report.ordinary_alarms:.4f}")
    console = Console()
    console.print(table)
    console.print(f"{target}: {target.stat().st_size / 1e6:.1f} MB", soft_wrap=True)


@app.command()
def recogniser(
    calls: Annotated[
        list[Path],
        typer.Argument(
            metavar="FOLDER…",
            exists=True,
            file_okay=False,
            help="Recordings, each beside a JSON with `turns`: `speaker`, `spoken`, `start` and `end` in seconds.",
        ),
    ],
    *,
    minutes: Annotated[float, typer.Option(min=0.1, help="How long to learn.")] = 30,
    model: Annotated[
        str | None, typer.Option(help="Speech model: a name from `yida models list`, or a folder.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the adapter goes. Default: `YIDA_ADAPTER`, or the one in use.")
    ] = None,
) -> None:
    """Adapt the speech model to recorded calls whose words are known: yours, or such as `yida enact` makes.

    Some hours of your own calls, corrected by people, are best. On two cores an hour of recordings is read once in
    ten minutes; two or three times are enough. One turn in twenty is kept aside to tell what it brings.
    Needs `pip install "yida[adapt]"`.
    """
    from api.recorded_turns import error_rate, recorded_turns  # noqa: PLC0415 - loads slowly
    from api.recording import RecordingError  # noqa: PLC0415
    from api.services import model_folder  # noqa: PLC0415
    from api.written_calls import WrittenCallError  # noqa: PLC0415
    from models.errors import WeightsError  # noqa: PLC0415
    from voice.adaptation.adapter import ADAPTER  # noqa: PLC0415
    from voice.ct2 import ModelError  # noqa: PLC0415
    from voice.whisper import WhisperDecoder  # noqa: PLC0415

    try:
        from voice.adaptation.training import train as learn  # noqa: PLC0415
        from voice.adaptation.training import usable  # noqa: PLC0415
    except ModuleNotFoundError as error:
        typer.echo(f'{error.name} is not installed: pip install "yida[adapt]"', err=True)
        raise typer.Exit(2) from error
    settings = read_settings()
    target = out or settings.adapter or ADAPTER
    if not target.parent.is_dir():
        raise typer.BadParameter(f"{target.parent} is no folder", param_hint="--out")
    try:
        turns, folder = usable(recorded_turns(calls)), model_folder(model or settings.model)
        kept_aside = turns[::_KEPT_ASIDE]
        with Progress(*Progress.get_default_columns(), console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Learning", total=1)
            adapter = learn(
                folder,
                [turn for n, turn in enumerate(turns) if n % _KEPT_ASIDE],
                minutes=minutes,
                watch=lambda share, how: progress.update(task, completed=share, description=how),
            )
        with Console(stderr=True).status("Listening to what was kept aside"):
            before, after = (error_rate(WhisperDecoder(folder, adapter=a), kept_aside) for a in (None, adapter))
    except (RecordingError, WrittenCallError, WeightsError, ModelError, ValueError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from error
    adapter.save(target)
    Console().print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, from {len(turns)} turns", soft_wrap=True)
    aside = f"{len(kept_aside)} turns that were kept aside"
    Console().print(f"characters wrong in {aside}: {before:.3f} before, {after:.3f} now", soft_wrap=True)


@app.command()
def hear(
    tellings: Annotated[
        list[Path], typer.Argument(metavar="FILE…", exists=True, dir_okay=False, help="Files of tagged calls.")
    ],
    *,
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder; the file of each FILE has its name.")],
    most: Annotated[int, typer.Option(min=1, help="Calls of each file, spread over it.")] = 1000,
    model: Annotated[
        str | None, typer.Option(help="Speech model: a name from `yida models list`, or a folder.")
    ] = None,
) -> None:
    """Say tagged calls over a telephone line, recognise them, and put the tags where they belong then.

    `yida train spans` learns the recogniser's own mistakes from the result, if it lies below the folder of tagged
    calls. As slow as the calls are long, about half a minute of one core a minute.
    """
    from api.commands.models import pulled  # noqa: PLC0415 - loads slowly
    from api.guide_voice import open_cast  # noqa: PLC0415
    from api.spoken_calls import spoken_call  # noqa: PLC0415
    from api.transcription import transcribe  # noqa: PLC0415
    from voice.fields.spans.hearing import heard_as  # noqa: PLC0415
    from voice.fields.spans.tellings import load_tellings  # noqa: PLC0415

    if any(path.resolve().parent == out.resolve() for path in tellings):
        raise typer.BadParameter(f"{out} is where the tagged calls are", param_hint="--out")
    pulled(["kokoro"], quiet=False)
    try:
        found = {path: load_tellings(path) for path in tellings}
    except DataFileError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    engine, voices = open_engine(model, quiet=False), open_cast()
    out.mkdir(parents=True, exist_ok=True)
    for path in found:
        (out / path.name).write_text("", "utf-8")
    chosen = [(p, i) for p, calls in found.items() for i in range(0, len(calls), -(-len(calls) // most))]
    for path, number in track(chosen, "Hearing", console=Console(stderr=True), transient=True):
        telling = found[path][number]
        call = CallInfo(call_id=f"{path.stem}-{number}", channels=(), received_at=telling.received_at)
        heard = transcribe(spoken_call(call, telling.turns, voices).recording, engine).utterances
        with (out / path.name).open("a", encoding="utf-8") as file:
            file.write(heard_as(telling, heard).lines + "\n")


def _table_of(rows: Sequence[Mapping[str, object]]) -> Table:
    table = Table("unknown authors", "as", "precision", "recall", "F1", box=None)
    for row in rows:
        figures = (f"{row[name]:.3f}" for name in ("precision", "recall", "f1"))
        table.add_row(str(row["kind"]), "misheard" if row["misheard"] else "written", *figures)
    return table


def _learn(
    catalogue: Callable[[], Sequence[Category]],
    examples: Path,
    target: Path,
    *,
    demands: Sequence[str],
    as_json: bool,
) -> None:
    """Trains on `examples` of the categories of `catalogue`, writes `target`, and shows how good it is."""
    from voice.fields.examples import load_examples, small_talk  # noqa: PLC0415 - loads slowly
    from voice.fields.topic_training import train as learn  # noqa: PLC0415

    try:
        known = catalogue()
        found = load_examples(examples, known)
    except DataFileError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    with Console(stderr=True).status("") as status:
        model, report = learn(known, found, small_talk(), demands=demands, watch=status.update)
    model.save(target)
    if as_json:
        result = {"file": str(target), "examples": len(found), "categories": len(known), "report": report}
        typer.echo(msgspec.json.encode(result).decode())
        return
    console = Console()
    table = Table("cross-validation", "number", "top 1", "top 3", box=None)
    for row in report.accuracies:
        table.add_row(row.what, str(row.number), f"{row.top1:.3f}", f"{row.top3:.3f}")
    console.print(table)
    console.print(f"calibration error {report.calibration_error:.3f}; most confused:")
    for right, given, n in report.confused:
        console.print(f"  {n:3} {'/'.join(right)} as {'/'.join(given)}", highlight=False)
    size = target.stat().st_size / 1e6
    console.print(
        f"{target}: {size:.1f} MB, {len(known)} categories, {len(model.vocabulary)} features", soft_wrap=True
    )
