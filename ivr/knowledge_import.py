"""Questions and answers from elsewhere: JSON lists as offices exchange them, to entries of the knowledge base."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ivr.knowledge import Entry, Source, problems, read_entries
from models.catalogue import read_text
from models.errors import DataFileError


class _SourceGiven(msgspec.Struct, frozen=True):
    source_title: str
    source_url: str
    facts_as_of: str | None = None
    official_url: str | None = None

    def source(self) -> Source:
        as_of = None if self.facts_as_of == "undated" else self.facts_as_of
        return Source(self.source_title, self.source_url, self.official_url, as_of)


class _Given(_SourceGiven, frozen=True, kw_only=True):
    id: str
    topic: str
    question: str
    similar: tuple[str, ...] = ()
    answer_spoken: str
    answer_text: str
    office: str = "北京市市民热线服务中心"
    also: tuple[_SourceGiven, ...] = ()

    def entry(self) -> Entry:
        return Entry(
            id=self.id,
            topic=self.topic,
            question=self.question,
            wordings=tuple(w for w in dict.fromkeys(self.similar) if w != self.question),
            spoken=self.answer_spoken,
            written=self.answer_text,
            office=self.office,
            sources=tuple(s.source() for s in (self, *self.also)),
        )


def import_entries(file: Path) -> tuple[Entry, ...]:
    """The entries in `file`: TOML of the knowledge base, or a JSON list with `id`, `topic`, `question`, `similar`,
    `answer_spoken`, `answer_text`, `source_title`, `source_url` and, optionally, `office`, `facts_as_of`,
    `official_url`, `also` (more sources).

    Raises:
        DataFileError: the file cannot be read or an entry cannot be taken; says which, and why.
    """
    if file.suffix == ".toml":
        entries = tuple(read_entries(file))
    else:
        try:
            entries = tuple(given.entry() for given in msgspec.json.decode(read_text(file), type=list[_Given]))
        except msgspec.DecodeError as error:
            raise DataFileError(file, None, str(error)) from error
    for entry in entries:
        for reason in problems(entry):
            raise DataFileError(file, None, f"entry {entry.id}: {reason}")
    return entries
