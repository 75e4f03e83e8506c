"""Finals are spelled as they were meant."""

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import heard

from models.gazetteer import load_gazetteer
from voice.decoder import Context, Hypothesis, Pass, Window
from voice.names import NameIndex
from voice.recall import NameRecall
from voice.spelling import SpellingDecoder, WordSpelling

WORDS = WordSpelling.load()


def _doubtful(text: str, confidence: float = 0.4) -> Hypothesis:
    hypothesis = heard(text)
    words = tuple(msgspec.structs.replace(w, confidence=confidence) for w in hypothesis.words)
    return Hypothesis(text, words)


@pytest.mark.parametrize(
    ("wrote", "said"),
    [
        ("我家的暖汽不热", "我家的暖气不热"),
        ("我想头诉物业，他们不管。", "我想投诉物业，他们不管。"),
        ("祝您生活鱼快", "祝您生活愉快"),
        ("楼道里的路登坏了3天", "楼道里的路灯坏了3天"),
        ("请问宁贵姓", "请问您贵姓"),
        ("不客气，祝年身体健康", "不客气，祝您身体健康"),
        ("我是去年退休的老年人", "我是去年退休的老年人"),
    ],
)
def test_words_of_the_same_sound_are_told_apart_by_use(wrote: str, said: str) -> None:
    assert WORDS(_doubtful(wrote)).text == said


@pytest.mark.parametrize(
    "said", ["我姓田，叫田桃利", "您好，郦先生", "幺三八零零幺二七", "13800138000", "OK", "，。", ""]
)
def test_names_of_people_and_numbers_stay(said: str) -> None:
    assert WORDS(_doubtful(said)) == _doubtful(said)


def test_what_recognition_is_sure_of_and_names_stay() -> None:
    assert WORDS(_doubtful("这个公式", 0.4)).text == "这个公示"
    assert WORDS(_doubtful("这个公式", 1.0)).text == "这个公式"
    assert WORDS(_doubtful("暖汽街道")).text == "暖气街道"
    assert WORDS(_doubtful("暖汽街道"), [(0, 2)]).text == "暖汽街道"


def test_times_and_confidence_stay() -> None:
    before = _doubtful("暖汽不热")
    after = WORDS(before)
    assert [(w.start_s, w.end_s, w.confidence) for w in after.words] == [
        (w.start_s, w.end_s, w.confidence) for w in before.words
    ]
    assert "".join(w.text for w in after.words) == "暖气不热"


def test_partials_are_spelled_too_but_for_names() -> None:
    class Fixed:
        def decode(self, windows: Sequence[Window]) -> list[Hypothesis]:
            return [_doubtful("风台区的暖汽不热") for _ in windows]

    audio = np.zeros(16, np.float32)
    decoder = SpellingDecoder(Fixed(), NameRecall(NameIndex(load_gazetteer())), WORDS)
    final, partial = decoder.decode([Window(audio, Pass.FINAL, Context()), Window(audio, Pass.PARTIAL, Context())])
    assert (final.text, partial.text) == ("丰台区的暖气不热", "风台区的暖气不热")


@given(st.text(max_size=40))
def test_any_text_keeps_its_length(text: str) -> None:
    hypothesis = _doubtful(text)
    spelled = WORDS(hypothesis)
    assert len(spelled.text) == len(text)
    assert [len(w.text) for w in spelled.words] == [len(w.text) for w in hypothesis.words]
