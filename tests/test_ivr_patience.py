"""Whether the caller has finished, judged by what he has said."""

from __future__ import annotations

import pytest
from guide_parts import TODAY, spotter, understanding

from ivr.patience import is_complete


@pytest.mark.parametrize(
    ("text", "profile", "expects", "complete"),
    [
        ("暖气什么时候停", "question", None, True),
        ("暖气什么时候停，还有", "question", None, False),
        ("我想问一下", "question", None, False),
        ("我那个", "question", None, False),
        ("那个什么路", "question", None, False),  # not clear what is meant
        ("我要反映一个问题，我们小区的路灯坏了", "question", None, False),  # there may be more to tell
        ("转人工", "telling", "matter", True),  # a person, from any state
        ("我们小区的路灯坏了", "telling", "matter", False),  # there may be more to tell
        ("在朝阳区劲松街道", "address", "place", False),
        ("幺三八零零幺三八零零零", "digits", "phone", True),
        ("幺三八零零幺", "digits", "phone", False),
        ("四八二幺", "digits", "code", True),
        ("对，没错", "short", "correction", True),
        ("可以", "short", "phone", True),
        ("昨天晚上", "short", "time", False),
    ],
)
def test_complete(text: str, profile: str, expects: str | None, complete: bool) -> None:
    reading = understanding().read(text, TODAY)
    assert is_complete(reading, spotter(), profile=profile, expects=expects) is complete
