"""The `yida` command. A command's module, with the heavy libraries it needs, is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperGroup
from typer.main import get_command, get_group

COMMANDS: Mapping[str, str] = {
    "serve": "serve:serve",
    "demo": "demo:demo",
    "transcribe": "transcribe:transcribe",
    "fields": "fields:fields",
    "replay": "replay:replay",
    "ask": "ask:ask",
    "talk": "talk:talk",
    "flow": "talk:flow",
    "knowledge": "knowledge:app",
    "say": "say:say",
    "rehearse": "rehearse:rehearse",
    "enact": "enact:enact",
    "bench": "bench:bench",
    "eval": "evaluations:app",
    "train": "train:app",
    "models": "models:app",
    "settings": "settings:settings",
}
"""Name to `module:function`, or `module:app` of a command that has commands of its own."""


class _Commands(TyperGroup):
    """Looks commands up in `COMMANDS`."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"api.commands.{module}"), attribute)
        if isinstance(found, typer.Typer):
            command: Any = get_group(found)  # unlike `get_command`, without options to install completion
        else:
            single = typer.Typer(add_completion=False)
            single.command()(found)
            command = get_command(single)
        command.name = cmd_name
        _take_literally(command)
        return command


def _take_literally(command: Any) -> None:
    """Keeps what stands in square brackets in the help: Typer would take it for markup, and leave it out."""
    for each in (command, *command.params):
        if getattr(each, "help", None):
            each.help = escape(each.help)
    for below in getattr(command, "commands", {}).values():
        _take_literally(below)


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    name="yida",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def yida() -> None:
    """一打就通 — speech intake and voice navigation for citizen hotlines."""


def main() -> None:
    """Runs the command line."""
    app()
