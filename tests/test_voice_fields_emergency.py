"""Danger to life, and what only sounds like it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from dialogue import found
from hypothesis import given
from hypothesis import strategies as st

from models.errors import DataFileError
from models.workorder import FieldName
from voice.fields.danger_training import SAYINGS, load_sayings
from voice.fields.dangers import load_dangers
from voice.fields.emergency import SENSED, EmergencyFinder, Watch, detect, told_in_words

LISTED = [s for s in load_sayings(SAYINGS) if s.source in ("told", "harmless")]
"""What the word lists were written beside."""
TOLD = [(s.numbers, s.text) for s in LISTED if s.numbers]
"""Numbers that are right for it, and what a caller says."""
HARMLESS = [s.text for s in LISTED if not s.numbers]
MOST_FALSE = 0.05
"""Of what sounds like danger and is none: raises an alarm by its meaning."""


@pytest.mark.parametrize(("numbers", "said"), TOLD, ids=lambda value: None)
def test_danger_is_told_in_words(numbers: tuple[str, ...], said: str) -> None:
    alert = told_in_words(said)
    assert alert is not None, said
    assert alert.number in numbers, said
    assert alert.reason not in ("", *SENSED.values())
    assert 0 <= alert.start < alert.end <= len(said)
    assert detect(said) == alert, "words come before meaning"


@pytest.mark.parametrize("said", HARMLESS, ids=lambda value: None)
def test_what_is_feared_past_denied_or_only_words_is_no_alarm(said: str) -> None:
    assert told_in_words(said) is None, said


def test_what_only_sounds_like_danger_seldom_raises_an_alarm() -> None:
    false = [said for said in HARMLESS if detect(said)]
    logging.getLogger(__name__).info("%d false alarms in %d", len(false), len(HARMLESS))
    assert len(false) <= MOST_FALSE * len(HARMLESS)


@pytest.mark.parametrize("said", ["我们楼道里一股没气味特别大", "我家里近贼了", "老人摔到了起不来"])
def test_danger_is_told_by_sound(said: str) -> None:
    assert told_in_words(said) is not None


def test_a_partial_alerts_only_when_sure() -> None:
    said = "我家楼下着火了，快来人啊"
    shown = [said[:n] for n in range(len(said) + 1)]
    first = next(n for n, text in enumerate(shown) if detect(text, finished=False))
    assert said[:first].startswith("我家楼下着火了")
    assert first < len(said), "before the sentence is over"
    assert detect("楼道里一股没气味特别大啊", finished=False) is None, "homophones still change"


def test_each_danger_is_told_once_in_a_call() -> None:
    watch, fire = Watch(), "我家楼下着火了，快来人啊"
    told = [watch.hear(text, finished=False) for text in (fire[:5], fire[:10], fire)]
    assert [alert.number for alert in told if alert] == ["119"]
    assert watch.hear(fire, finished=True) is None
    injured = watch.hear("有人晕倒了", finished=True)
    assert injured is not None, "another danger"
    assert injured.number == "120"
    assert Watch().hear(fire, finished=True) is not None, "another call"


def test_fields() -> None:
    turns = ("c:楼道里一股煤气味", "o:您到了外面马上打幺幺九", "c:我打幺幺九")
    assert found(EmergencyFinder(), FieldName.URGENCY, *turns) == "突发"
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *turns) == "119"


def test_urgency_short_of_danger() -> None:
    urgent = ("c:水管爆了，水都漫到屋里了", "o:我给您按紧急件派")
    assert found(EmergencyFinder(), FieldName.URGENCY, *urgent) == "紧急"
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *urgent) is None
    assert found(EmergencyFinder(), FieldName.URGENCY, "c:路灯不亮") == "一般"
    assert found(EmergencyFinder(), FieldName.URGENCY, "o:您好") is None


def test_the_operators_own_words_raise_no_alert() -> None:
    turns = ("o:有没有着火了或者煤气味的情况？", "c:没有")
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *turns) is None


@pytest.mark.parametrize("over", ["好了，上班了都", "没事了，缓过来了", "已经醒过来了"])
def test_a_danger_that_the_caller_says_is_over_fills_in_nothing(over: str) -> None:
    turns = ("c:我爸在公交车上晕倒了", "o:现在人怎么样？", f"c:{over}")
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *turns[:1]) == "120"
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *turns) is None
    assert found(EmergencyFinder(), FieldName.URGENCY, *turns) == "一般"


@pytest.mark.parametrize("still", ["好像还是不行", "好了一点又不行了", "没醒呢", "好了好了你们快来"])
def test_a_danger_that_goes_on_stays(still: str) -> None:
    turns = ("c:我爸晕倒了", "o:现在人怎么样？", f"c:{still}")
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *turns) == "120"


def test_what_is_only_sensed_fills_in_nothing_until_the_operator_acts() -> None:
    told = next(s for s in load_sayings(SAYINGS) if (alert := detect(s.text)) is not None and alert.sensed)
    turns = (f"c:{told.text}", "o:您赶紧打幺二零")
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *turns[:1]) is None
    assert found(EmergencyFinder(), FieldName.URGENCY, *turns[:1]) == "一般"
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *turns) == "120"
    assert found(EmergencyFinder(), FieldName.URGENCY, *turns) == "突发"


def test_the_number_that_the_operator_connects() -> None:
    turns = ("c:我闺女说她要走了", "o:您电话别挂，我同时给您接幺幺零")
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, *turns) == "110"
    assert found(EmergencyFinder(), FieldName.EMERGENCY_NUMBER, "c:有人堵门", "o:这个您可以打幺幺零") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[words]\n[[danger]\n", "broken.toml:2: "),
        ('[words]\n[[danger]]\nnumber = "119"\nreason = "火"\nsays = ["着火("]\n', "broken.toml:5: '着火('"),
        ('[words]\n[[danger]]\nnumber = "119"\nreason = "火"\nsays = ["<who>着火"]\n', "broken.toml:5: there is no"),
        ('[words]\n[[danger]]\nnumber = "119"\nsays = ["着火"]\n', "missing required field `reason`"),
    ],
)
def test_a_broken_file_is_told_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as told:
        load_dangers(path)
    assert reason in str(told.value)


@given(st.text(max_size=60) | st.text(alphabet="着火了煤气味没有怕上次电梯困在跳楼，。", max_size=40))
def test_any_text(text: str) -> None:
    for finished in (True, False):
        alert = detect(text, finished=finished)
        assert alert is None or 0 <= alert.start < alert.end <= len(text)
