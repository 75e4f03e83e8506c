"""Kill the service in the middle of a call: what was shown is still there."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect

from api.recording import Recording

STARTED_WITHIN_S = 120.0


async def _serve(data_dir: Path, port: int) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api", "serve", "--port", str(port), "--data-dir", str(data_dir)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "YIDA_API_KEYS": "secret"},
    )
    async with asyncio.timeout(STARTED_WITHIN_S), httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(f"http://127.0.0.1:{port}/health")
                return process
            except httpx.TransportError:
                assert process.returncode is None, "the service ended"
                await asyncio.sleep(0.1)


async def test_what_was_shown_survives_a_kill(
    tmp_path: Path, call_recording: Recording, unused_tcp_port: int
) -> None:
    key = {"Authorization": "Bearer secret"}
    process = await _serve(tmp_path, unused_tcp_port)
    shown: list[dict[str, Any]] = []
    async with connect(f"ws://127.0.0.1:{unused_tcp_port}/v1/calls/stream", additional_headers=key) as socket:
        start = {"type": "start", "encoding": "pcm16", "sample_rate": 8000, "channels": ["citizen", "operator"]}
        await socket.send(json.dumps({**start, "call_id": "killed"}))

        async def send() -> None:
            for chunk in call_recording.chunks(0.1):
                await socket.send(chunk)
                await asyncio.sleep(0.02)

        sender = asyncio.create_task(send())
        async with asyncio.timeout(240):
            async for frame in socket:
                shown.append(json.loads(frame))
                if sum(m["type"] == "final" for m in shown) >= 3:
                    break
        sender.cancel()
        process.send_signal(signal.SIGKILL)
        await process.wait()
    again = await _serve(tmp_path, unused_tcp_port)
    try:
        async with httpx.AsyncClient(headers=key) as client:
            answer = await client.get(f"http://127.0.0.1:{unused_tcp_port}/v1/calls/killed")
        kept = answer.json()
        assert {m["text"] for m in shown if m["type"] == "final" and m["text"]} <= {
            u["text"] for u in kept["utterances"]
        }
        assert kept["ended"]["reason"] == "interrupted"
        draft = [m["fields"] for m in shown if m["type"] == "draft"]
        assert not draft or kept["draft"]["fields"].keys() >= draft[-1].keys()
    finally:
        again.terminate()
        await again.wait()
