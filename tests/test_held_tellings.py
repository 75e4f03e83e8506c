"""Place, unit and time in tagged calls that nobody who works on the finders has read, and that they have not learned.

Only sums count.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from finders import resources

from api.drafting import draft_call
from api.scoring import SIMILAR_ADDRESS, SIMILAR_UNIT, same_time, similarity
from models.call import CallInfo, Channel
from models.workorder import FieldName
from voice.fields.spans.tellings import load_tellings

CALLS = Path(__file__).parent / "calls"
COLUMNS = {FieldName.ADDRESS_DETAIL: 4, FieldName.RESPONDENT: 5, FieldName.OCCURRED_AT: 6}
"""Of the first line of a call: where its value stands."""
FLOORS = {
    "held_tellings": {FieldName.ADDRESS_DETAIL: 0.67, FieldName.RESPONDENT: 0.82, FieldName.OCCURRED_AT: 0.9},
    "held_street": {FieldName.ADDRESS_DETAIL: 0.31, FieldName.RESPONDENT: 0.7, FieldName.OCCURRED_AT: 0.84},
}
"""A little below what is measured: pieces of calls by one author, and whole calls of passers-by by another."""


def same(name: FieldName, wanted: str, found: str) -> bool:
    if name is FieldName.OCCURRED_AT:
        return same_time(wanted, found)
    return similarity(wanted, found) >= (SIMILAR_UNIT if name is FieldName.RESPONDENT else SIMILAR_ADDRESS)


@cache
def f1(calls: str) -> dict[FieldName, float]:
    """Harmonic mean of precision and recall of each field over all calls in the file."""
    path = CALLS / f"{calls}.txt"
    labels = re.findall(r"^= *(.*)$", path.read_text("utf-8"), re.MULTILINE)
    counts = {name: Counter[str]() for name in COLUMNS}
    for label, telling in zip(labels, load_tellings(path), strict=True):
        call = CallInfo(call_id="c", channels=(Channel.CITIZEN, Channel.OPERATOR), received_at=telling.received_at)
        draft = draft_call(call, telling.utterances, resources()).draft
        for name, column in COLUMNS.items():
            wanted, found = label.split("|")[column].strip().strip("-"), str(draft.value(name) or "")
            right = bool(wanted and found) and same(name, wanted, found)
            counts[name] += Counter(right=right, given=bool(found), wanted=bool(wanted))
    return {name: 2 * c["right"] / (c["given"] + c["wanted"]) for name, c in counts.items()}


@pytest.mark.parametrize(("calls", "name"), [(calls, name) for calls, floors in FLOORS.items() for name in floors])
def test_what_an_unknown_author_tells_is_filled_in(calls: str, name: FieldName) -> None:
    assert f1(calls)[name] >= FLOORS[calls][name], f1(calls)
