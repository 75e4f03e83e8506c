"""What callers mean, with the shipped model; and learning a small one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pytest
import scipy.sparse as sp
from guide_parts import TODAY, interpreter, understanding
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.advice import advise
from ivr.features import grams
from ivr.knowledge import Entry, Knowledge, Source, load_knowledge
from ivr.learning import digest, train
from ivr.regression import Rows, fit
from ivr.sayings import Intent, Sayings, load_sayings
from ivr.unanswered import cluster
from ivr.understanding import MODEL, MeaningModel, Understanding
from models.errors import DataFileError
from models.mishearing import Mishearing
from models.sentences import ENCODERS, MEANING, Floats, centred, sentence_encoder


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("暖气几号停啊", "faq-001"),
        ("喂你好我想问一下那个居住证怎么办", "faq-011"),
        ("摇号都要什么条件哪", "faq-029"),
        ("家里没水了找谁", "faq-054"),
        ("失业金一个月能领多少钱", "faq-048"),
    ],
)
def test_questions_find_their_answers(text: str, answer: str) -> None:
    assert advise(interpreter(), text, TODAY).answer_id == answer


def test_what_was_misheard_is_still_understood() -> None:
    entries = understanding().knowledge.entries
    asked = [(e.question, e.id) for e in entries.values()]
    errors, chance = Mishearing(q for q, _ in asked), random.Random(7)
    heard = [(errors.mishear(q, 0.2, chance), e) for q, e in asked]
    right = sum(advise(interpreter(), q, TODAY).answer_id == e for q, e in heard)
    assert right >= 0.8 * len(heard)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("麻烦您给我转一下人工", "human"),
        ("我想跟真人说话", "human"),
        ("刚才没听清，你再说一遍", "repeat"),
        ("您说慢点儿", "slower"),
        ("声音大一点", "louder"),
        ("好的谢谢，再见", "hangup"),
        ("我要投诉，楼下饭店油烟太大，你们派人来查查", "intake"),
        ("故宫门票怎么预约", "none"),
        ("给我讲个笑话吧", "none"),
        ("，。？", "none"),
        ("", "none"),
    ],
)
def test_what_is_no_question(text: str, action: str) -> None:
    advice = advise(interpreter(), text, TODAY)
    assert (advice.action, advice.answer_id) == (action, None)


@pytest.mark.parametrize("text", ["不用转人工", "先别转人工，你说就行"])
def test_a_denied_command_is_none(text: str) -> None:
    assert advise(interpreter(), text, TODAY).action != "human"


def test_an_expired_answer_is_never_given() -> None:
    shipped = understanding()
    expired = {
        i: msgspec.structs.replace(e, valid_until=date(2020, 1, 1)) for i, e in shipped.knowledge.entries.items()
    }
    closed = Understanding(MeaningModel.load(), Knowledge(expired), sentence_encoder())
    for entry in shipped.knowledge.entries.values():
        reading = closed.read(entry.question, TODAY)
        assert reading.answer is None
        assert reading.guesses == ()


def test_the_shipped_model_was_trained_from_the_shipped_files() -> None:
    assert MeaningModel.load().digest == digest(load_knowledge(), load_sayings())


def test_a_knowledge_base_that_the_model_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="trained without e0"):
        Understanding(MeaningModel.load(), _knowledge(), sentence_encoder())


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300))
def test_any_text_means_something(text: str) -> None:
    reading = understanding().read(text, TODAY)
    assert 0 <= reading.score <= 1
    assert sum(reading.intents.values()) <= 1.001
    assert len(reading.guesses) <= 3


# --- Features ----------------------------------------------------------------------------------


def test_homophones_sound_the_same_and_are_written_differently() -> None:
    (written, heard), (miswritten, misheard) = grams("暖气"), grams("暖器")
    assert list(heard.index) == list(misheard.index)
    assert list(written.index) != list(miswritten.index)


def test_centring_is_done_for_each_encoder() -> None:
    vectors = centred(np.arange(MEANING, dtype=np.float32), np.ones(MEANING, dtype=np.float32))
    for part in np.split(vectors, np.cumsum(ENCODERS)[:-1]):
        assert np.linalg.norm(part) == pytest.approx(1.0, rel=1e-4)


# --- Learning ----------------------------------------------------------------------------------


class _BagOfCharacters:
    """An encoder without weights: every character has its own random direction."""

    def encode(self, text: str) -> Floats:
        return np.concatenate([_direction(text, n) for n in ENCODERS])


@cache
def _direction(text: str, size: int) -> Floats:
    total = np.full(size, 1e-6)
    for char in text:
        total += np.random.default_rng(ord(char)).normal(size=size)
    vector: Floats = (total / np.linalg.norm(total)).astype(np.float32)
    return vector


def _knowledge() -> Knowledge:
    topics = ["暖气", "水管", "电梯", "狗证"]
    asked = ["{}坏了", "{}怎么办", "{}找谁", "关于{}的事", "问问{}"]
    return Knowledge({f"e{n}": _entry(f"e{n}", [a.format(t) for a in asked]) for n, t in enumerate(topics)})


def _entry(name: str, questions: Sequence[str]) -> Entry:
    return Entry(
        id=name,
        topic="一",
        question=questions[0],
        wordings=tuple(questions[1:]),
        spoken="好。",
        written="好。",
        office="一",
        sources=(Source("一", "https://example.org"),),
    )


def _sayings() -> Sayings:
    return {
        intent: tuple(f"{'甲乙丙丁戊己庚辛壬癸子'[n]}{x}" for x in "东南西北中") for n, intent in enumerate(Intent)
    }


def test_learning_finds_what_was_taught_and_saves_it(tmp_path: Path) -> None:
    steps: list[str] = []
    learned = train(_knowledge(), _sayings(), _BagOfCharacters(), watch=steps.append)
    assert steps[-1] == "training on all examples"
    assert learned.written.right + learned.written.wrong <= 1
    assert learned.misheard.right <= learned.written.right
    model = learned.model
    path = tmp_path / "m.npz"
    model.save(path)
    loaded = MeaningModel.load(path)
    assert loaded.digest == digest(_knowledge(), _sayings())
    for text in ("暖气找谁", "甲东"):
        read = loaded.encode(text, _BagOfCharacters())
        found = loaded.probabilities(read)
        assert np.allclose(found, model.probabilities(model.encode(text, _BagOfCharacters())), atol=1e-3)
        for entry in ("e0", "e3"):
            assert loaded.answers(read, found, entry) == model.answers(read, found, entry)
    read = loaded.encode("狗证怎么办", _BagOfCharacters())
    assert loaded.labels[int(loaded.probabilities(read).argmax())] == "e3"
    again = train(_knowledge(), _sayings(), _BagOfCharacters()).model
    assert np.array_equal(again.weights, model.weights)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 100])
def test_what_is_no_model_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "m.npz"
    path.write_bytes(data)
    with pytest.raises(DataFileError, match=r"not a trained model|cannot be read"):
        MeaningModel.load(path)


def test_a_model_with_a_missing_part_is_refused(tmp_path: Path) -> None:
    with np.load(MODEL) as stored:
        parts = {name: stored[name] for name in stored.files if name != "bias"}
    path = tmp_path / "m.npz"
    np.savez(path, **parts)
    with pytest.raises(DataFileError, match="bias"):
        MeaningModel.load(path)


@pytest.mark.parametrize("factor", [1.0, 30.0])
def test_regression_separates_what_can_be_separated(factor: float) -> None:
    rows = Rows(sp.csr_matrix(np.eye(3, 5, dtype=np.float32)), np.eye(3, 2, dtype=np.float32))
    learned = fit(rows, np.array([0, 1, 2]), np.ones(3, np.float32), count=3, inverse_regularisation=factor)
    chances = learned.probabilities(rows)
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    assert list(chances.argmax(axis=1)) == [0, 1, 2]
    assert not learned.weights[3:5].any()  # nothing was learned of what never occurred


# --- Unanswered --------------------------------------------------------------------------------


def test_unanswered_questions_are_gathered_by_meaning() -> None:
    asked = {
        "故宫门票怎么预约": 3,
        "故宫的票在哪儿约": 2,
        "护照怎么办": 4,
        "护照过期了怎么换": 1,
        "今天天气怎么样": 1,
    }
    clusters = cluster(asked, sentence_encoder())
    assert [(c.question, c.count) for c in clusters] == [
        ("护照怎么办", 5),
        ("故宫门票怎么预约", 5),
        ("今天天气怎么样", 1),
    ]
    assert clusters[1].wordings == ("故宫门票怎么预约", "故宫的票在哪儿约")
    assert cluster({}, sentence_encoder()) == []
