"""Bodies of events as a call brings them, for tests."""

from __future__ import annotations

from datetime import datetime

from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Word
from models.events import CardShown, DraftChanged, PartialHeard, UtteranceHeard
from models.workorder import Evidence, Field, FieldName, Source

RECEIVED = datetime(2026, 1, 13, 8, 52, tzinfo=HOTLINE_TIME_ZONE)


def info(call_id: str = "c1") -> CallInfo:
    """A call of two channels."""
    return CallInfo(
        call_id=call_id, channels=(Channel.CITIZEN, Channel.OPERATOR), received_at=RECEIVED, caller="13693107725"
    )


def partial(utterance: str, words: str, start_s: float = 0.0) -> PartialHeard:
    """What is heard so far; the last character may still change."""
    return PartialHeard(
        utterance=utterance,
        channel=Channel.CITIZEN,
        start_s=start_s,
        end_s=start_s + len(words) / 5,
        text=words,
        stable=words[:-1],
    )


def final(
    utterance: str, words: str, start_s: float = 0.0, channel: Channel = Channel.CITIZEN, confidence: float = 0.9
) -> UtteranceHeard:
    """What was said, five characters a second."""
    return UtteranceHeard(
        utterance=utterance,
        channel=channel,
        start_s=start_s,
        end_s=start_s + len(words) / 5,
        text=words and words + "。",
        raw=words,
        confidence=confidence,
        words=tuple(Word(w, start_s + i / 5, start_s + (i + 1) / 5, confidence) for i, w in enumerate(words)),
    )


def card(utterance: str, question: str, answer: str) -> CardShown:
    """An answer of the knowledge base."""
    return CardShown(
        entry=question,
        question=question,
        answer=answer,
        office="北京市城市管理委员会",
        source="首都之窗",
        url="https://www.beijing.gov.cn/",
        as_of="2025",
        utterance=utterance,
        confidence=0.95,
    )


def draft(**values: str) -> DraftChanged:
    """A draft with fields heard in utterance u1."""
    evidence = (Evidence(utterance="u1", start_s=0.0, end_s=1.0, quote="丰台区", span=(0, 3)),)
    return DraftChanged({FieldName(n): Field(v, 0.8, evidence, (), Source.HEARD) for n, v in values.items()})
