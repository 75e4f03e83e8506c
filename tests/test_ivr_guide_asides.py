"""The voice guide: what callers say beside what they are asked, and what they take back or put right."""

from __future__ import annotations

from typing import Any

import pytest
from guide_parts import TODAY, filled, interpreter, new_guide, play, spoken, tell

from ivr.dialog import (
    Alert,
    HangUp,
    Heard,
    Listen,
    NoteUnanswered,
    OrderSaved,
    PlaybackReached,
    QueueChanged,
    SaveOrder,
    Say,
    Silence,
    Transfer,
)
from ivr.guide import Guide
from models.workorder import FieldName

PHONE = "13800138000"
PLACE = {"district": "丰台区", "street": "方庄街道", "address_detail": "芳星园二区5号楼"}
SITE = {**PLACE, "occurred_at": "2026-11-21"}
KNOWN = {**SITE, "caller_name": "张伟"}
MATTER = "我要反映个问题，路灯坏了，麻烦派人来修"


def saved(actions: list[Any]) -> SaveOrder:
    return next(a for a in actions if isinstance(a, SaveOrder))


def read_back() -> Guide:
    """A guide that has read a report back."""
    guide = new_guide(PHONE)
    tell(guide, MATTER, KNOWN, **KNOWN)
    assert "这样对吗" in spoken(tell(guide, "可以", KNOWN))
    return guide


@pytest.mark.parametrize("text", ["烦死了", "房产证丢了怎么补", "没水了", "没人管我们小区", "不亮了三天了"])
@pytest.mark.parametrize("before", [(), ("暖气什么时候停",)])
def test_neither_anger_nor_a_question_nor_a_complaint_ends_the_call(text: str, before: tuple[str, ...]) -> None:
    guide = new_guide()
    for said in before:
        tell(guide, said)
    actions = tell(guide, text)
    assert "再见" not in spoken(actions)
    assert "好的，您请讲" not in spoken(actions)
    assert HangUp() not in actions


@pytest.mark.parametrize("text", ["谢谢", "知道了，谢谢啊", "好的，谢谢您", "没了没了，谢谢你啊闺女"])
def test_thanks_end_a_conversation_and_more_matters_do_not(text: str) -> None:
    guide = new_guide()
    tell(guide, "暖气什么时候停")
    assert "您请讲" in spoken(tell(guide, "还有别的事"))
    assert "再见" in spoken(tell(guide, text))


@pytest.mark.parametrize(
    "text", ["不是这个意思", "你说的不对", "不是", "答非所问", "他们也不来", "哎呀那个东西又那样了"]
)
def test_who_got_the_wrong_answer_may_ask_again(text: str) -> None:
    guide = new_guide()
    tell(guide, "暖气什么时候停")
    assert "没听明白" in spoken(tell(guide, text))


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("不对，是三单元", "address_detail", "芳星园二区5号楼3单元"),
        ("楼号不对，是六号楼", "address_detail", "芳星园二区6号楼"),
        ("嗯，地址不对，是六号楼", "address_detail", "芳星园二区6号楼"),
        ("不对，我姓黎", "caller_name", "黎伟"),
        ("不对，电话最后一位是六", "caller_phone", "13800138006"),
    ],
)
def test_what_is_put_right_in_few_words_is_read_back_and_saved(text: str, field: str, value: str) -> None:
    guide = read_back()
    assert "我念给您听" in spoken(tell(guide, text, KNOWN))
    order = saved(tell(guide, "对", KNOWN))
    assert order.fields[FieldName(field)] == value
    assert not order.unsure


@pytest.mark.parametrize("refusal", ["不对", "嗯，地址不对", "可以，就是楼号写错了"])
def test_a_yes_after_a_no_that_was_not_understood_is_to_be_checked(refusal: str) -> None:
    guide = read_back()
    assert "哪里不对" in spoken(tell(guide, refusal, KNOWN))
    assert FieldName.ADDRESS_DETAIL in saved(tell(guide, "对", KNOWN)).unsure


def test_the_summary_of_an_order_tells_what_was_put_right() -> None:
    guide = new_guide(PHONE)
    known = {**KNOWN, "summary": "张伟反映，丰台区方庄街道芳星园二区5号楼，路灯坏了。"}
    tell(guide, MATTER, known, **known)
    for said in ("可以", "不对，是六号楼"):
        tell(guide, said, known)
    assert "芳星园二区6号楼" in str(saved(tell(guide, "对", known)).fields[FieldName.SUMMARY])


