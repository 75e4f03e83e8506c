"""Taking a report: what is asked, what counts as an answer, what is corrected."""

from __future__ import annotations

import pytest
from guide_parts import filled
from hypothesis import given
from hypothesis import strategies as st

from ivr.intake import Report, Slot, heard_digits, spell, spoken_time
from models.workorder import Draft, FieldName

EMPTY = Draft()


def test_the_matter_comes_first_then_only_what_is_missing() -> None:
    assert Report().missing() is Slot.MATTER
    known = filled(street="劲松街道", caller_phone="13800138000")
    report = Report().tell("路灯坏了", known)
    assert report.missing() is Slot.TIME
    timed = report.answer(Slot.TIME, known, filled(occurred_at="2026-11-20"))
    assert timed is not None
    assert timed.missing() is Slot.NAME
    named = timed.answer(Slot.NAME, known, filled(caller_name="张女士"))
    assert named is not None
    assert named.missing() is None
    assert named.unsure() == ()


def test_a_district_alone_is_no_place_to_go_to() -> None:
    assert Report().tell("路灯坏了", filled(district="朝阳区")).missing() is Slot.PLACE


def test_words_that_hold_no_place_do_not_answer_where() -> None:
    assert Report().tell("路灯坏了", EMPTY).answer(Slot.PLACE, EMPTY, EMPTY) is None


def test_a_time_in_words_is_an_answer_but_an_operator_checks_it() -> None:
    report = Report().tell("路灯坏了", filled(street="劲松街道")).answer(Slot.TIME, filled(street="劲松街道"), EMPTY)
    assert report is not None
    assert report.missing() is Slot.PHONE
    assert report.unsure() == (FieldName.OCCURRED_AT,)


def test_what_is_skipped_is_not_asked_again_and_marked() -> None:
    report = Report().tell("路灯坏了", EMPTY).skip(Slot.PLACE)
    assert report.missing() is Slot.TIME
    assert FieldName.STREET in report.unsure()


def test_a_number_over_two_breaths_is_an_answer() -> None:
    report = Report().tell("路灯坏了", EMPTY)
    assert report.answer(Slot.PHONE, filled(caller_phone="13800138000"), EMPTY) is not None


def test_the_matter_is_what_was_told_freely_whatever_the_place_sounds_like() -> None:
    told = Report().tell("井盖坏了", filled(category=("市政", "井盖积水")))
    crossing = filled(category=("交通管理", "道路拥堵信号灯"), street="八角街道")
    report = told.answer(Slot.PLACE, crossing, filled(street="八角街道"))
    assert report is not None
    assert report.fields()[FieldName.CATEGORY] == ("市政", "井盖积水")
    vague = Report().tell("有个事", EMPTY).answer(Slot.PLACE, crossing, filled(street="八角街道"))
    assert vague is not None
    assert vague.fields()[FieldName.CATEGORY] == ("交通管理", "道路拥堵信号灯")


def test_a_correction_outweighs_everything_heard_later() -> None:
    known = filled(district="朝阳区", street="劲松街道", address_detail="甲3号")
    report = Report().tell("路灯坏了", known).correct(known, filled(district="海淀区"))
    assert report is not None
    again = report.tell("快点来修", known)
    assert again.value(FieldName.DISTRICT) == "海淀区"
    assert again.value(FieldName.STREET) is None
    assert again.value(FieldName.ADDRESS_DETAIL) == "甲3号"
    assert FieldName.STREET not in again.fields()


def test_repeating_what_is_known_corrects_nothing() -> None:
    known = filled(district="朝阳区")
    assert Report().tell("路灯坏了", known).correct(known, filled(district="朝阳区")) is None


def test_it_is_read_back_in_sentences() -> None:
    known = filled(district="朝阳区", street="劲松街道", occurred_at="2026-11-20T20:30", caller_phone="01065881234")
    text = Report().tell("路灯坏了", known).spoken()
    assert "您反映的是，路灯坏了。" in text
    assert "朝阳区劲松街道" in text
    assert "11月20日20点30分" in text
    assert "零幺零，六五八八，幺二三四" in text


