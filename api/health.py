"""Whether the service works: every component is asked."""

from __future__ import annotations

import asyncio
import time
from enum import StrEnum

import msgspec
from fastapi import APIRouter

from api.openapi import Json, answers
from api.services import Opened, Ping

PING_TIMEOUT_S = 2.0

router = APIRouter(tags=["service"])


class Condition(StrEnum):
    OK = "ok"
    FAILING = "failing"


class Component(msgspec.Struct, frozen=True):
    """One part of the service."""

    status: Condition
    seconds: float
    """How long it took to answer."""
    error: str | None = None


class Health(msgspec.Struct, frozen=True):
    """The service and its parts."""

    status: Condition
    live_calls: int
    components: dict[str, Component]


_EXAMPLE = Health(
    Condition.OK,
    3,
    {
        "store": Component(Condition.OK, 0.002),
        "recogniser": Component(Condition.OK, 0.0),
        "guide": Component(Condition.OK, 0.006),
        "speech": Component(Condition.OK, 0.0),
    },
)


@router.get("/health", summary="Whether every component works", responses=answers(Health, _EXAMPLE))
async def health(services: Opened) -> Json:
    """200 when every component answers in time, 503 otherwise."""
    names = list(services.pings)
    asked = await asyncio.gather(*(_ask(services.pings[name]) for name in names))
    failing = any(component.status is Condition.FAILING for component in asked)
    status = Condition.FAILING if failing else Condition.OK
    found = Health(status, len(services.live), dict(zip(names, asked, strict=True)))
    return Json(found, status_code=503 if failing else 200)


async def _ask(ping: Ping) -> Component:
    began = time.perf_counter()
    error = None
    try:
        async with asyncio.timeout(PING_TIMEOUT_S):
            await ping()
    except TimeoutError:
        error = f"no answer within {PING_TIMEOUT_S} s"
    except Exception as failure:  # noqa: BLE001 - whatever is wrong with a component is the answer
        error = type(failure).__name__
    seconds = round(time.perf_counter() - began, 4)
    return Component(Condition.FAILING if error else Condition.OK, seconds, error)