@pytest.mark.parametrize("caller", [None, PHONE])
def test_something_else_is_put_right_while_the_phone_is_asked_for(caller: str | None) -> None:
    guide = new_guide(caller)
    known = {**PLACE, "occurred_at": "2026-11-21"}
    tell(guide, MATTER, known, **known)
    again = spoken(tell(guide, "不对，是前天晚上", known, occurred_at="2026-11-20"))
    assert "记下" in again
    assert "号码" in again
    assert "电话号码" in again or caller
    again = spoken(tell(guide, "不对，我的地址说错了，是三百零八楼", known))
    assert "号码" in again
    tell(guide, "可以" if caller else "幺三八零零幺三八零零零", known)
    read = spoken(tell(guide, "我叫赵新", known, caller_name="赵新"))
    assert "11月20日" in read
    assert "芳星园二区308楼" in read
    assert "幺三八，零零幺三，八零零零" in read


def test_a_name_that_is_put_right_where_it_is_asked_for_is_taken() -> None:
    guide = new_guide(PHONE)
    known = {**PLACE, "occurred_at": "2026-11-21"}
    tell(guide, MATTER, known, **known)
    tell(guide, "可以", known)
    assert "您是赵新" in spoken(
        tell(guide, "名字不对，我叫赵新", {**known, "caller_name": "赵新"}, caller_name="赵新")
    )


@pytest.mark.parametrize("text", ["算了不投诉了", "不用登记了", "算了，不反映了"])
def test_a_report_can_be_taken_back(text: str) -> None:
    for steps in ((), ("丰台区芳星园二区五号楼",)):
        guide = new_guide()
        tell(guide, "我要投诉小区物业乱收费")
        for said in steps:
            tell(guide, said, PLACE, **PLACE)
        actions = tell(guide, text, PLACE)
        assert "不登记了" in spoken(actions)
        assert "还有别的问题吗" in spoken(actions)
        assert "什么地方" in spoken(tell(guide, "我要反映路灯坏了，派人来修"))  # of the first, nothing is left


def test_a_report_can_be_taken_back_when_it_has_been_read_back() -> None:
    assert "不登记了" in spoken(tell(read_back(), "不用登记了", KNOWN))


@pytest.mark.parametrize("text", ["我等着", "那我等着吧", "好，我等", "不急，慢慢等", "等"])
def test_who_waits_in_the_queue_stays_there(text: str) -> None:
    guide = new_guide(PHONE)
    guide.step(QueueChanged(3, 60.0))
    tell(guide, "人工")
    assert "不要挂机" in spoken(tell(guide, text))
    assert guide.waits_for_person


def test_nobody_is_told_that_less_than_nobody_is_before_him() -> None:
    guide = new_guide()
    guide.step(QueueChanged(0, 0.0))
    tell(guide, "人工")
    assert "-1" not in spoken(tell(guide, "人工"))
    for _ in range(3):
        assert "-" not in spoken(play_silence(guide))


def play_silence(guide: Guide) -> list[Any]:
    actions = guide.step(Silence(600.0))
    play(guide, actions)
    return actions


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("喂", "我能听见"),
        ("喂，你好", "我能听见"),
        ("闺女，能听见吗", "我能听见"),
        ("你好，在吗", "我能听见"),
        ("我想咨询一下", "您请讲"),
        ("我跟你说个事儿", "您请讲"),
        ("你等会儿", "我等您"),
        ("等一下", "我等您"),
    ],
)
def test_who_has_not_said_anything_yet_is_listened_to(text: str, said: str) -> None:
    first = tell(new_guide(), text)
    assert said in spoken(first)
    assert not [a for a in first if isinstance(a, NoteUnanswered)]
    guide = new_guide()
    tell(guide, "我要反映一个问题")
    then = tell(guide, text)
    assert said in spoken(then)
    assert isinstance(then[-1], Listen)
    assert then[-1].profile == "telling"


@pytest.mark.parametrize("text", ["啊", "那个", "嗯", "对"])
def test_who_hesitates_has_not_answered(text: str) -> None:
    guide = new_guide(PHONE)
    tell(guide, MATTER, PLACE, **PLACE)
    assert "我等您" in spoken(tell(guide, text, PLACE))
    assert "可以吗" in spoken(tell(guide, "昨天", PLACE, occurred_at="2026-11-21"))


