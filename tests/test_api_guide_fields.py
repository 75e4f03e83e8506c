"""The fields of a report in a call with the voice guide."""

from __future__ import annotations

from datetime import datetime

import pytest

from api.guide_fields import GuideFields, alone_draft, written
from ivr.flow import load_flow
from ivr.hearing import REPORTING
from ivr.intake import FIELDS, Slot
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Mode
from voice.fields.extractor import FieldResources

CALL = CallInfo(
    call_id="c1",
    channels=(Channel.CITIZEN,),
    received_at=datetime(2026, 11, 23, 12, tzinfo=HOTLINE_TIME_ZONE),
    mode=Mode.GUIDE,
    caller="13811112222",
)
TOLD = [name for slot in Slot if slot is not Slot.MATTER for name in FIELDS[slot]]


@pytest.fixture(scope="module")
def resources() -> FieldResources:
    return FieldResources.load()


@pytest.mark.parametrize("answer", ["对", "不对，是的", "可以"])
def test_no_question_of_the_guide_becomes_a_fact_by_a_yes(resources: FieldResources, answer: str) -> None:
    flow = load_flow()
    asking = [state for state in flow.states.values() if state.expects in REPORTING]
    prompts = {p for state in asking for p in (*state.say[-1:], *state.silence, *state.unclear)}
    assert len(prompts) >= 8
    for name in prompts:
        draft = alone_draft(CALL, resources, flow.prompts[name], written(1, answer, 10.0))
        assert [field for field in TOLD if draft.value(field) is not None] == [], name


def test_an_answer_is_understood_by_its_question(resources: FieldResources) -> None:
    fields = GuideFields(CALL, resources)
    fields.asked("请问您怎么称呼？", 5.0)
    _, said = fields.heard(written(1, "张伟", 10.0))
    assert said.value(FIELDS[Slot.NAME][0]) == "张伟"
    fields.asked("", 15.0)
    _, said = fields.heard(written(2, "张伟", 20.0))
    assert said.value(FIELDS[Slot.NAME][0]) is None
