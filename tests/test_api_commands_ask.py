"""`yida ask`, `yida knowledge`, `yida eval faq`, `yida flow`, `yida talk`: as their users meet them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from typer.testing import CliRunner

from api.commands import ask, evaluate_faq, knowledge, talk
from api.commands.ask import Query
from ivr.advice import Advice
from ivr.knowledge import KNOWLEDGE, load_knowledge


def _run(command: Callable[..., Any] | typer.Typer, *args: str, typed: str = "") -> click.testing.Result:
    app = command if isinstance(command, typer.Typer) else typer.Typer()
    if app is not command:
        app.command()(command)
    return CliRunner().invoke(app, args, input=typed)


def test_ask_prints_what_the_guide_would_do() -> None:
    result = _run(ask.ask, "暖气几号停", "--json")
    answer = json.loads(result.stdout)
    assert answer["action"] == "answer"
    assert answer["answer_id"] == "faq-001"
    assert answer["text"] == load_knowledge().entries["faq-001"].spoken
    assert 0 < answer["score"] <= 1


def test_ask_takes_a_file_of_questions(tmp_path: Path) -> None:
    file = tmp_path / "q.json"
    file.write_text(json.dumps([{"query": "转人工"}, {"query": "暖气几号停", "expect": "faq-001"}]), "utf-8")
    answers = json.loads(_run(ask.ask, "--file", str(file), "--json").stdout)
    assert [a["action"] for a in answers] == ["human", "answer"]


def test_an_answer_is_not_given_before_its_time() -> None:
    asked = ("骑电动车不戴头盔罚多少钱", "--json", "--on")
    assert json.loads(_run(ask.ask, *asked, "2026-04-30").stdout)["answer_id"] != "faq-034"
    assert json.loads(_run(ask.ask, *asked, "2026-05-01").stdout)["answer_id"] == "faq-034"


@pytest.mark.parametrize("content", ["", "[1]", '{"query": 1}'])
def test_what_is_no_list_of_questions_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "q.json"
    file.write_text(content, "utf-8")
    assert _run(ask.ask, "--file", str(file)).exit_code == 2


def test_either_a_question_or_a_file() -> None:
    assert _run(ask.ask).exit_code == 2


def test_the_evaluation_counts_every_kind_by_itself() -> None:
    queries = [Query("a", "e1"), Query("b", "e1"), Query("c", "e1"), Query("d"), Query("e"), Query("f", "human")]
    found = [
        Advice("answer", "e1", 0.9, ""),
        Advice("answer", "e2", 0.9, ""),
        Advice("none", None, 0.9, ""),
        Advice("answer", "e1", 0.9, ""),
        Advice("human", None, 0.9, ""),
        Advice("repeat", None, 0.9, ""),
    ]
    figures = evaluate_faq.evaluate(queries, found)
    assert (figures.answerable, figures.right, figures.wrong) == (3, 1, 1)
    assert (figures.outside, figures.wrongly_answered) == (2, 1)
    assert (figures.commands, figures.commands_right) == (1, 0)
    assert [m.query for m in figures.mistakes] == ["b", "c", "d", "f"]


def test_eval_faq_reads_a_file(tmp_path: Path) -> None:
    file = tmp_path / "q.json"
    file.write_text(json.dumps([{"query": "暖气几号停", "expect": "faq-001"}, {"query": "讲个笑话"}]), "utf-8")
    figures = json.loads(_run(evaluate_faq.faq, str(file), "--json").stdout)
    assert (figures["right"], figures["wrongly_answered"], figures["mistakes"]) == (1, 0, [])


def test_the_shipped_knowledge_passes_its_check() -> None:
    report = json.loads(_run(knowledge.app, "check", "--json").stdout)
    assert report == {"entries": 60, "not_valid_today": [], "trained": True}


def test_the_list_shows_every_entry() -> None:
    entries = json.loads(_run(knowledge.app, "list", "--json").stdout)
    assert {e["id"] for e in entries} == load_knowledge().entries.keys()


def test_an_import_is_refused_when_it_does_not_fit_and_kept_when_it_does(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for file in KNOWLEDGE.glob("*.toml"):
        (folder / file.name).write_bytes(file.read_bytes())
    given = {"id": "faq-001", "topic": "护照", "question": "护照怎么办？", "answer_spoken": "去出入境。"}
    given |= {"answer_text": "去出入境。", "source_title": "公告", "source_url": "https://example.org"}
    new = tmp_path / "passports.json"
    new.write_text(json.dumps([given]), "utf-8")
    refused = _run(knowledge.app, "import", str(new), "--in", str(folder))
    assert refused.exit_code == 1
    assert "this id is taken already" in refused.stderr
    assert not (folder / "passports.toml").exists()
    new.write_text(json.dumps([given | {"id": "passport-1"}]), "utf-8")
    taken = _run(knowledge.app, "import", str(new), "--in", str(folder), "--json")
    assert json.loads(taken.stdout)["entries"] == 1
    assert "passport-1" in load_knowledge(folder).entries
    assert _run(knowledge.app, "check", "--in", str(folder)).exit_code == 1  # not trained from it


def test_the_flow_is_drawn() -> None:
    assert _run(talk.flow).stdout.startswith("stateDiagram-v2")


def test_a_report_can_be_given_in_the_terminal() -> None:
    lines = ["我要反映我们楼下路灯坏了，派人来修修", "在朝阳区劲松三区302号楼门口", "上周三晚上", "可以"]
    lines += ["我叫王建国", "对", "没有了"]
    result = _run(talk.talk, "--caller", "13800138000", typed="\n".join(lines) + "\n")
    assert result.exit_code == 0, result.output
    printed = result.stdout.replace("\n", "")
    assert f"> {lines[1]}" in printed, "what was piped in is shown"
    assert "劲松三区302号楼" in printed.partition("order: ")[2]
    assert "登记好了" in printed
    assert "hung up" in printed or "再见" in printed


def test_danger_is_connected_in_the_terminal_once() -> None:
    fire = "我们楼着火了，快来人"
    printed = _run(talk.talk, typed=f"{fire}\n{fire}\n").stdout.replace("\n", "")
    assert "马上给您接幺幺九" in printed
    assert printed.count("transfer to 119") == 1
