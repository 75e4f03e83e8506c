"""What the voice guide leaves for people, over HTTP: whom to call back, which questions have no answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query

from api.openapi import Json, answers
from api.services import Opened
from models.desk import Callback, Reason, Unanswered

router = APIRouter(prefix="/v1")

Limit = Annotated[int, Query(ge=1, le=200, description="Entries on a page")]
After = Annotated[int, Query(ge=0, le=2**63 - 1, description="`next` of the page before")]
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]

_AT = datetime(2026, 1, 13, 9, 30, tzinfo=UTC)
_CALLBACK = Callback(
    number=7,
    call_id="c-42",
    order_id=None,
    phone="13693107725",
    reason=Reason.MISSED,
    requested_at=_AT,
    done_at=None,
)


class CallbackPage(msgspec.Struct, frozen=True):
    """People to call back, who has waited longest first."""

    callbacks: list[Callback]
    next: int | None
    """`after` of the next page; null on the last one."""


class UnansweredQuestions(msgspec.Struct, frozen=True):
    """Questions without an answer, those asked most often first."""

    questions: list[Unanswered]


@router.get(
    "/callbacks",
    tags=["desk"],
    summary="Whom to call back",
    responses=answers(CallbackPage, CallbackPage([_CALLBACK], None), 422),
)
async def list_callbacks(services: Opened, *, done: bool = False, limit: Limit = 50, after: After = 0) -> Json:
    """Those who asked for it, and those who hung up while they waited for an operator."""
    found = await services.store.callbacks(done=done, limit=limit, after=after)
    return Json(CallbackPage(found, found[-1].number if len(found) == limit else None))


@router.post(
    "/callbacks/{number}/done",
    tags=["desk"],
    summary="Somebody was called back",
    responses=answers(Callback, msgspec.structs.replace(_CALLBACK, done_at=_AT), 404, 422),
)
async def close_callback(services: Opened, number: Number) -> Json:
    """Takes him off the list."""
    closed = await services.store.close_callback(number)
    services.bus.ring(closed.call_id)  # other operators see it, too
    return Json(closed)


@router.get(
    "/unanswered",
    tags=["desk"],
    summary="Questions without an answer",
    responses=answers(
        UnansweredQuestions,
        UnansweredQuestions([Unanswered(text="夜里能不能放烟花？", times=3, first_at=_AT, last_at=_AT)]),
        422,
    ),
)
async def list_unanswered(services: Opened, limit: Limit = 100) -> Json:
    """For the editors of the knowledge base."""
    return Json(UnansweredQuestions(list(await services.store.unanswered(limit=limit))))
