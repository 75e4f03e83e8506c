"""Times that operators key in, in their own words."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import RECEIVED

from api.keyed_in import keyed_in
from models.workorder import FieldName

NIGHT = "2026-01-12T20:00"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("昨天晚上八点", NIGHT),
        ("昨晚8点左右", NIGHT),
        ("大概昨天20：00", NIGHT),
        ("2026/1/12 20:00", NIGHT),
        ("1月12号", "2026-01-12"),
        ("昨晚8.00", NIGHT),
        ("2026-1-9", "2026-01-09"),
        ("两个小时前", "2026-01-13T06:52"),
        ("2026-01-12 20:00", "2026-01-12 20:00"),
    ],
)
def test_a_time_in_other_words(written: str, meant: str) -> None:
    assert keyed_in(FieldName.OCCURRED_AT, written, RECEIVED) == meant


@pytest.mark.parametrize(
    "written", ["2026-13-40", "每天晚上八点", "昨天八点到九点", "明天", "不知道", "11.22", "大约 8.30", "", None]
)
def test_what_is_no_time_stays_as_it_is(written: str | None) -> None:
    assert keyed_in(FieldName.OCCURRED_AT, written, RECEIVED) == written


def test_other_fields_stay_as_they_are() -> None:
    assert keyed_in(FieldName.SUMMARY, "昨天晚上八点", RECEIVED) == "昨天晚上八点"


@given(st.text(alphabet="昨今天前大上周月日号点半晚早0123456789一二三十:-/. 年左右", max_size=14))
def test_anything_is_taken_or_left(written: str) -> None:
    value = keyed_in(FieldName.OCCURRED_AT, written, RECEIVED)
    if value != written:
        assert datetime.fromisoformat(str(value)) <= RECEIVED.replace(tzinfo=None)
