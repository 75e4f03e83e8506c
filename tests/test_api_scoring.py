"""When a value counts as right, and the figures over calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.scoring import Scorer, canonical, report, same_time, similarity
from api.written_calls import LabelledCall, WrittenCallError, read_labelled_call, read_written_call
from models.call import Channel
from models.gazetteer import load_gazetteer
from models.workorder import Alternative, Draft, Evidence, Field, FieldName, FieldValue

LABEL: dict[str, Any] = {
    "id": "a",
    "received_at": "2026-01-13T08:52:00+08:00",
    "turns": [
        {"speaker": "operator", "spoken": "您好", "start": 0, "end": 1},
        {"speaker": "citizen", "spoken": "我姓赵，幺三六九三幺零七七二五", "start": 2, "end": 6},
    ],
    "work_order": {
        "caller_name": "赵先生",
        "caller_phone": "13693107725",
        "street": "四季青镇",
        "category": ["供暖", "温度不达标"],
        "wants_callback": False,
        "key_facts": ["室温15度", "没有热水"],
    },
    "evidence": {"caller_phone": [1], "caller_name": [0]},
}
CATEGORY: tuple[str, str] = ("供暖", "温度不达标")


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer(load_gazetteer())


@pytest.fixture
def label(tmp_path: Path) -> LabelledCall:
    return read_labelled_call(written(tmp_path, LABEL))


def written(folder: Path, content: object) -> Path:
    path = folder / "a.json"
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path


def draft(**values: FieldValue) -> Draft:
    """A draft whose evidence is the caller's words, from second 3 to 4."""
    words = (Evidence("u2", 3.0, 4.0, "赵", (2, 3)),)
    return Draft({FieldName(name): Field(value, 0.9, words) for name, value in values.items()})


@pytest.mark.parametrize(
    ("text", "same"),
    [("九号楼三单元四零二", "9号楼3单元402"), ("Ｎ０.１二", "n012"), ("一万六千元", "16000元")],
)
def test_numerals_and_widths_are_brought_to_one_form(text: str, same: str) -> None:
    assert canonical(text) == canonical(same)


@given(st.text(max_size=40))
def test_any_text_is_like_itself(text: str) -> None:
    assert similarity(text, text) == 1


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("2026-01-10", "2026-01-10T20:00", True),
        ("2026-01-10T20:00", "2026-01-10T20:30", True),
        ("2026-01-10T20:00", "2026-01-10T20:31", False),
        ("2026-01-10", "2026-01-11", False),
        ("2026-01-10", "昨天", False),
    ],
)
def test_times(a: str, b: str, expected: bool) -> None:
    assert same_time(a, b) is expected


def test_a_call_is_scored_field_by_field(scorer: Scorer, label: LabelledCall) -> None:
    found = draft(
        caller_phone="13693107725", caller_name="赵先生", street="四季青地区", district="海淀区", wants_callback=False
    )
    score = scorer.score(label, found, label.written.utterances)
    assert [n for n, right in score.right.items() if right] == ["caller_name", "caller_phone", "street"]
    assert [n for n, wrong in score.wrong.items() if wrong] == ["district"]
    assert not any(score.missed.values())
    assert score.evidence == (1, 2), "the operator's greeting does not state the name"
    assert [(m.field, m.expected, m.found) for m in score.mistakes] == [("district", None, "海淀区")]


def test_category_and_summary(scorer: Scorer, label: LabelledCall) -> None:
    ranked = Field(None, 0.0, alternatives=(Alternative(("市政", "其他"), 0.3), Alternative(CATEGORY, 0.2)))
    found = Draft({FieldName.CATEGORY: ranked, FieldName.SUMMARY: Field("室温只有十五度。", 0.8)})
    score = scorer.score(label, found, label.written.utterances)
    assert (score.top1, score.top3) == (False, True)
    assert score.key_facts == (1, 2)
    assert scorer.score(label, draft(category=CATEGORY), label.written.utterances).top1


def test_figures_over_calls(scorer: Scorer, label: LabelledCall) -> None:
    right = scorer.score(label, draft(caller_phone="13693107725"), label.written.utterances)
    wrong = scorer.score(label, draft(caller_phone="13693107726", district="海淀区"), label.written.utterances)
    figures = report([right, wrong, wrong, wrong])
    phone, district = figures.fields["caller_phone"], figures.fields["district"]
    assert (phone.labelled, phone.precision.value, phone.recall.value, phone.f1.value) == (4, 0.25, 0.25, 0.25)
    assert phone.f1.low < phone.f1.value < phone.f1.high
    assert district.labelled == 0
    assert district.false_fill.value == 0.75
    assert report([right, wrong, wrong, wrong]) == figures, "the intervals do not depend on chance"


def test_a_transcript_without_times_or_id(tmp_path: Path) -> None:
    call = read_written_call(written(tmp_path, {"turns": [{"speaker": "citizen", "spoken": "暖气不热"}]}))
    assert call.call.call_id == "a"
    assert call.call.received_at.tzinfo is not None
    assert call.call.channels == (Channel.CITIZEN,)
    assert call.utterances[0].end_s > call.utterances[0].start_s


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"turns": [{"speaker": "nobody", "spoken": "好"}]},
        {"turns": [], "received_at": "昨天"},
        {"turns": []},
        {"turns": [], "work_order": {"category": ["供暖"]}},
        {"turns": [], "work_order": {}, "evidence": {"colour": [1]}},
        {"turns": [], "work_order": {}, "evidence": {"district": [0]}},
    ],
)
def test_what_is_not_a_label_is_refused_with_its_name(tmp_path: Path, content: object) -> None:
    with pytest.raises(WrittenCallError, match=r"a\.json"):
        read_labelled_call(written(tmp_path, content))


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"\xff\x00{")
    with pytest.raises(WrittenCallError, match=r"a\.json"):
        read_written_call(path)
