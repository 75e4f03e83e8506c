"""`yida rehearse`: everything the guide is known to say, synthesised before anybody calls."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import track

from api.commands.engine import read_settings
from api.commands.models import pulled
from api.guide_voice import open_voice
from ivr.flow import load_flow
from ivr.knowledge import load_knowledge
from ivr.repertoire import repertoire
from models.call import HOTLINE_TIME_ZONE


def rehearse(
    *,
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder for everything that is kept.  [default: data]")
    ] = None,
    voice: Annotated[str | None, typer.Option(help="zf_… are women, zm_… men.  [default: zf_xiaobei]")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Synthesise the guide's prompts and answers ahead of calls; what is there already takes no time."""
    settings = read_settings(data_dir=data_dir, voice=voice)
    pulled(["kokoro"], quiet=as_json)
    texts = list(repertoire(load_flow(), load_knowledge(), datetime.now(HOTLINE_TIME_ZONE).date()))
    speaker = open_voice(settings)
    console = Console(stderr=True)
    started = time.perf_counter()
    seconds = sum(
        piece.seconds
        for text in track(
            texts, "rehearsing", console=console, transient=True, disable=as_json or not console.is_terminal
        )
        for piece in speaker.say(text, keep=True)
    )
    report = {
        "texts": len(texts),
        "seconds": round(seconds, 1),
        "compute_seconds": round(time.perf_counter() - started, 1),
        "folder": str(settings.data_dir / "prompts"),
    }
    if as_json:
        typer.echo(msgspec.json.encode(report).decode())
    else:
        typer.echo("{texts} texts, {seconds} s of speech in {folder}, {compute_seconds} s of work".format(**report))