def test_who_only_hesitates_is_not_waited_for_for_ever() -> None:
    guide = new_guide(PHONE)
    tell(guide, MATTER, PLACE, **PLACE)
    assert "可以吗" in "".join(spoken(tell(guide, "那个", PLACE)) for _ in range(4))


@pytest.mark.parametrize("text", ["查", "我要查", "帮我查一下", "好，查吧"])
def test_the_offer_to_look_an_order_up_is_taken(text: str) -> None:
    guide = new_guide()
    assert "转人工" not in spoken(tell(guide, "我投诉的事办得怎么样了"))
    assert "编号" in spoken(tell(guide, text))
    assert "口令" in spoken(tell(guide, "二零二六一一二三零零零一"))


def test_the_number_of_an_order_says_what_is_wanted() -> None:
    guide = new_guide()
    tell(guide, "我投诉的事办得怎么样了")
    assert "口令" in spoken(tell(guide, "二零二六一一二三零零零一"))


def test_who_does_not_know_the_number_of_his_order_is_found_by_his_phone() -> None:
    guide = new_guide(PHONE)
    for said in ("我投诉的事办得怎么样了", "好"):
        tell(guide, said)
    assert "口令" in spoken(tell(guide, "我哪记得编号啊"))


def test_a_number_is_taken_in_pieces() -> None:
    guide = new_guide()
    known = {**PLACE, "occurred_at": "2026-11-21", "caller_name": "张伟"}
    tell(guide, MATTER, known, **known)
    for piece in ("幺三五", "零零幺幺"):
        assert "接着说" in spoken(tell(guide, piece, known))
    assert "幺三五，零零幺幺，二三四五" in spoken(tell(guide, "二三四五", known))


def test_what_somebody_does_not_want_to_tell_is_not_asked_for() -> None:
    guide = new_guide(PHONE)
    tell(guide, MATTER, PLACE, **PLACE)
    assert "什么时候" in spoken(tell(guide, "我不想留电话，也不想说名字", PLACE))
    read = spoken(tell(guide, "昨天", PLACE, occurred_at="2026-11-21"))
    assert "这样对吗" in read
    assert "电话" not in read


def test_who_has_nothing_more_is_not_reporting() -> None:
    guide = read_back()
    tell(guide, "对", KNOWN)
    play(guide, guide.step(OrderSaved("202611220001", "4821")))
    thanks = tell(guide, "没了没了，谢谢你啊闺女", KNOWN, category=("意见建议", "表扬"))
    assert "再见" in spoken(thanks)


@pytest.mark.parametrize("goes_on", ["海淀区永定路七十二号院", "要登记", "三天了"])
def test_what_was_said_to_be_wrong_is_kept_until_it_is_registered(goes_on: str) -> None:
    said = {
        "海淀区永定路七十二号院": {"district": "海淀区", "address_detail": "永定路72号院"},
        "三天了": {"occurred_at": "2026-11-20"},
    }.get(goes_on, {})
    guide = new_guide(PHONE)
    outage = {"category": ("市政", "燃气供电")}
    tell(guide, "我家停电了", outage, **outage)
    assert "记下" in spoken(tell(guide, goes_on, {**outage, **said}, **said))
    rest = {
        "district": "海淀区",
        "address_detail": "永定路72号院",
        "occurred_at": "2026-11-20",
        "caller_name": "张伟",
    }
    for answer in ("海淀区永定路七十二号院", "三天了", "可以"):
        tell(guide, answer, {**outage, **rest}, **rest)
    assert saved(tell(guide, "对", rest)).told == "我家停电了"


def test_what_nobody_understood_is_kept_unless_it_is_a_question() -> None:
    known = {"district": "朝阳区", "street": "望京街道", "caller_name": "张伟", "occurred_at": "2026-11-21"}
    guide = new_guide(PHONE)
    assert "没听明白" in spoken(tell(guide, "哎呀那个东西又那样了"))
    for answer in ("朝阳区望京街道", "可以"):
        tell(guide, answer, known, **known)
    assert saved(tell(guide, "对", known)).told == "哎呀那个东西又那样了"
    asked = new_guide()
    tell(asked, "故宫的门票要怎么预约")
    assert "出了什么事" in spoken(tell(asked, "我要反映一个问题"))


@pytest.mark.parametrize("text", ["你们到底管不管！我打了八百遍了", "你们就知道踢皮球"])
def test_who_is_angry_gets_an_apology_and_a_way_out(text: str) -> None:
    said = spoken(tell(new_guide(), text))
    assert "对不起" in said
    assert "登记" in said
    assert "人工" in said


