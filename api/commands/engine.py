"""What commands that recognise speech have in common: weights, decoder, reference data."""

from __future__ import annotations

import os
from functools import cache

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.commands.models import pulled
from api.reference import load_fields
from api.services import Engine, load_engine
from api.settings import Settings, unknown_variables
from models.errors import DataFileError, ModelsError
from models.weights import Catalogue
from voice.errors import VoiceError
from voice.fields.extractor import FieldResources


def read_settings(**given: object) -> Settings:
    """The settings, from the environment and from what the command line gave (None: not given)."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        for problem in error.errors():
            typer.echo(_told(problem), err=True)
        raise typer.Exit(2) from error
    finally:
        _warn_of_unknown()


_SECRET = ("key", "secret", "token", "database")
"""Settings with one of these in their name are not shown."""


def _told(problem: ErrorDetails) -> str:
    """A wrong setting in one line: which, what it is, what it should be."""
    message = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return message
    name = str(problem["loc"][0])
    value = "" if any(word in name for word in _SECRET) else f"={problem['input']}"
    return f"YIDA_{name.upper()}{value}: {message}"


@cache
def _warn_of_unknown() -> None:
    for name, meant in unknown_variables(os.environ):
        hint = f"; is {meant} meant?" if meant else ""
        typer.echo(f"{name}: no such setting, left alone{hint} (yida settings lists all)", err=True)


def fetch_weights(settings: Settings, *, quiet: bool) -> None:
    """Brings the weights of the speech model here, with progress bars; other than the catalogue's are left alone."""
    if settings.model in Catalogue.load().models:
        pulled([settings.model], quiet=quiet)


def open_engine(model: str | None, *, quiet: bool) -> Engine:
    """An engine with one worker; fetches the weights when they are not here yet. Ends the program when it cannot."""
    settings = read_settings(model=model, workers=1)
    fetch_weights(settings, quiet=quiet)
    try:
        return load_engine(settings)
    except (ModelsError, VoiceError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error


def open_fields(settings: Settings) -> FieldResources:
    """The finders of the fields, with the reference data of the settings. Ends the program when it cannot."""
    try:
        return load_fields(settings)
    except DataFileError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
