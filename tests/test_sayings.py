"""What people say, and what it speaks for: the tables in `sayings/`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from dialogue import dialogue
from finders import resources

from api.scoring import SIMILAR_ADDRESS, SIMILAR_UNIT, same_time, similarity
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel
from models.workorder import Draft, FieldName, FieldValue

SAYINGS = Path(__file__).parent / "sayings"
CALL = CallInfo(
    call_id="c",
    channels=(Channel.CITIZEN, Channel.OPERATOR),
    received_at=datetime(2026, 5, 20, 14, 30, tzinfo=HOTLINE_TIME_ZONE),
)


LEARNED = {FieldName.ADDRESS_DETAIL: 0.9, FieldName.RESPONDENT: 0.8, FieldName.OCCURRED_AT: 0.9}
"""Fields that are read by a tagger that has learned from other calls, and the share that it gets right at least."""


def table() -> Iterator[tuple[FieldName, str, str]]:
    for path in sorted(SAYINGS.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            value, _, turns = line.partition(" | ")
            yield FieldName(path.stem), value, turns


def same(field: FieldName, wanted: str, found: FieldValue) -> bool:
    if wanted == "-" or not found:
        return wanted == "-" and not found
    match field:
        case FieldName.ADDRESS_DETAIL:
            return similarity(wanted, str(found)) >= SIMILAR_ADDRESS
        case FieldName.RESPONDENT:
            return similarity(wanted, str(found)) >= SIMILAR_UNIT
        case FieldName.OCCURRED_AT:
            return same_time(wanted, str(found))
        case _:
            return found is True if wanted == "yes" else found == wanted


def filled_in(name: FieldName, turns: str) -> FieldValue:
    utterances = dialogue(*turns.split(" / "))
    return Draft().refill(c for f in resources().finders for c in f.find(CALL, utterances)).value(name)


@pytest.mark.parametrize(
    ("name", "value", "turns"), [row for row in table() if row[0] not in LEARNED], ids=lambda value: None
)
def test_what_is_said_is_filled_in(name: FieldName, value: str, turns: str) -> None:
    found = filled_in(name, turns)

    assert same(name, value, found), found


@pytest.mark.parametrize("name", LEARNED)
def test_most_of_what_is_said_is_filled_in(name: FieldName) -> None:
    rows = [(value, turns, filled_in(name, turns)) for field, value, turns in table() if field is name]
    wrong = [row for row in rows if not same(name, row[0], row[2])]

    assert 1 - len(wrong) / len(rows) >= LEARNED[name], "\n".join(map(str, wrong))
