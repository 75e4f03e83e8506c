"""What is recognised at once: a person is wanted, a listener's noise, yes and no."""

from __future__ import annotations

from pathlib import Path

import pytest
from guide_parts import spotter
from hypothesis import given
from hypothesis import strategies as st

from ivr.spotting import COMMANDS, Spotter
from models.errors import DataFileError


@pytest.mark.parametrize(
    "text", ["人工", "转人工", "我要人工", "喂，你好，人工", "转仁工", "给我找个接线员行不行", "我要人工服务吧"]
)
def test_a_person_is_wanted(text: str) -> None:
    assert spotter().wants_human(text)


@pytest.mark.parametrize(
    "text", ["", "不用转人工", "别给我转接线员", "人工流产有几天假", "人工智能是什么", "给我转", "修空调人工费多少"]
)
def test_no_person_is_wanted(text: str) -> None:
    assert not spotter().wants_human(text)


@pytest.mark.parametrize("text", ["", "嗯", "嗯嗯", "哦，好", "对对对", "咳咳", "好的好的", "，"])
def test_listeners_noises(text: str) -> None:
    assert spotter().is_acknowledgement(text)


@pytest.mark.parametrize("text", ["等一下", "嗯我想问", "不对", "对了还有个事"])
def test_more_than_noises(text: str) -> None:
    assert not spotter().is_acknowledgement(text)


@pytest.mark.parametrize(
    ("text", "agreed"),
    [
        ("对", True), ("可以，就这个号", True), ("没错", True), ("没问题", True), ("行吧", True), ("嗯", True),
        ("不对", False), ("不是这个", False), ("没有", False), ("对不上", False), ("不用了", False),
        ("朝阳区", None), ("", None),
    ],
)  # fmt: skip
def test_yes_and_no(text: str, agreed: bool | None) -> None:
    assert spotter().agreement(text) is agreed


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("没听清再说一遍", {"repeat"}),
        ("说慢一点", {"slower"}),
        ("不用说慢一点", set()),
        ("大声点，慢点", {"louder", "slower"}),
        ("路灯坏了", set()),
    ],
)
def test_cues(text: str, intents: set[str]) -> None:
    assert spotter().cued(text) == intents


@pytest.mark.parametrize("text", ["都对", "不对", "全对", "都不对", "没有", "算了", "行啊"])
def test_a_yes_is_never_taken_for_a_no(text: str) -> None:
    assert spotter().agreement(spotter().meant(text)) is spotter().agreement(text)


@pytest.mark.parametrize(
    ("text", "farewell"),
    [
        ("谢谢，再见", True),
        ("再见啊您，劳驾了", True),
        ("拜拜了您", True),
        ("西三旗派出所，在建材城西路", False),
        ("门口挂了个大招牌", False),
    ],
)
def test_a_word_of_goodbye_ends_its_clause(text: str, farewell: bool) -> None:
    assert spotter().is_farewell(text) is farewell


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我想反映一下，我家暖气不热，屋里只有十五度", True),
        ("我要投诉，楼下的饭店太吵", True),
        ("路灯坏了，请派人来修", True),
        ("我要投诉物业找谁", False),
        ("上次反映的事办得怎么样了", False),
        ("我不想投诉，就是问问", False),
        ("暖气不热", False),
    ],
)
def test_who_wants_something_done_asks_nothing(text: str, wanted: bool) -> None:
    assert spotter().wants_report(text) is wanted


def test_goodbye_is_a_word_not_a_tone() -> None:
    assert spotter().is_farewell("好的谢谢，再见")
    assert not spotter().is_farewell("上个礼拜就这样了")


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("陈公。", "人工"),
        ("人过", "人工"),
        ("传言公", "转人工"),
        ("员工服务", "人工服务"),
        ("梅婷翘", "没听清"),
        ("手慢电", "说慢点"),
        ("大神殿", "大声点"),
        ("神没", "什么"),
        ("不要人工", "不要人工"),
        ("别转人工", "别转人工"),
        ("别给我转人工", "别给我转人工"),
        ("人工费", "人工费"),
        ("朝阳区", "朝阳区"),
        ("昨天晚上", "昨天晚上"),
        ("我家暖气不热", "我家暖气不热"),
        ("一三八零", "一三八零"),
        ("工", "工"),
        ("", ""),
    ],
)
def test_short_utterances_that_sound_like_what_is_said_alone(heard: str, said: str) -> None:
    assert spotter().meant(heard) == said


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    found = spotter()
    assert found.wants_human(text) in {True, False}
    assert found.agreement(text) in {True, False, None}
    assert found.is_acknowledgement(text) in {True, False}
    assert isinstance(found.meant(text), str)


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ("human_alone = [", "human_alon = [", "human_alon"),
        ('human_alone = ["人工", "真人", "客服"]', "human_alone = []", "human_alone: expected a list of words"),
        ('human_alone = ["人工", "真人", "客服"]', 'human_alone = ["，"]', "human_alone: expected a list of words"),
        ("farewells = [", "farewells = [[", "commands.toml"),
        ('slower = [\n    "慢一点"', 'dance = ["慢一点"', "dance"),
        ('louder = ["大声点"', 'louder = ["。", "大声点"', "louder: expected a list of words"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, was: str, becomes: str, reason: str) -> None:
    text = COMMANDS.read_text("utf-8")
    assert was in text
    file = tmp_path / "commands.toml"
    file.write_text(text.replace(was, becomes, 1), "utf-8")
    with pytest.raises(DataFileError) as caught:
        Spotter.load(file)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("这边路灯坏了好几天了", False),
        ("我家暖气到现在还没来呢", False),
        ("几天能修好", True),
        ("要交多少钱呢", True),
    ],
)
def test_what_asks(text: str, asks: bool) -> None:
    assert spotter().asks(text) is asks
