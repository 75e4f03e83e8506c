"""The knowledge base: its files are checked, expired entries are not valid, imports fit."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.knowledge import KNOWLEDGE, Entry, Source, load_knowledge, problems, to_toml
from ivr.knowledge_import import import_entries
from ivr.sayings import SAYINGS, load_sayings
from models.errors import DataFileError

ENTRY = Entry(
    id="e1",
    topic="供暖",
    question="什么时候供暖？",
    wordings=("几号来暖气", '带"引号"和\\的\t'.strip()),
    spoken="十一月十五号。",
    written="11月15日。",
    office="城管委",
    sources=(Source("通告", "https://example.org/1", as_of="2022-08-10"),),
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    offer="report",
)


def _load(folder: Path, text: str) -> None:
    file = folder / "k.toml"
    file.write_text(text, "utf-8")
    load_knowledge(folder)


def test_the_shipped_entries_have_sources_and_many_wordings() -> None:
    knowledge = load_knowledge()
    assert len(knowledge.entries) == 60
    for entry in knowledge.entries.values():
        assert entry.sources
        assert len(entry.wordings) >= 20, entry.id


def test_it_is_valid_from_its_first_day_to_its_last() -> None:
    assert not ENTRY.valid(date(2025, 12, 31))
    assert ENTRY.valid(date(2026, 1, 1))
    assert ENTRY.valid(date(2026, 12, 31))
    assert not ENTRY.valid(date(2027, 1, 1))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    _load(tmp_path, to_toml([ENTRY]))
    assert load_knowledge(tmp_path).entries == {"e1": ENTRY}


@given(st.text(min_size=1, max_size=50), st.lists(st.text(min_size=1, max_size=20), max_size=3, unique=True))
def test_any_text_survives_the_file(
    tmp_path_factory: pytest.TempPathFactory, answer: str, wordings: list[str]
) -> None:
    entry = msgspec.structs.replace(ENTRY, written=answer, wordings=tuple(wordings))
    file = tmp_path_factory.mktemp("k") / "k.toml"
    try:
        file.write_text(to_toml([entry]), "utf-8", newline="")
    except UnicodeEncodeError:
        return  # lone surrogates are not text
    try:
        assert load_knowledge(file).entries == {"e1": entry}
    except DataFileError:
        assert any(problems(entry))


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ('id = "e1"\n', "", "entry number 1: Object missing required field `id`"),
        ("十一月十五号。", "11月15号。", "entry e1: spoken has Arabic digits"),
        ("十一月十五号。", "", "entry e1: spoken is empty"),
        ("十一月十五号。", "长" * 300, "entry e1: spoken has 300 characters"),
        ("https://", "file://", "is not a web address"),
        ("2026-12-31", "2025-12-31", "valid_until 2025-12-31 is before valid_from 2026-01-01"),
        ("2026-12-31", '"soon"', "entry e1: Invalid RFC3339"),
        ('offer = "report"', 'offer = "tea"', "entry e1: Invalid enum value 'tea'"),
        ('topic = "供暖"', 'topic = "供暖"\ncolour = "red"', "unknown field `colour`"),
        ("几号来暖气", "什么时候供暖？", "has the same wording twice"),
        ("[[entry]]", "[[enter]]", "expected only [[entry]] tables, found enter"),
        ("[[entry]]", "[[entry", "is not TOML"),
    ],
)
def test_what_cannot_be_taken_is_named(tmp_path: Path, was: str, becomes: str, reason: str) -> None:
    text = to_toml([ENTRY])
    assert was in text
    with pytest.raises(DataFileError) as caught:
        _load(tmp_path, text.replace(was, becomes, 1))
    assert reason in str(caught.value)
    assert "k.toml" in str(caught.value)


def test_two_entries_cannot_share_an_id_or_a_wording(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="this id is taken already"):
        _load(tmp_path, to_toml([ENTRY, ENTRY]))
    with pytest.raises(DataFileError, match="belongs to e1 too"):
        _load(tmp_path, to_toml([ENTRY, msgspec.structs.replace(ENTRY, id="e2")]))


def test_an_empty_folder_is_no_knowledge(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="has no entries"):
        load_knowledge(tmp_path)


def test_a_json_list_is_imported(tmp_path: Path) -> None:
    given = {
        "id": "x1", "topic": "供暖", "question": "什么时候供暖？", "similar": ["几号来暖气", "几号来暖气"],
        "answer_spoken": "十一月十五号。", "answer_text": "11月15日。", "source_title": "通告",
        "source_url": "https://example.org", "facts_as_of": "undated",
        "also": [{"source_title": "另一个", "source_url": "https://example.org/2", "facts_as_of": "2021"}],
    }  # fmt: skip
    file = tmp_path / "given.json"
    file.write_text(json.dumps([given]), "utf-8")
    (entry,) = import_entries(file)
    assert entry.wordings == ("几号来暖气",)
    assert [s.as_of for s in entry.sources] == [None, "2021"]
    file.write_text(json.dumps([{**given, "answer_spoken": "11月"}]), "utf-8")
    with pytest.raises(DataFileError, match="entry x1: spoken has Arabic digits"):
        import_entries(file)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_as_our_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("k")
    for name in ("k.toml", "k.json"):
        (folder / name).write_bytes(data)
        try:
            import_entries(folder / name)
        except DataFileError:
            continue


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("human = [", "humans = ["), "unknown: humans"),
        (("none = [", 'none = [\n    "转人工",'), "belongs to"),
        (("none = [", "none = [\n    1,"), "none: expected a list of texts"),
        (("callback = [", "callback = []\nx = ["), "unknown: x"),
    ],
)
def test_sayings_are_checked(tmp_path: Path, change: tuple[str, str], reason: str) -> None:
    file = tmp_path / "sayings.toml"
    file.write_text(SAYINGS.read_text("utf-8").replace(*change, 1), "utf-8")
    with pytest.raises(DataFileError) as caught:
        load_sayings(file)
    assert reason in str(caught.value)


def test_no_saying_is_a_wording() -> None:
    wordings = {q for e in load_knowledge(KNOWLEDGE).entries.values() for q in e.questions}
    assert not [text for texts in load_sayings().values() for text in texts if text in wordings]
