"""A real server for tests: the application on a free port of this machine."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache

from api.app import create_app
from api.server import make_server
from api.services import Engine, Services, load_engine
from api.settings import Settings


@dataclass(frozen=True, slots=True)
class Served:
    """A running service."""

    address: str
    """HOST:PORT"""
    services: Services

    @property
    def http(self) -> str:
        return f"http://{self.address}"

    @property
    def ws(self) -> str:
        return f"ws://{self.address}"


@cache
def real_engine() -> Engine:
    """The speech model and the reference data; loading them once is enough for all tests."""
    return load_engine(Settings(workers=2))


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Served]:
    """The service while this is open."""
    app = create_app(settings, real_engine())
    server = make_server(settings.model_copy(update={"port": 0}), app, log_level="warning")
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if task.done():
                await task
                raise RuntimeError("the server did not start; its log says why")
            await asyncio.sleep(0.01)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield Served(f"{host}:{port}", server.lifespan.state["services"])
    finally:
        server.should_exit = True
        await task
