"""What nobody said never becomes text, and what somebody said does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.text.guard import Action, Heard, is_echo, is_loop, judge, syllables, token_budget

PROMPT = "以下是普通话的句子。地名：回龙观街道、霍营街道、龙泽苑社区、方庄。"


def heard(
    text: str, *, seconds: float = 6.0, logprob: float = -0.3, no_speech: float = 0.1, prompt: str = ""
) -> Heard:
    return Heard(text=text, speech_s=seconds, avg_logprob=logprob, no_speech_prob=no_speech, prompt=prompt)


@pytest.mark.parametrize(
    "text",
    [
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "請不吝點贊訂閱轉發打賞支持明鏡與點點欄目",
        "字幕由Amara.org社区提供",
        "中文字幕志愿者 李宗盛",
        "字幕by索兰娅",
        "谢谢观看",
        "感谢您的收看，我们下期再见。",
        "优优独播剧场——YoYo Television Series Exclusive",
        "(音乐) ♪♪",
        "作词：李宗盛",
        "Thank you for watching!",
    ],
)
def test_credits_are_dropped(text: str) -> None:
    assert judge(heard(text)).action is Action.DROP


@pytest.mark.parametrize(
    "text",
    [
        "谢谢您，再见。",
        "感谢来电，再见。",
        "我订阅了一个会员，退不了钱。",
        "我要点赞这个社区干部。",
        "对对对对，是这个。",
        "谢谢谢谢谢谢。",
        "幺三八零零零零零零零零",
        "能不能快点，能不能快点，能不能快点啊",
        "电视上的字幕看不清。",
        "回龙观街道",
        "方庄",
    ],
)
def test_speech_is_kept(text: str) -> None:
    assert judge(heard(text, prompt=PROMPT)).action is Action.KEEP


def test_credits_behind_speech_are_cut() -> None:
    text = "我家暖气不热。请不吝点赞订阅转发"
    verdict = judge(heard(text))
    assert verdict.action is Action.KEEP
    assert [text[a:b] for a, b in verdict.cut] == ["请不吝点赞订阅转发"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("我要打开补瓜打开补瓜打开补瓜打开补瓜打开补瓜", "我要打开补瓜打开补瓜"),
        ("好" * 12, "好好"),
        ("好的，好的，好的，好的，好的，好的，", "好的，好的，"),
        (
            "他们说合同写了不退，他们说合同写了不退，他们说合同写了不退，行吗",
            "他们说合同写了不退，他们说合同写了不退，行吗",
        ),
    ],
)
def test_loops_are_decoded_again_and_cut(text: str, left: str) -> None:
    verdict = judge(heard(text))
    assert (verdict.action, verdict.reason) == (Action.RETRY, "loop")
    kept = "".join(c for i, c in enumerate(text) if not any(a <= i < b for a, b in verdict.cut))
    assert kept == left


@pytest.mark.parametrize(
    ("hypothesis", "action", "reason"),
    [
        (heard("我家暖气不热您能不能快点派人来看看", seconds=0.5), Action.RETRY, "rate"),
        (heard("嗯我想", logprob=-1.4, no_speech=0.9), Action.DROP, "noise"),
        (heard("嗯我想", logprob=-1.4), Action.RETRY, "unsure"),
        (heard("嗯我想", no_speech=0.9), Action.KEEP, ""),
        (heard("ご視聴ありがとうございました"), Action.RETRY, "foreign"),
        (heard("回龙观街道、霍营街道、龙泽苑社区", prompt=PROMPT), Action.RETRY, "echo"),
        (heard(" ，。"), Action.DROP, "empty"),
    ],
)
def test_doubts(hypothesis: Heard, action: Action, reason: str) -> None:
    verdict = judge(hypothesis)
    assert (verdict.action, verdict.reason) == (action, reason)


def test_one_name_of_the_prompt_is_no_echo() -> None:
    assert not is_echo("回龙观街道霍营街道", PROMPT)
    assert not is_echo("我住回龙观街道、霍营街道、龙泽苑社区", PROMPT)
    assert is_echo("以下是普通话的句子地名", PROMPT) is False
    assert is_echo("地名：回龙观街道，霍营街道，龙泽苑社区。", PROMPT)


def test_the_token_budget_leaves_room_for_fast_speech() -> None:
    fast = 6 * 8  # six seconds at eight syllables a second
    assert token_budget(6.0) >= fast * 1.5
    assert token_budget(0.0) > 0


def test_syllables() -> None:
    assert syllables("我用WiFi 5G，Amara") == 2 + 2 + 2 + 2


@given(st.text(alphabet="ab我们，。 ") | st.text(), st.floats(0, 60), st.text(max_size=20))
def test_any_text_gets_a_verdict_with_ranges_inside_the_text(text: str, seconds: float, prompt: str) -> None:
    verdict = judge(heard(text, seconds=seconds, prompt=prompt))
    at = 0
    for start, end in verdict.cut:
        assert at <= start < end <= len(text)
        at = end


@given(st.text(alphabet="甲乙丙丁戊己庚辛", min_size=3, max_size=8), st.integers(6, 12))
def test_every_piece_repeated_often_enough_is_a_loop(piece: str, times: int) -> None:
    assert is_loop(piece * times)
