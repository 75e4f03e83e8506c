"""The work order (工单) and the draft of it that fills itself in during a call.

A `Draft` is an immutable value: `refill` replaces everything that was heard, `edit` records what a
person keyed in. An edit is never overwritten by what is heard, before or after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

import msgspec

from models.call import Channel
from models.errors import InvalidFieldError

FILL_AT = 0.5
"""Confidence from which a heard value is filled in; below it is only offered as an alternative."""
RANKED_FILL_AT = 0.3
"""The same for the category: one of many, where the likeliest spares a search even when others are likely too."""
MAX_ALTERNATIVES = 3
MAX_TEXT = 2000
"""Characters in a text field."""

FieldValue: TypeAlias = str | bool | tuple[str, ...] | None
"""Text (formats: see FieldName), yes/no, or (level 1, level 2). None: not said, or emptied by a person."""


class FieldName(StrEnum):
    """The fields of a work order."""

    CALLER_NAME = "caller_name"
    """Full name, else surname + 先生/女士."""
    CALLER_PHONE = "caller_phone"
    """Digits only."""
    DISTRICT = "district"
    """Official name; district, street and community are those of the place complained about."""
    STREET = "street"
    COMMUNITY = "community"
    """Official name without 居委会/村委会: 菊儿社区, 梨花村."""
    ADDRESS_DETAIL = "address_detail"
    """The rest of the address, numbers in Arabic digits: 芳星园二区9号楼3单元402."""
    OCCURRED_AT = "occurred_at"
    """ISO 8601 local: a date, or date and minute when a clock time was said."""
    REQUEST_TYPE = "request_type"
    """咨询 求助 投诉 举报 建议 表扬"""
    CATEGORY = "category"
    """(level 1, level 2) of the catalogue."""
    RESPONDENT = "respondent"
    """The unit complained about, as named."""
    URGENCY = "urgency"
    """一般 紧急 突发 (danger to life now)"""
    EMERGENCY_NUMBER = "emergency_number"
    """110 119 120 122"""
    WANTS_CALLBACK = "wants_callback"
    CONFIDENTIAL = "confidential"
    REPEAT_CALL = "repeat_call"
    SUMMARY = "summary"
    """One or two sentences."""


LABELS: Mapping[FieldName, str] = MappingProxyType(
    {
        FieldName.CALLER_NAME: "来电人",
        FieldName.CALLER_PHONE: "联系电话",
        FieldName.DISTRICT: "区",
        FieldName.STREET: "街道(乡镇)",
        FieldName.COMMUNITY: "社区(村)",
        FieldName.ADDRESS_DETAIL: "详细地址",
        FieldName.OCCURRED_AT: "发生时间",
        FieldName.REQUEST_TYPE: "诉求类型",
        FieldName.CATEGORY: "问题分类",
        FieldName.RESPONDENT: "被反映单位",
        FieldName.URGENCY: "紧急程度",
        FieldName.EMERGENCY_NUMBER: "紧急电话",
        FieldName.WANTS_CALLBACK: "要求回电",
        FieldName.CONFIDENTIAL: "要求保密",
        FieldName.REPEAT_CALL: "重复来电",
        FieldName.SUMMARY: "诉求摘要",
    }
)
"""What operators call the fields."""


class Source(StrEnum):
    """Where a field's value comes from."""

    HEARD = "heard"
    """Said in the call."""
    INFERRED = "inferred"
    """Follows from what was said (a community implies its district; a classifier's verdict)."""
    EDITED = "edited"
    """Keyed in by a person."""


class Evidence(msgspec.Struct, frozen=True):
    """The words a value came from."""

    utterance: str
    start_s: float = msgspec.field(name="start")
    end_s: float = msgspec.field(name="end")
    quote: str
    """utterance.raw[span[0]:span[1]]"""
    span: tuple[int, int]
    """Half-open character range in the utterance's `raw`."""


class Alternative(msgspec.Struct, frozen=True):
    value: FieldValue
    confidence: float


