"""Commands that hear recordings: whether, and with what, voices on one channel are told apart."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from api.commands.models import pulled
from api.recording import Recording
from api.speakers import Speakers, is_mixed
from voice.speakers import installed
from voice.speakers.roles import Roles

TellApart = Annotated[
    bool | None,
    typer.Option(
        "--speakers/--no-speakers",
        help="Tell the speakers of one channel apart.  [default: if the extra yida\\[diarize] is installed]",
    ),
]
_HOW = "to tell citizen and operator apart, install the extra: pip install 'yida[diarize]'"


def open_speakers(recordings: Iterable[Recording], tell_apart: bool | None, *, quiet: bool) -> Speakers | None:
    """What tells voices apart, if one of `recordings` needs it; fetches the weights when they are not here yet.

    Ends the program when it is asked for and cannot be had; says how to get it when it is not asked for.
    """
    if tell_apart is False or not any(map(is_mixed, recordings)):
        return None
    if not installed():
        typer.echo(_HOW if tell_apart else f"recordings of one channel stay mixed; {_HOW}", err=True)
        if tell_apart:
            raise typer.Exit(2)
        return None
    from voice.speakers.diarizer import Diarizer  # noqa: PLC0415 - loads slowly, and only with the extra

    folder = pulled(["speakers"], quiet=quiet)["speakers"]
    return Speakers(Diarizer(Path(folder)).turns, Roles.load())
