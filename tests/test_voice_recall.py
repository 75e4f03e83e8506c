"""Names that recognition wrote as other words of the same sound, and how they are put right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import heard

from models.gazetteer import load_gazetteer
from voice.decoder import Context
from voice.names import NameIndex
from voice.recall import NameRecall, Recalled, respell


@pytest.fixture(scope="module")
def recall() -> NameRecall:
    return NameRecall(NameIndex(load_gazetteer()))


@pytest.mark.parametrize(
    ("wrote", "said"),
    [
        ("我家在风台区方庄接到方星圆二去七号楼", "我家在丰台区方庄街道芳星园二区七号楼"),
        ("大兴趣黄村中理社区", "大兴区黄村中里社区"),
        ("冬城去交到口接到对吧", "东城区交道口街道对吧"),
        ("海电区，学院路接到。", "海淀区，学院路街道。"),
    ],
)
def test_names_are_written_right_and_nothing_else_changes(recall: NameRecall, wrote: str, said: str) -> None:
    assert respell(heard(wrote), recall(wrote, Context())).text == said


@pytest.mark.parametrize(
    "said",
    [
        "你好，我想问一下今年的供暖费什么时候开始交？",
        "我的电话是13800138000，姓王。",
        "他们半夜还在施工，吵得我睡不着觉。",
        "海淀区学院路街道二里庄社区",
        "",
    ],
)
def test_what_is_right_stays_as_it_is(recall: NameRecall, said: str) -> None:
    hypothesis = heard(said)
    assert respell(hypothesis, recall(said, Context())) == hypothesis


def test_a_name_is_written_as_far_as_it_was_said(recall: NameRecall) -> None:
    assert [r.name for r in recall("方庄接到", Context(places=("丰台区",)))] == ["方庄街道"]
    assert [r.name for r in recall("卢勾乔那边", Context(places=("丰台区",)))] == ["卢沟桥"]
    assert [r.name for r in recall("西城区大石烂儿那边", Context())] == ["西城区", "大栅栏"]


def test_what_the_call_is_about_helps(recall: NameRecall) -> None:
    wrote = "就是我们中石里的事"
    assert not recall(wrote, Context())
    assert [r.name for r in recall(wrote, Context(places=("东城区", "东花市街道")))] == ["忠实里"]


def test_hotwords_are_recalled_too(recall: NameRecall) -> None:
    [found] = recall("恒太物业不管", Context(hotwords=("恒泰物业",)))
    assert (found.name, found.start, found.end) == ("恒泰物业", 0, 4)


def test_the_time_of_the_words_stays_and_likelihood_becomes_confidence() -> None:
    hypothesis = respell(heard("在大星区"), [Recalled("大兴", 1, 3, 6.0)])
    assert hypothesis.text == "在大兴区"
    assert [(w.text, w.start_s, w.end_s) for w in hypothesis.words] == [
        ("在", 0.0, 0.2),
        ("大", 0.2, 0.4),
        ("兴", 0.4, 0.6),
        ("区", pytest.approx(0.6), pytest.approx(0.8)),
    ]
    assert 0.8 < hypothesis.words[2].confidence < 0.9


def test_a_number_is_not_cut() -> None:
    hypothesis = heard("在27号")
    assert respell(hypothesis, [Recalled("在二", 0, 2, 9.0)]) == hypothesis


@given(st.text(alphabet="丰台区方1A2 ，。", max_size=12), st.data())
def test_words_stay_the_words_of_the_text(text: str, data: st.DataObject) -> None:
    spans = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    names = [
        Recalled(data.draw(st.sampled_from(["甲", "甲乙丙"])), a, b, 5.0)
        for a, b in zip(spans[::2], spans[1::2], strict=False)
    ]
    hypothesis = respell(heard(text), names)
    assert "".join(w.text for w in hypothesis.words) == "".join(c for c in hypothesis.text if c.isalnum())
    starts = [w.start_s for w in hypothesis.words]
    assert starts == sorted(starts)
