"""`yida enact`: written calls into recordings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

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
from models.call import CallInfo, Channel
from models.errors import DataFileError
from voice.audio import to_float


def enact(
    calls: Annotated[
        list[Path],
        typer.Argument(
            metavar="CALL.json|TAGGED.txt…",
            exists=True,
            dir_okay=False,
            help="Written transcripts, or files of tagged calls (see `yida train spans`).",
        ),
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder; a WAV of each call goes there, and its JSON beside it.")],
    seed: Annotated[str, typer.Option(help="Another one: other voices, another line.")] = "",
    most: Annotated[int, typer.Option(min=1, help="Calls of each file of tagged calls, spread over it.")] = 1000,
) -> None:
    """Say written calls with synthetic voices over a noisy telephone line: recordings to try recognition on.

    What `yida fields` reads becomes what `yida transcribe`, `yida replay`, `yida eval calls --from audio` and
    `yida train recogniser` hear: citizen and operator on a channel of their own, 8 kHz, mu-law quality. The JSON
    says in `start` and `end` when each turn is said.
    """
    pulled(["kokoro"], quiet=False)
    try:
        scripts = [script for path in calls for script in _scripts(path, most)]
        out.mkdir(parents=True, exist_ok=True)
        voices = open_cast()
        for script in track(scripts, "Speaking", console=Console(stderr=True), transient=True):
            spoken = spoken_call(script.call, script.turns, voices, seed)
            recording = spoken.recording
            samples = to_float(recording.data, recording.encoding).reshape(-1, len(recording.call.channels))
            write_wav(out / f"{script.name}.wav", np.round(samples * 32767).astype(np.int16), recording.sample_rate)
            for turn, (start_s, end_s) in zip(script.document["turns"], spoken.times, strict=True):
                turn |= {"start": round(start_s, 3), "end": round(end_s, 3)}
            document = json.dumps(script.document, ensure_ascii=False, indent=1)
            (out / f"{script.name}.json").write_text(document + "\n", "utf-8")
            typer.echo(f"{out / script.name}.wav\t{recording.seconds:.1f} s")
    except (WrittenCallError, DataFileError, RecordingError, SpeechError, OSError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from error


@dataclass(frozen=True, slots=True)
class _Script:
    """What is to be said."""

    name: str
    call: CallInfo
    turns: tuple[tuple[Channel, str], ...]
    document: dict[str, Any]
    """What goes beside the recording, but for the times."""


def _scripts(path: Path, most: int) -> Iterator[_Script]:
    if path.suffix != ".txt":
        written = read_written_call(path)
        turns = tuple((u.channel, u.raw) for u in written.utterances)
        yield _Script(path.stem, written.call, turns, json.loads(path.read_bytes()))
        return
    from voice.fields.spans.tellings import load_tellings  # noqa: PLC0415 - loads slowly

    tellings = load_tellings(path)
    for number in range(0, len(tellings), -(-len(tellings) // most)):
        telling, name = tellings[number], f"{path.stem}-{number}"
        said = [{"speaker": channel.value, "spoken": text} for channel, text in telling.turns]
        yield _Script(
            name,
            CallInfo(call_id=name, channels=(), received_at=telling.received_at),
            telling.turns,
            {"id": name, "received_at": telling.received_at.isoformat(), "turns": said},
        )
