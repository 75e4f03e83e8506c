"""Earlier orders of the same matter."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.call import HOTLINE_TIME_ZONE
from models.repeat import MAX_MATCHES, SAME_CALLER, SAME_PLACE, same_matter
from models.workorder import FieldName, FieldValue, WorkOrder

NOW = datetime(2026, 1, 13, 8, 52, tzinfo=HOTLINE_TIME_ZONE)
DRAFT: dict[FieldName, FieldValue] = {
    FieldName.CALLER_PHONE: "13693107725",
    FieldName.DISTRICT: "丰台区",
    FieldName.STREET: "方庄街道",
    FieldName.COMMUNITY: "芳星园二区社区",
    FieldName.ADDRESS_DETAIL: "9号楼",
    FieldName.CATEGORY: ("供暖", "温度不达标"),
}


def order(age: timedelta, order_id: str = "w1", **changed: FieldValue) -> WorkOrder:
    fields = DRAFT | {FieldName(name): value for name, value in changed.items()}
    return WorkOrder(order_id=order_id, call_id="c" + order_id, submitted_at=NOW - age, fields=fields)


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        (order(timedelta(days=1)), "同一联系电话，同一社区（芳星园二区社区）同类问题，同一地址"),
        (order(timedelta(days=1), caller_phone="x"), "同一社区（芳星园二区社区）同类问题，同一地址"),
        (order(timedelta(days=1), caller_phone="x", address_detail=None), "同一社区（芳星园二区社区）同类问题"),
        (order(timedelta(days=20)), "同一联系电话，同类问题"),
        (order(timedelta(days=20), category=("市政", "路灯")), "同一联系电话"),
        (order(timedelta(days=1), caller_phone=None, category=("市政", "路灯")), None),
        (order(timedelta(days=1), caller_phone="x", community=None), None),
        (order(SAME_PLACE + timedelta(days=1), caller_phone="x"), None),
        (order(SAME_CALLER + timedelta(days=1)), None),
    ],
)
def test_reasons(earlier: WorkOrder, reason: str | None) -> None:
    assert [m.reason for m in same_matter(DRAFT, [earlier], NOW)] == ([reason] if reason else [])


def test_the_best_reason_comes_first_then_the_newest() -> None:
    far = order(timedelta(days=20), "far")
    near = order(timedelta(days=2), "near", caller_phone="x", address_detail=None)
    both = order(timedelta(days=3), "both")
    newer = order(timedelta(days=1), "newer", category=None)
    assert [m.order.order_id for m in same_matter(DRAFT, [far, near, both, newer], NOW)] == [
        "both",
        "far",
        "newer",
        "near",
    ]


values = st.sampled_from([None, "a", "b"])
fields = st.dictionaries(st.sampled_from(list(DRAFT)), values)


@given(fields, st.lists(st.tuples(fields, st.integers(0, 60)), max_size=12))
def test_nothing_is_matched_by_what_was_not_said(
    draft: dict[FieldName, FieldValue], earlier: list[tuple[dict[FieldName, FieldValue], int]]
) -> None:
    orders = [
        WorkOrder(order_id=f"w{i}", call_id="c", submitted_at=NOW - timedelta(days=days), fields=known)
        for i, (known, days) in enumerate(earlier)
    ]
    found = same_matter(draft, orders, NOW)
    assert len(found) <= MAX_MATCHES
    assert all(m.reason and m.order in orders for m in found)
    assert all(any(v is not None and m.order.fields.get(n) == v for n, v in draft.items()) for m in found)
