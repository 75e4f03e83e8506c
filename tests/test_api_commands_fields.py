"""`yida fields` and `yida eval calls`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from api.commands.evaluate import calls
from api.commands.fields import fields

AUDIO = Path(__file__).parent / "audio"


def run(command: Any, *arguments: str) -> tuple[int, str, str]:
    app = typer.Typer()
    app.command()(command)
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def test_fields_prints_one_document() -> None:
    code, out, _ = run(fields, str(AUDIO / "dev-01.json"), "--json")
    document = json.loads(out)
    assert code == 0
    assert document["call"]["call_id"] == "dev-01"
    assert document["draft"]["caller_phone"]["value"] == "13693107725"
    assert document["draft"]["caller_phone"]["evidence"][0]["quote"] == "幺三六九三幺零七七二五"
    assert [u["channel"] for u in document["utterances"][:2]] == ["operator", "citizen"]


def test_fields_shows_a_table_and_writes_files(tmp_path: Path) -> None:
    files = [str(AUDIO / name) for name in ("dev-01.json", "dev-08.json")]
    code, out, _ = run(fields, *files, "--out", str(tmp_path))
    assert (code, out) == (0, "")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dev-01.json", "dev-08.json"]
    assert "draft" in json.loads((tmp_path / "dev-08.json").read_text("utf-8"))
    assert "赵先生" in run(fields, files[0])[1]


def test_fields_refuses_other_files(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}", "utf-8")
    code, out, err = run(fields, str(path))
    assert (code, out) == (2, "")
    assert "x.json" in err


def test_eval_from_text() -> None:
    code, out, _ = run(calls, str(AUDIO), "--json")
    document = json.loads(out)
    assert code == 0
    assert document["report"]["calls"] == len(list(AUDIO.glob("*.json")))
    assert document["report"]["all_fields"]["f1"]["value"] > 0.9
    assert document["report"]["evidence"]["value"] > 0.9
    assert 0 < document["update_ms_p50"] <= document["update_ms_p95"]


def test_eval_shows_a_table_and_every_mistake() -> None:
    code, out, _ = run(calls, str(AUDIO), "--mistakes")
    assert code == 0
    assert "caller_phone" in out
    assert "draft update" in out


def test_eval_refuses_an_empty_folder(tmp_path: Path) -> None:
    code, _, err = run(calls, str(tmp_path))
    assert code == 2
    assert "no ID.json" in err
