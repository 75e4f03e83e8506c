"""A real server for tests: the application on a free port of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn

from api.app import create_app
from api.services import Services
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


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Served]:
    """The service while this is open."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="warning", ws="websockets-sansio"))
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
