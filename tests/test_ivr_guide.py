"""The voice guide: whole conversations with the shipped flow, prompts, knowledge and model."""

from __future__ import annotations

import pytest
from guide_parts import TODAY, filled, flow, new_guide, play, spoken, spotter, tell, understanding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.dialog import (
    Action,
    Alert,
    BeginMatter,
    Called,
    Clear,
    Event,
    Failed,
    FindOrder,
    HangUp,
    Heard,
    KeyPressed,
    Listen,
    NoteUnanswered,
    OrderFound,
    OrderSaved,
    PartHeard,
    PlaybackReached,
    QueueChanged,
    RequestCallback,
    SaveOrder,
    Say,
    Settled,
    Silence,
    Transfer,
    Turn,
)
from ivr.guide import SLOWER, Guide
from models.workorder import FieldName

LONG = Silence(600.0)
PHONE = "13800138000"


def kinds(actions: list[object]) -> list[type]:
    return [type(a) for a in actions]


def test_a_question_is_answered_and_another_one_invited() -> None:
    guide = new_guide()
    actions = tell(guide, "我家暖气什么时候停")
    assert "三月十五号" in spoken(actions)
    assert "还有别的问题吗" in spoken(actions)
    assert "九六零六九" in spoken(tell(guide, "那暖气漏水了打什么电话报修"))
    farewell = guide.step(Heard("没有了，谢谢，再见"))
    assert "再见" in spoken(farewell)
    say = next(a for a in farewell if isinstance(a, Say))
    assert guide.step(PlaybackReached(say.mark, len(say.text))) == [HangUp()]
    assert guide.ended
    assert guide.step(Heard("喂")) == []


@pytest.mark.parametrize("text", ["转人工", "给我找个接线员", "我要人工服务", "我要转人工"])
def test_a_person_is_one_word_away(text: str) -> None:
    actions = tell(new_guide(), text)
    transfer = next(a for a in actions if isinstance(a, Transfer))
    assert transfer.to == "operator"


def test_half_a_sentence_is_enough_for_a_person_and_its_end_does_nothing_more() -> None:
    guide = Guide(understanding(), flow(), spotter())
    guide.step(Called(TODAY))
    actions = guide.step(PartHeard("转人工"))
    assert kinds(actions)[0] is Clear
    assert Transfer in kinds(actions)
    assert Transfer not in kinds(guide.step(Heard("转人工服务")))


def test_a_denied_person_is_not_fetched() -> None:
    assert Transfer not in kinds(tell(new_guide(), "不用转人工"))


def test_zero_is_a_person_while_the_guide_speaks() -> None:
    guide = Guide(understanding(), flow(), spotter())
    guide.step(Called(TODAY))
    actions = guide.step(KeyPressed("0"))
    assert kinds(actions)[0] is Clear
    assert Transfer in kinds(actions)


def test_speech_stops_the_guide_and_the_operator_sees_only_what_was_heard() -> None:
    guide = Guide(understanding(), flow(), spotter())
    greeting = next(a for a in guide.step(Called(TODAY)) if isinstance(a, Say))
    guide.step(PlaybackReached(greeting.mark, 5))
    assert guide.step(PartHeard("我想问")) == [Clear()]
    assert guide.turns == (Turn("guide", greeting.text[:5]),)
    guide.step(PlaybackReached(greeting.mark, len(greeting.text)))  # an echo that comes too late
    assert guide.turns == (Turn("guide", greeting.text[:5]),)


@pytest.mark.parametrize("noise", ["", "嗯", "咳", "嗯嗯", "哦"])
def test_noises_do_not_stop_the_guide(noise: str) -> None:
    guide = Guide(understanding(), flow(), spotter())
    guide.step(Called(TODAY))
    assert guide.step(PartHeard(noise)) == []
    answer = guide.step(Heard("暖气什么时候停"))
    assert Say in kinds(answer)
    assert guide.step(Heard(noise)) == []
    assert len([t for t in guide.turns if t.text == noise]) == 0


