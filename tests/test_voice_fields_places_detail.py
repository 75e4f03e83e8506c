"""Which pieces of all that is told make the rest of the address: no model here, the spans are given."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from dialogue import dialogue
from finders import finder
from hypothesis import given
from hypothesis import strategies as st

from api.scoring import SIMILAR_ADDRESS, similarity
from models.workorder import Candidate
from voice.fields.places.address import pieces
from voice.fields.places.detail import Heard, find_detail
from voice.fields.places.finder import PlaceFinder
from voice.fields.spans.model import Kind
from voice.fields.spans.tellings import TELLINGS, load_tellings


def detail(*lines: str, probability: float = 0.9) -> Candidate | None:
    """What `lines` tell; the spans are in brackets, `?` before a turn: it answers a question for the place."""
    heard = []
    for line in lines:
        asked, text = line[2:].startswith("?"), line[2:].lstrip("?")
        spans, plain = [], ""
        for part in re.split(r"(\[[^]]*\])", text):
            if part.startswith("["):
                spans.append((len(plain), len(plain) + len(part) - 2, probability))
            plain += part.strip("[]")
        (u,) = dialogue(line[:2] + plain)
        heard.append(Heard(u, tuple(pieces(u.raw, spans, ())), asked))
    return find_detail(heard)


def value(*lines: str) -> object:
    found = detail(*lines)
    return found.value if found else None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["c ?[八角北里]，[二十一号楼]", "o 几单元？", "c ?[三单元]，[五零二]"], "八角北里21号楼3单元502"),
        (["c ?[二十一号楼三单元]", "o 哪个小区？", "c ?[八角北里]"], "八角北里21号楼3单元"),
        (["c ?[西直门地铁站]", "o [西直门地铁站]，哪个口？", "c ?[D口]"], "西直门地铁站D口"),
        (["c ?[学清路]跟[月泉路]那个[路口]"], "学清路与月泉路路口"),
    ],
)
def test_what_is_told_bit_by_bit_is_put_together(lines: list[str], expected: str) -> None:
    assert value(*lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["c ?[宏图产业园]，盖[仓库]的，[兴海路]边上", "o [兴海路宏图产业园三期工地]，对吗？"],
            "兴海路宏图产业园三期工地",
        ),
        (["c ?[工业大院十八号]，门口有棵[大槐树]", "o [工业大院十八号]，好。"], "工业大院18号"),
        (["c ?[定海园二里]的[东门口]", "o [定海园二里东门公交站]。", "c 我去[亦庄地铁站]"], "定海园二里东门公交站"),
        (["c ?[芳星园二区]，[九号楼]，[四零二]", "o [九号楼三单元]，对吗？"], "芳星园二区9号楼3单元402"),
        (
            ["c 住[十八层]", "o ?", "c ?[华龙苑南里]，[六号楼二单元]", "o [华龙苑南里六号楼二单元]"],
            "华龙苑南里6号楼2单元",
        ),
    ],
)
def test_what_the_operator_reads_back_is_not_mixed_with_other_words(lines: list[str], expected: str) -> None:
    assert value(*lines) == expected


def test_a_correction_replaces_the_number() -> None:
    assert value("c ?[八角北里十二号楼]", "o 十二号楼？", "c ?不是，[二号楼]") == "八角北里2号楼"
    assert (
        value("c ?[八角北里十九号楼五零一]", "o [八角北里十九号楼五零一]？", "c ?[五零二]，不是五零一")
        == "八角北里19号楼502"
    )


@pytest.mark.parametrize(
    ("heard", "estate", "expected"),
    [
        ("长丰园二区九号楼", "芳星园二区", "芳星园二区9号楼"),
        ("丰园二区九号楼", "芳星园二区", "芳星园二区9号楼"),
        ("马家堡路九号楼", "马家堡东里", "马家堡路9号楼"),
        ("九号楼", "芳星园二区", "芳星园二区9号楼"),
        ("局儿胡同东口", "菊儿", "菊儿胡同东口"),
        ("小区北门外", "二里庄", "二里庄小区北门外"),
        ("甲八号院", "芳星园二区", "甲8号院"),
        ("九号楼", "", "9号楼"),
    ],
)
def test_the_name_of_the_estate_is_spelled_right_and_put_in_where_it_lacks(
    heard: str, estate: str, expected: str
) -> None:
    (u,) = dialogue(f"c {heard}", confidence=0.6)
    found = find_detail([Heard(u, tuple(pieces(u.raw, [(0, len(heard), 0.9)], ())), asked=True)], estate)

    assert found is not None
    assert found.value == expected


def test_nothing_told_is_no_address() -> None:
    assert detail("c 没说地方", "o 好的") is None


def test_both_saying_it_makes_it_surer() -> None:
    alone, both = detail("c ?[北门]"), detail("c ?[北门]", "o [北门]")

    assert alone is not None
    assert both is not None
    assert both.confidence > alone.confidence


def test_what_is_doubtful_stays_so() -> None:
    found = detail("c [公厕]", probability=0.45)

    assert found is not None
    assert found.confidence < 0.5


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["c ", "c ?", "o "]),
            st.lists(st.text(alphabet="一二三十号楼单元层北门园路，和跟与至", max_size=8), max_size=4),
        ),
        max_size=6,
    )
)
def test_any_pieces_give_an_address_with_evidence(said: Sequence[tuple[str, list[str]]]) -> None:
    found = detail(*(speaker + "".join(f"[{w}]啊" for w in words) for speaker, words in said))

    if found is not None:
        assert found.value
        assert 0 <= found.confidence <= 1
        assert all(e.quote for e in found.evidence)


def test_from_the_spans_that_people_tagged_most_addresses_are_put_together() -> None:
    """What `detail` does by itself, on whole calls that the tagger has learned from."""
    areas = finder(PlaceFinder).spans.areas
    right = wanted = 0
    for path in sorted(TELLINGS.glob("calls_*.txt")):
        labels = re.findall(r"^= *(.*)$", path.read_text("utf-8"), re.MULTILINE)
        for label, telling in zip(labels, load_tellings(path), strict=True):
            address = label.split("|")[4].strip().strip("-")
            read = areas.read(telling.utterances)
            heard = [
                Heard(
                    u, tuple(pieces(u.raw, [(t.start, t.end, 1.0) for t in tags if t.kind is Kind.PLACE], names)), a
                )
                for u, tags, names, a in zip(telling.utterances, telling.tags, read.names, read.asked, strict=True)
            ]
            found = find_detail(heard, read.estate)
            wanted += address != ""
            right += bool(address and found) and similarity(address, str(found and found.value)) >= SIMILAR_ADDRESS

    assert wanted > 80
    assert right / wanted >= 0.8
