"""`yida enact`: written calls into recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from api.commands.models import pulled
from api.guide_voice import open_cast
from api.recording import RecordingError, write_wav
from api.spoken_calls import spoken_call
from api.written_calls import WrittenCallError, read_written_call
from ivr.errors import SpeechError
from voice.audio import to_float


def enact(
    calls: Annotated[
        list[Path], typer.Argument(metavar="CALL.json…", exists=True, dir_okay=False, help="Written transcripts.")
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder; each CALL.json is copied there, beside its CALL.wav.")],
    seed: Annotated[str, typer.Option(help="Another one: other voices, another line.")] = "",
) -> None:
    """Say written calls with synthetic voices over a noisy telephone line: recordings to try recognition on.

    What `yida fields` reads becomes what `yida transcribe`, `yida replay` and `yida eval calls --from audio` hear:
    citizen and operator on a channel of their own, 8 kHz, mu-law quality.
    """
    pulled(["kokoro"], quiet=False)
    try:
        written = [read_written_call(path) for path in calls]
        out.mkdir(parents=True, exist_ok=True)
        voices = open_cast()
        for path, each in track(
            list(zip(calls, written, strict=True)), "Speaking", console=Console(stderr=True), transient=True
        ):
            recording = spoken_call(each.call, [(u.channel, u.raw) for u in each.utterances], voices, seed)
            samples = to_float(recording.data, recording.encoding).reshape(-1, len(recording.call.channels))
            write_wav(out / f"{path.stem}.wav", np.round(samples * 32767).astype(np.int16), recording.sample_rate)
            (out / path.name).write_bytes(path.read_bytes())
            typer.echo(f"{out / path.stem}.wav\t{recording.seconds:.1f} s")
    except (WrittenCallError, RecordingError, SpeechError, OSError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from error