def test_slower_stays_slower_and_gives_more_time() -> None:
    guide = new_guide()
    before = next(a for a in tell(guide, "暖气什么时候停") if isinstance(a, Listen))
    actions = tell(guide, "你说慢一点")
    assert "三月十五号" in spoken(actions)
    assert {a.speed for a in actions if isinstance(a, Say)} == {SLOWER}
    after = next(a for a in actions if isinstance(a, Listen))
    assert after.end_pause_s > before.end_pause_s
    assert {a.speed for a in tell(guide, "那暖气漏水找谁修") if isinstance(a, Say)} == {SLOWER}


def test_repeat_and_louder() -> None:
    guide = new_guide()
    first = spoken(tell(guide, "暖气什么时候停"))
    assert spoken(tell(guide, "再说一遍")) == first
    louder = [a for a in tell(guide, "大声点") if isinstance(a, Say)]
    assert all(a.louder_db > 0 for a in louder)
    assert "".join(a.text for a in louder) == first


@pytest.mark.parametrize("event", [LONG, Heard("哎呀那个那个什么来着")])
def test_two_tries_each_different_then_a_person(event: Event) -> None:
    guide = new_guide()
    tries: list[list[Action]] = []
    for _ in range(3):
        tries.append(guide.step(event))
        play(guide, tries[-1])
    first, second, third = tries
    texts = [spoken(a) for a in (first, second)]
    assert all(texts)
    assert texts[0] != texts[1]
    assert Transfer in kinds(third)


def test_silence_does_not_count_while_the_guide_speaks_or_the_caller_has_time() -> None:
    guide = Guide(understanding(), flow(), spotter())
    actions = guide.step(Called(TODAY))
    assert guide.step(LONG) == []
    play(guide, actions)
    assert guide.step(Silence(3.0)) == []


def test_a_question_without_an_answer_is_noted_for_the_editors() -> None:
    actions = tell(new_guide(), "故宫的门票要怎么预约")
    assert NoteUnanswered("故宫的门票要怎么预约") in actions


def test_danger_goes_to_the_emergency_number_at_once() -> None:
    guide = Guide(understanding(), flow(), spotter())
    guide.step(Called(TODAY))
    actions = guide.step(Alert("119", "着火"))
    assert kinds(actions)[0] is Clear
    assert next(a for a in actions if isinstance(a, Transfer)).to == "119"
    assert next(a for a in guide.step(Failed()) if isinstance(a, Say))


@pytest.mark.parametrize(
    "answer",
    [
        "有",
        "有的有的",
        "是",
        "对，快来人",
        "有人受伤了",
        "他没醒过来",
        "没受伤的都跑了，我妈出不来",
        "嗯",
        "快点",
        "快一点儿啊",
    ],
)
def test_danger_that_is_only_sensed_is_asked_about(answer: str) -> None:
    guide = new_guide()
    asked = guide.step(Alert("120", "可能有人受伤，请核实", sure=False))
    play(guide, asked)
    assert "需要马上救助" in spoken(asked)
    assert Transfer not in kinds(asked)
    assert next(a for a in tell(guide, answer) if isinstance(a, Transfer)).to == "120"


@pytest.mark.parametrize("answer", ["没有", "没有没有", "不是", "没有，人都没事", "没有危险", "现在没有了", "不需要"])
def test_where_there_is_no_danger_the_report_goes_on(answer: str) -> None:
    guide = new_guide(PHONE)
    told = {"district": "朝阳区", "summary": "护栏撞坏了"}
    tell(guide, "我要反映个事，朝阳区这边昨天有车把护栏撞了，麻烦派人来修", **told)
    play(guide, guide.step(Alert("122", "可能发生了交通事故，请核实", sure=False)))
    assert "在什么地方" in spoken(tell(guide, answer, told))


def test_who_does_not_say_whether_there_is_danger_gets_a_person() -> None:
    guide = new_guide()
    play(guide, guide.step(Alert("120", "可能有人受伤，请核实", sure=False)))
    again = guide.step(Silence(20.0))
    assert "请说有" in spoken(again)
    play(guide, again)
    assert "operator" in [a.to for a in guide.step(Silence(20.0)) if isinstance(a, Transfer)]


