"""What stays on the screen while somebody speaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.text import NOTHING, Agreed, agree


def test_stable_is_what_two_hypotheses_begin_with() -> None:
    first = agree(NOTHING, "我想")
    assert first == Agreed("我想", 0)
    second = agree(first, "我想反映")
    assert second == Agreed("我想反映", 2)
    assert agree(second, "我想反应一下") == Agreed("我想反应一下", 3)


def test_punctuation_case_and_script_are_no_disagreement() -> None:
    shown = agree(agree(NOTHING, "您好，我想反映wifi"), "您好我想反映WiFi的問題")
    assert shown.text == "您好我想反映WiFi的问题"
    assert shown.text[: shown.stable] == "您好我想反映WiFi"
    again = agree(shown, "您好，我想反映WiFi的问题，")
    assert again == Agreed("您好我想反映WiFi的问题，", len("您好我想反映WiFi的问题"))


@pytest.mark.parametrize(
    ("shown", "new", "text"),
    [
        (Agreed("我家暖气", 4), "我家暖器不热", "我家暖气不热"),
        (Agreed("我家暖气", 4), "家暖气不热", "我家暖气不热"),
        (Agreed("我家暖气", 4), "我我家暖气不热", "我家暖气不热"),
        (Agreed("我家暖气", 4), "", "我家暖气"),
    ],
)
def test_stable_text_is_never_taken_back(shown: Agreed, new: str, text: str) -> None:
    assert agree(shown, new) == Agreed(text, 4)


@given(st.lists(st.text(alphabet="我家暖气，。不热 aA1", max_size=12), max_size=6))
def test_stable_only_grows(hypotheses: list[str]) -> None:
    shown = NOTHING
    for new in hypotheses:
        before = shown.text[: shown.stable]
        shown = agree(shown, new)
        assert shown.text.startswith(before)
        assert len(before) <= shown.stable <= len(shown.text)


@given(st.text(), st.text())
def test_any_text(first: str, second: str) -> None:
    shown = agree(agree(NOTHING, first), second)
    assert 0 <= shown.stable <= len(shown.text)
