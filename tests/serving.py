"""A real server for tests: the application on a free port of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from api.answering import open_understanding
from api.app import create_app
from api.guide_service import GuideService, load_guide
from api.server import make_server
from api.services import Engine, Services, load_engine
from api.settings import Settings
from ivr.understanding import Understanding
from voice.decoder import Hypothesis, Window


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


@cache
def real_understanding() -> Understanding:
    """The shipped knowledge base and what reads questions to it."""
    return open_understanding()


@cache
def real_guide() -> GuideService:
    """The guide with its voice, and what it is known to say kept from one run of the tests to the next."""
    return load_guide(Settings(workers=2, data_dir=Path(__file__).parent / ".cache"), real_understanding())


class _Deaf:
    """A decoder that hears nothing."""

    def decode(self, windows: Sequence[Window]) -> list[Hypothesis]:
        return [Hypothesis("") for _ in windows]


@cache
def deaf_engine() -> Engine:
    """For tests in which nobody calls: it needs no warming up."""
    return Engine(_Deaf(), real_engine().resources)


@asynccontextmanager
async def serving(
    settings: Settings,
    engine: Engine | None = None,
    guide: GuideService | None = None,
    understanding: Understanding | None = None,
    *,
    port: int = 0,
) -> AsyncIterator[Served]:
    """The service while this is open; by default with the real engine, without a guide, on a free port."""
    app = create_app(settings, engine or real_engine(), guide, understanding)
    server = make_server(settings.model_copy(update={"port": port}), app, log_level="warning")
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
