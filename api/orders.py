"""From call to order, over HTTP: read calls, correct a draft, submit it, read orders."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from api import examples
from api.choices import Choices
from api.keyed_in import keyed_in
from api.openapi import PRINTABLE, Json, answers
from api.services import Opened, Services
from models.errors import ConflictError
from models.repeat import SameMatter
from models.snapshot import CallSummary, Snapshot, Status
from models.workorder import Draft, FieldName, WorkOrder

router = APIRouter(prefix="/v1")

Limit = Annotated[int, Query(ge=1, le=200, description="Entries on a page")]
CallNumber = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="`next` of the page before")]
Id = Annotated[str, Path(min_length=1, max_length=200, pattern=PRINTABLE)]
OrderId = Annotated[str | None, Query(max_length=200, pattern=PRINTABLE, description="`next` of the page before")]


class CallPage(msgspec.Struct, frozen=True):
    """Calls, newest first."""

    calls: list[CallSummary]
    next: int | None
    """`before` of the next page; null on the last one."""


class OrderPage(msgspec.Struct, frozen=True):
    """Orders, newest first."""

    orders: list[WorkOrder]
    next: str | None
    """`before` of the next page; null on the last one."""


class SameMatters(msgspec.Struct, frozen=True):
    """Earlier orders that a draft may repeat, the best reason first."""

    matters: tuple[SameMatter, ...]


class Edit(BaseModel):
    """A person's value."""

    value: str | bool | list[str] | None = Field(
        description="Text, yes/no, or [level 1, level 2] of a category; null empties the field",
        examples=["丰台区"],
    )


@router.get(
    "/calls", tags=["calls"], summary="Calls", responses=answers(CallPage, CallPage([examples.SUMMARY], None), 422)
)
async def list_calls(
    services: Opened, status: Status | None = None, limit: Limit = 50, before: CallNumber = None
) -> Json:
    """Newest first; `next` of an answer is `before` of the next request."""
    calls = await services.store.calls(status=status, limit=limit, before=before)
    return Json(CallPage(calls, calls[-1].number if len(calls) == limit else None))


@router.get(
    "/calls/{call_id}", tags=["calls"], summary="One call", responses=answers(Snapshot, examples.CALL, 404, 422)
)
async def get_call(services: Opened, call_id: Id) -> Json:
    """What was heard so far, the draft, the alerts."""
    return Json(await services.store.snapshot(call_id))


@router.get(
    "/calls/{call_id}/draft", tags=["draft"], summary="The draft", responses=answers(Draft, examples.DRAFT, 404, 422)
)
async def get_draft(services: Opened, call_id: Id) -> Json:
    """Every field with its confidence, the words it comes from, and what else it may be."""
    return Json((await services.store.snapshot(call_id)).draft)


@router.patch(
    "/calls/{call_id}/draft/{field}",
    tags=["draft"],
    summary="Correct a field",
    responses=answers(Draft, examples.DRAFT, 400, 404, 409, 422),
)
async def edit_field(services: Opened, call_id: Id, field: FieldName, edit: Edit) -> Json:
    """What a person keys in is never overwritten by what is heard. Answers with the whole draft.

    A time may be written as it was said: 昨天晚上八点.
    """
    call = await _unsubmitted(services, call_id)
    value = keyed_in(field, tuple(edit.value) if isinstance(edit.value, list) else edit.value, call.info.received_at)
    live = services.live.get(call_id)
    if live is not None:
        await live.edit(field, value)
    else:
        await services.store.edit(call_id, field, value)
    return Json((await services.store.snapshot(call_id)).draft)


@router.get(
    "/calls/{call_id}/same-matter",
    tags=["draft"],
    summary="The same matter again",
    responses=answers(SameMatters, SameMatters((examples.SAME_MATTER,)), 404, 422),
)
async def get_same_matter(services: Opened, call_id: Id) -> Json:
    """Earlier orders from the same phone, or about the same place and category, with the reason."""
    return Json(SameMatters(await services.store.same_matter(call_id)))


@router.get(
    "/choices",
    tags=["draft"],
    summary="What fields can be filled with",
    responses=answers(Choices, examples.CHOICES),
)
async def get_choices(services: Opened) -> Json:
    """The values of fields that take one of a list."""
    return Json(services.choices)


@router.post(
    "/calls/{call_id}/submit",
    tags=["draft"],
    summary="Submit the draft",
    responses=answers(WorkOrder, examples.ORDER, 404, 409, 422),
)
async def submit(services: Opened, call_id: Id) -> Json:
    """Makes the draft a work order; once, unless the caller begins another matter."""
    return Json(await services.store.submit(call_id))


@router.get(
    "/orders", tags=["orders"], summary="Orders", responses=answers(OrderPage, OrderPage([examples.ORDER], None), 422)
)
async def list_orders(services: Opened, limit: Limit = 50, before: OrderId = None) -> Json:
    """Newest first; `next` of an answer is `before` of the next request."""
    orders = await services.store.orders(limit=limit, before=before)
    return Json(OrderPage(orders, orders[-1].order_id if len(orders) == limit else None))


@router.get(
    "/orders/{order_id}", tags=["orders"], summary="One order", responses=answers(WorkOrder, examples.ORDER, 404, 422)
)
async def get_order(services: Opened, order_id: Id) -> Json:
    """The values as they were submitted."""
    return Json(await services.store.order(order_id))


async def _unsubmitted(services: Services, call_id: str) -> Snapshot:
    call = await services.store.snapshot(call_id)
    if call.order_id is not None:
        raise ConflictError(f"the order of call {call_id!r} was submitted: {call.order_id}")
    return call
