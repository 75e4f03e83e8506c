"""The list of units that a deployer knows by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import DataFileError
from models.units import Unit, load_units


def test_ours() -> None:
    units = load_units()

    assert len(units) > 80
    assert Unit("北京公交", ("北京公交集团", "公交集团")) in units


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# 单位\n京东\n京东 京东商城", "units.txt:3: 京东 is on line 2 already"),
        ("京", "units.txt:1: '京' is not a name of 2 to 40 characters"),
        ("京" * 41, "2 to 40 characters"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "units.txt"
    path.write_text(text)

    with pytest.raises(DataFileError) as raised:
        load_units(path)
    assert message in str(raised.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=60) | st.text(max_size=40).map(lambda t: t.encode(errors="ignore")))
def test_any_file_is_taken_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "units.txt"
    path.write_bytes(data)
    try:
        units = load_units(path)
    except DataFileError:
        return
    names = [n for u in units for n in (u.name, *u.aliases)]
    assert len(names) == len(set(names))
