"""How good drafts of whole calls are, on labelled transcripts: what has been reached is not lost again."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from finders import resources

from api.drafting import draft_call
from api.scoring import Report, Scorer, report
from api.written_calls import read_labelled_call
from models.gazetteer import load_gazetteer

CALLS = Path(__file__).parent / "calls"


FLOORS = {
    "dev": {"all_fields": 0.95, "evidence": 0.97, "top1": 0.9, "top3": 0.95, "key_facts": 0.45},
    "more": {"all_fields": 0.93, "evidence": 0.95, "top1": 0.8, "top3": 0.92, "key_facts": 0.8},
    "third": {"all_fields": 0.96, "evidence": 0.95, "top1": 0.85, "top3": 0.9, "key_facts": 0.45},
    "fourth": {"all_fields": 0.96, "evidence": 0.95, "top1": 0.9, "top3": 0.95, "key_facts": 0.45},
    "held": {"all_fields": 0.9, "evidence": 0.95, "top1": 0.8, "top3": 0.95, "key_facts": 0.45},
}
"""A little below what `yida eval calls` measures."""


@cache
def measured(folder: str) -> Report:
    scorer = Scorer(load_gazetteer())
    scores = []
    for path in sorted((CALLS / folder).glob("*.json")):
        label = read_labelled_call(path)
        draft = draft_call(label.written.call, label.written.utterances, resources()).draft
        scores.append(scorer.score(label, draft, label.written.utterances))
    return report(scores)


@pytest.mark.parametrize("folder", FLOORS)
def test_drafts_stay_as_good_as_they_are(folder: str) -> None:
    found, floors = measured(folder), FLOORS[folder]

    assert found.calls == len(list((CALLS / folder).glob("*.json")))
    assert found.all_fields.f1.value >= floors["all_fields"]
    assert found.evidence.value >= floors["evidence"]
    assert found.category_top1.value >= floors["top1"]
    assert found.category_top3.value >= floors["top3"]
    assert found.key_facts.value >= floors["key_facts"]


@pytest.mark.parametrize("folder", FLOORS)
def test_every_emergency_is_caught(folder: str) -> None:
    assert measured(folder).fields["emergency_number"].recall.value == 1


@pytest.mark.parametrize(
    ("folder", "most"), [("dev", 0.03), ("more", 0.03), ("third", 0.03), ("fourth", 0.03), ("held", 0.1)]
)
def test_what_was_not_said_stays_empty(folder: str, most: float) -> None:
    assert measured(folder).all_fields.false_fill.value <= most
