"""Tagged calls: what the files hold, and what is wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.call import Channel
from models.errors import DataFileError
from voice.fields.spans.model import Kind
from voice.fields.spans.tellings import TELLINGS, Tagged, load_tellings

CALL = """# invented
= 2026-03-14T10:20 | 朝阳区 | for people
c {t:上礼拜三}的事，{p:北门{u:福来面馆}}门口。
o 好的。

= 2026-03-15T10:20
c 没别的了
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "calls.txt"
    path.write_text(text, "utf-8")
    return path


def test_calls_with_their_tags(tmp_path: Path) -> None:
    first, second = load_tellings(write(tmp_path, CALL))

    assert first.source == "calls"
    assert first.turns == ((Channel.CITIZEN, "上礼拜三的事，北门福来面馆门口。"), (Channel.OPERATOR, "好的。"))
    assert first.tags == (
        (Tagged(Kind.TIME, 0, 4), Tagged(Kind.PLACE, 7, 13), Tagged(Kind.UNIT, 9, 13)),
        (),
    )
    assert [u.raw for u in second.utterances] == ["没别的了"]
    assert second.received_at.isoformat() == "2026-03-15T10:20:00+08:00"


def test_what_recognition_wrote_is_not_taken_as_written(tmp_path: Path) -> None:
    (telling,) = load_tellings(write(tmp_path, "~ 2026-03-14T10:20\nc {p:北们}口"))

    assert telling.heard
    assert not telling.utterances[0].written


@pytest.mark.parametrize("mark", ["=", "~"])
def test_lines_are_read_as_they_are_written(tmp_path: Path, mark: str) -> None:
    text = f"{mark} 2026-03-14T10:20:00+08:00\nc {{t:上礼拜三}}的事，{{p:北门{{u:福来面馆}}}}{{p:门口}}\no 好\n"

    (telling,) = load_tellings(write(tmp_path, text))

    assert telling.lines == text


def test_a_folder_is_read_with_what_lies_below_it(tmp_path: Path) -> None:
    write(tmp_path, CALL)
    (tmp_path / "heard").mkdir()
    write(tmp_path / "heard", "~ 2026-03-14T10:20\nc 北们口")

    assert [(t.source, t.heard) for t in load_tellings(tmp_path)] == [("calls", False)] * 2 + [("calls", True)]


def test_what_ships_has_many_authors_and_every_kind() -> None:
    found = load_tellings(TELLINGS)

    assert len(found) > 900
    assert len({t.source for t in found}) >= 10
    assert {tag.kind for t in found for tags in t.tags for tag in tags} == set(Kind)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no tagged calls"),
        ("c 没有头", ":1: 'c 没有头' is neither"),
        ("= gestern\nc 好", ":1: 'gestern' is no ISO 8601 moment"),
        ("= 2026-03-15T10:20\nx 谁", ":2: 'x 谁' is neither"),
        ("= 2026-03-15T10:20\nc {x:北门}", ":2: '{x:北门}': a tag is"),
        ("= 2026-03-15T10:20\nc {p:北门", ":2: a tag is not closed"),
        ("= 2026-03-15T10:20\nc 北门}", ":2: a } after '北门' closes no tag"),
        ("= 2026-03-15T10:20\nc 北门{p:}", "or an empty one"),
        ("= 2026-03-15T10:20\nc 好\n= 2026-03-15T10:20\nc 好", ":3: a call begins before the one above"),
    ],
)
def test_errors_name_the_line_and_the_reason(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DataFileError, match=r"calls\.txt") as caught:
        load_tellings(write(tmp_path, text))

    assert problem in str(caught.value)


@given(st.text(alphabet="=~ co{}ptu:#\n2026-03T|好北", max_size=80))
def test_any_file_gives_calls_or_an_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = write(tmp_path_factory.mktemp("tellings"), text)
    try:
        found = load_tellings(path)
    except DataFileError:
        return
    for t in found:
        assert len(t.turns) == len(t.tags)
        for (_, words), tags in zip(t.turns, t.tags, strict=True):
            assert all(0 <= tag.start < tag.end <= len(words) for tag in tags)