def test_a_report_from_free_telling_to_the_order_number() -> None:
    guide = new_guide(PHONE)
    told = {"district": "朝阳区", "summary": "路灯不亮"}
    assert "什么地方" in spoken(tell(guide, "我要反映个事，朝阳区这边路灯坏了，麻烦派人来修", **told))
    place = {"street": "劲松街道", "address_detail": "劲松三区302号楼门口"}
    assert "什么时候" in spoken(tell(guide, "劲松三区三零二号楼门口", told, **place))
    assert "幺三八" in spoken(tell(guide, "上个礼拜就这样了", {**told, **place}))
    assert "怎么称呼" in spoken(tell(guide, "可以"))
    back = tell(guide, "我姓张", caller_name="张先生")
    assert "劲松三区302号楼" in spoken(back)
    order = next(a for a in tell(guide, "对，没错", {**told, **place}) if isinstance(a, SaveOrder))
    assert order.fields[FieldName.ADDRESS_DETAIL] == "劲松三区302号楼门口"
    assert order.fields[FieldName.CALLER_PHONE] == PHONE
    assert order.unsure == (FieldName.OCCURRED_AT,)  # told in words only
    done = spoken(guide.step(OrderSaved("202611220001", "4821")))
    assert "四八二幺" in done
    assert "还有别的问题吗" in done


def test_a_report_that_is_near_a_question_is_taken() -> None:
    guide = new_guide(PHONE)
    assert "在什么地方" in spoken(tell(guide, "我想反映一下，我家暖气不热，屋里只有十五度"))


def test_a_correction_by_voice_is_read_back_and_outweighs_what_was_heard() -> None:
    guide = new_guide(PHONE)
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20", "caller_name": "李女士"}
    tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", known)
    assert "朝阳区" in spoken(tell(guide, "可以", known))
    corrected = guide.step(Heard("不对，是海淀区", filled(**known), filled(district="海淀区")))
    assert "海淀区" in spoken(corrected)
    play(guide, corrected)
    order = next(a for a in tell(guide, "对", known) if isinstance(a, SaveOrder))
    assert order.fields[FieldName.DISTRICT] == "海淀区"
    assert FieldName.STREET not in order.fields  # 劲松 is not in 海淀


def test_after_two_failures_on_a_slot_it_goes_on_and_marks_it() -> None:
    guide = new_guide(PHONE)
    tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", occurred_at="2026-11-20", caller_name="李女士")
    tell(guide, "就是那个那个地方嘛")
    assert "幺三八" in spoken(tell(guide, "就是那个那个地方嘛"))
    tell(guide, "行")
    order = next(a for a in tell(guide, "对", {"caller_name": "李女士"}) if isinstance(a, SaveOrder))
    assert FieldName.DISTRICT in order.unsure


