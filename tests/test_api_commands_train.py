"""`yida train categories`, `yida train spans` and `yida train hear`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands.train import app
from voice.fields.spans.model import SpanModel
from voice.fields.spans.tellings import load_tellings
from voice.fields.spans.training import digest
from voice.fields.topics import Part, TopicModel

EXAMPLES = """[道路/坑洼]
路上有个大坑，车胎都颠爆了
马路坑坑洼洼的没法走
路面塌了一块
柏油路裂了，全是坑
坑太多了骑车摔了
[水/停水]
家里停水了一滴都没有
自来水断了两天
水龙头不出水
整个楼都没水用
水压太小上不来水
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "categories.toml").write_text('"道路" = ["坑洼"]\n"水" = ["停水"]\n')
    (tmp_path / "examples.txt").write_text(EXAMPLES)
    names = {"catalogue": "categories.toml", "examples": "examples.txt", "out": "own.npz"}
    return ["categories", *(part for o, n in names.items() for part in (f"--{o}", str(tmp_path / n)))]


def test_a_deployers_own_catalogue(tmp_path: Path, files: list[str]) -> None:
    result = CliRunner().invoke(app, [*files, "--json"])

    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["examples"], report["categories"]) == (10, 2)
    model = TopicModel.load(tmp_path / "own.npz")
    assert model.rank([Part("我家没有水，水龙头不出水", 1.0)]).ranked[0][0] == ("水", "停水")


def test_a_report_for_people(files: list[str]) -> None:
    result = CliRunner().invoke(app, files)

    assert result.exit_code == 0, result.output
    assert "calibration error" in result.stdout
    assert "2 categories" in result.stdout


def test_errors_name_file_and_line(tmp_path: Path, files: list[str]) -> None:
    (tmp_path / "examples.txt").write_text("[道路/结冰]\n")
    result = CliRunner().invoke(app, files)

    assert result.exit_code == 1
    assert "examples.txt:1: 道路/结冰 is not in the catalogue" in result.stderr
    assert not (tmp_path / "own.npz").exists()


TELLINGS = """= 2026-03-14T10:20
c {t:昨天}在{p:北门}，{u:福来面馆}卖馊的。
o {p:北门}的{u:福来面馆}，记下了。

= 2026-03-15T10:20
c {u:康健大药房}{t:前天}卖我过期药，在{p:南门}。
"""


def test_a_deployers_own_tagged_calls(tmp_path: Path) -> None:
    folder = tmp_path / "tellings"
    folder.mkdir()
    for author in ("one", "two"):
        (folder / f"{author}.txt").write_text(TELLINGS, "utf-8")
    target = str(tmp_path / "spans.zip")
    command = ["spans", "--tellings", str(folder), "--out", target]
    result = CliRunner().invoke(app, [*command, "--folds", "2", "--json"])

    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["calls"] == 4
    assert {row["kind"] for row in report["report"]} == {"place", "unit", "time"}
    assert SpanModel.load(Path(target)).digest == digest(load_tellings(folder))
    assert "from 4 calls" in CliRunner().invoke(app, [*command, "--folds", "0"]).stdout


def test_errors_in_tagged_calls_name_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "calls.txt").write_text("= 2026-03-14T10:20\nc {p:北门\n", "utf-8")
    result = CliRunner().invoke(app, ["spans", "--tellings", str(tmp_path / "calls.txt")])

    assert result.exit_code == 1
    assert "calls.txt:2: a tag is not closed" in result.stderr


@pytest.mark.parametrize("out", [".", "../calls", "empty/.."])
def test_tagged_calls_are_never_overwritten_by_how_they_are_heard(tmp_path: Path, out: str) -> None:
    folder = tmp_path / "calls"
    (folder / "empty").mkdir(parents=True)
    calls = folder / "calls.txt"
    calls.write_text(TELLINGS, "utf-8")
    result = CliRunner().invoke(app, ["hear", str(calls), "--out", str(folder / out)])

    assert result.exit_code == 2
    assert "--out" in result.stderr
    assert calls.read_text("utf-8") == TELLINGS
