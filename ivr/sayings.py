"""What callers say that is not a question of the knowledge base: commands, agreement, reports, everything else.

Examples of each, by what is meant, are data: `data/sayings.toml`. `understanding` learns from them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from models.catalogue import read_text
from models.errors import DataFileError

SAYINGS = Path(__file__).parent / "data" / "sayings.toml"
MIN_EXAMPLES = 5
"""Of an intent: fewer say nothing about it."""


class Intent(StrEnum):
    """What a caller means who does not ask."""

    HUMAN = "human"
    """Wants a person on the line."""
    REPEAT = "repeat"
    SLOWER = "slower"
    LOUDER = "louder"
    HANGUP = "hangup"
    """Says goodbye."""
    DONE = "done"
    """Has no further question."""
    YES = "yes"
    NO = "no"
    """Disagrees, or takes a command back."""
    CALLBACK = "callback"
    """Wants to be called back."""
    INTAKE = "intake"
    """Wants something done: a report to take, not a question to answer."""
    NONE = "none"
    """None of these, and no question that the knowledge base answers."""


Sayings: TypeAlias = Mapping[Intent, tuple[str, ...]]


def load_sayings(path: Path = SAYINGS) -> Sayings:
    """The examples in the file `path`, for every intent.

    Raises:
        DataFileError: the file cannot be read, or an intent or example cannot be taken; says which, and why.
    """
    try:
        table = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(path, None, f"is not TOML: {error}") from error
    if unknown := table.keys() - set(Intent):
        raise DataFileError(path, None, f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(Intent)}")
    meant: dict[str, Intent] = {}
    sayings = {}
    for intent in Intent:
        examples = table.get(intent, [])
        if not isinstance(examples, list) or not all(isinstance(e, str) and e.strip() for e in examples):
            raise DataFileError(path, None, f"{intent}: expected a list of texts")
        if len(examples) < MIN_EXAMPLES:
            raise DataFileError(path, None, f"{intent}: {len(examples)} examples, at least {MIN_EXAMPLES} needed")
        for text in examples:
            if meant.setdefault(text, intent) is not intent:
                raise DataFileError(path, None, f"{intent}: {text!r} belongs to {meant[text]} too")
        sayings[intent] = tuple(examples)
    return sayings