@pytest.mark.parametrize(
    ("digits", "spoken"), [("13800138000", "幺三八，零零幺三，八零零零"), ("4821", "四八二幺"), ("", "")]
)
def test_digits_are_dictated_in_groups(digits: str, spoken: str) -> None:
    assert spell(digits) == spoken


@given(st.text(alphabet="0123456789", max_size=30))
def test_what_is_dictated_is_heard(digits: str) -> None:
    assert heard_digits(spell(digits)) == digits


def test_words_between_digits_do_not_count() -> None:
    assert heard_digits("嗯，是幺三八，然后零零幺三，最后八零零零吧") == "13800138000"
    assert heard_digits("Jow50 Jow020 3040") == "15010203040"
    assert heard_digits("有86，由23344") == "18612" + "3344"


def test_a_day_has_no_clock() -> None:
    assert spoken_time("2026-11-20") == "11月20日"
    assert spoken_time("2026-11-20T08:00") == "11月20日8点"


@given(
    st.lists(st.sampled_from([*Slot]), max_size=8),
    st.sampled_from([EMPTY, filled(district="朝阳区"), filled(occurred_at="2026-11-20", caller_phone="13800138000")]),
)
def test_asking_comes_to_an_end(slots: list[Slot], draft: Draft) -> None:
    report = Report().tell("路灯坏了", draft)
    for slot in slots:
        report = report.answer(slot, draft, draft) or report.skip(slot)
    for _ in Slot:
        missing = report.missing()
        report = report.skip(missing) if missing else report
    assert report.missing() is None
    assert set(report.unsure()) <= set(FieldName)


def test_an_address_without_a_district_is_asked_for() -> None:
    assert Report().tell("养猪场排粪水", filled(address_detail="养猪场")).missing() is Slot.PLACE
    assert Report().tell("…", filled(district="大兴区", address_detail="村东头养猪场")).missing() is Slot.TIME


def test_a_corrected_estate_keeps_its_house() -> None:
    known = filled(community="花家地南里社区", address_detail="花家地南里9号楼")
    right = filled(community="花家地西里社区", address_detail="花家地西里9号楼")
    report = (
        Report().tell("吵", known).correct(right, filled(community="花家地西里社区", address_detail="花家地西里"))
    )
    assert report is not None
    assert report.value(FieldName.ADDRESS_DETAIL) == "花家地西里9号楼"


def test_what_is_said_before_the_point_is_not_read_back() -> None:
    told = Report().tell("喂，你好，那个我想反映一下，路灯坏了", EMPTY)
    assert told.spoken() == "您反映的是，路灯坏了。"
    assert Report().tell("好漂亮的灯坏了", EMPTY).spoken() == "您反映的是，好漂亮的灯坏了。"


def test_a_piece_of_an_address_corrects_the_whole() -> None:
    report = Report().tell("吵", filled(district="东城区", address_detail="和平里六区5号楼2单元"))
    report = report.correct(filled(district="东城区", address_detail="和平里六区5号楼3单元"), EMPTY) or report
    assert report.value(FieldName.ADDRESS_DETAIL) == "和平里六区5号楼3单元"
    assert report.correct(report.draft, EMPTY) is None


def test_a_number_is_not_found_within_another() -> None:
    report = Report().tell("吵", filled(address_detail="八角北里15号楼"))
    right = report.correct(filled(address_detail="八角北里15号楼"), filled(address_detail="5号楼"))
    assert right is not None
    assert right.value(FieldName.ADDRESS_DETAIL) == "5号楼"


def test_what_was_put_right_is_not_put_wrong_again() -> None:
    known = filled(address_detail="花家地南里9号楼")
    report = Report().tell("吵", known).put(FieldName.ADDRESS_DETAIL, "花家地西里9号楼")
    assert report.correct(filled(address_detail="花家地南里9号楼3单元"), EMPTY) is None


def test_what_is_right_already_is_no_correction() -> None:
    known = filled(address_detail="八角北里15号楼")
    assert Report().tell("吵", known).correct(known, filled(address_detail="八角北里")) is None
