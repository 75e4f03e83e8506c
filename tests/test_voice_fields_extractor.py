"""The whole draft of a call, as it grows."""

from __future__ import annotations

import json
import random
from pathlib import Path

import msgspec
import pytest
from dialogue import call, dialogue
from finders import resources as loaded
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.call import Channel, Utterance
from models.workorder import Candidate, Draft, FieldName
from voice.fields import Extractor, FieldResources

HEATING = (
    "o:您好，北京一二三四五，请问您反映什么问题？",
    "c:喂，同志啊，我家这暖气不热，冷得不行，打上礼拜六就这样了，才十五度。",
    "o:您住在哪个区，哪个小区？",
    "c:方庄，芳星园二区，七号楼，哎不对，七号楼是我闺女家，我是九号楼三单元四零二。",
    "o:丰台区方庄街道芳星园二区社区，九号楼三单元四零二，对吗？您贵姓，留个电话吧。",
    "c:对对，我姓赵，电话是幺三六九三幺零七七二五。",
    "o:幺三六九三幺零七七二五，赵先生，对吧？处理结果会有人给您回电话。",
)
FILLED = {
    "caller_name": "赵先生",
    "caller_phone": "13693107725",
    "district": "丰台区",
    "street": "方庄街道",
    "community": "芳星园二区社区",
    "address_detail": "芳星园二区9号楼3单元402",
    "occurred_at": "2026-01-10",
    "urgency": "一般",
    "wants_callback": True,
}


@pytest.fixture(scope="module")
def resources() -> FieldResources:
    return loaded()


def hear(resources: FieldResources, utterances: tuple[Utterance, ...] | list[Utterance]) -> tuple[Candidate, ...]:
    """The candidates after the last of `utterances`; every piece of evidence on the way quotes its utterance."""
    extractor, found = Extractor(call(), resources), ()
    raw = {u.id: u.raw for u in utterances}
    for utterance in utterances:
        found = extractor.hear(utterance)
        for e in (e for c in found for e in c.evidence):
            assert raw[e.utterance][slice(*e.span)] == e.quote != ""
    return found


def test_the_draft_fills_itself_in(resources: FieldResources) -> None:
    draft = Draft().refill(hear(resources, dialogue(*HEATING)))
    assert {name: draft.value(FieldName(name)) for name in FILLED} == FILLED
    assert "暖气不热" in str(draft.value(FieldName.SUMMARY))
    assert draft.value(FieldName.EMERGENCY_NUMBER) is None
    for name, field in draft.fields.items():
        assert field.value in {None, "一般"} or field.evidence, name


def test_order_of_arrival_and_repeats_change_nothing(resources: FieldResources) -> None:
    spoken = list(dialogue(*HEATING))
    expected = hear(resources, spoken)
    for seed in range(3):
        shuffled = spoken + spoken[::2]
        random.Random(seed).shuffle(shuffled)
        assert hear(resources, shuffled) == expected


def test_an_utterance_can_be_replaced_and_taken_back(resources: FieldResources) -> None:
    first, *_ = dialogue("c:我姓赵，电话是幺三六九三幺零七七二五")
    extractor = Extractor(call(), resources)
    assert extractor.hear(first)
    changed = extractor.hear(msgspec.structs.replace(first, raw="电话是幺三八幺二三四五六七八"))
    assert [c.value for c in changed if c.field is FieldName.CALLER_PHONE] == ["13812345678"]
    assert extractor.hear(msgspec.structs.replace(first, raw="", text="")) == ()


@pytest.mark.parametrize(
    "raw",
    [
        "嗯",
        "。",
        " ",
        "1" * 300,
        "零" * 10_000,
        "我家暖气不热" * 1700,
        "Hello, I don't speak Chinese. Call me at +1 555 0100.",
        "😀\u0000\ufffd\u202e",
        "方庄" * 3000,
    ],
    ids=["one", "mark", "space", "digits", "zeros", "long", "foreign", "odd", "names"],
)
def test_bad_input_gives_no_error_and_takes_no_minute(resources: FieldResources, raw: str) -> None:
    hear(resources, dialogue(f"c:{raw}", *HEATING[4:]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.tuples(st.sampled_from("com"), st.text(max_size=40)), max_size=6))
def test_any_dialogue(resources: FieldResources, turns: list[tuple[str, str]]) -> None:
    candidates = hear(resources, dialogue(*(f"{who}:{said}" for who, said in turns)))
    msgspec.json.encode(Draft().refill(candidates).fields)


def test_one_mixed_channel_is_read_too(resources: FieldResources) -> None:
    mixed = dialogue(*("m:" + turn[2:] for turn in HEATING))
    draft = Draft().refill(hear(resources, mixed))
    assert draft.value(FieldName.CALLER_PHONE) == FILLED["caller_phone"]
    assert draft.value(FieldName.DISTRICT) == FILLED["district"]
    assert draft.value(FieldName.CALLER_NAME) == FILLED["caller_name"]
    assert draft.value(FieldName.WANTS_CALLBACK) is True
    assert draft.value(FieldName.OCCURRED_AT) == FILLED["occurred_at"]


def test_a_labelled_call(resources: FieldResources) -> None:
    label = json.loads((Path(__file__).parent / "audio" / "dev-01.json").read_text("utf-8"))
    spoken = [
        Utterance(
            id=f"u{i}",
            channel=Channel(turn["speaker"]),
            start_s=turn["start"],
            end_s=turn["end"],
            text=turn["spoken"],
            raw=turn["spoken"],
            confidence=1.0,
        )
        for i, turn in enumerate(label["turns"], 1)
    ]
    draft = Draft().refill(hear(resources, spoken))
    for name in ("caller_name", "caller_phone", "district", "street", "community", "address_detail"):
        assert draft.value(FieldName(name)) == label["work_order"][name]
