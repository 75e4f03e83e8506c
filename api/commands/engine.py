"""What commands that recognise speech have in common: weights, decoder, reference data."""

from __future__ import annotations

import typer
from pydantic import ValidationError

from api.commands.models import pulled
from api.services import Engine, load_engine
from api.settings import Settings


def read_settings(**given: object) -> Settings:
    """The settings, from the environment and from what the command line gave (None: not given)."""

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"])
            typer.echo(f"{name}: {problem['msg']}" if name else problem["msg"], err=True)
        raise typer.Exit(2) from error


def open_engine(model: str | None, *, quiet: bool) -> Engine:
    """An engine with one worker; fetches the weights when they are not here yet."""

    settings = read_settings(model=model, workers=1)
    pulled([settings.model], quiet=quiet)
    return load_engine(settings)
