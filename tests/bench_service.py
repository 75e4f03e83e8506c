"""What storing and showing costs, without recognition: `python tests/bench_service.py [CALLS]`.

CALLS calls bring three events a second each; every call has a viewer who also watches the list. Prints how long an
append takes, how long until the event is in the viewer's hands, and the share of a core that all of it (viewers
included) costs; then how many events a second the store takes when there is no pause between them.
"""

# ruff: noqa: T201 - a program that prints
from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from serving import Served, deaf_engine, serving
from telling import draft, final, info, partial
from websockets.asyncio.client import connect

from api.settings import Settings
from models.events import Body
from models.store import Store

SECONDS = 12
EVENTS_PER_S = 3


def told(n: int) -> Body:
    """The n-th event of a call: three partials and their final, and a draft now and then."""
    words = f"第{n}句我家暖气不热" * 2
    if n % 12 == 11:
        return draft(district="丰台区", street=f"{n}街道")
    return final(f"u{n // 4}", words, n) if n % 4 == 3 else partial(f"u{n // 4}", words, n)


async def tell(
    store: Store, call_id: str, events: int, pause_s: float, stored: dict[tuple[str, int], float]
) -> list[float]:
    """Appends to one call; seconds that each append took. `stored` gets the moment when each event was handed in."""
    took = []
    for n in range(events):
        began = time.perf_counter()
        [event] = await store.append(call_id, [told(n)])
        took.append(time.perf_counter() - began)
        stored[call_id, event.seq] = began
        await asyncio.sleep(pause_s)
    return took


async def view(served: Served, call_id: str, seen: dict[tuple[str, int], float]) -> None:
    """Watches the list and one call; `seen` gets the moment at which each event arrived."""
    async with connect(f"{served.ws}/v1/console", compression=None) as socket:
        await socket.send('{"type":"watch"}')
        await socket.send(json.dumps({"type": "watch", "call_id": call_id}))
        async for frame in socket:
            message = json.loads(frame)
            if message["type"] in {"partial", "final"}:
                seen[call_id, message["seq"]] = time.perf_counter()


def line(name: str, seconds: list[float]) -> str:
    """p50, p95 and p99 in milliseconds."""
    ranked = sorted(seconds)
    shares = (ranked[int(len(ranked) * share)] * 1000 for share in (0.5, 0.95, 0.99))
    return f"{name:18}" + "  ".join(f"p{p} {ms:6.1f} ms" for p, ms in zip((50, 95, 99), shares, strict=True))


async def main(calls: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Settings(data_dir=Path(folder)), deaf_engine()) as served:
            store = served.services.store
            ids = [f"c{n}" for n in range(calls)]
            await asyncio.gather(*(store.start_call(info(c)) for c in ids))
            stored: dict[tuple[str, int], float] = {}
            seen: dict[tuple[str, int], float] = {}
            viewers = [asyncio.create_task(view(served, c, seen)) for c in ids]
            await asyncio.sleep(2)
            cpu, wall = time.process_time(), time.perf_counter()
            events = SECONDS * EVENTS_PER_S
            took = await asyncio.gather(*(tell(store, c, events, 1 / EVENTS_PER_S, stored) for c in ids))
            share = (time.process_time() - cpu) / (time.perf_counter() - wall)
            for viewer in viewers:
                viewer.cancel()
            print(f"{calls} calls, {EVENTS_PER_S} events/s each, {calls} viewers: {share:.2f} cores")
            print(line("append", [s for one in took for s in one]))
            print(line("append to viewer", [seen[key] - began for key, began in stored.items() if key in seen]))
            wall = time.perf_counter()
            await asyncio.gather(*(tell(store, c, 100, 0, stored) for c in ids))
            print(f"flat out: {calls * 100 / (time.perf_counter() - wall):.0f} events/s stored")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