class Field(msgspec.Struct, frozen=True):
    """One field of the draft."""

    value: FieldValue
    """None when unsure (see `alternatives`) or emptied by a person."""
    confidence: float
    """0-1; 1 for an edit."""
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    """Best first; never contains `value`."""
    source: Source = Source.HEARD


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A value that somebody's words speak for, once."""

    field: FieldName
    value: FieldValue
    confidence: float
    """Probability that this is the field's value, judged by these words alone."""
    evidence: tuple[Evidence, ...] = ()
    speaker: Channel | None = None
    """Who said it; two speakers agreeing count for more than one repeating himself."""
    source: Source = Source.HEARD


def merge(candidates: Iterable[Candidate]) -> Field | None:
    """The field that `candidates` (all of one field) speak for together; None when there are none.

    Equal values are pooled: within one speaker the strongest counts, across speakers independent
    voices add up (noisy or). Ties go to the value said last.
    """
    pools: dict[FieldValue, dict[Channel | None, float]] = {}
    evidence: dict[FieldValue, dict[Evidence, None]] = {}
    heard: dict[FieldValue, bool] = {}
    fill_at = FILL_AT
    for c in candidates:
        fill_at = RANKED_FILL_AT if c.field is FieldName.CATEGORY else FILL_AT
        voices = pools.pop(c.value, {})  # re-inserted last: the latest said wins a tie
        voices[c.speaker] = max(c.confidence, voices.get(c.speaker, 0.0))
        pools[c.value] = voices
        evidence.setdefault(c.value, {}).update(dict.fromkeys(c.evidence))
        heard[c.value] = heard.get(c.value, False) or c.source is Source.HEARD
    if not pools:
        return None
    scores = {value: _noisy_or(voices.values()) for value, voices in pools.items()}
    latest_first = list(reversed(scores))
    ranked = sorted(latest_first, key=lambda v: scores[v], reverse=True)
    best, rest = ranked[0], ranked[1:]
    if best is None or scores[best] < fill_at:
        rest = [v for v in ranked if v is not None]
        return Field(value=None, confidence=0.0, alternatives=_alternatives(rest, scores))
    return Field(
        value=best,
        confidence=round(scores[best], 3),
        evidence=tuple(evidence[best]),
        alternatives=_alternatives([v for v in rest if v is not None], scores),
        source=Source.HEARD if heard[best] else Source.INFERRED,
    )


def _noisy_or(confidences: Iterable[float]) -> float:
    doubt = 1.0
    for c in confidences:
        doubt *= 1.0 - c
    return 1.0 - doubt


def _alternatives(values: list[FieldValue], scores: Mapping[FieldValue, float]) -> tuple[Alternative, ...]:
    return tuple(Alternative(v, round(scores[v], 3)) for v in values[:MAX_ALTERNATIVES])


class Draft(msgspec.Struct, frozen=True):
    """The work order as far as it is known."""

    fields: Mapping[FieldName, Field] = msgspec.field(default_factory=dict)

    def refill(self, candidates: Iterable[Candidate]) -> Draft:
        """The draft with everything heard replaced by what `candidates`, in order of speech, say now."""
        by_field: dict[FieldName, list[Candidate]] = {}
        for c in candidates:
            by_field.setdefault(c.field, []).append(c)
        fields: dict[FieldName, Field] = {}
        for name in FieldName:
            merged = merge(by_field.get(name, ()))
            current = self.fields.get(name)
            if current is not None and current.source is Source.EDITED:
                fields[name] = _beside_edit(current, merged)
            elif merged is not None:
                fields[name] = merged
        return Draft(fields)

    def edit(self, name: FieldName, value: FieldValue) -> Draft:
        """The draft with `value` keyed in by a person.

        Raises:
            InvalidFieldError: `value` does not have the format of the field.
        """
        checked = check_value(name, value)
        before = self.fields.get(name)
        field = _beside_edit(Field(value=checked, confidence=1.0, source=Source.EDITED), before)
        return Draft({n: f for n in FieldName if (f := field if n is name else self.fields.get(n))})

    def value(self, name: FieldName) -> FieldValue:
        """The field's value; None when empty."""
        field = self.fields.get(name)
        return field.value if field else None


