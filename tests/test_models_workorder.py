"""The draft of a work order: how candidates are merged, and that a person's edit stands."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.call import Channel
from models.errors import InvalidFieldError
from models.workorder import (
    CHOICES,
    FILL_AT,
    MAX_ALTERNATIVES,
    MAX_TEXT,
    RANKED_FILL_AT,
    Candidate,
    Draft,
    Evidence,
    Field,
    FieldName,
    FieldValue,
    Source,
    check_value,
    merge,
    whole_place,
)

PHONE, NAME = FieldName.CALLER_PHONE, FieldName.CALLER_NAME
CITIZEN, OPERATOR = Channel.CITIZEN, Channel.OPERATOR


def candidate(
    value: FieldValue, confidence: float, speaker: Channel | None = CITIZEN, at: int = 1, field: FieldName = NAME
) -> Candidate:
    words = Evidence(f"u{at}", float(at), at + 1.0, str(value) or "-", (0, 1))
    return Candidate(field=field, value=value, confidence=confidence, evidence=(words,), speaker=speaker)


values = st.sampled_from(["赵先生", "赵女士", "周先生", None])
candidates = st.builds(
    candidate,
    value=values,
    confidence=st.floats(0, 1),
    speaker=st.sampled_from([CITIZEN, OPERATOR, None]),
    at=st.integers(1, 9),
    field=st.sampled_from([NAME, PHONE]),
)
several = st.lists(candidates, max_size=8)


def test_two_speakers_agreeing_beat_one() -> None:
    field = merge([candidate("周先生", 0.8), candidate("赵先生", 0.7), candidate("赵先生", 0.7, OPERATOR, 2)])
    assert field is not None
    assert field.value == "赵先生"
    assert field.confidence == pytest.approx(0.91)
    assert [e.utterance for e in field.evidence] == ["u1", "u2"]


def test_saying_it_again_is_no_second_voice() -> None:
    once = merge([candidate("赵先生", 0.7)])
    twice = merge([candidate("赵先生", 0.7), candidate("赵先生", 0.6, at=2)])
    assert once is not None
    assert twice is not None
    assert twice.confidence == once.confidence


def test_of_two_equals_the_one_said_last_wins() -> None:
    field = merge([candidate("周先生", 0.8), candidate("赵先生", 0.8, at=2)])
    assert field is not None
    assert field.value == "赵先生"
    assert [a.value for a in field.alternatives] == ["周先生"]


def test_below_the_threshold_a_value_is_only_offered() -> None:
    field = merge([candidate("赵先生", FILL_AT - 0.01)])
    assert field == Field(value=None, confidence=0.0, alternatives=field.alternatives if field else ())
    assert field is not None
    assert field.alternatives[0].value == "赵先生"


def test_the_likeliest_category_is_filled_in_sooner() -> None:
    likeliest = candidate(("供暖", "温度不达标"), RANKED_FILL_AT, field=FieldName.CATEGORY)
    draft = Draft().refill([likeliest, candidate(("供暖", "供暖费用"), 0.1, field=FieldName.CATEGORY)])
    assert draft.value(FieldName.CATEGORY) == likeliest.value


def test_inferred_only_when_nobody_said_it() -> None:
    inferred = msgspec.structs.replace(candidate("赵先生", 0.9), source=Source.INFERRED)
    alone, heard = merge([inferred]), merge([inferred, candidate("赵先生", 0.9, OPERATOR)])
    assert alone is not None
    assert heard is not None
    assert (alone.source, heard.source) == (Source.INFERRED, Source.HEARD)


@given(several)
def test_what_merging_keeps(found: list[Candidate]) -> None:
    field = merge(found)
    assert (field is None) == (not found)
    if field is None:
        return
    assert 0 <= field.confidence <= 1
    assert field.value is None or field.confidence >= FILL_AT
    assert field.value not in [a.value for a in field.alternatives]
    assert len(field.alternatives) <= MAX_ALTERNATIVES
    assert [a.confidence for a in field.alternatives] == sorted(
        (a.confidence for a in field.alternatives), reverse=True
    )
    supporting = {e for c in found if c.value == field.value for e in c.evidence}
    assert set(field.evidence) <= supporting
    if field.value is not None:
        assert set(field.evidence) == supporting


@given(several, candidates)
def test_more_support_never_lowers_a_value(found: list[Candidate], more: Candidate) -> None:
    def score(all_found: list[Candidate]) -> float:
        field = merge([c for c in all_found if c.field is more.field])
        if field is None:
            return 0.0
        offered = {a.value: a.confidence for a in field.alternatives}
        return field.confidence if field.value == more.value else offered.get(more.value, 0.0)

    if more.value is not None and len({c.value for c in found}) <= MAX_ALTERNATIVES:
        assert score([*found, more]) >= score(found) - 0.001


@given(several)
def test_refilling_depends_on_the_candidates_alone(found: list[Candidate]) -> None:
    fresh = Draft().refill(found)
    assert fresh.refill(found) == fresh
    assert Draft().refill([candidate("别人", 0.9)]).refill(found) == fresh


@given(several, several, values)
def test_an_edit_is_never_touched_by_what_is_heard(
    before: list[Candidate], after: list[Candidate], value: FieldValue
) -> None:
    draft = Draft().refill(before).edit(NAME, value)
    later = draft.refill(after)
    for state in (draft, later):
        field = state.fields[NAME]
        assert field.value == value
        assert field.source is Source.EDITED
        assert field.confidence == 1
        assert value not in [a.value for a in field.alternatives]
    assert later.value(PHONE) == Draft().refill(after).value(PHONE), "other fields go on being filled in"


def test_an_edit_shows_what_was_heard() -> None:
    draft = Draft().refill([candidate("赵先生", 0.9)]).edit(NAME, "周先生")
    assert [a.value for a in draft.fields[NAME].alternatives] == ["赵先生"]
    assert [a.value for a in draft.refill([candidate("邹先生", 0.9)]).fields[NAME].alternatives] == ["邹先生"]


def test_fields_come_in_their_order() -> None:
    draft = Draft().refill([candidate("13900001111", 0.9, field=PHONE)]).edit(NAME, "周先生")
    assert list(draft.fields) == [NAME, PHONE]


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        (NAME, " 赵先生 ", "赵先生"),
        (NAME, "", None),
        (NAME, "  ", None),
        (PHONE, "01064025518", "01064025518"),
        (FieldName.OCCURRED_AT, "2026-01-10T19:30", "2026-01-10T19:30"),
        (FieldName.CATEGORY, ["供暖", "温度不达标"], ("供暖", "温度不达标")),
        (FieldName.WANTS_CALLBACK, False, False),
        (FieldName.URGENCY, "紧急", "紧急"),
        (FieldName.REPEAT_CALL, None, None),
    ],
)
def test_values_in_the_format_of_their_field(name: FieldName, value: FieldValue, kept: FieldValue) -> None:
    assert check_value(name, value) == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (NAME, True),
        (NAME, "长" * (MAX_TEXT + 1)),
        (PHONE, "1391004762（缺1位）"),
        (PHONE, "12"),
        (FieldName.OCCURRED_AT, "昨天"),
        (FieldName.CATEGORY, ("供暖",)),
        (FieldName.CATEGORY, "供暖"),
        (FieldName.WANTS_CALLBACK, "是"),
        (FieldName.URGENCY, "急"),
        (FieldName.EMERGENCY_NUMBER, "911"),
    ],
)
def test_other_values_are_refused_with_the_reason(name: FieldName, value: FieldValue) -> None:
    with pytest.raises(InvalidFieldError, match=name.value):
        Draft().edit(name, value)


@given(st.sampled_from(FieldName), st.none() | st.booleans() | st.text(max_size=30) | st.tuples(st.text(), st.text()))
def test_any_value_is_checked(name: FieldName, value: FieldValue) -> None:
    try:
        kept = check_value(name, value)
    except InvalidFieldError:
        return
    assert check_value(name, kept) == kept
    assert kept is None or name not in CHOICES or kept in CHOICES[name]


@pytest.mark.parametrize(
    ("community", "detail", "place"),
    [
        ("芳星园二区社区", "芳星园二区9号楼", "丰台区方庄街道芳星园二区9号楼"),
        ("芳星园二区社区", "9号楼", "丰台区方庄街道芳星园二区社区9号楼"),
        ("劲松社区", "劲松路口", "丰台区方庄街道劲松社区劲松路口"),
        ("西村", "西门外", "丰台区方庄街道西村西门外"),
        (None, "南门", "丰台区方庄街道南门"),
    ],
)
def test_an_estate_is_not_named_twice(community: str | None, detail: str, place: str) -> None:
    values = {"district": "丰台区", "street": "方庄街道", "community": community, "address_detail": detail}
    assert whole_place(values.get) == place
