"""`yida bench`: what the engine costs, how right and how late it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from api.bench.accuracy import Accuracy, measure, read_samples
from api.bench.costs import Cost, measure_costs
from api.bench.dialogues import QUESTIONS, REPORTERS
from api.bench.guide import GuideFound, measure_guide
from api.bench.load import Latencies, calls_at_once, growth_mb, service
from api.bench.noise import characters_heard
from api.bench.speakers import SIDES, SpeakersFound, measure_speakers
from api.commands.engine import open_engine, read_settings
from api.commands.evaluate_reports import table as reported
from api.commands.hearing import open_speakers
from api.commands.models import pulled
from api.recording import Recording
from api.reference import read_gazetteer
from api.scoring import Scorer
from api.services import Engine, model_folder
from voice.baseline import OfflineWhisper
from voice.whisper import INSTRUCTION, WhisperDecoder

NOISE_S = 100.0
"""Of each of six kinds: ten minutes."""
MEMORY_CALL_S = 10.0


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints; a part that was not asked for is null."""

    accuracy: Accuracy | None = None
    costs: tuple[Cost, ...] = ()
    latencies: tuple[Latencies, ...] = ()
    noise_characters: dict[str, int] | None = None
    memory_growth_mb: float | None = None
    memory_calls: int = 0
    guide: GuideFound | None = None
    speakers: SpeakersFound | None = None


