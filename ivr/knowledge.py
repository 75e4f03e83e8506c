"""What the hotline can answer: questions in people's own words, and an answer with its source for each.

The knowledge base is a folder of TOML files that editors change and a deployer replaces. It is checked as a whole
when it is loaded; what is wrong is said with file, entry and reason. See docs/guide.md for the format.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from models.catalogue import read_text
from models.errors import DataFileError

KNOWLEDGE = Path(__file__).parent / "data" / "knowledge"
MAX_SPOKEN = 200
"""Characters: 40 seconds; nobody remembers more by ear."""
MAX_TEXT = 2000
MAX_WORDING = 80
MAX_ENTRIES = 5000

Offer: TypeAlias = Literal["progress", "report"]
"""What the guide can do right after an answer: look an order up, take a report."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where an answer comes from."""

    title: str
    url: str
    official_url: str | None = None
    """The same on the office's own pages, where `url` is a copy."""
    as_of: str | None = None
    """The year or day whose facts it tells, ISO 8601; None: it does not say."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One question and its answer."""

    id: str
    topic: str
    question: str
    """As an editor would put it."""
    wordings: tuple[str, ...]
    """As callers put it."""
    spoken: str
    """The answer for the ear: numbers in characters, short sentences."""
    written: str
    """The answer for the eye."""
    office: str
    """Who is responsible for what it says."""
    sources: tuple[Source, ...]
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day on which it may be spoken; None: open."""
    offer: Offer | None = None

    def valid(self, on: date) -> bool:
        """Whether it may be spoken on that day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )

    @property
    def questions(self) -> tuple[str, ...]:
        """Every known way to ask it."""
        return (self.question, *self.wordings)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All entries, checked."""

    entries: Mapping[str, Entry]
    """By id, in the order of the files."""

    @property
    def digest(self) -> str:
        """Identifies what the entries are asked by: a model trained from it carries the same digest."""
        lines = ("\t".join((entry.id, *entry.questions)) for entry in self.entries.values())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def load_knowledge(path: Path = KNOWLEDGE) -> Knowledge:
    """The knowledge base in the file or folder `path`.

    Raises:
        DataFileError: a file cannot be read or an entry cannot be taken; says where, and why.
    """
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    entries: dict[str, Entry] = {}
    asked: dict[str, str] = {}
    for file in files:
        for entry in read_entries(file):
            _check(file, entry)
            if entry.id in entries:
                raise DataFileError(file, None, f"entry {entry.id}: this id is taken already")
            for text in entry.questions:
                if asked.setdefault(text, entry.id) != entry.id:
                    raise DataFileError(file, None, f"entry {entry.id}: {text!r} belongs to {asked[text]} too")
            entries[entry.id] = entry
    if not entries:
        raise DataFileError(path, None, "has no entries")
    if len(entries) > MAX_ENTRIES:
        raise DataFileError(path, None, f"{len(entries)} entries, at most {MAX_ENTRIES}")
    return Knowledge(entries)


def read_entries(file: Path) -> Iterator[Entry]:
    """The entries of one file, each of the right form but not yet checked.

    Raises:
        DataFileError: see `load_knowledge`.
    """
    try:
        table = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(file, None, f"is not TOML: {error}") from error
    found = table.pop("entry", [])
    if table or not isinstance(found, list):
        raise DataFileError(file, None, f"expected only [[entry]] tables, found {', '.join(table) or 'one table'}")
    for number, fields in enumerate(found, 1):
        yield _entry(file, number, fields)


def _entry(file: Path, number: int, fields: Any) -> Entry:
    name = fields.get("id", f"number {number}") if isinstance(fields, dict) else f"number {number}"
    try:
        return msgspec.convert(fields, Entry)
    except msgspec.ValidationError as error:
        raise DataFileError(file, None, f"entry {name}: {error}") from error


def _check(file: Path, entry: Entry) -> None:
    for reason in problems(entry):
        raise DataFileError(file, None, f"entry {entry.id}: {reason}")


def problems(entry: Entry) -> Iterator[str]:
    """What is wrong with an entry, field by field."""
    for name, text, limit in _texts(entry):
        if not text.strip() or text != text.strip():
            yield f"{name} is empty or has spaces around it"
        if len(text) > limit:
            yield f"{name} has {len(text)} characters, at most {limit}"
    if any(c.isascii() and c.isdigit() for c in entry.spoken):
        yield "spoken has Arabic digits: write numbers as they are said"
    if len(set(entry.questions)) != len(entry.questions):
        yield "has the same wording twice"
    if entry.valid_from and entry.valid_until and entry.valid_until < entry.valid_from:
        yield f"valid_until {entry.valid_until} is before valid_from {entry.valid_from}"
    if not entry.sources:
        yield "has no source"
    for source in entry.sources:
        for url in (source.url, source.official_url or source.url):
            if not url.startswith(("https://", "http://")):
                yield f"source {source.title!r}: {url!r} is not a web address"


def _texts(entry: Entry) -> Iterator[tuple[str, str, int]]:
    yield from (("id", entry.id, 40), ("topic", entry.topic, 40), ("office", entry.office, 100))
    yield from (("spoken", entry.spoken, MAX_SPOKEN), ("written", entry.written, MAX_TEXT))
    yield "question", entry.question, MAX_WORDING
    yield from (("wordings", text, MAX_WORDING) for text in entry.wordings)
    yield from (("source title", source.title, 200) for source in entry.sources)


# --- Writing -----------------------------------------------------------------------------------


def to_toml(entries: Iterable[Entry]) -> str:
    """A file that `load_knowledge` reads back as `entries`."""
    return "\n\n".join(_table(entry) for entry in entries)


def _table(entry: Entry) -> str:
    fields: dict[str, Any] = msgspec.to_builtins(entry, builtin_types=(date,))
    sources = fields.pop("sources")
    lines = ["[[entry]]", *(f"{key} = {_value(value)}" for key, value in fields.items())]
    for source in sources:
        lines += ["", "[[entry.sources]]", *(f"{key} = {_value(value)}" for key, value in source.items())]
    return "\n".join(lines) + "\n"


def _value(value: str | date | tuple[str, ...] | list[str]) -> str:
    if isinstance(value, str):
        return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")  # a TOML basic string
    if isinstance(value, date):
        return value.isoformat()
    return "[\n" + "".join(f"    {_value(item)},\n" for item in value) + "]"