def test_a_number_in_two_breaths_is_not_taken_for_consent() -> None:
    guide = new_guide(PHONE)
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20", "caller_phone": PHONE}
    unknown = {name: value for name, value in known.items() if name != "caller_phone"}
    assert "幺三八" in spoken(tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", unknown))
    assert "怎么称呼" not in spoken(tell(guide, "幺三六零零幺二", known))
    assert "怎么称呼" in spoken(tell(guide, "三四五六", known))
    assert "幺三六，零零幺二，三四五六" in spoken(tell(guide, "我姓王", known, caller_name="王先生"))


def test_a_number_that_is_refused_is_asked_for() -> None:
    guide = new_guide(PHONE)
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20"}
    assert "幺三八" in spoken(tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", known))
    assert "请说一下您的电话号码" in spoken(tell(guide, "不是婚姻的好吗", known, caller_phone=PHONE))


@pytest.mark.parametrize("when", ["前天晚上", "上个星期", "好几天了"])
def test_a_time_without_a_date_is_an_answer(when: str) -> None:
    guide = new_guide(PHONE)
    known = {"district": "朝阳区", "street": "劲松街道", "caller_name": "李女士"}
    assert "什么时候" in spoken(tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", known))
    assert "幺三八" in spoken(tell(guide, when, known))


def test_a_phone_number_can_be_keyed_in() -> None:
    guide = new_guide()
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20", "caller_name": "李女士"}
    assert "电话号码" in spoken(tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", known))
    actions = [a for key in PHONE for a in guide.step(KeyPressed(key))]
    assert "幺三八" in spoken(actions)


def test_a_refused_number_is_not_read_back_even_when_no_other_is_understood() -> None:
    guide = new_guide(PHONE)
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20", "caller_name": "李女士"}
    known |= {"caller_phone": PHONE}  # from the carrier
    tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", {k: v for k, v in known.items() if k != "caller_phone"})
    tell(guide, "不是，换一个号码", known)
    tell(guide, "幺三六，零零幺", known)
    tell(guide, "幺三六，零零", known)  # once more, not the rest of it
    read_back = spoken(tell(guide, "幺三六，零零", known))
    assert "您的电话" not in read_back
    order = next(a for a in tell(guide, "对", known) if isinstance(a, SaveOrder))
    assert FieldName.CALLER_PHONE not in order.fields
    assert FieldName.CALLER_PHONE in order.unsure


def test_a_number_that_is_read_back_can_be_keyed_in_again() -> None:
    guide = new_guide(PHONE)
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20", "caller_name": "李女士"}
    tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", known)
    tell(guide, "可以", known)
    assert "幺三六，零零幺二" in spoken([a for key in "13600123456" for a in guide.step(KeyPressed(key))])


def test_a_number_that_was_read_back_wrongly_is_understood_from_all_hearings() -> None:
    guide = new_guide(PHONE)
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20", "caller_name": "李女士"}
    tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", known)
    tell(guide, "不是，换一个号码", known)
    assert "幺三六，零零二二，三四五六" in spoken(tell(guide, "13600223456", known))
    corrected = tell(guide, "不对，我的电话是13600223456", known)  # heard as wrongly as before
    assert "幺三六，零零二二" not in spoken(corrected)
    assert "幺三六，零零幺二，三四五六" in spoken(tell(guide, "我的电话是136000123456", known))


def test_the_form_of_a_number_is_told_to_who_listens() -> None:
    guide = new_guide()
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20", "caller_name": "李女士"}
    told = tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", known)
    [listen] = [a for a in told if isinstance(a, Listen)]
    assert listen.number is not None
    assert listen.number.fullmatch(PHONE)
    [listen] = [a for a in guide.step(Heard("人工")) if isinstance(a, Listen)]
    assert listen.number is None


def test_a_busy_line_offers_to_call_back() -> None:
    guide = new_guide(PHONE)
    guide.step(QueueChanged(3, 400.0))
    queue = spoken(tell(guide, "转人工"))
    assert "前面还有2位" in queue
    assert "7分钟" in queue
    assert "幺三八" in spoken(tell(guide, "那给我打回来吧"))
    request = next(a for a in tell(guide, "可以") if isinstance(a, RequestCallback))
    assert request.phone == PHONE
    assert any(t.text == "转人工" for t in request.handover.turns)


def test_who_is_next_is_told_so() -> None:
    guide = new_guide(PHONE)
    guide.step(QueueChanged(1, 60.0))
    assert "您是下一位" in spoken(tell(guide, "转人工"))


def test_what_has_its_answer_is_no_part_of_a_report() -> None:
    guide = new_guide(PHONE)
    assert Settled in kinds(tell(guide, "暖气几号停啊"))
    tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", district="朝阳区", street="劲松街道")
    assert Settled not in kinds(tell(guide, "暖气几号停啊"))


def test_a_second_report_is_taken_afresh_by_the_same_caller() -> None:
    guide = new_guide(PHONE)
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20", "caller_name": "李女士"}
    for said in ("我要反映个问题，路灯坏了，麻烦派人来修", "可以", "对"):
        actions = tell(guide, said, known)
    assert SaveOrder in kinds(actions)
    play(guide, guide.step(OrderSaved("202611220001", "4821")))
    text, cleaning = "我还要反映一个事，垃圾没人清运，你们派人来管管", ("市容环卫", "垃圾清运")
    told = Heard(text, filled(**known), filled(category=cleaning))
    actions = guide.step(told)
    assert BeginMatter in kinds(actions)
    assert "什么地方" in spoken(actions)
    play(guide, actions)
    tell(guide, "海淀区中关村街道", district="海淀区", street="中关村街道")
    read_back = tell(guide, "昨天", {"district": "海淀区", "street": "中关村街道"}, occurred_at="2026-11-21")
    assert "海淀区" in spoken(read_back)  # the telephone and the name are known
    second = next(a for a in tell(guide, "对") if isinstance(a, SaveOrder))
    assert second.told == text
    assert second.fields[FieldName.CATEGORY] == cleaning
    assert second.fields[FieldName.CALLER_PHONE] == PHONE
    assert second.fields[FieldName.CALLER_NAME] == "李女士"
    saved = guide.step(OrderSaved("202611220002", "1188"))
    assert "零零零二" in spoken(saved)


def test_who_only_says_that_he_has_something_to_report_is_asked_what() -> None:
    guide = new_guide(PHONE)
    assert "出了什么事" in spoken(tell(guide, "我要反映一个问题"))
    assert "什么地方" in spoken(tell(guide, "路灯坏了", category=("市政", "路灯照明")))


def test_short_words_are_taken_for_what_they_sound_like() -> None:
    assert Transfer in kinds(tell(new_guide(), "陈公。"))


def test_a_name_is_not_taken_for_a_command() -> None:
    guide = new_guide(PHONE)
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20"}
    tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", known)
    assert "怎么称呼" in spoken(tell(guide, "可以", known))
    assert Transfer not in kinds(tell(guide, "陈功", known, caller_name="陈功"))


def test_a_caller_who_waits_is_connected_when_somebody_is_free() -> None:
    guide = new_guide()
    guide.step(QueueChanged(1, 60.0))
    tell(guide, "转人工")
    assert guide.step(QueueChanged(1, 30.0)) == []
    assert Transfer in kinds(guide.step(QueueChanged(0, 0.0)))


def test_the_progress_of_an_order_by_number_and_code() -> None:
    guide = new_guide()
    tell(guide, "我上次反映的事办得怎么样了，帮我查查")
    tell(guide, "好，帮我查一下")
    assert "口令" in spoken(tell(guide, "编号是二零二六幺幺二二零零零幺"))
    assert FindOrder("202611220001", None, "4821") in tell(guide, "四八二一")
    assert "正在办" in spoken(guide.step(OrderFound("您的诉求正在办。")))


TEXTS = [
    *("暖气什么时候停", "转人工", "不用转人工", "我要反映路灯坏了", "对", "不对", "没有了", "再见", "再说一遍"),
    *("慢一点", "大声点", "嗯", "", "朝阳区劲松三区", "幺三八零零幺三八零零零", "四八二一", "给我回电话"),
    *("第二个", "哎呀那个什么", "办居住证要什么", "上次的事办得怎么样了", "，。", "A b 1", "\u2028\x00", "我" * 500),
]
TEXT = st.sampled_from(TEXTS)
DRAFT = st.sampled_from(
    [
        filled(),
        filled(district="朝阳区", street="劲松街道"),
        filled(caller_phone=PHONE),
        filled(occurred_at="2026-11-20"),
    ]
)
EVENT = st.one_of(
    st.builds(Called, st.just(TODAY), st.sampled_from([None, PHONE])),
    st.builds(Heard, TEXT, DRAFT, DRAFT),
    st.builds(PartHeard, TEXT),
    st.builds(KeyPressed, st.sampled_from("0123456789*#")),
    st.builds(Silence, st.sampled_from([0.0, 5.0, 600.0])),
    st.builds(PlaybackReached, st.integers(0, 9).map("g{}".format), st.integers(0, 200)),
    st.builds(Alert, st.sampled_from(["110", "119"]), st.just("着火")),
    st.builds(QueueChanged, st.integers(0, 3), st.floats(0, 1000)),
    st.builds(OrderSaved, st.just("202611220001"), st.just("4821")),
    st.builds(OrderFound, st.sampled_from([None, "正在办。"])),
    st.just(Failed()),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EVENT, max_size=25), st.booleans())
def test_whatever_happens_a_person_can_be_reached(events: list[Event], heard: bool) -> None:
    guide = Guide(understanding(), flow(), spotter())
    guide.step(Called(TODAY))
    for event in events:
        actions = guide.step(event)
        assert len(actions) <= 12
        if heard:
            play(guide, actions)
    if guide.ended:
        return
    guide.step(QueueChanged(0, 0.0))
    before = guide.state
    actions = guide.step(Heard("转人工"))
    assert Transfer in kinds(actions) or flow().states[guide.state].deed == "transfer", before


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EVENT, max_size=12))
def test_who_says_nothing_is_not_kept_for_ever(events: list[Event]) -> None:
    guide = new_guide()
    for event in events:
        play(guide, guide.step(event))
    for _ in range(30):
        play(guide, guide.step(LONG))
    assert (
        guide.ended
        or flow().states[guide.state].deed in {"transfer", "emergency", "hang_up"}
        or (guide.state in {"queue", "hold", "save", "save_unsure", "find"})
    )


def test_a_question_without_an_answer_is_not_called_misheard_and_is_no_part_of_a_report() -> None:
    guide = new_guide()
    assert "答不上来" in spoken(tell(guide, "故宫的门票要怎么预约", known={"category": ("文旅体育", "景区公园")}))
    announced = tell(guide, "没有了，我还想反映个事儿", known={"category": ("文旅体育", "景区公园")})
    assert BeginMatter(handed_in=False) in announced
    assert "出了什么事" in spoken(announced)


def test_a_complaint_that_was_answered_need_not_be_told_again() -> None:
    guide = new_guide()
    offered = tell(guide, "我家楼上天天半夜装修，吵得没法睡")
    assert "登记下来" in spoken(offered)
    assert Settled() not in offered
    assert "什么地方" in spoken(tell(guide, "行，登记吧"))


def test_who_says_where_it_is_goes_along_with_the_report() -> None:
    guide = new_guide()
    tell(guide, "我家楼上天天半夜装修，吵得没法睡")
    place = {"district": "朝阳区", "street": "望京街道"}
    assert "时候" in spoken(tell(guide, "朝阳区望京街道", known=place, **place))


def test_what_was_answered_and_not_to_be_reported_is_no_part_of_the_next_report() -> None:
    guide = new_guide()
    tell(guide, "我家楼上天天半夜装修，吵得没法睡")
    assert "还有别的问题吗" in spoken(tell(guide, "不用"))
    actions = tell(guide, "我要反映路灯坏了", known={"category": ("市政", "路灯照明")}, category=("市政", "路灯照明"))
    assert BeginMatter(handed_in=False) in actions
    assert "记下" in spoken(actions)


def test_more_than_a_yes_is_more_than_a_yes() -> None:
    guide = new_guide()
    tell(guide, "暖气什么时候停")
    light = {"category": ("交通管理", "道路拥堵信号灯"), "district": "通州区", "street": "梨园镇"}
    told = tell(guide, "好，那个还有个事，梨园镇云景东路的红绿灯坏了", known=light, **light)
    assert "记下" in spoken(told)


@pytest.mark.parametrize("text", ["算了，那你帮我登记一下吧", "不知道，就这俩礼拜的事"])
def test_nobody_is_hung_up_on_without_a_word_of_goodbye(text: str) -> None:
    guide = new_guide()
    tell(guide, "公交卡丢了能补吗")
    assert "再见" not in spoken(tell(guide, text))


NOISE = "我家楼上天天半夜装修，吵得没法睡"


@pytest.mark.parametrize("text", ["行，登记吧", "帮我登记一下吧", "我要投诉"])
def test_who_takes_the_offer_in_any_words_need_not_tell_it_again(text: str) -> None:
    guide = new_guide()
    tell(guide, NOISE)
    assert "什么地方" in spoken(tell(guide, text))


def test_another_report_instead_of_the_offered_one_stands_alone() -> None:
    guide = new_guide()
    noise = {"category": ("社会秩序", "邻里纠纷")}
    tell(guide, NOISE, known=noise)
    light = {"category": ("市政", "路灯照明"), "street": "望京街道"}
    actions = tell(guide, "我要反映望京街道路灯坏了", known={**noise, **light}, **light)
    assert BeginMatter(handed_in=False) in actions
    assert "时候" in spoken(actions)
    guide.step(Heard("昨天"))


def test_a_place_in_a_question_takes_no_offer() -> None:
    guide = new_guide()
    tell(guide, NOISE)
    actions = tell(guide, "那望京街道居委会电话是多少", known={"street": "望京街道"}, street="望京街道")
    assert "记下了" not in spoken(actions)


def test_a_complaint_after_a_report_is_a_report_of_its_own() -> None:
    guide = new_guide(PHONE)
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20", "caller_name": "李女士"}
    tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", known)
    tell(guide, "可以", known)
    assert SaveOrder in kinds(tell(guide, "对", known))
    play(guide, guide.step(OrderSaved("202611220001", "4821")))
    assert BeginMatter(handed_in=True) in tell(guide, NOISE, known)
    assert "什么地方" in spoken(tell(guide, "行"))


def test_a_report_in_progress_survives_a_mumble_in_the_queue() -> None:
    guide = new_guide(PHONE)
    guide.step(QueueChanged(3, 60.0))
    place = {"district": "朝阳区", "street": "劲松街道"}
    tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", place)
    tell(guide, "转人工", place)
    tell(guide, "哎呀那个那个什么来着", place)
    assert BeginMatter not in kinds(tell(guide, "我要反映刚才那个事", place))


def test_a_part_of_the_place_is_kept_and_the_rest_asked_for_no_more_than_twice() -> None:
    guide = new_guide(PHONE)
    tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修")
    texts = [spoken(tell(guide, "就在养猪场边上", address_detail="养猪场边上")) for _ in range(3)]
    assert "什么时候" in " ".join(texts)


def test_what_is_wrong_may_sound_like_a_command() -> None:
    guide = new_guide()
    tell(guide, "我要反映个事儿")
    assert "记下" in spoken(tell(guide, "我们这个路口的车都开得太快了，太快了"))


def test_words_while_being_connected_do_not_connect_twice() -> None:
    guide = new_guide()
    assert Transfer in kinds(guide.step(Alert("119", "火情")))
    assert Transfer not in kinds(tell(guide, "着火了着火了快来人"))


def test_keys_at_the_read_back_of_a_second_report_bring_nothing_back_of_the_first() -> None:
    guide = new_guide(PHONE)
    known = {"district": "朝阳区", "street": "劲松街道", "occurred_at": "2026-11-20", "caller_name": "李女士"}
    for said in ("我要反映个问题，路灯坏了，麻烦派人来修", "可以", "对"):
        tell(guide, said, known)
    play(guide, guide.step(OrderSaved("202611220001", "4821")))
    second = {"district": "海淀区", "street": "中关村街道", "occurred_at": "2026-11-21"}
    mixed = {**known, "district": "海淀区"}  # as the call has it before the matters are parted
    actions = guide.step(Heard("我要反映中关村垃圾没人清运，派人来管管", filled(**mixed), filled(**second)))
    assert BeginMatter(handed_in=True) in actions
    play(guide, actions)
    for digit in "13600223456":
        actions = guide.step(KeyPressed(digit))
    play(guide, actions)
    order = next(a for a in tell(guide, "对", second) if isinstance(a, SaveOrder))
    assert order.fields[FieldName.CALLER_PHONE] == "13600223456"
    assert {str(name): order.fields[FieldName(name)] for name in second} == second


def test_an_offer_may_still_be_taken_while_waiting_for_a_person() -> None:
    guide = new_guide(PHONE)
    guide.step(QueueChanged(3, 60.0))
    for said in (NOISE, "转人工"):
        tell(guide, said)
    assert "什么地方" in spoken(tell(guide, "那帮我登记一下吧"))


def test_another_report_while_waiting_for_a_person_is_not_what_was_offered() -> None:
    guide = new_guide(PHONE)
    guide.step(QueueChanged(3, 60.0))
    noise, light = ("社会秩序", "邻里纠纷"), ("市政", "路灯照明")
    tell(guide, NOISE, category=noise)
    tell(guide, "转人工")
    place = {"district": "朝阳区", "street": "望京街道", "occurred_at": "2026-11-20", "caller_name": "李女士"}
    told = "我要反映望京街道路灯坏了"
    assert BeginMatter(handed_in=False) in tell(guide, told, category=light, **place)
    tell(guide, "可以", place)
    order = next(a for a in tell(guide, "对", place) if isinstance(a, SaveOrder))
    assert order.told == told
    assert order.fields[FieldName.CATEGORY] == light


def test_a_report_in_progress_survives_an_offer_that_is_not_taken() -> None:
    guide = new_guide(PHONE)
    guide.step(QueueChanged(3, 60.0))
    place = {"district": "朝阳区", "street": "劲松街道"}
    tell(guide, "我要反映个问题，路灯坏了，麻烦派人来修", place)
    for said in ("转人工", NOISE, "不用"):
        tell(guide, said, place)
    assert BeginMatter not in kinds(tell(guide, "我要反映刚才那个事", place))
