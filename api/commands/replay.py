"""`yida replay`: a load generator on the real clock."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
import websockets
from rich.console import Console
from rich.table import Table

from api.bench.load import PERCENTILES, Latencies, summary
from api.carrier_client import replay_as
from api.client import Message, Replay
from api.client import replay as play
from api.recording import RecordingError, read_recording
from voice.errors import ProtocolError
from voice.wire import PROTOCOLS

SERVICE = "ws://127.0.0.1:8000"


def replay(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="Recordings.")],
    *,
    url: Annotated[
        str | None, typer.Option(help="Call socket.  [default: that of the protocol, on this machine]")
    ] = None,
    protocol: Annotated[str, typer.Option(help=f"native, {', '.join(PROTOCOLS)}")] = "native",
    calls: Annotated[int, typer.Option(min=1, max=1000, help="Calls at once; files are taken in turn.")] = 1,
    speed: Annotated[float, typer.Option(min=0.1, max=100, help="Times real time.")] = 1.0,
    stagger_ms: Annotated[int, typer.Option(min=0, help="Time between the starts of two calls.")] = 150,
    key: Annotated[str | None, typer.Option(envvar="YIDA_API_KEY", help="API key of the service.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Play recordings into a running service, as call-center systems do, and measure.

    Reports how late partials and finals come (p50/p95/p99; from the start of an utterance to its first partial, from
    its end to its final), how many calls were refused, whether any was lost, the drafts and the knowledge cards.
    """

    if protocol not in ("native", *PROTOCOLS):
        raise typer.BadParameter(f"{protocol} is none of native, {', '.join(PROTOCOLS)}", param_hint="--protocol")
    carrier = PROTOCOLS.get(protocol)
    address = url or SERVICE + (carrier.path if carrier else "/v1/calls/stream")

    async def run() -> list[Replay]:
        recordings = [read_recording(path) for path in files]

        async def one(number: int) -> Replay:
            await asyncio.sleep(number * stagger_ms / 1000)
            recording = recordings[number % len(recordings)]
            if carrier is not None:
                return await replay_as(carrier, recording, address, key=key, speed=speed)
            return await play(recording, address, key=key, speed=speed)

        return await asyncio.gather(*(one(number) for number in range(calls)))

    try:
        results = asyncio.run(run())
    except (RecordingError, ProtocolError, OSError, websockets.WebSocketException) as error:
        typer.echo(f"{address}: {error}" if not isinstance(error, RecordingError) else error, err=True)
        raise typer.Exit(1) from error
    report = _report(results)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    else:
        _print(report)
    if report.lost:
        raise typer.Exit(1)


class Report(Latencies, frozen=True, kw_only=True):
    """What replayed calls showed."""

    refusals: list[Message]
    drafts: dict[str, Message]
    """By call."""
    cards: dict[str, list[str]]
    """Questions that the knowledge base has answered, by call."""


def _report(results: Sequence[Replay]) -> Report:
    refusals = [r.error for r in results if r.error is not None]
    drafts = {r.call_id: r.draft for r in results if r.error is None}
    cards = {r.call_id: [card["question"] for card in r.cards] for r in results if r.error is None}
    return Report(**msgspec.structs.asdict(summary(results)), refusals=refusals, drafts=drafts, cards=cards)


def _print(report: Report) -> None:
    console = Console()
    table = Table("seconds", *(f"p{p}" for p in PERCENTILES), box=None)
    table.add_row("first partial after speech begins", *_cells(report.first_partial_s))
    table.add_row("final after it ends", *_cells(report.final_s))
    console.print(table)
    console.print(f"{report.offered} calls, {report.refused} refused, {report.lost} lost, {report.finals} finals")
    for call_id, questions in report.cards.items():
        for question in questions:
            console.print(f"{call_id}: card {question}")
    for refusal in report.refusals[:1]:
        console.print(f"refused: {refusal['message']}", style="yellow")


def _cells(seconds: Mapping[str, float]) -> Iterator[str]:
    return (f"{seconds[f'p{p}']:.2f}" if seconds else "—" for p in PERCENTILES)
