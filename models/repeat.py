"""The same matter again: earlier work orders that a new one may belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from models.workorder import AREAS, FieldName, FieldValue, WorkOrder

SAME_CALLER = timedelta(days=30)
"""How long a caller's earlier orders are worth showing."""
SAME_PLACE = timedelta(days=7)
"""How long a neighbour's report of the same kind is probably the same fault."""
MAX_MATCHES = 5


class SameMatter(msgspec.Struct, frozen=True):
    """An earlier order to merge with, and why."""

    order: WorkOrder
    reason: str
    """For the operator, in Chinese."""


def same_matter(
    fields: Mapping[FieldName, FieldValue], earlier: Iterable[WorkOrder], now: datetime
) -> tuple[SameMatter, ...]:
    """The orders among `earlier` that the order being drafted (`fields`) may repeat: best reason first, then newest.

    Args:
        now: with offset; orders are counted back from it.
    """
    found = [
        (len(reasons), order, "，".join(reasons))
        for order in earlier
        if (reasons := _reasons(fields, order.fields, now - order.submitted_at))
    ]
    found.sort(key=lambda f: (f[0], f[1].submitted_at, f[1].order_id), reverse=True)
    return tuple(SameMatter(order, reason) for _, order, reason in found[:MAX_MATCHES])


def _reasons(new: Mapping[FieldName, FieldValue], old: Mapping[FieldName, FieldValue], age: timedelta) -> list[str]:
    """Why an order of this age may be about the same; nothing when it is not."""
    category = _same(new, old, FieldName.CATEGORY)
    place = all(_same(new, old, name) for name in AREAS)
    reasons = []
    if age <= SAME_CALLER and _same(new, old, FieldName.CALLER_PHONE):
        reasons.append("同一联系电话")
    if age <= SAME_PLACE and place and category:
        reasons.append(f"同一社区（{old[FieldName.COMMUNITY]}）同类问题")
        if _same(new, old, FieldName.ADDRESS_DETAIL):
            reasons.append("同一地址")
    elif reasons and category:
        reasons.append("同类问题")
    return reasons


def _same(new: Mapping[FieldName, FieldValue], old: Mapping[FieldName, FieldValue], name: FieldName) -> bool:
    value = new.get(name)
    return value is not None and value == old.get(name)
