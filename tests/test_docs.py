"""The documents say what the program does."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands import COMMANDS, app
from api.commands.settings import table

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_every_setting_is_documented() -> None:
    assert "\n".join(table()) in (ROOT / "docs/settings.md").read_text("utf-8"), "run: yida settings"


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
