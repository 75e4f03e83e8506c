"""`yida replay`, as it is typed, in every protocol."""

from __future__ import annotations

import asyncio
import json
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import typer
from serving import Served, deaf_engine, serving
from typer.testing import CliRunner

from api.commands.replay import replay
from api.settings import Settings
from voice.wire import PROTOCOLS

KEY = "correct-horse"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path, api_keys=KEY), deaf_engine()) as running:
        yield running


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Half a second of silence on two channels, at another rate than telephones have."""
    path = tmp_path / "call.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 16_000, 0, "NONE", "NONE"))
        file.writeframes(bytes(16_000 * 2))
    return path


async def _run(*arguments: str) -> tuple[int, str, str]:
    app = typer.Typer()
    app.command()(replay)
    result = await asyncio.to_thread(CliRunner().invoke, app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("name", "path"), [("native", "/v1/calls/stream"), *((n, p.path) for n, p in PROTOCOLS.items())]
)
async def test_replay_speaks_every_protocol(served: Served, recording: Path, name: str, path: str) -> None:
    options = ["--protocol", name, "--url", served.ws + path, "--key", KEY, "--calls", "2", "--json"]
    code, out, err = await _run(str(recording), *options)
    assert (code, err) == (0, "")
    report = json.loads(out)
    assert (report["offered"], report["refused"], report["lost"]) == (2, 0, 0)
    calls = await served.services.store.calls()
    assert len(calls) == 2


async def test_a_wrong_key_is_said(served: Served, recording: Path) -> None:
    code, _, err = await _run(str(recording), "--protocol", "vosk", "--url", f"{served.ws}/v1/vosk", "--key", "wrong")
    assert code == 1
    assert "401" in err


async def test_an_unknown_protocol_is_refused(recording: Path) -> None:
    code, _, err = await _run(str(recording), "--protocol", "carrier-pigeon")
    assert code == 2
    assert "carrier-pigeon" in err
