"""Danger told from what is meant: any text, files, and how the shipped model is used."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import DataFileError
from models.sentences import Floats, sentence_encoder
from voice.fields import emergency
from voice.fields.danger_sense import MAX_LOOKS, MAX_READ, MODEL, NUMBERS, DangerModel, _pieces, danger_model
from voice.fields.danger_training import SAYINGS, digest, load_sayings, ordinary_turns
from voice.fields.emergency import SENSED, Watch, detect, told_in_words
from voice.fields.spans.tellings import TELLINGS, load_tellings

ORDINARY = "我想问一下居住证到期了去哪儿办，需要带什么材料"


class Counting:
    """The real encoder, which counts how often it is asked."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, text: str) -> Floats:
        self.read.append(text)
        return sentence_encoder().encode(text)


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture(scope="module")
def unforeseen() -> str:
    """A danger of the data that no word list has, and the model senses."""
    found = (
        s.text
        for s in load_sayings(SAYINGS)
        if s.numbers and told_in_words(s.text) is None and danger_model().sense(s.text, sentence_encoder())
    )
    return next(found)


def test_it_senses_what_no_word_list_has(unforeseen: str) -> None:
    alert = detect(unforeseen)

    assert alert is not None
    assert alert.reason == SENSED[alert.number]
    assert 0 <= alert.start < alert.end <= len(unforeseen)


def test_an_ordinary_turn_needs_no_second_look(counting: Counting) -> None:
    assert danger_model().sense(ORDINARY, counting) is None
    assert not counting.read


def test_the_danger_among_other_sentences_is_where_it_was_told(unforeseen: str, counting: Counting) -> None:
    padding = f"{ORDINARY}。" * 4
    found = danger_model().sense(f"{padding}{unforeseen}。{padding}", counting)

    assert found is not None
    assert found.start >= len(padding)
    assert found.end <= len(padding) + len(unforeseen)
    assert all(len(text) <= MAX_READ for text in counting.read)


@settings(max_examples=60)
@given(st.text(max_size=200) | st.text(alphabet="着火了煤气味救命血快来人没有。！？，", max_size=400))
def test_any_text_in_bounded_work(text: str) -> None:
    encoder = Counting()
    found = danger_model().sense(text, encoder)

    assert len(encoder.read) <= MAX_LOOKS
    assert found is None or (found.number in NUMBERS and 0 <= found.start < found.end <= len(text))
    assert found is None or danger_model().alarm_at < found.probability <= 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "火",
        "。",
        " ",
        "\n",
        "着火了快来人救命啊" * 1112,
        "着火了，快来人救命啊。" * 910,
        "。" * 10_000,
        "a" * 10_000,
    ],
    ids=lambda text: f"{text[:5]!r}, {len(text)}",
)
def test_short_and_long_texts_in_bounded_work(text: str, counting: Counting) -> None:
    found = danger_model().sense(text, counting)

    assert len(counting.read) <= MAX_LOOKS
    assert found is None or 0 <= found.start < found.end <= len(text)


@given(st.text(max_size=400) | st.text(alphabet="啊，。！？\n", max_size=400))
def test_pieces_cover_the_text_in_order(text: str) -> None:
    spans = list(_pieces(text))

    assert "".join(text[start:end] for start, end in spans) == text
    assert all(0 < end - start <= MAX_READ for start, end in spans)


def test_pieces_are_whole_sentences_where_they_can_be() -> None:
    sentence = "字" * 39 + "。"
    assert list(_pieces(sentence * 3)) == [(0, 40), (40, 80), (80, 120)]
    assert list(_pieces(f"快来！{sentence}")) == [(0, 43)], "a short one says little alone"
    assert list(_pieces("字" * (MAX_READ + 1))) == [(0, MAX_READ), (MAX_READ, MAX_READ + 1)]


# --- In a call ---------------------------------------------------------------------------------


def test_a_sensed_danger_is_told_once(unforeseen: str) -> None:
    watch = Watch()
    alert = watch.hear(unforeseen, finished=True)

    assert alert is not None
    assert alert.reason == SENSED[alert.number]
    assert watch.hear(f"{unforeseen}。", finished=True) is None


