"""`yida serve`: the service."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Annotated

import typer

from api.commands.engine import fetch_weights, open_fields, read_settings
from api.commands.models import pulled
from api.server import run
from voice.wire import PROTOCOLS, Protocol


def _shown(protocol: Protocol) -> str:
    on_its_own = f", or / with --{protocol.name}-port" if protocol.port else ""
    return f"  {protocol.title}: {protocol.path}{on_its_own}\n{textwrap.indent(protocol.example, ' ' * 4)}\n"


SERVE_HELP = f"""Run the service: call sockets, operator page, REST.

Needs no configuration. Every option is also an environment variable (YIDA_HOST, YIDA_PORT, YIDA_DATABASE_URL …).

\b
  ws://HOST:PORT/v1/calls/stream   call-center systems send a call's audio here
  http://HOST:PORT/                the operator page
  http://HOST:PORT/docs            the REST interface

Systems that speak one of these formats connect as they are; docs/connect.md has all there is to paste.

\b
{"".join(_shown(p) for p in PROTOCOLS.values())}
KEY is one of YIDA_API_KEYS. On an address other machines can reach, API keys are required: YIDA_API_KEYS=KEY,KEY."""


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.  [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="TCP port.  [default: 8000]")] = None,
    model: Annotated[
        str | None, typer.Option(help="Speech model: a name or a folder.  [default: whisper-base]")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Decoding threads.  [default: one per core]")] = None,
    max_calls: Annotated[int | None, typer.Option(min=1, help="Live calls at a time.  [default: what fits]")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder for everything that is kept.  [default: data]")
    ] = None,
    database_url: Annotated[str | None, typer.Option(help="sqlite:///FILE or postgresql://…")] = None,
    funasr_port: Annotated[int | None, typer.Option(help="Serve FunASR at / on this port, too (10095).")] = None,
    vosk_port: Annotated[int | None, typer.Option(help="Serve Vosk at / on this port, too (2700).")] = None,
) -> None:

    settings = read_settings(
        host=host,
        port=port,
        model=model,
        workers=workers,
        max_calls=max_calls,
        data_dir=data_dir,
        database_url=database_url,
        funasr_port=funasr_port,
        vosk_port=vosk_port,
    )
    if any(
        (
            settings.gazetteer,
            settings.landmarks,
            settings.catalogue,
            settings.categories,
            settings.units,
            settings.spans,
        )
    ):
        open_fields(settings)  # a wrong file is told in one line, before anything starts
    fetch_weights(settings, quiet=False)
    if settings.guide:
        pulled(["kokoro"], quiet=False)
    run(settings)


serve.__doc__ = SERVE_HELP
