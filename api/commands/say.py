"""`yida say`: the guide's voice into a WAV file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import typer

from api.commands.models import pulled
from api.recording import RecordingError, write_wav
from ivr.errors import SpeechError
from ivr.kokoro import Kokoro
from ivr.reading import spoken_form
from ivr.speech import DEFAULT_VOICE, TELEPHONE_RATE, Manner, NeuralVoice
from models.weights import Catalogue


def say(
    text: Annotated[str, typer.Argument(help="What to say, as it is written.")],
    *,
    out: Annotated[Path, typer.Option(dir_okay=False, help="WAV file to write.")],
    rate: Annotated[int, typer.Option(help="Sampling rate in Hz.")] = TELEPHONE_RATE,
    voice: Annotated[str, typer.Option(help="zf_… are women, zm_… men.")] = DEFAULT_VOICE,
    speed: Annotated[float, typer.Option(help="Below 1 slower.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say a text with the voice guide's voice."""
    pulled(["kokoro"], quiet=as_json)
    started = time.perf_counter()
    try:
        speaker = NeuralVoice(Kokoro(Catalogue.load().locate("kokoro")), voice, rate=rate)
        pieces = speaker.say(text, Manner(speed=speed))
        loaded = time.perf_counter()
        first = next(pieces, None)
        first_s = time.perf_counter() - loaded
        spoken = [*([first] if first else []), *pieces]
    except SpeechError as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from error
    done = time.perf_counter()
    pcm = np.concatenate([np.zeros(0, np.int16), *(piece.pcm for piece in spoken)])
    try:
        write_wav(out, pcm, rate)
    except RecordingError as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from error
    report = {
        "file": str(out),
        "spoken": spoken_form(text),
        "voice": voice,
        "rate": rate,
        "seconds": round(len(pcm) / rate, 3),
        "load_seconds": round(loaded - started, 3),
        "first_sound_seconds": round(first_s, 3),
        "compute_seconds": round(done - loaded, 3),
    }
    if as_json:
        typer.echo(msgspec.json.encode(report).decode())
    else:
        typer.echo(f"{out}\t{report['seconds']} s\t{report['spoken']}")