def _beside_edit(edited: Field, heard: Field | None) -> Field:
    """An edited field that still shows what was heard, as alternatives."""
    if heard is None:
        return edited
    guess = heard.value is not None and heard.source is not Source.EDITED
    offered = [*([Alternative(heard.value, heard.confidence)] if guess else []), *heard.alternatives]
    kept = tuple(a for a in offered if a.value != edited.value)[:MAX_ALTERNATIVES]
    return msgspec.structs.replace(edited, alternatives=kept)


AREAS = (FieldName.DISTRICT, FieldName.STREET, FieldName.COMMUNITY)
PLACES = (*AREAS, FieldName.ADDRESS_DETAIL)
_SAID_AGAIN = 2
"""Characters of a community's name, at least, by which an address begins that is within it."""
_ROAD = ("路", "街", "大街", "门", "桥", "站")
"""What makes another name of it: 劲松路."""


def whole_place(value: Callable[[FieldName], FieldValue]) -> str:
    """The place in one, as it is written and read: 丰台区方庄街道芳星园二区9号楼.

    Args:
        value: gives the value of a field. Where the address begins like the community (芳星园二区社区), which is
            mostly the name of an estate, that is not said twice.
    """
    *areas, community, detail = (str(value(name) or "") for name in PLACES)
    stem = community.removesuffix("社区").removesuffix("村")
    again = len(stem) >= _SAID_AGAIN and detail.startswith(stem) and not detail.startswith(_ROAD, len(stem))
    return "".join(areas) + ("" if again else community) + detail


class WorkOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that an operator (or the voice guide) has submitted."""

    order_id: str
    call_id: str
    submitted_at: datetime
    fields: Mapping[FieldName, FieldValue]
    unsure: tuple[FieldName, ...] = ()
    """Asked for and not understood: to be checked with the caller."""


CHOICES: Mapping[FieldName, tuple[str, ...]] = {
    FieldName.REQUEST_TYPE: ("咨询", "求助", "投诉", "举报", "建议", "表扬"),
    FieldName.URGENCY: ("一般", "紧急", "突发"),
    FieldName.EMERGENCY_NUMBER: ("110", "119", "120", "122"),
}
"""Fields that take one of a few values."""
_YES_NO = frozenset({FieldName.WANTS_CALLBACK, FieldName.CONFIDENTIAL, FieldName.REPEAT_CALL})
_PHONE = re.compile(r"\d{3,20}")


def check_value(name: FieldName, value: FieldValue) -> FieldValue:
    """`value` in the field's format.

    Raises:
        InvalidFieldError: it is not in that format; the message says what is.
    """
    if value is None or value == "":
        return None
    if name in _YES_NO:
        if not isinstance(value, bool):
            raise InvalidFieldError(name, value, "true or false")
        return value
    if name is FieldName.CATEGORY:
        if not (isinstance(value, tuple | list) and len(value) == 2 and all(isinstance(v, str) and v for v in value)):
            raise InvalidFieldError(name, value, "a pair [level 1, level 2]")
        return tuple(value)
    if not isinstance(value, str):
        raise InvalidFieldError(name, value, "text")
    return _check_text(name, value.strip())


def _check_text(name: FieldName, text: str) -> FieldValue:
    if len(text) > MAX_TEXT:
        raise InvalidFieldError(name, f"{len(text)} characters", f"at most {MAX_TEXT} characters")
    if name in CHOICES and text not in CHOICES[name]:
        raise InvalidFieldError(name, text, "one of " + " ".join(CHOICES[name]))
    if name is FieldName.CALLER_PHONE and not _PHONE.fullmatch(text):
        raise InvalidFieldError(name, text, "3 to 20 digits")
    if name is FieldName.OCCURRED_AT:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise InvalidFieldError(name, text, "an ISO 8601 date or date and time, 2026-01-10T19:30") from None
    return text or None
