"""`yida settings`: every setting, with its default and what it means."""

from __future__ import annotations

from collections.abc import Iterator

import typer
from pydantic_core import PydanticUndefined

from api.settings import Settings


def settings() -> None:
    """Print every setting as a Markdown table: its environment variable, its default, what it means."""
    for line in table():
        typer.echo(line)


def table() -> Iterator[str]:
    """The lines of the table."""
    yield "| environment variable | default | meaning |"
    yield "|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, (), PydanticUndefined) else f"`{field.default}`"
        meaning = " ".join((field.description or "").split())
        yield f"| `YIDA_{name.upper()}` | {default} | {meaning} |"
