"""The caller's telephone number."""

from __future__ import annotations

from itertools import pairwise

import pytest
from dialogue import call, dialogue, draft, found, offered
from hypothesis import given
from hypothesis import strategies as st

from models.workorder import Draft, FieldName
from voice.fields.phones import PhoneFinder
from voice.numbering import is_number

PHONE = FieldName.CALLER_PHONE
SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
NUMBER = "13812345678"


def phone(*turns: str, caller: str | None = None) -> object:
    return found(PhoneFinder(), PHONE, *turns, caller=caller)


@pytest.mark.parametrize(
    "turns",
    [
        ("o:您的电话？", "c:一三八，一二三四，五六七八"),
        ("o:您的电话？", "c:一三八", "o:嗯", "c:一二三四", "o:一二三四", "c:五六七八"),
        ("o:您的电话？", "c:幺三八啊，然后幺二三四，后面是五六七八"),
        ("o:您的电话？", "c:1 3 8 1 2 3 4 5 6 7 8"),
        ("o:您的电话？", "c:138-1234-5678"),
        ("o:您的电话？", "c:１３８１２３４５６７８"),
        ("c:电话记一下，幺三八幺二三四五六七八，车牌尾号七三六，门牌四零二",),
        ("c:打我闺女电话吧，幺三八幺二三四五六七八",),
        ("o:您的电话？", "c:幺三八幺二三四五六七八", "o:编号给您了，电话是幺三八幺二三四五六七八对吗", "c:对"),
        ("c:你们有物业电话吗，我的是幺三八幺二三四五六七八", "o:幺三八幺二三四五六七八，对吗", "c:对"),
        ("o:编号我记下了。这是您的电话吗，幺三八幺二三四五六七八", "c:对"),
    ],
    ids=lambda turns: turns[-1],
)
def test_any_grouping_makes_one_number(turns: tuple[str, ...]) -> None:
    assert phone(*turns) == NUMBER


@pytest.mark.parametrize(
    ("said", "number"),
    [("幺三九四个零四个一", "13900001111"), ("幺八八，四个六，四个八", "18866668888")],
)
def test_counted_digits(said: str, number: str) -> None:
    assert phone("o:您的电话？", f"c:{said}") == number


@pytest.mark.parametrize(
    "turns",
    [
        ("c:幺三八，幺二三，不对，幺二三四，五六七八",),
        ("c:幺三八，幺二三四，呃，幺二三四，五六七八",),
        ("c:幺三八幺二三四五六七八，再说一遍啊，幺三八幺二三四五六七八",),
        ("c:幺三八幺二三四五六六八，", "o:幺三八幺二三四五六六八对吗", "c:不对，最后是六七八"),
        ("c:幺三八幺二三四零零零零，哎后四位是五六七八，我记错了",),
        ("c:幺三五二幺六零零四八七，哎不对，那是我以前的号，是幺三八幺二三四五六七八",),
        ("c:幺三八幺二三四五", "o:后四位再说一遍", "c:五六七八"),
        ("o:电话", "c:幺三八幺二三四六七八", "o:好像少一位，您再念一遍", "c:啊，幺三八，幺二三四，五六七八，够了吧"),
        ("o:电话", "c:幺三八幺二三四五六七", "o:后面还差一位", "c:哦，五六七八"),
        ("o:电话", "c:幺三八幺二三四五六七八", "o:没听清，您慢点儿说", "c:幺三八，幺二，三四，五六，七八"),
    ],
    ids=lambda turns: turns[-1],
)
def test_a_correction_beats_what_it_corrects(turns: tuple[str, ...]) -> None:
    assert phone("o:您的电话？", *turns) == NUMBER


@pytest.mark.parametrize(
    "turns",
    [
        ("o:您的电话？", "c:幺三八，二二三四，五六七八。", "o:好。", "c:等会儿，中间那四个说错了，是幺二三四。"),
        ("o:您电话尾号是五六八七对吗？", "c:五六七八。", "o:前面是幺三八幺二三四？", "c:对。"),
        ("o:您的电话？", "c:后八位是幺二三四五六七八。", "o:前三位呢？", "c:幺三八。"),
        ("o:您的电话？", "c:幺三八，幺二三四，", "o:前面是幺三八？", "c:对，五六七八。"),
        ("c:我电话幺三八幺二三四五六七八。", "o:幺三八幺二三四五六八七对吗？", "c:七八。"),
        ("c:我电话幺三八幺二三四五六七八。", "o:幺三八幺二三四五六八七对吗？", "c:是七八，不是八七。"),
        ("c:我电话幺三八幺二三四五六七八。", "o:幺三八幺二三四五六七九对吗？", "c:九错了，是八。"),
        ("o:您的电话？", "c:幺三八幺二三三四五六七八。", "o:您说了十二位，多了一个。", "c:三多了，就俩三。"),
    ],
    ids=lambda turns: turns[-1],
)
def test_a_part_of_the_number_by_its_place(turns: tuple[str, ...]) -> None:
    assert phone(*turns) == NUMBER


