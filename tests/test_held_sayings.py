"""How much of what nobody has read is understood: `held_sayings/`, shares only."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from test_sayings import filled_in, same

from models.workorder import FieldName

HELD = Path(__file__).parent / "held_sayings"
LEAST = {
    FieldName.CALLER_PHONE: 0.78,
    FieldName.OCCURRED_AT: 0.78,
    FieldName.RESPONDENT: 0.55,
    FieldName.REQUEST_TYPE: 0.55,
    FieldName.ADDRESS_DETAIL: 0.6,
    FieldName.WANTS_CALLBACK: 0.75,
    FieldName.CONFIDENTIAL: 0.8,
    FieldName.REPEAT_CALL: 0.8,
}


@pytest.mark.parametrize("name", LEAST)
def test_a_share_of_what_nobody_has_read_is_right(name: FieldName) -> None:
    rows = [line.partition(" | ") for line in (HELD / f"{name}.txt").read_text("utf-8").splitlines()]
    right = sum(same(name, value, filled_in(name, turns)) for value, _, turns in rows)

    logging.getLogger(__name__).info("%s: %d of %d right", name, right, len(rows))
    assert right / len(rows) >= LEAST[name], f"{right} of {len(rows)}"
