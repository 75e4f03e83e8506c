"""`yida transcribe`: recordings to text and a draft."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from api.commands.engine import open_engine
from api.commands.hearing import TellApart, open_speakers
from api.commands.show import print_transcription
from api.recording import RecordingError, read_recording
from api.speakers import hear
from models.call import Channel

CHANNELS = "Whose voice each channel carries, e.g. citizen,operator. Default: citizen,operator of two, mixed of one."


def transcribe(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="Recordings.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document; a list for several files.")
    ] = False,
    out: Annotated[Path | None, typer.Option(file_okay=False, help="Write one ID.json per file here.")] = None,
    model: Annotated[
        str | None, typer.Option(help="Speech model: a name from `yida models list`, or a folder.")
    ] = None,
    channels: Annotated[str | None, typer.Option(help=CHANNELS)] = None,
    speakers: TellApart = None,
    chunk_ms: Annotated[
        int, typer.Option(min=1, max=60_000, help="Audio fed at once; changes nothing in the result.")
    ] = 100,
) -> None:
    """Hear recordings as if they were live calls, faster than real time.

    The audio goes through the same code as a call's, on a virtual clock: the same file gives the same result every
    time. If ID.json with `received_at` lies beside ID.wav, that is when the call came in. In a recording of one
    channel, the voices are told apart before; on live calls they are not.
    """

    try:
        named = tuple(Channel(name.strip()) for name in channels.split(",")) if channels else None
        recordings = [read_recording(path, named) for path in files]
    except (RecordingError, ValueError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from error
    tell_apart = open_speakers(recordings, speakers, quiet=as_json)
    engine = open_engine(model, quiet=as_json)
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TimeElapsedColumn(),
    )
    results = []
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        for recording in recordings:
            bar = bars.add_task(recording.call.call_id, total=recording.seconds)
            heard = hear(
                recording,
                engine,
                tell_apart,
                chunk_s=chunk_ms / 1000,
                on_progress=lambda seconds, bar=bar: bars.update(bar, completed=seconds),  # type: ignore[misc]
            )
            results.append(heard)
            if out is not None:
                out.mkdir(parents=True, exist_ok=True)
                target = out / f"{recording.call.call_id}.json"
                target.write_bytes(msgspec.json.format(msgspec.json.encode(heard)))
    if as_json:
        document = msgspec.json.encode(results[0] if len(results) == 1 else results)
        typer.echo(msgspec.json.format(document).decode())
    elif out is None:
        for heard in results:
            print_transcription(heard)
