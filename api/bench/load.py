"""How late text comes, and what happens under load: calls on the real clock into a service of its own process."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import numpy as np

from api.client import Replay, replay
from api.recording import Recording

STARTED_WITHIN_S = 120.0
STAGGER_S = 0.15
"""Between the starts of two calls."""
PERCENTILES = (50, 95, 99)


class Service(msgspec.Struct, frozen=True):
    """A running service."""

    url: str
    pid: int

    @property
    def rss_mb(self) -> float:
        """Resident memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


class Latencies(msgspec.Struct, frozen=True, kw_only=True):
    """What callers and operators see."""

    offered: int
    refused: int
    lost: int
    """Accepted, but not served to the end."""
    finals: int
    first_partial_s: dict[str, float]
    """After the utterance began, by percentile."""
    final_s: dict[str, float]
    """After it ended."""


@asynccontextmanager
async def service(
    *, model: str | None = None, max_calls: int | None = None, prompts: Path | None = None
) -> AsyncIterator[Service]:
    """A service in a process of its own while this is open.

    Args:
        prompts: the folder of what its guide has ready to say; None: it has no guide.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="yida-bench-") as folder:
        command = [sys.executable, "-m", "api", "serve", "--port", str(port), "--data-dir", folder]
        command += ["--model", model] if model else []
        command += ["--max-calls", str(max_calls)] if max_calls else []
        if prompts is not None:
            (Path(folder) / "prompts").symlink_to(prompts)
        environment = {**os.environ, "YIDA_GUIDE": str(prompts is not None)}
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, env=environment
        )
        try:
            await _ready(f"http://127.0.0.1:{port}/health", process)
            yield Service(f"ws://127.0.0.1:{port}/v1/calls/stream", process.pid)
        finally:
            process.terminate()
            await process.wait()


async def _ready(url: str, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(STARTED_WITHIN_S), httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(url)
            except httpx.TransportError:
                if process.returncode is not None:
                    raise RuntimeError("the service did not start; `yida serve` says why") from None
                await asyncio.sleep(0.1)
            else:
                return


async def calls_at_once(url: str, recordings: Sequence[Recording], calls: int) -> Latencies:
    """Offers `calls` calls, a little apart, and waits for the last to end."""

    async def one(number: int) -> Replay:
        await asyncio.sleep(number * STAGGER_S)
        return await replay(recordings[number % len(recordings)], url)

    return summary(await asyncio.gather(*(one(number) for number in range(calls))))


def summary(results: Sequence[Replay]) -> Latencies:
    """Latencies over all calls that were accepted."""
    accepted = [r for r in results if r.error is None]
    return Latencies(
        offered=len(results),
        refused=len(results) - len(accepted),
        lost=sum(not r.ended for r in accepted),
        finals=sum(len(r.finals) for r in accepted),
        first_partial_s=percentiles([s for r in accepted for s in r.partial_s.values()]),
        final_s=percentiles([s for r in accepted for s in r.final_s]),
    )


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 of some seconds; empty of none."""
    return {f"p{p}": round(float(np.percentile(values, p)), 3) for p in PERCENTILES} if values else {}


async def growth_mb(
    running: Service, recording: Recording, calls: int, on_progress: Callable[[], None] = lambda: None
) -> float:
    """By how much memory grows over `calls` calls one after another, the first tenth (warming up) left out."""
    before = running.rss_mb
    for number in range(calls):
        if number == max(1, calls // 10):
            before = running.rss_mb
        await replay(recording, running.url, speed=50)
        on_progress()
    return round(running.rss_mb - before, 1)