def bench(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="Labelled calls: ID.wav and ID.json.")
    ] = Path("tests/audio"),
    *,
    calls: Annotated[
        list[int] | None, typer.Option(help="Calls at once; may be repeated.  [default: 1 16 48]")
    ] = None,
    memory_calls: Annotated[int, typer.Option(min=0, help="Calls one after another; 0: leave out.")] = 300,
    only: Annotated[
        list[str] | None,
        typer.Option(help="accuracy, costs, load, noise, memory, guide or speakers; may be repeated."),
    ] = None,
    reports: Annotated[
        int, typer.Option(min=0, max=len(REPORTERS), help="How many of the scripted callers report to the guide.")
    ] = len(REPORTERS),
    model: Annotated[str | None, typer.Option(help="Speech model: a name or a folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure cost, accuracy, latency, silence and memory in one run.

    Three parts are only measured when they are asked for: costs, which is where the CPU time goes, step by step; the
    voice guide, with which synthetic callers talk, two minutes each; and speakers told apart in recordings of one
    channel (needs the extra yida[diarize]).

    Accuracy is compared with offline faster-whisper on the same recordings, in the same run: on a shared machine only
    ratios mean something. DIR may also hold a manifest.tsv (path, text) of sentences read aloud. Takes about
    3 minutes and then the length of the calls, once per number of calls at once.
    """
    parts = set(only or ("accuracy", "load", "noise", "memory"))
    samples = read_samples(folder)
    if not samples and parts != {"guide"}:
        typer.echo(f"{folder}: no labelled recordings in it", err=True)
        raise typer.Exit(2)
    recordings = [sample.recording for sample in samples]
    found = Bench()
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=as_json or not console.is_terminal) as bars:
        if parts & {"accuracy", "costs", "noise", "speakers"}:
            engine = open_engine(model, quiet=as_json)
        if "accuracy" in parts:
            bar = bars.add_task("accuracy", total=len(samples))
            accuracy = measure(samples, engine, *_references(engine, model), lambda: bars.advance(bar))
            found = msgspec.structs.replace(found, accuracy=accuracy)
        if "costs" in parts:
            bar = bars.add_task("costs", total=len(samples))
            costs = tuple(measure_costs(samples, engine, lambda: bars.advance(bar)))
            found = msgspec.structs.replace(found, costs=costs)
        if "noise" in parts:
            bars.add_task("noise", total=None)
            found = msgspec.structs.replace(found, noise_characters=characters_heard(engine, NOISE_S))
        if "load" in parts:
            bars.add_task("load", total=None)
            latencies = asyncio.run(_latencies(recordings, calls or [1, 16, 48], model))
            found = msgspec.structs.replace(found, latencies=tuple(latencies))
        if "memory" in parts and memory_calls:
            bar = bars.add_task("memory", total=memory_calls)
            grown = asyncio.run(_memory(recordings[0], memory_calls, model, lambda: bars.advance(bar)))
            found = msgspec.structs.replace(found, memory_growth_mb=grown, memory_calls=memory_calls)
        if "guide" in parts:
            bar = bars.add_task("guide", total=len(QUESTIONS) + reports)
            pulled(["kokoro"], quiet=as_json)
            guide = asyncio.run(measure_guide(read_settings(model=model), reports, lambda: bars.advance(bar)))
            found = msgspec.structs.replace(found, guide=guide)
        if "speakers" in parts:
            bar = bars.add_task("speakers", total=len(samples))
            apart = _speakers(folder, engine, recordings, lambda: bars.advance(bar), quiet=as_json)
            found = msgspec.structs.replace(found, speakers=apart)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        _show(found)


def _references(engine: Engine, model: str | None) -> tuple[Engine, OfflineWhisper]:
    folder = model_folder(read_settings(model=model).model)
    return Engine(WhisperDecoder(folder, prompt=INSTRUCTION), engine.resources), OfflineWhisper(folder)


def _speakers(
    folder: Path, engine: Engine, recordings: list[Recording], on_progress: Callable[[], None], *, quiet: bool
) -> SpeakersFound | None:
    speakers = open_speakers([recording.mixed() for recording in recordings[:1]], tell_apart=True, quiet=quiet)
    assert speakers is not None  # asked for
    return measure_speakers(folder, engine, speakers, Scorer(read_gazetteer(read_settings())), on_progress)


async def _latencies(recordings: list[Recording], calls: list[int], model: str | None) -> list[Latencies]:
    found = []
    for at_once in calls:
        async with service(model=model) as running:
            found.append(await calls_at_once(running.url, recordings, at_once))
    return found


async def _memory(recording: Recording, calls: int, model: str | None, on_progress: object) -> float:
    end = round(MEMORY_CALL_S * recording.sample_rate) * recording.frame_bytes
    short = Recording(recording.call, recording.encoding, recording.sample_rate, recording.data[:end])
    async with service(model=model) as running:
        return await growth_mb(running, short, calls, on_progress)  # type: ignore[arg-type]


def _show(found: Bench) -> None:
    console = Console()
    if (a := found.accuracy) is not None:
        table = Table("recognition", "value", "offline", "ratio", box=None)
        table.add_row(
            "CPU s per s of call",
            f"{a.cpu_per_s:.3f}",
            f"{a.cpu_offline_per_s:.3f}",
            _over(a.cpu_per_s, a.cpu_offline_per_s),
        )
        table.add_row("  of these finals", f"{a.cpu_finals_per_s:.3f}")
        table.add_row("  of these partials", f"{a.cpu_partials_per_s:.3f}")
        table.add_row("character error rate", f"{a.cer:.4f}", f"{a.cer_offline:.4f}", _over(a.cer, a.cer_offline))
        generic = f"{a.names_right_generic} generic"
        table.add_row(
            f"place names right of {a.names_said}",
            str(a.names_right),
            generic,
            _over(a.names_right, a.names_right_generic),
        )
        table.add_row("stable characters changed by the final", f"{a.stable_changed:.1%}")
        table.add_row("confidence: ROC AUC", f"{a.confidence_auc:.3f}")
        console.print(table)
    if found.costs:
        _show_costs(console, found.costs)
    for load in found.latencies:
        table = Table(f"{load.offered} calls offered", *load.final_s, box=None)
        table.add_row("first partial after speech begins, s", *(f"{s:.2f}" for s in load.first_partial_s.values()))
        table.add_row("final after speech ends, s", *(f"{s:.2f}" for s in load.final_s.values()))
        console.print(table)
        console.print(f"{load.refused} refused, {load.lost} lost, {load.finals} finals")
    if found.noise_characters is not None:
        heard = ", ".join(f"{name} {count}" for name, count in found.noise_characters.items())
        console.print(f"characters out of {NOISE_S:.0f} s each without speech: {heard}")
    if found.memory_growth_mb is not None:
        console.print(f"memory growth over {found.memory_calls} calls: {found.memory_growth_mb} MB")
    if found.guide is not None:
        _show_guide(console, found.guide)
    if found.speakers is not None:
        _show_speakers(console, found.speakers)


def _show_costs(console: Console, costs: tuple[Cost, ...]) -> None:
    whole = sum(cost.cpu_per_s for cost in costs)
    table = Table("CPU", "", "s per s of call", "share", "ms each", box=None)
    for cost in costs:
        each = f"{cost.each_ms:.1f}" if cost.each_ms else ""
        table.add_row(cost.stage, cost.step, f"{cost.cpu_per_s:.4f}", f"{cost.cpu_per_s / whole:.0%}", each)
    table.add_row("all", "", f"{whole:.4f}")
    console.print(table)


def _show_guide(console: Console, found: GuideFound) -> None:
    asked = found.latencies
    table = Table(f"guide: {asked.answered} of {asked.questions} answered", *asked.answer_s, box=None)
    table.add_row("answer after the question, s", *(f"{s:.2f}" for s in asked.answer_s.values()))
    table.add_row("silent after an interruption, s", *(f"{s:.2f}" for s in asked.silent_s.values()))
    console.print(table)
    console.print(reported(list(found.reports)))


def _show_speakers(console: Console, found: SpeakersFound) -> None:
    table = Table(f"{found.calls} calls", *found.ways, box=None)
    for side in SIDES:
        rates = (way.error_rate[side] for way in found.ways.values())
        table.add_row(f"character error rate, {side}", *("—" if rate is None else f"{rate:.4f}" for rate in rates))
    table.add_row("F1 of all fields", *(f"{way.f1:.4f}" for way in found.ways.values()))
    table.add_row("CPU s per s of call", *(f"{way.cpu_per_s:.3f}" for way in found.ways.values()))
    console.print(table)
    console.print(f"the right voice in {found.time_right:.1%} of the time of turns")
    console.print(f"the right side of the call for {found.words_right:.1%} of the recognised characters")


def _over(value: float, reference: float) -> str:
    return f"{value / reference:.2f}" if reference else "—"
