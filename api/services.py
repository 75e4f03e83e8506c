"""The composition root: the one place that builds what the service consists of, and takes it down again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, TypeAlias, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.bus import Bus, LocalBus
from api.live import LiveCalls
from api.settings import Settings
from models.events import Event
from models.store import Store

Ping: TypeAlias = Callable[[], Awaitable[None]]
"""Returns when the component works; raises what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Services:
    """What routes work with."""

    settings: Settings
    store: Store
    bus: Bus
    live: LiveCalls
    pings: Mapping[str, Ping]
    """By component; `/health` asks each."""


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Everything that `settings` ask for, opened in order and closed in reverse.

    Raises:
        StoreError: the database cannot be opened.
    """
    bus = LocalBus()

    def ring(events: list[Event]) -> None:
        for call_id in {event.call_id for event in events}:
            bus.ring(call_id)

    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Store.open(settings.database, node=settings.node, on_stored=ring))
        await store.interrupt_live_calls()
        yield Services(settings=settings, store=store, bus=bus, live=LiveCalls(), pings={"store": store.ping})


def _services(connection: HTTPConnection) -> Services:
    return cast(Services, connection.state.services)


Opened = Annotated[Services, Depends(_services)]
"""The services, as a route declares that it needs them."""