@pytest.fixture
def senses_fire(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the words, the model senses a fire."""
    monkeypatch.setattr(emergency, "danger_model", lambda: replace(danger_model(), first_at=-99.0, alarm_at=0.0))
    emergency._sensed.cache_clear()
    yield
    emergency._sensed.cache_clear()


@pytest.fixture
def no_meaning(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever asks the model fails."""
    monkeypatch.setattr(emergency, "danger_model", lambda: pytest.fail("the model was asked"))
    emergency._sensed.cache_clear()
    yield
    emergency._sensed.cache_clear()


@pytest.mark.usefixtures("senses_fire")
def test_what_is_sensed_says_less_than_what_words_have_told() -> None:
    sensed = detect(ORDINARY)
    assert sensed is not None
    fires = {"110": "有人拿刀砍人", "119": "我家楼下着火了", "120": "有人晕倒了", "122": "撞车了有人受伤"}
    words = fires[sensed.number]
    by_words = told_in_words(words)
    assert by_words is not None
    assert by_words.number == sensed.number

    watch = Watch()
    assert watch.hear(words, finished=True) == by_words
    assert watch.hear(ORDINARY, finished=True) is None, "the words have told it"
    watch = Watch()
    assert watch.hear(ORDINARY, finished=True) == sensed
    assert watch.hear(words, finished=True) == by_words, "the words say more"


@pytest.mark.usefixtures("no_meaning")
def test_partials_and_what_words_tell_never_cost_a_second_look() -> None:
    assert detect(ORDINARY, finished=False) is None
    assert Watch().hear("我家楼下着火了", finished=True) is not None
    with pytest.raises(pytest.fail.Exception):
        detect(ORDINARY)


# --- Files -------------------------------------------------------------------------------------


def test_what_ships_is_trained_from_what_ships() -> None:
    sayings = [*load_sayings(SAYINGS), *ordinary_turns(load_tellings(TELLINGS))]

    assert danger_model().digest == digest(sayings), "data or word lists have changed: run `yida train dangers`"
    assert MODEL.stat().st_size < 3_000_000


def test_save_and_load(tmp_path: Path, unforeseen: str) -> None:
    danger_model().save(tmp_path / "model.npz")
    again = DangerModel.load(tmp_path / "model.npz")

    assert (again.digest, again.vocabulary) == (danger_model().digest, danger_model().vocabulary)
    assert (again.first_at, again.alarm_at) == (danger_model().first_at, danger_model().alarm_at)
    assert again.sense(unforeseen, sentence_encoder()) == danger_model().sense(unforeseen, sentence_encoder())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "any.npz").write_bytes(data)
    with pytest.raises(DataFileError):
        DangerModel.load(tmp_path / "any.npz")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_damaged_files_are_refused(tmp_path: Path, share: float) -> None:
    content = bytearray(MODEL.read_bytes())
    at = int(len(content) * share)
    (tmp_path / "cut.npz").write_bytes(content[:at])
    content[at : at + 64] = bytes(64)
    (tmp_path / "damaged.npz").write_bytes(content)
    for name in ("cut.npz", "damaged.npz"):
        with pytest.raises(DataFileError, match="is not a trained model of danger"):
            DangerModel.load(tmp_path / name)


def test_files_that_do_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    with pytest.raises(DataFileError, match="cannot be read"):
        DangerModel.load(path)
    with np.load(MODEL) as stored:
        arrays = {name: stored[name] for name in stored.files}
    for name, value, message in (
        ("rarity", arrays["rarity"][:-1], "do not fit together"),
        ("mean", arrays["mean"][:-1], "do not fit together"),
        ("weights", arrays["weights"][:, :-1], "do not fit together"),
        ("thresholds", np.float32(0.5), "do not fit together"),
        ("bias", np.full_like(arrays["bias"], np.nan), "cannot be"),
        ("format", np.int64(99), "format 99"),
        ("digest", np.array(["0"]), "is not a trained model of danger"),
    ):
        np.savez(path, **{**arrays, name: value})
        with pytest.raises(DataFileError, match=message):
            DangerModel.load(path)
    np.savez(path, **{n: a for n, a in arrays.items() if n != "first"})
    with pytest.raises(DataFileError, match="first"):
        DangerModel.load(path)


def test_pickles_are_refused(tmp_path: Path) -> None:
    pickled = io.BytesIO()
    np.save(pickled, np.array([{}], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(MODEL) as good, zipfile.ZipFile(tmp_path / "bad.npz", "w") as bad:
        for name in good.namelist():
            bad.writestr(name, pickled.getvalue() if name == "rarity.npy" else good.read(name))
    with pytest.raises(DataFileError, match="is not a trained model of danger"):
        DangerModel.load(tmp_path / "bad.npz")
