"""`yida eval calls`: how good the drafts are, on labelled calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from api.commands.engine import open_engine, open_fields, read_settings
from api.commands.hearing import TellApart, open_speakers
from api.commands.show import value_text
from api.drafting import draft_call
from api.recording import RecordingError, read_recording
from api.reference import read_gazetteer
from api.scoring import CallScore, FieldScore, Interval, Mistake, Report, Scorer, report
from api.speakers import hear
from api.written_calls import LabelledCall, WrittenCallError, read_labelled_call
from models.call import Utterance


class Heard(StrEnum):
    """Where the words of a call come from."""

    TEXT = "text"
    AUDIO = "audio"


class Evaluation(msgspec.Struct, frozen=True):
    """What `--json` prints."""

    source: Heard
    report: Report
    update_ms_p50: float
    """Milliseconds of CPU to update the draft with one utterance."""
    update_ms_p95: float
    mistakes: tuple[Mistake, ...]


def calls(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="Folder of ID.json and ID.wav.")
    ],
    *,
    source: Annotated[
        Heard, typer.Option("--from", help="The written transcript, or what is recognised.")
    ] = Heard.TEXT,
    model: Annotated[
        str | None, typer.Option(help="Speech model: a name from `yida models list`, or a folder.")
    ] = None,
    speakers: TellApart = None,
    mistakes: Annotated[bool, typer.Option(help="List every field that is not right.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Compare drafts with the labels of calls, field by field, with 95 % intervals over calls.

    A label is ID.json: a transcript (see `yida fields`) with `work_order` and `evidence`. From audio, the ID.wav
    beside it is heard first.
    """
    try:
        labels = [read_labelled_call(path) for path in sorted(folder.glob("*.json"))]
        if not labels:
            raise WrittenCallError(f"{folder}: no ID.json in it")
        heard = list(_recognised(folder, labels, model, speakers, quiet=as_json)) if source is Heard.AUDIO else None
    except (WrittenCallError, RecordingError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from error
    evaluation = _evaluate(source, labels, heard or [label.written.utterances for label in labels])
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(evaluation)).decode())
    else:
        _show(evaluation, mistakes=mistakes)


def _recognised(
    folder: Path, labels: Sequence[LabelledCall], model: str | None, speakers: bool | None, *, quiet: bool
) -> Iterator[Sequence[Utterance]]:
    """What recognition hears in each call."""
    recordings = [read_recording(folder / f"{label.written.call.call_id}.wav") for label in labels]
    tell_apart = open_speakers(recordings, speakers, quiet=quiet)
    engine = open_engine(model, quiet=quiet)
    for recording in track(recordings, "Recognising", console=Console(stderr=True), transient=True, disable=quiet):
        yield hear(recording, engine, tell_apart).utterances


def _evaluate(source: Heard, labels: Sequence[LabelledCall], heard: Sequence[Sequence[Utterance]]) -> Evaluation:
    settings = read_settings()
    resources, scorer = open_fields(settings), Scorer(read_gazetteer(settings))
    scores: list[CallScore] = []
    took: list[float] = []
    for label, utterances in zip(labels, heard, strict=True):
        drafted = draft_call(label.written.call, utterances, resources)
        scores.append(scorer.score(label, drafted.draft, utterances))
        took += drafted.update_s
    p50, p95 = np.percentile(took, [50, 95]) * 1000 if took else (0.0, 0.0)
    return Evaluation(
        source=source,
        report=report(scores),
        update_ms_p50=round(float(p50), 2),
        update_ms_p95=round(float(p95), 2),
        mistakes=tuple(m for s in scores for m in s.mistakes),
    )


# --- Shown -----------------------------------------------------------------------------------


def _show(evaluation: Evaluation, *, mistakes: bool) -> None:
    console, figures = Console(), evaluation.report
    table = Table(box=None, pad_edge=False)
    for heading in ("field", "n", "precision", "recall", "F1", "false fill"):
        table.add_column(heading, no_wrap=True, justify="right" if heading == "n" else "left")
    for name, score in figures.fields.items():
        table.add_row(name, *_row(score))
    table.add_row("all fields", *_row(figures.all_fields), style="bold")
    console.print(f"{figures.calls} calls, from {evaluation.source}; per cent; dim: 95 % interval over calls\n")
    console.print(table)
    for heading, share in (
        ("category top-1", figures.category_top1),
        ("category top-3", figures.category_top3),
        ("values with right evidence", figures.evidence),
        ("key facts in the summary", figures.key_facts),
    ):
        console.print(f"{heading:28} {_figure(share)}")
    console.print(f"{'draft update':28} p50 {evaluation.update_ms_p50} ms, p95 {evaluation.update_ms_p95} ms of CPU")
    if mistakes:
        for m in evaluation.mistakes:
            console.print(
                f"{m.call}  {m.field}: {value_text(m.expected)} [dim]expected, found[/dim] {value_text(m.found)}"
            )


def _row(score: FieldScore) -> tuple[str, ...]:
    return (str(score.labelled), *map(_figure, (score.precision, score.recall, score.f1, score.false_fill)))


def _figure(share: Interval) -> str:
    return f"{100 * share.value:.1f} [dim]{100 * share.low:.0f}-{100 * share.high:.0f}[/dim]"
