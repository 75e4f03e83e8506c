"""`yida demo`: the service, a sample call, and what an operator sees of it."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live

from api.client import replay
from api.commands.engine import fetch_weights, read_settings
from api.commands.show import draft_table, speech
from api.recording import Recording, read_recording
from api.sample_call import sample_call
from api.server import make_server
from api.settings import Settings
from models.call import Channel
from models.workorder import Field, FieldName

MAX_LINES = 14


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the call; print its draft.")] = False,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="TCP port.  [default: 8000]")] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=20, help="Times real time.")] = 1.0,
    file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Another recording.")] = None,
) -> None:
    """Start the service, play a real sample call into it, and watch: here, and on the operator page.

    The call goes in over the public WebSocket at its real pace, as from a call-center system.
    """

    with tempfile.TemporaryDirectory(prefix="yida-demo-") as folder:
        settings = read_settings(port=port, data_dir=Path(folder), guide=False)
        fetch_weights(settings, quiet=False)
        recording = read_recording(file or sample_call())
        raise typer.Exit(asyncio.run(_run(settings, recording, speed=speed, once=once)))


async def _run(settings: Settings, recording: Recording, *, speed: float, once: bool) -> int:

    console = Console()
    server = make_server(settings, log_level="warning")
    serving = asyncio.create_task(server.serve())
    while not server.started:
        if serving.done():  # the port is taken, or the model cannot be loaded; the log has said so
            return 1
        await asyncio.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    page = f"http://{settings.host}:{port}/"
    console.print(f"话务员页面  [bold underline]{page}[/]   样例来电 {recording.seconds:.0f} 秒，按真实速度播放")
    view = _View(page, recording.seconds)
    with view.live(console) as show:
        result = await replay(
            recording,
            f"ws://{settings.host}:{port}/v1/calls/stream",
            key=settings.api_keys[0].get_secret_value() if settings.api_keys else None,
            speed=speed,
            call_id="demo",
            on_message=lambda message: show(view.take(message)),
        )
    console.print(view.whole())
    if not once:
        console.print(f"\n通话已结束，页面仍可查看和修改：[bold underline]{page}[/]   按 Ctrl+C 退出")
        await serving
    server.should_exit = True
    await serving
    return 0 if result.ended else 1


class _View:
    """The call as the terminal shows it."""

    def __init__(self, page: str, seconds: float) -> None:
        self._page = page
        self._seconds = seconds
        self._lines: dict[str, dict[str, Any]] = {}
        self._fields: dict[str, Any] = {}

    def live(self, console: Any) -> Any:
        """A context that gives a function to show the next picture; where there is no terminal, nothing moves."""

        if not console.is_terminal:
            return nullcontext(lambda picture: None)
        return _Moving(Live(console=console, transient=True, refresh_per_second=8))

    def take(self, message: dict[str, Any]) -> RenderableType:
        """The picture after one more message of the service."""
        if message["type"] in {"partial", "final"}:
            self._lines[message["utterance"]] = message
        elif message["type"] == "draft":
            self._fields = message["fields"]
        return self._picture(self._spoken()[-MAX_LINES:])

    def whole(self) -> RenderableType:
        """The call from beginning to end."""
        return self._picture(self._spoken())

    def _spoken(self) -> list[dict[str, Any]]:
        return sorted(self._lines.values(), key=lambda line: line["start"])

    def _picture(self, lines: list[dict[str, Any]]) -> RenderableType:

        fields = msgspec.convert(self._fields, dict[FieldName, Field])
        spoken = [
            speech(
                Channel(line["channel"]),
                line["start"],
                line["text"],
                len(line["stable"]) if line["type"] == "partial" else None,
            )
            for line in lines
            if line["text"]
        ]
        return Group(*spoken, draft_table(fields))


class _Moving:
    """A rich Live display, entered for its update function."""

    def __init__(self, live: Any) -> None:
        self._live = live

    def __enter__(self) -> Any:
        self._live.__enter__()
        return self._live.update

    def __exit__(self, *error: object) -> None:
        self._live.__exit__(*error)