@pytest.mark.parametrize(
    "said", ["一三八一二三四五六七把", "要三八要二三四五六七八", "一三吧一二三四五流七八", "幺38一二34五六78"]
)
def test_digits_that_recognition_wrote_as_other_words(said: str) -> None:
    assert phone("o:您的电话？", f"c:{said}") == NUMBER


@pytest.mark.parametrize(
    "turns",
    [
        ("c:物业的电话是六四零二五五幺八，我的是幺三八幺二三四五六七八",),
        ("c:我的手机号是幺三八幺二三四五六七八，物业的电话是六四零二五五幺八，他们不接",),
        ("c:物业经理的电话是幺三九零零幺幺二二三三，打不通", "o:您的电话呢", "c:幺三八幺二三四五六七八"),
        ("c:我原来那个号幺五九六六六六零零零零不用了，您记新的，幺三八幺二三四五六七八",),
        ("c:物业有电话吗", "o:有，六四零二，五五幺八", "c:六四零二五五幺八，我的是幺三八幺二三四五六七八"),
        ("c:不留姓名，有电话就行，幺三八，幺二三四，五六七八", "o:幺三八幺二三四五六七八，是吧"),
        ("o:您打一下物业的电话，六四零二五五幺八", "c:好，我电话幺三八幺二三四五六七八"),
    ],
    ids=lambda turns: turns[-1],
)
def test_only_the_callers_own_number_counts(turns: tuple[str, ...]) -> None:
    assert phone(*turns) == NUMBER


@pytest.mark.parametrize(
    "turns",
    [
        ("c:我不留电话了",),
        ("c:店长电话是幺三八幺二三四五六七八，一直关机",),
        ("c:我打过四零零八幺零八八八八",),
        ("c:那个科室电话多少？", "o:您记一下，六四零七幺二三三", "c:六四零七幺二三三，好"),
        ("c:我该打哪个电话问？", "o:您可以拨打六五二三四四九八咨询", "c:六五二三，四四九八，记住了"),
        ("c:我住四零八楼一门五零三，今年八十一了",),
        ("c:北京一二三四五吗",),
    ],
    ids=lambda turns: turns[0],
)
def test_other_numbers_are_not_the_callers(turns: tuple[str, ...]) -> None:
    assert phone(*turns) is None


@pytest.mark.parametrize(
    "turns",
    [
        ("o:明天物业会用六四零二五五幺八跟您联系，您注意接听。", "c:六四零二五五幺八是吧，行。"),
        ("o:系统显示您是六四零二五五幺八打来的，用这个联系您？", "c:不行，这是小卖部的公用电话。"),
        ("o:还是幺三八幺二三四五六七八这个吗？", "c:换了，新的我也没记住。"),
        ("c:有个幺三八幺二三四五六七八的号天天给我打，贷款的。",),
        ("c:你们留的是幺三八幺二三四五六七八，那号我停了。",),
    ],
    ids=lambda turns: turns[0],
)
def test_numbers_where_the_caller_is_not_to_be_called(turns: tuple[str, ...]) -> None:
    assert phone(*turns) is None


@pytest.mark.parametrize(
    "turns",
    [
        ("c:别打我这个，我不会弄，打我闺女的，幺三八幺二三四五六七八",),
        ("o:您的电话？", "c:我没手机，我儿子的是幺三八幺二三四五六七八"),
        ("o:幺三八幺二三四五六七八，是您本人电话吗？", "c:是我老公的，打他的能找着我。"),
        ("o:还是幺三九零零幺幺二二三三吗？", "c:不行，这是借别人的。记我媳妇那个，幺三八幺二三四五六七八"),
        ("c:我的是幺三八幺二三四五六七八，打不通就打我闺女的，幺三九零零幺幺二二三三",),
    ],
    ids=lambda turns: turns[-1],
)
def test_a_relative_is_called_where_the_caller_cannot_be(turns: tuple[str, ...]) -> None:
    assert phone(*turns) == NUMBER


def test_a_relatives_number_that_nobody_asked_for_is_only_offered() -> None:
    said = "c:我儿子的手机号幺三八幺二三四五六七八，被绑了个彩铃。"
    assert phone(said) is None
    assert offered(PhoneFinder(), PHONE, said) == [NUMBER]


def test_landlines() -> None:
    assert phone("o:电话？", "c:座机行吗，零幺零，六四零二五五幺八") == "01064025518"
    assert phone("o:电话？", "c:零二二八七六五四三二一") == "02287654321"
    assert phone("o:电话？", "c:六四零二五五幺八") == "64025518"
    assert phone("o:电话？", "c:零零六四零二五五幺八") == "01064025518", "the short 幺 of 零幺零 is often lost"