def test_after_an_alert_nothing_else_is_talked_about() -> None:
    guide = new_guide()
    guide.step(Alert("119", "火情"))
    assert guide.step(Heard("我家停电了", filled(), filled())) == []
    assert tell(guide, "转人工")


def test_only_questions_for_a_report_tell_what_an_answer_means() -> None:
    guide = new_guide(PHONE)
    listens = [a for a in tell(guide, "暖气什么时候停") if isinstance(a, Listen)]
    assert [a.asks for a in listens] == [""]
    (listen,) = (a for a in tell(guide, MATTER, PLACE, **PLACE) if isinstance(a, Listen))
    assert "什么时候" in listen.asks
    (listen,) = (a for a in tell(guide, "昨天", PLACE, occurred_at="2026-11-21") if isinstance(a, Listen))
    assert "可以吗" in listen.asks
    assert "幺三八" not in listen.asks  # no more than what is asked


def test_two_questions_in_one_breath_are_answered_one_after_the_other() -> None:
    guide = new_guide()
    first = spoken(tell(guide, "居住证怎么办，另外今年几号供暖"))
    assert "申领居住证" in first
    assert "什么时候开始供暖" in first
    assert "十一月十五号" in spoken(tell(guide, "对"))


@pytest.mark.parametrize("text", ["居住证怎么办", "居住证怎么办，还有没有别的办法", "另外，居住证怎么办"])
def test_one_question_is_one(text: str) -> None:
    assert "供暖" not in spoken(tell(new_guide(), text))
    assert interpreter().two_questions(text, TODAY) is None


@pytest.mark.parametrize("text", ["我家停电了", "我家没水了"])
def test_an_outage_can_be_registered(text: str) -> None:
    assert "登记下来" in spoken(tell(new_guide(), text))


@pytest.mark.parametrize(
    "text",
    [
        "我家门口的公交站让他们给取消了，老人出行不方便",
        "我家电梯坏了，物业说不用管了",
        "人家说不用报，可是水都漫出来了",
    ],
)
def test_words_of_taking_back_may_tell_what_is_wrong(text: str) -> None:
    guide = new_guide(PHONE)
    tell(guide, "我要反映一个问题")
    assert "什么地方" in spoken(tell(guide, text))
    assert guide.expects == "place"
    assert "不登记了" not in spoken(tell(guide, "就在原来取消的那个公交站旁边"))


@pytest.mark.parametrize("text", ["我没说取消", "不对，取消的是103路", "先别取消"])
def test_who_denies_it_takes_nothing_back(text: str) -> None:
    assert "不登记了" not in spoken(tell(read_back(), text, KNOWN))


@pytest.mark.parametrize("text", ["取消吧", "那个，我先不投诉了，谢谢啊", "把刚才的投诉撤销了吧", "不用了，取消"])
def test_a_report_is_taken_back_in_many_words(text: str) -> None:
    assert "不登记了" in spoken(tell(read_back(), text, KNOWN))


def asked_for_name() -> Guide:
    guide = new_guide(PHONE)
    tell(guide, MATTER, SITE, **SITE)
    assert "怎么称呼" in spoken(tell(guide, "可以", SITE))
    return guide


NAMES = ["李老师", "林老师", "喂，我姓李", *(f"我姓{x}" for x in "姜江蒋文温闻魏邓任"), "我叫刘", "我叫文静"]


@pytest.mark.parametrize("text", NAMES)
@pytest.mark.parametrize("found", [True, False])
def test_a_name_that_sounds_like_something_else_is_one(text: str, *, found: bool) -> None:
    said = {"caller_name": text[2:] if text.startswith("我") else "李女士"} if found else {}
    assert "这样对吗" in spoken(tell(asked_for_name(), text, {**SITE, **said}, **said))


@pytest.mark.parametrize("text", ["喂，你好", "再说一遍", "大声点"])
def test_nothing_is_repeated_for_ever(text: str) -> None:
    guide = asked_for_name()
    for _ in range(3):
        assert "怎么称呼" in spoken(tell(guide, text, SITE))
    assert "这样对吗" in spoken(tell(guide, text, SITE))


@pytest.mark.parametrize("text", ["对，是这个问题", "是的，就是这个问题", "对，就是这个事儿"])
def test_who_agrees_to_what_was_read_back_does_not_ask_for_the_word(text: str) -> None:
    assert saved(tell(read_back(), text, KNOWN))


