"""What people say, and what it speaks for: the tables in `sayings/`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from dialogue import dialogue

from api.scoring import SIMILAR_ADDRESS, SIMILAR_UNIT, same_time, similarity
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel
from models.workorder import Draft, FieldName, FieldValue
from voice.fields.extractor import FieldResources

SAYINGS = Path(__file__).parent / "sayings"
CALL = CallInfo(
    call_id="c",
    channels=(Channel.CITIZEN, Channel.OPERATOR),
    received_at=datetime(2026, 5, 20, 14, 30, tzinfo=HOTLINE_TIME_ZONE),
)


def table() -> Iterator[tuple[str, str, str]]:
    for path in sorted(SAYINGS.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            value, _, turns = line.partition(" | ")
            yield path.stem, value, turns


@cache
def resources() -> FieldResources:
    return FieldResources.load()


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


@pytest.mark.parametrize(("name", "value", "turns"), list(table()), ids=lambda value: None)
def test_what_is_said_is_filled_in(name: str, value: str, turns: str) -> None:
    utterances = dialogue(*turns.split(" / "))
    found = Draft().refill(c for finder in resources().finders for c in finder.find(CALL, utterances))

    assert same(FieldName(name), value, found.value(FieldName(name))), found.value(FieldName(name))
