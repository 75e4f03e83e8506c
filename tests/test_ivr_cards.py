"""Which of the things that citizens say to an operator bring up an answer."""

import pytest
from guide_parts import TODAY, understanding

from ivr.cards import card


@pytest.mark.parametrize(
    ("said", "entry"),
    [
        ("你好我问一下今年供暖是从几号开始的", "faq-001"),
        ("那暖气不热能不能退钱啊", "faq-003"),
        ("我们那个老楼没有电梯想问问加装电梯得办什么手续", "faq-005"),
        ("我妈是北京医保去海南住院了能报吗", "faq-020"),
    ],
)
def test_a_question_brings_its_answer(said: str, entry: str) -> None:
    found = card(understanding(), said, TODAY, is_citizens=True)
    assert found is not None
    assert found.entry.id == entry


@pytest.mark.parametrize(
    "said",
    [
        "先生您先别着急慢慢说是什么时候开始漏的",
        "您贵姓方便留个联系电话吗",
        "北京市民热线请问有什么可以帮您",
        "里面是什么情况",
        "",
    ],
)
def test_what_an_operator_asks_brings_none(said: str) -> None:
    assert card(understanding(), said, TODAY, is_citizens=False) is None


def test_a_question_that_nobody_can_answer_brings_none() -> None:
    assert card(understanding(), "昨天的球赛谁赢了", TODAY, is_citizens=True) is None
