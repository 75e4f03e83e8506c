"""What AudioHook events tell Genesys: transcripts, and suggestions for the agent.

Source: purecloudlabs/audiohook-reference-implementation app/audiohook/src/protocol/entities-*.ts
"""

from __future__ import annotations

import html
from typing import Any

from models.call import Channel
from models.events import CardShown, PartialHeard, UtteranceHeard
from models.workorder import LABELS, Field, FieldName

LANGUAGE = "zh-CN"
_CHANNEL_ID = {Channel.CITIZEN: 0, Channel.OPERATOR: 1}


def transcript(heard: PartialHeard | UtteranceHeard, identifier: str) -> dict[str, Any]:
    """What was heard, its words with their times."""
    words = heard.words if isinstance(heard, UtteranceHeard) else ()
    tokens = [
        {
            "type": "word",
            "value": w.text,
            "confidence": w.confidence,
            "offset": _iso(w.start_s),
            "duration": _iso(w.end_s - w.start_s),
            "language": LANGUAGE,
        }
        for w in words
    ]
    interpretation = {"type": "display", "transcript": heard.text} | ({"tokens": tokens} if tokens else {})
    confidence = heard.confidence if isinstance(heard, UtteranceHeard) else 0.5
    return {
        "id": identifier,
        "channelId": _CHANNEL_ID.get(heard.channel, 0),
        "isFinal": isinstance(heard, UtteranceHeard),
        "offset": _iso(heard.start_s),
        "duration": _iso(heard.end_s - heard.start_s),
        "alternatives": [{"confidence": confidence, "languages": [LANGUAGE], "interpretations": [interpretation]}],
    }


def draft_article(call_id: str, fields: dict[FieldName, Field]) -> dict[str, Any]:
    """The draft of the work order: lines to read, and metadata to copy from."""
    shown = {name: _plain(field) for name, field in fields.items() if field.value is not None}
    return {
        "type": "article",
        "confidence": min((f.confidence for f in fields.values() if f.value is not None), default=0.0),
        "title": "工单草稿",
        "excerpts": [f"{LABELS[name]}：{text}" for name, text in shown.items()],
        "documentUri": f"urn:yida:call:{call_id}",
        "metadata": {name.value: text for name, text in shown.items()},
    }


def faq(card: CardShown) -> dict[str, Any]:
    """An answer of the knowledge base; `answer` is HTML."""
    source = f'<a href="{html.escape(card.url)}">{html.escape(card.source)}</a>'
    dated = f"（{card.as_of}）" if card.as_of else ""
    answer = f"<p>{html.escape(card.answer)}</p><p>{html.escape(card.office)} · {source}{dated}</p>"
    return {"type": "faq", "confidence": card.confidence, "question": card.question, "answer": answer}


def _plain(field: Field) -> str:
    match field.value:
        case bool(yes):
            return "是" if yes else "否"
        case tuple(levels):
            return "/".join(levels)
    return str(field.value)


def _iso(seconds: float) -> str:
    """An ISO 8601 duration, as AudioHook writes them."""
    return f"PT{max(0.0, round(seconds, 3)):.15g}S"
