"""The catalogue file: what is in ours, and how a deployer's is checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.catalogue import load_catalogue
from models.errors import DataFileError


def test_ours() -> None:
    categories = load_catalogue()

    assert len(categories) == len(set(categories)) == 82
    assert len({upper for upper, _ in categories}) == 20
    assert categories[0] == ("供暖", "温度不达标")


def test_a_deployers(tmp_path: Path) -> None:
    path = tmp_path / "categories.toml"
    path.write_text('\ufeff# ours\n"道路" = ["坑洼", "积水"]\n噪声 = []\n'.replace("噪声 = []", '"噪声" = ["施工"]'))

    assert load_catalogue(path) == (("道路", "坑洼"), ("道路", "积水"), ("噪声", "施工"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no categories"),
        ('"道路" = ["坑洼"]\n"噪声 = ["施工"]', ":2: is not TOML"),
        ('"道路" = ["坑洼"]\n\n"噪声" = "施工"', ":3: 噪声 must be a list"),
        ('"道路" = []', ":1: 道路 must be a list"),
        ('"道路" = ["坑洼", "坑洼"]', ":1: 道路 has 坑洼 twice"),
        ('"道路" = [1]', ":1: 1 is not a name"),
        ('"道路" = ["坑/洼"]', ":1: '坑/洼' must not have"),
        ('"道 路" = ["坑洼"]', ":1: '道 路' must not have"),
        (f'"道路" = ["{"坑" * 31}"]', "1 to 30 characters"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "categories.toml"
    path.write_text(text)

    with pytest.raises(DataFileError, match=r"categories\.toml") as raised:
        load_catalogue(path)
    assert message in str(raised.value)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be read"):
        load_catalogue(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b'"\xff"')
    with pytest.raises(DataFileError, match="not UTF-8 at byte 1"):
        load_catalogue(tmp_path / "bad.toml")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=60) | st.text('"=[],\n道路坑', max_size=60).map(str.encode))
def test_any_file_is_taken_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.toml"
    path.write_bytes(data)
    try:
        categories = load_catalogue(path)
    except DataFileError:
        return
    assert categories
    assert all(upper and lower for upper, lower in categories)