def test_who_agrees_to_his_own_number_may_offer_to_be_called() -> None:
    guide = new_guide(PHONE)
    tell(guide, MATTER, KNOWN, **KNOWN)
    assert "这样对吗" in spoken(tell(guide, "可以的，有问题打我电话", KNOWN))


@pytest.mark.parametrize("text", ["有问题", "有一个问题"])
def test_a_problem_with_what_was_read_back_is_no_yes(text: str) -> None:
    assert not [a for a in tell(read_back(), text, KNOWN) if isinstance(a, SaveOrder)]


@pytest.mark.parametrize("before", [(), ("我等着",)])
def test_who_is_angry_in_the_queue_stays_there(before: tuple[str, ...]) -> None:
    guide = new_guide(PHONE)
    guide.step(QueueChanged(3, 60.0))
    tell(guide, "人工")
    for said in (*before, "等半天了，烦死了"):
        actions = tell(guide, said)
    assert "不要挂机" in spoken(actions)
    assert guide.waits_for_person


@pytest.mark.parametrize("text", ["谢谢", "谢谢啊", "行，好嘞", "好", "没有了", "那个什么什么"])
def test_what_is_said_over_the_goodbye_ends_the_call(text: str) -> None:
    guide = new_guide()
    tell(guide, "暖气什么时候停")
    farewell = guide.step(Heard("没有了，谢谢，再见"))
    play_part = next(a for a in farewell if isinstance(a, Say))
    guide.step(PlaybackReached(play_part.mark, 2))
    again = guide.step(Heard(text))
    assert not [a for a in again if isinstance(a, Transfer)]
    play(guide, again)
    guide.step(Silence(600.0))
    assert guide.ended


def test_who_complains_about_others_withholds_nothing() -> None:
    guide = new_guide(PHONE)
    tell(guide, MATTER, PLACE, **PLACE)
    for when in ({"occurred_at": "2026-11-16"}, {}):
        guide = new_guide(PHONE)
        tell(guide, MATTER, PLACE, **PLACE)
        asks = spoken(tell(guide, "从上礼拜开始，物业一直不给我回电话", {**PLACE, **when}, **when))
        assert "可以吗" in asks
        assert "怎么称呼" in spoken(tell(guide, "可以，不用留别的号码", SITE))
    tell(guide, "张伟", KNOWN, caller_name="张伟")
    assert saved(tell(guide, "对", KNOWN)).fields[FieldName.CALLER_PHONE] == PHONE


@pytest.mark.parametrize("text", ["我不想留电话", "不方便留联系方式", "能不能不留号码", "别告诉他们我的电话"])
def test_a_number_can_be_withheld(text: str) -> None:
    guide = new_guide(PHONE)
    tell(guide, MATTER, SITE, **SITE)
    assert "怎么称呼" in spoken(tell(guide, text, SITE))


@pytest.mark.parametrize("text", ["我要匿名", "不想说名字", "我就不留姓名", "嗯，匿名举报"])
def test_a_name_can_be_withheld(text: str) -> None:
    assert "这样对吗" in spoken(tell(asked_for_name(), text, SITE))


@pytest.mark.parametrize(
    "text",
    [
        "对，没错，谢谢，再见",
        "对对对，就这样吧，挂了",
        "好的，再见",
        "对，你们尽快给我回电话",
        "没有问题",
        "没有问题，谢谢",
    ],
)
def test_who_agrees_and_leaves_has_his_report_saved(text: str) -> None:
    guide = read_back()
    assert not saved(tell(guide, text, KNOWN)).unsure
    number = spoken(guide.step(OrderSaved("202611220001", "4821")))
    assert "还有别的问题吗" in number
    assert "再见" in spoken(tell(guide, "再见"))


@pytest.mark.parametrize("before", [(), ("不对",)])
def test_who_leaves_without_agreeing_leaves_a_report_to_be_checked(before: tuple[str, ...]) -> None:
    guide = read_back()
    for said in before:
        tell(guide, said, KNOWN)
    assert saved(tell(guide, "不说了，我先挂了，再见", KNOWN)).unsure


def test_no_problem_with_his_own_number_is_a_yes() -> None:
    guide = new_guide(PHONE)
    tell(guide, MATTER, SITE, **SITE)
    assert "怎么称呼" in spoken(tell(guide, "没有问题", SITE))


def test_who_has_no_more_problems_is_let_go() -> None:
    guide = new_guide()
    tell(guide, "暖气什么时候停")
    assert "再见" in spoken(tell(guide, "没有问题"))
