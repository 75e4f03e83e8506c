"""The category of a call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dialogue import call, dialogue, draft, found
from hypothesis import given
from hypothesis import strategies as st

from models.catalogue import Category
from models.errors import DataFileError
from models.workorder import FieldName, Source
from voice.fields.category import MODEL, OFFERED, CategoryFinder
from voice.fields.topics import Part, TopicModel

CATEGORY = FieldName.CATEGORY
TELLINGS = Path(__file__).parent / "calls" / "tellings.txt"


@pytest.fixture(scope="module")
def finder() -> CategoryFinder:
    return CategoryFinder.load()


@pytest.mark.parametrize(
    ("expected", "turns"),
    [
        (
            ("市政", "路灯照明"),
            ("o:您好请讲", "c:我们胡同里的路灯一直不亮", "o:在哪", "c:从东口到西口全黑，灯都坏了，老人晚上摔跟头"),
        ),
        (
            ("劳动和社会保障", "拖欠工资"),
            ("c:我们在工地干活，包工头欠我们工资不给", "o:欠多少", "c:一个人两万多，二十来个农民工都没拿到工钱"),
        ),
        (
            ("养老服务", "老年餐桌"),
            ("c:我们社区那个老年食堂关门了，我这八十多了做不了饭", "c:想问问还开不开，老人上哪儿吃饭去"),
        ),
        (
            ("教育", "托幼服务"),
            ("c:孩子上的那个幼儿园突然不办了", "o:是公立的吗", "c:民办幼儿园，孩子没地方去，保教费也不退"),
        ),
        (
            ("社会秩序", "流浪动物犬只"),
            ("c:小区里好几条野狗，见人就追", "c:昨天把我孩子咬了，狗也没人管没拴绳"),
        ),
    ],
    ids=lambda value: "".join(value[:1]) if isinstance(value, tuple) else "",
)
def test_what_a_call_is_about(finder: CategoryFinder, expected: tuple[str, str], turns: tuple[str, ...]) -> None:
    assert found(finder, CATEGORY, *turns) == expected


def test_tellings_by_somebody_who_had_not_read_the_examples() -> None:
    model = TopicModel.load(MODEL)
    ranks = [
        [category for category, _ in model.rank([Part(telling, 1.0)]).ranked].index(expected)
        for expected, telling in _tellings()
    ]

    assert len(ranks) == 328
    assert sum(rank == 0 for rank in ranks) / len(ranks) >= 0.85
    assert sum(rank < OFFERED for rank in ranks) / len(ranks) >= 0.95


def _tellings() -> Iterator[tuple[Category, str]]:
    category = ("", "")
    for line in TELLINGS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            upper, _, lower = line.strip("[]").partition("/")
            category = upper, lower
        elif line and not line.startswith("#"):
            yield category, line


def test_small_talk_has_no_category(finder: CategoryFinder) -> None:
    assert finder.find(call(), dialogue("o:您好，北京一二三四五，请讲", "c:喂，您好，我姓赵，听得见吗")) == []
    assert finder.find(call(), ()) == []


def test_alternatives_are_offered(finder: CategoryFinder) -> None:
    candidates = finder.find(call(), dialogue("c:小区里的垃圾桶满了没人清，地上到处是垃圾，臭死了"))

    assert len(candidates) == OFFERED
    assert candidates[0].confidence >= candidates[1].confidence >= candidates[2].confidence
    assert all(c.source is Source.INFERRED for c in candidates)
    assert {"垃圾清运", "暴露垃圾"} <= {c.value[1] for c in candidates if isinstance(c.value, tuple)}


def test_the_evidence_is_the_citizens_request(finder: CategoryFinder) -> None:
    turns = (
        "o:您好，请问是反映共享单车的问题吗",
        "c:喂你好，是，共享单车把地铁口全堵死了",
        "o:您贵姓",
        "c:我姓孙，住三号楼",
    )
    field = draft(finder, *turns).fields[CATEGORY]

    assert field.value == ("交通管理", "共享单车")
    assert [e.utterance for e in field.evidence] == ["u2"]
    assert "共享单车" in field.evidence[0].quote


def test_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(DataFileError):
        CategoryFinder.load(tmp_path / "none.npz")


@given(turns=st.lists(st.text("暖气不热漏水的，。a1 ", max_size=30).map(lambda t: "c:" + t), max_size=4))
def test_any_words_get_good_evidence(finder: CategoryFinder, turns: list[str]) -> None:
    draft(finder, *turns)
