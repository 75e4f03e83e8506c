"""The classifier: training, files, and what it makes of any text."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.catalogue import Category
from models.errors import DataFileError
from voice.fields.category import MODEL
from voice.fields.examples import EXAMPLES, Example, demands, load_examples, small_talk
from voice.fields.topic_training import Report, digest, train
from voice.fields.topics import Part, TopicModel, grams

HEAT, LEAK, DOGS = ("供暖", "温度不达标"), ("住房", "房屋漏水"), ("社会秩序", "流浪动物犬只")
CATEGORIES: tuple[Category, ...] = (HEAT, LEAK, DOGS)


@pytest.fixture(scope="module")
def trained() -> tuple[TopicModel, Report]:
    every = load_examples(EXAMPLES, TopicModel.load(MODEL).categories)
    return train(CATEGORIES, [e for e in every if e.category in CATEGORIES], small_talk(), folds=3)


@pytest.fixture(scope="module")
def shipped() -> TopicModel:
    return TopicModel.load(MODEL)


def test_it_learns(trained: tuple[TopicModel, Report]) -> None:
    model, report = trained
    rows = {a.what: a for a in report.accuracies}

    assert rows["a call"].top1 > 0.9
    assert rows["a call"].number > 100
    assert report.calibration_error < 0.1
    assert model.rank([Part("邻居家的狗天天追着人咬，也不拴绳子", 1.0)]).ranked[0][0] == DOGS


def test_same_data_same_model(trained: tuple[TopicModel, Report]) -> None:
    texts = ["屋里冷得很", "暖气冰凉", "没有热气", "十五度", "冻死了"] * 2
    examples = [Example(HEAT, t) for t in texts] + [Example(DOGS, t + "狗") for t in texts]
    first, _ = train((HEAT, DOGS), examples, small_talk(), folds=2)
    second, _ = train((HEAT, DOGS), examples, small_talk(), folds=2)

    assert np.array_equal(first.weights, second.weights)
    assert first.digest == second.digest != trained[0].digest


def test_save_and_load(tmp_path: Path, trained: tuple[TopicModel, Report]) -> None:
    model, _ = trained
    model.save(tmp_path / "model.npz")
    again = TopicModel.load(tmp_path / "model.npz")
    parts = [Part("暖气不热，屋里才十五度", 1.0), Part("我姓王", 0.3)]

    assert again.categories == CATEGORIES
    assert again.digest == model.digest
    for (category, before), (same, after) in zip(model.rank(parts).ranked, again.rank(parts).ranked, strict=True):
        assert category == same
        assert after == pytest.approx(before, abs=0.01)


def test_what_ships_is_trained_from_what_ships(shipped: TopicModel) -> None:
    assert shipped.digest == digest(load_examples(EXAMPLES, shipped.categories), small_talk(), demands()), (
        "examples have changed: run `yida train categories`"
    )
    assert MODEL.stat().st_size < 3_000_000


def test_misheard_requests_still_tell(shipped: TopicModel) -> None:
    said = shipped.rank([Part("楼上装修把我家房顶给泡了，哗哗地漏水", 1.0)])
    heard = shipped.rank([Part("楼上装休把我加房顶给泡了花花地露水", 1.0)])

    assert said.ranked[0][0] == heard.ranked[0][0] == LEAK


@pytest.mark.parametrize(
    "demand", ["你们派人来修", "麻烦赶紧来个人看看吧", "你们快管管吧", "真是谢谢你们了", "辛苦您给反映反映"]
)
@pytest.mark.parametrize(
    ("matter", "category"),
    [
        ("路灯坏了", ("市政", "路灯照明")),
        ("井盖没了", ("市政", "井盖积水")),
        ("屋里暖气冰凉", ("供暖", "温度不达标")),
        ("垃圾堆了一个礼拜没人收", ("市容环卫", "垃圾清运")),
        ("有只狗追着人咬", ("社会秩序", "流浪动物犬只")),
    ],
)
def test_what_is_asked_for_says_nothing_about_the_matter(
    shipped: TopicModel, matter: str, category: Category, demand: str
) -> None:
    assert shipped.rank([Part(f"{matter}，{demand}", 1.0)]).ranked[0][0] == category


def test_small_talk_tells_nothing(shipped: TopicModel) -> None:
    for text in ("喂，您好", "我姓赵，电话是幺三九幺二三四五六七八", "好的，谢谢您，再见", "请问您在哪个区"):
        assert shipped.rank([Part(text, 1.0)]).told < 0.5, text
    for text in ("马路上有个大坑，车都颠坏了", "我想问问公积金怎么提取", "楼下烧烤摊油烟太大"):
        assert shipped.rank([Part(text, 1.0)]).told > 0.5, text


def test_probabilities(shipped: TopicModel) -> None:
    ranked = shipped.rank([Part("下水道堵了，脏水往外冒", 1.0)]).ranked

    assert sum(chance for _, chance in ranked) == pytest.approx(1, abs=1e-4)
    assert [c for _, c in ranked] == sorted((c for _, c in ranked), reverse=True)
    assert shipped.rank([]).told == 0


def test_it_is_quick(shipped: TopicModel) -> None:
    turns = [Part(f"{i}号楼的暖气不热，物业不管，我们一家老小冻得不行，你们快派人来看看", 1.0) for i in range(12)]
    began = time.perf_counter()
    shipped.rank(turns)
    assert time.perf_counter() - began < 0.2


def test_grams_are_written_and_heard() -> None:
    counts = grams("漏水，13912345678漏")

    assert counts["漏水"] == 1
    assert counts["漏"] == 2
    assert counts["lou sui"] == 1
    assert not any(c.isdigit() for gram in counts for c in gram)


@given(text=st.text(max_size=50) | st.sampled_from(["", "，", "1234", "A", "楼" * 10_000]))
def test_any_text_gets_probabilities(shipped: TopicModel, text: str) -> None:
    ranking = shipped.rank([Part(text, 1.0)])
    start, end = shipped.strongest_clause(text, HEAT)

    assert 0 <= ranking.told <= 1
    assert all(0 <= chance <= 1 for _, chance in ranking.ranked)
    assert 0 <= start <= end <= len(text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "any.npz").write_bytes(data)
    with pytest.raises(DataFileError):
        TopicModel.load(tmp_path / "any.npz")


def test_files_that_do_not_fit(tmp_path: Path, trained: tuple[TopicModel, Report]) -> None:
    path = tmp_path / "model.npz"
    with pytest.raises(DataFileError, match="cannot be read"):
        TopicModel.load(path)
    trained[0].save(path)
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    for name, value, message in (
        ("scale", arrays["scale"][:-1], "do not fit together"),
        ("bias", np.full_like(arrays["bias"], np.nan), "cannot be"),
        ("format", np.int64(99), "format 99"),
        ("weights", arrays["weights"].astype(np.int16), "do not fit together"),
        ("categories", np.array(["供暖"]), "is not a trained classifier"),
    ):
        np.savez(path, **{**arrays, name: value})
        with pytest.raises(DataFileError, match=message):
            TopicModel.load(path)
    np.savez(path, **{n: a for n, a in arrays.items() if n != "bias"})
    with pytest.raises(DataFileError, match="bias"):
        TopicModel.load(path)


def test_pickles_are_refused(tmp_path: Path, trained: tuple[TopicModel, Report]) -> None:
    trained[0].save(tmp_path / "model.npz")
    pickled = io.BytesIO()
    np.save(pickled, np.array([{}], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(tmp_path / "model.npz") as good, zipfile.ZipFile(tmp_path / "bad.npz", "w") as bad:
        for name in good.namelist():
            bad.writestr(name, pickled.getvalue() if name == "rarity.npy" else good.read(name))
    with pytest.raises(DataFileError, match="is not a trained classifier"):
        TopicModel.load(tmp_path / "bad.npz")
