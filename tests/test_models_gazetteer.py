"""The gazetteer file: what is in ours, and how a deployer's is checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import DataFileError
from models.gazetteer import Level, load_gazetteer

HEADER = "district,street,community,aliases\n"


def test_ours_covers_the_city() -> None:
    gazetteer = load_gazetteer()
    count = {level: sum(p.level is level for p in gazetteer.places) for level in Level}

    assert count[Level.DISTRICT] == 16
    assert count[Level.STREET] == 349
    assert count[Level.COMMUNITY] > 7500
    assert len(gazetteer.landmarks) > 400
    assert not any(p.name.endswith(("居委会", "村委会", "委员会")) for p in gazetteer.places)


def test_towns_of_two_registers_have_both_names() -> None:
    place = next(p for p in load_gazetteer().places if p.path == ("海淀区", "海淀镇"))

    assert place.aliases == ("万柳地区",)


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "places.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_deployer_may_save_it_from_a_spreadsheet(tmp_path: Path) -> None:
    path = write(
        tmp_path, "\ufeff" + HEADER + "甲区,,,\r\n甲区,乙镇,,乙地区|~一镇|老乙\r\n,,,\r\n甲区,乙镇, 丙村 ,\r\n"
    )

    places = load_gazetteer(path, None).places

    assert [p.path for p in places] == [("甲区",), ("甲区", "乙镇"), ("甲区", "乙镇", "丙村")]
    assert places[1].aliases == ("乙地区", "老乙")
    assert places[1].sounds == ("一镇",)
    assert places[2].level is Level.COMMUNITY


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "header"),
        ("name\n甲区\n", 1, "header"),
        (HEADER, None, "no places"),
        (HEADER + "甲区,,\n", 2, "3 columns, expected 4"),
        (HEADER + "甲区,,,\n\n甲区,,,\n", 4, "甲区 is there already"),
        (HEADER + "甲区,,,\n甲区,乙镇,丙村,\n", 3, "甲区 乙镇 must have a line"),
        (HEADER + "甲区,,,\n,乙镇,,\n", 3, "without a gap"),
        (HEADER + "甲区,,,\n甲区,,丙村,\n", 3, "without a gap"),
        (HEADER + "甲区,,,甲||乙\n", 2, "an empty name"),
        (HEADER + "甲区,,,~\n", 2, "an empty name"),
        (HEADER + "甲区,,,\n甲区," + "镇" * 41 + ",,\n", 3, "41 characters"),
        (HEADER + "123,,,\n", 2, "'123' is not a name"),
        (HEADER + "甲\x07区,,,\n", 2, "is not a name"),
        (HEADER + '甲区,,,"乙\n', 2, "is not CSV"),
        (HEADER.encode() + "甲区,,,\n".encode("gbk"), None, "not UTF-8"),
    ],
)
def test_an_error_names_file_line_and_reason(
    tmp_path: Path, text: str | bytes, line: int | None, reason: str
) -> None:
    path = write(tmp_path, text)

    with pytest.raises(DataFileError) as e:
        load_gazetteer(path, None)

    assert str(e.value).startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert reason in str(e.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be read"):
        load_gazetteer(tmp_path / "none.csv", None)


def test_landmarks_are_checked_too(tmp_path: Path) -> None:
    places = write(tmp_path, HEADER + "甲区,,,\n")
    landmarks = tmp_path / "landmarks.csv"
    landmarks.write_text("name,kind\n东站,地铁站\n东站,地铁站\n", encoding="utf-8")

    with pytest.raises(DataFileError, match=r"landmarks\.csv:3: 东站 is there already"):
        load_gazetteer(places, landmarks)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: (HEADER + t).encode("utf-8", "ignore")))
def test_any_file_gives_places_or_our_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = write(tmp_path_factory.mktemp("any"), content)

    try:
        gazetteer = load_gazetteer(path, None)
    except DataFileError:
        return
    assert gazetteer.places