@pytest.mark.parametrize(
    "turns",
    [
        ("o:您的电话？", "c:座机，八八二幺四四三七", "o:前面加零幺零是吧？", "c:对"),
        ("o:您的电话？", "c:八八二幺，四四三七，加零幺零"),
        ("o:您的电话？", "c:八八二幺四四三七", "o:区号是零幺零？", "c:是"),
        ("o:您的电话？", "c:八八二幺四四三七，家里电话。", "o:区号多少？", "c:零幺零，北京的。"),
    ],
    ids=lambda turns: turns[1],
)
def test_an_area_code_that_is_added(turns: tuple[str, ...]) -> None:
    assert phone(*turns) == "01088214437"


def test_a_number_that_nobody_can_have_is_only_offered() -> None:
    assert phone("o:电话？", "c:幺五四零零零零幺幺幺幺") is None
    assert offered(PhoneFinder(), PHONE, "o:电话？", "c:幺五四零零零零幺幺幺幺") == ["15400001111"]


def test_the_operator_reading_it_back_makes_it_surer() -> None:
    once = draft(PhoneFinder(), "o:电话？", "c:幺三八幺二三四五六七八").fields[PHONE]
    twice = draft(PhoneFinder(), "o:电话？", "c:幺三八幺二三四五六七八", "o:幺三八幺二三四五六七八对吧").fields[PHONE]
    assert twice.value == once.value
    assert twice.confidence > once.confidence
    assert len(twice.evidence) == 2


def test_the_carriers_number_is_a_suggestion() -> None:
    assert phone("c:路灯不亮", caller=NUMBER) is None
    assert phone("o:您的联系方式？", "c:就打这个电话就行", caller="+86" + NUMBER) == NUMBER
    assert phone("o:电话？", "c:幺三九零零幺幺二二三三", caller=NUMBER) == "13900112233"


numbers = st.builds(
    "1{}{}".format, st.sampled_from(["35", "38", "50", "77", "86", "99"]), st.from_regex(r"[0-9]{8}", fullmatch=True)
)
fillers = st.sampled_from(["", "，", "啊，", " ", "，然后", "，嗯，"])


@given(number=numbers, cuts=st.sets(st.integers(2, 9), max_size=4), gap=fillers)
def test_every_grouping_and_filler(number: str, cuts: set[int], gap: str) -> None:
    at = [0, *sorted(cuts), len(number)]
    said = gap.join("".join(SPOKEN[d] for d in number[a:b]) for a, b in pairwise(at))
    value = phone("o:您的电话？", f"c:{said}。")
    # A group that is said twice looks like a repetition; then another reading may win, but never with confidence.
    assert value == number or number[at[-3] : at[-2]] == number[at[-2] : at[-1]]


@given(number=numbers, lost=st.integers(0, 10))
def test_a_missing_digit_is_shown_as_missing_and_never_invented(number: str, lost: int) -> None:
    heard = number[:lost] + number[lost + 1 :]
    said = "".join(SPOKEN[d] for d in heard)
    value = phone("o:您的电话？", f"c:{said}")
    assert value is None or (is_number(str(value)) and str(value).removeprefix("010") in heard)
    if heard[:2] in {"13", "15", "17", "18", "19"}:
        assert offered(PhoneFinder(), PHONE, "o:您的电话？", f"c:{said}") == [f"{heard}（缺1位）"]


@given(st.lists(st.text(alphabet="零幺一二三四五六七八九两0123不对是后位，。的我电话 要吧", max_size=40), max_size=5))
def test_any_dialogue_gives_numbers_or_nothing(words: list[str]) -> None:
    turns = [f"{'co'[i % 2]}:{said}" for i, said in enumerate(words)]
    value = phone(*turns)
    assert value is None or is_number(str(value))


@pytest.mark.parametrize(
    ("turns", "value"),
    [
        (("o:电话？", "c:68115909"), None),  # what is left of 13681159042, as likely as not
        (("o:电话？", "c:家里座机68115909"), "68115909"),
        (("o:电话？", "c:68115909", "o:68115909对吧"), "68115909"),
    ],
)
def test_eight_recognised_digits_need_somebody_who_agrees(turns: tuple[str, ...], value: str | None) -> None:
    heard = dialogue(*turns, confidence=0.8)

    assert Draft().refill(PhoneFinder().find(call(), heard)).value(PHONE) == value


READ_BACK = ("o:您的电话？", "c:幺三八幺二三四五六七八", "o:幺三八幺二三四五六七八，对吗")


@pytest.mark.parametrize("answer", ["不对。", "哎，不对不对", "不是，错了", "您记错了"])
def test_a_number_that_the_caller_calls_wrong_is_offered_only(answer: str) -> None:
    turns = (*READ_BACK, f"c:{answer}")

    assert phone(*turns) is None
    assert NUMBER in offered(PhoneFinder(), PHONE, *turns)
    assert phone(*turns, "o:那您再说一遍", "c:幺三八幺二三四五六七八") == NUMBER


@pytest.mark.parametrize("answer", ["嗯。", "对", "不对吗？", "没错", "不是别人的"])
def test_other_answers_to_a_number_read_back_leave_it(answer: str) -> None:
    assert phone(*READ_BACK, f"c:{answer}") == NUMBER
