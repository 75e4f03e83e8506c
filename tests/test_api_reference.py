"""A deployer's own places, categories and units."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands import app
from api.reference import load_choices, load_fields, read_gazetteer
from api.settings import Settings
from models.errors import DataFileError

PLACES = "district,street,community,aliases\n天心区,,,\n天心区,坡子街街道,,\n天心区,坡子街街道,碧湘社区,\n"
CALL = {
    "turns": [
        {"speaker": "operator", "spoken": "您好，请问在哪个社区？"},
        {"speaker": "citizen", "spoken": "天心区坡子街，碧湘社区，易达通的宽带断了三天了"},
    ]
}


def settings(tmp_path: Path, **texts: str) -> Settings:
    """Settings that name files with `texts`."""
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return Settings.model_validate({name: tmp_path / name for name in texts})


def test_another_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = settings(tmp_path, gazetteer=PLACES, units="易达通\n")
    (tmp_path / "call.json").write_text(json.dumps(CALL))
    monkeypatch.setenv("YIDA_GAZETTEER", str(own.gazetteer))
    monkeypatch.setenv("YIDA_UNITS", str(own.units))

    result = CliRunner().invoke(app, ["fields", str(tmp_path / "call.json"), "--json"])

    draft = json.loads(result.stdout)["draft"]
    assert draft["community"]["value"] == "碧湘社区"
    assert draft["respondent"]["value"] == "易达通"
    assert load_choices(own).district == ("天心区",)
    assert read_gazetteer(own).landmarks == ()


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("gazetteer", PLACES + "岳麓区,望月湖街道,,\n", ":5: 岳麓区 must have a line of its own"),
        ("gazetteer", "区,街道\n", ":1: the header must be"),
        ("landmarks", "name,kind\n五一广场,地铁站\n五一广场,地铁站\n", ":3: 五一广场 is there already"),
        ("units", "# units\n美\n", ":2: '美' is not a name"),
        ("catalogue", '"道路" = []\n', ":1: 道路 must be a list"),
        ("categories", "not a classifier", ": is not a trained classifier"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_reason(tmp_path: Path, name: str, text: str, where: str) -> None:
    with pytest.raises(DataFileError) as caught:
        load_fields(settings(tmp_path, **{name: text}))

    assert str(caught.value).startswith(f"{tmp_path / name}{where}")


def test_a_classifier_for_other_categories_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = settings(tmp_path, catalogue='"道路" = ["坑洼"]\n')
    monkeypatch.setenv("YIDA_CATALOGUE", str(own.catalogue))

    result = CliRunner().invoke(app, ["serve"])

    assert result.exit_code == 1
    assert "was trained for other categories" in result.output
