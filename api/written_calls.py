"""Calls on paper: written transcripts, and the labels that say what the work order should be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Utterance
from models.workorder import FieldName, FieldValue

MAX_FILE_BYTES = 10_000_000
_SECONDS_PER_CHARACTER = 0.22
_PAUSE_S = 0.4


class WrittenCallError(Exception):
    """A file that cannot be taken as a written call; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """A transcript, turn by turn."""

    call: CallInfo
    utterances: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """A transcript with what an operator would have keyed in."""

    written: WrittenCall
    work_order: Mapping[FieldName, FieldValue]
    """None: not said and not implied."""
    evidence: Mapping[FieldName, tuple[int, ...]]
    """The turns, from 0, that state each field."""
    key_facts: tuple[str, ...]
    """What a good summary must contain."""


class _Turn(msgspec.Struct):
    speaker: Channel
    spoken: str
    start: float | None = None
    end: float | None = None


class _File(msgspec.Struct):
    turns: list[_Turn]
    id: str | None = None
    received_at: datetime | None = None
    caller: str | None = None
    work_order: dict[str, Any] | None = None
    evidence: dict[str, list[int]] = {}


def read_written_call(path: Path) -> WrittenCall:
    """The transcript in `path`: JSON with `turns` (`speaker`, `spoken`, optional `start` and `end` in seconds) and,
    optional, `id`, `received_at` (ISO 8601; without it the call came in now) and `caller`.

    Raises:
        WrittenCallError: not such a file.
    """
    return _written(path, _read(path))


def read_timed_turns(path: Path) -> tuple[Utterance, ...]:
    """The turns of a transcript that says when each of them was said.

    Raises:
        WrittenCallError: not such a file.
    """
    file = _read(path)
    for number, turn in enumerate(file.turns):
        if turn.start is None or turn.end is None:
            raise WrittenCallError(f"{path}: turn {number} ({turn.spoken[:12]}) has no start and end")
    return tuple(_utterances(file.turns))


def read_labelled_call(path: Path) -> LabelledCall:
    """A transcript with `work_order` and `evidence`, as in the labelled calls.

    Raises:
        WrittenCallError: not such a file.
    """
    file = _read(path)
    if file.work_order is None:
        raise WrittenCallError(f"{path}: has no work_order")
    label = file.work_order
    try:
        order = {name: _value(label.get(name)) for name in FieldName}
        evidence = {FieldName(name): tuple(turns) for name, turns in file.evidence.items()}
        key_facts = tuple(map(str, label.get("key_facts") or ()))
    except (TypeError, ValueError) as error:
        raise WrittenCallError(f"{path}: {error}") from error
    if any(not 0 <= turn < len(file.turns) for turns in evidence.values() for turn in turns):
        raise WrittenCallError(f"{path}: evidence names a turn that is not there")
    return LabelledCall(_written(path, file), order, evidence, key_facts)


def _read(path: Path) -> _File:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise WrittenCallError(f"{path}: {path.stat().st_size} bytes, at most {MAX_FILE_BYTES}")
        return msgspec.json.decode(path.read_bytes(), type=_File)
    except (OSError, msgspec.DecodeError) as error:
        raise WrittenCallError(f"{path}: {error}") from error


def _value(value: object) -> FieldValue:
    match value:
        case None | str() | bool():
            return value
        case [str(), str()]:
            return tuple(value)
        case _:
            raise ValueError(f"{json.dumps(value, ensure_ascii=False)} is not the value of a field")


def _written(path: Path, file: _File) -> WrittenCall:
    received_at = file.received_at or datetime.now(HOTLINE_TIME_ZONE)
    utterances = tuple(_utterances(file.turns))
    call = CallInfo(
        call_id=file.id or path.stem,
        channels=tuple(dict.fromkeys(u.channel for u in utterances)) or (Channel.MIXED,),
        received_at=received_at if received_at.tzinfo else received_at.replace(tzinfo=HOTLINE_TIME_ZONE),
        caller=file.caller,
    )
    return WrittenCall(call, utterances)


def _utterances(turns: list[_Turn]) -> Iterator[Utterance]:
    at_s = 0.0
    for i, turn in enumerate(turns):
        start_s = at_s if turn.start is None else turn.start
        end_s = start_s + _SECONDS_PER_CHARACTER * len(turn.spoken) if turn.end is None else max(start_s, turn.end)
        at_s = end_s + _PAUSE_S
        yield Utterance(
            id=f"u{i + 1}",
            channel=turn.speaker,
            start_s=round(start_s, 3),
            end_s=round(end_s, 3),
            text=turn.spoken,
            raw=turn.spoken,
            confidence=1.0,
        )
