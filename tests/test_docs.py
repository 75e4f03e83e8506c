"""The documents say what the program does."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from api.calls import MAX_CALL_S, MAX_UNSENT, START_TIMEOUT_S
from api.commands import COMMANDS, app
from api.commands.settings import table
from models.events import Body
from voice.wire import PROTOCOLS, Protocol
from voice.wire.base import MAX_FRAME_BYTES

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_every_setting_is_documented() -> None:
    assert "\n".join(table()) in (ROOT / "docs/settings.md").read_text("utf-8"), "run: yida settings"


def test_the_table_of_clients_is_the_one_that_the_tests_print() -> None:
    rows = set()
    for file in (ROOT / "tests/interop").glob("test_*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.interop":
                rows.add(" | ".join(ast.literal_eval(argument) for argument in call.args))
    document = (ROOT / "docs/connect.md").read_text("utf-8")
    assert set(re.findall(r"^\| (.*) \| passed \|$", document, re.MULTILINE)) == rows, "run: pytest tests/interop"


def test_the_protocol_names_every_event_error_and_limit() -> None:
    document = (ROOT / "docs/connect.md").read_text("utf-8")
    for body in get_args(Body):
        tag = body.__struct_config__.tag
        assert f'"type":"{tag}"' in document or f"`{tag}`" in document, tag
    source = "".join(p.read_text("utf-8") for p in (*(ROOT / "voice").rglob("*.py"), ROOT / "api/calls.py"))
    codes = set(re.findall(r'\bcode(?:: str)? ?= ?"(\w+)"|Fail\("(\w+)"', source))
    assert len(codes) > 8
    for code in map("".join, codes):
        assert f"| `{code}` |" in document, code
    assert f"({MAX_FRAME_BYTES:,} bytes)" in document
    assert f"{MAX_UNSENT:,} frames unread" in document
    assert f"more than {MAX_CALL_S / 3600:.0f} hours" in document
    assert f"no start within {START_TIMEOUT_S:.0f} s" in document


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_what_to_paste_is_shown_for_every_protocol(protocol: Protocol) -> None:
    document = re.sub(r"\s+", "", (ROOT / "docs/connect.md").read_text("utf-8"))
    shown = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "200"}).output
    for line in protocol.example.splitlines():
        assert line.strip() in shown
    assert protocol.path in document
    for url in re.findall(r"wss://HOST[^\s\"]*", protocol.example):
        assert url.split("?")[0].rstrip(",") in document


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_that_are_named_exist(document: Path) -> None:
    for command in re.findall(r"`yida ([a-z]+)", document.read_text("utf-8")):
        assert command in COMMANDS, command


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert len(result.output) > 200
    assert "--install-completion" not in result.output


def test_what_stands_in_brackets_is_shown_too() -> None:
    shown = {name: CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"}).output for name in COMMANDS}
    assert "yida[diarize]" in shown["bench"]
    assert "[default: 127.0.0.1]" in shown["serve"]
    assert "[yida]" in shown["serve"], "a section of asterisk's configuration"
