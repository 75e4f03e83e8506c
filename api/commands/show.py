"""How transcripts and drafts look in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.call import Channel
from models.workorder import LABELS, Field, FieldName, FieldValue, Source

if TYPE_CHECKING:
    from api.transcription import Transcription

SPEAKERS: Mapping[Channel, tuple[str, str]] = {
    Channel.CITIZEN: ("市民", "cyan"),
    Channel.OPERATOR: ("话务员", "green"),
    Channel.MIXED: ("通话", "white"),
}
_SOURCES: Mapping[Source, str] = {Source.HEARD: "听到", Source.INFERRED: "推断", Source.EDITED: "人工"}
UNSURE_BELOW = 0.5
"""Confidence below which a word is marked."""


def value_text(value: FieldValue) -> str:
    """A field's value as an operator reads it."""
    match value:
        case None:
            return "—"
        case bool():
            return "是" if value else "否"
        case tuple():
            return " / ".join(value)
        case str():
            return value


def draft_table(fields: Mapping[FieldName, Field]) -> Table:
    """The draft: each field with its value, confidence and the words it came from."""
    table = Table(title="工单草稿", title_justify="left", expand=True)
    for heading, style in (("字段", "bold"), ("内容", ""), ("把握", "dim"), ("来源", "dim"), ("依据", "dim italic")):
        wide = heading in {"内容", "依据"}  # folded anywhere: Chinese has no spaces to break lines at
        table.add_column(heading, style=style, no_wrap=not wide, overflow="fold" if wide else "ellipsis")
    for name, label in LABELS.items():
        field = fields.get(name)
        if field is None or field.value is None:
            continue
        quotes = "；".join(f"「{e.quote}」" for e in field.evidence[:2])
        confidence = f"{field.confidence:.0%}"
        table.add_row(label, value_text(field.value), confidence, _SOURCES[field.source], quotes)
    return table


def speech(channel: Channel, start_s: float, text: str, stable: int | None = None) -> Text:
    """One line of the transcript; what is not stable yet is dim."""
    name, colour = SPEAKERS[channel]
    line = Text.assemble((f"{start_s:7.1f}  ", "dim"), (f"{name} ", f"bold {colour}"))
    kept = len(text) if stable is None else stable
    line.append(text[:kept])
    line.append(text[kept:], "dim")
    return line


def print_transcription(heard: Transcription) -> None:
    """Transcript and draft of a recording."""
    console = Console()
    console.rule(heard.call.call_id)
    for utterance in heard.utterances:
        console.print(speech(utterance.channel, utterance.start_s, utterance.text))
    console.print(draft_table(heard.draft))
    console.print(f"音频 {heard.seconds:.1f} 秒，计算 {heard.cpu_seconds:.1f} 秒 CPU", style="dim")
