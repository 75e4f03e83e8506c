"""Calls in which people have tagged what tells the place, the unit and the time: what the span tagger learns from.

Text files. A call begins with a line `= ISO 8601 moment | …` (when it came in; the rest of the line is for people,
by convention its work order), or `~ ISO 8601 moment` where the words are those of speech recognition. Then comes one
line a turn, `c ` or `o ` (citizen, operator) and the words, with tags around the stretches: `{p:…}` `{u:…}` `{t:…}`;
they may lie in each other. Empty lines stand between calls; `#` begins a comment.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from models.call import HOTLINE_TIME_ZONE, Channel, Utterance
from models.catalogue import read_text
from models.errors import DataFileError
from voice.fields.spans.model import Kind

TELLINGS = Path(str(files("voice.fields").joinpath("data", "tellings")))
_SPEAKERS = {"c ": Channel.CITIZEN, "o ": Channel.OPERATOR}
_KINDS = {kind.value for kind in Kind}
_WRITTEN, _HEARD = "=", "~"
_HEARD_CONFIDENCE = 0.6


@dataclass(frozen=True, slots=True)
class Tagged:
    """`start` to `end` of a turn, tagged."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Telling:
    """One call, or a piece of one."""

    source: str
    """The name of the files that it stands in: all of one author."""
    received_at: datetime
    turns: tuple[tuple[Channel, str], ...]
    tags: tuple[tuple[Tagged, ...], ...]
    """Of each turn."""
    heard: bool = False
    """Whether recognition wrote it, or a person."""

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """The turns as somebody wrote them down, or recognition; one second each."""
        sure = _HEARD_CONFIDENCE if self.heard else 1.0
        return tuple(
            Utterance(id=f"u{i + 1}", channel=channel, start_s=i, end_s=i + 1, text=text, raw=text, confidence=sure)
            for i, (channel, text) in enumerate(self.turns)
        )

    @property
    def lines(self) -> str:
        """The call as it stands in a file."""
        speakers = {channel: name for name, channel in _SPEAKERS.items()}
        turns = (speakers[c] + _with_tags(text, tags) for (c, text), tags in zip(self.turns, self.tags, strict=True))
        return "\n".join((f"{_HEARD if self.heard else _WRITTEN} {self.received_at.isoformat()}", *turns, ""))


def load_tellings(path: Path) -> tuple[Telling, ...]:
    """The tagged calls in the file or folder `path`.

    Raises:
        DataFileError: a line cannot be taken, or there is no call.
    """
    sources = sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    found = tuple(t for source in sources for t in _tellings(source))
    if not found:
        raise DataFileError(path, None, "has no tagged calls")
    return found


def _tellings(path: Path) -> Iterator[Telling]:
    received_at: datetime | None = None
    heard = False
    turns: list[tuple[Channel, str]] = []
    tags: list[tuple[Tagged, ...]] = []
    for number, line in enumerate([*read_text(path).splitlines(), ""], 1):
        if line.startswith((_WRITTEN, _HEARD)):
            if turns:
                raise DataFileError(path, number, "a call begins before the one above has ended with an empty line")
            received_at, heard = _moment(path, number, line), line.startswith(_HEARD)
        elif line.startswith("#"):
            continue
        elif not line.strip():
            if turns and received_at is not None:
                yield Telling(path.stem, received_at, tuple(turns), tuple(tags), heard)
            received_at, turns, tags = None, [], []
        elif received_at is None or line[:2] not in _SPEAKERS:
            raise DataFileError(
                path, number, f"{line[:12]!r} is neither `= moment`, `~ moment` nor, below one, a turn: `c …`, `o …`"
            )
        else:
            text, found = _untagged(path, number, line[2:].strip())
            turns.append((_SPEAKERS[line[:2]], text))
            tags.append(found)


def _moment(path: Path, number: int, line: str) -> datetime:
    text = line[1:].partition("|")[0].strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise DataFileError(path, number, f"{text!r} is no ISO 8601 moment") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=HOTLINE_TIME_ZONE)


def _untagged(path: Path, number: int, line: str) -> tuple[str, tuple[Tagged, ...]]:
    """`line` without its tags, and what they were around."""
    text = ""
    found: list[Tagged] = []
    open_tags: list[tuple[Kind, int]] = []
    at = 0
    while at < len(line):
        char = line[at]
        if char == "{":
            if line[at + 1 : at + 2] not in _KINDS or line[at + 2 : at + 3] != ":":
                raise DataFileError(path, number, f"{line[at : at + 6]!r}: a tag is {{p:…}}, {{u:…}} or {{t:…}}")
            open_tags.append((Kind(line[at + 1]), len(text)))
            at += len("{p:")
        elif char == "}":
            if not open_tags or open_tags[-1][1] == len(text):
                raise DataFileError(path, number, f"a }} after {text[-6:]!r} closes no tag, or an empty one")
            found.append(Tagged(*open_tags.pop(), len(text)))
            at += 1
        else:
            text += char
            at += 1
    if open_tags:
        raise DataFileError(path, number, "a tag is not closed")
    return text, tuple(sorted(found, key=lambda t: (t.start, t.end)))


def _with_tags(text: str, tags: tuple[Tagged, ...]) -> str:
    closes = Counter[int]()
    names: defaultdict[int, list[str]] = defaultdict(list)
    for tag in sorted(tags, key=lambda t: -t.end):
        names[tag.start].append(f"{{{tag.kind}:")
        closes[tag.end] += 1
    return "".join("}" * closes[at] + "".join(names[at]) + char for at, char in enumerate([*text, ""]))
