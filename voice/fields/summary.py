"""The call in one or two sentences of written Chinese: who, when, where, the matter in the caller's words, the
demand.

Nothing is put in that was not said: the sentence is made of the fields that were filled in and of clauses of the
conversation, tidied up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import pairwise, zip_longest
from math import tanh
from typing import TypeAlias

from rapidfuzz.fuzz import partial_ratio

from models.call import CallInfo, Channel, Mode, Utterance
from models.workorder import PLACES, Candidate, Evidence, Field, FieldName, FieldValue, Source, whole_place
from voice.fields.clauses import (
    AGREES,
    Clause,
    asks_demand,
    clauses,
    demand_of,
    is_answer,
    is_demand,
    is_procedure,
    is_statement,
    takes_back,
    tidy,
)
from voice.fields.finder import evidence
from voice.fields.spans.model import Kind
from voice.fields.spans.reader import SpanReader
from voice.fields.topics import TopicModel

_MATTER_LENGTH = 170
"""Characters of clauses that tell the matter: what is read at a glance."""
_ANSWERS_LENGTH = 70
_MAX_DEMANDS = 3
_LONGEST_DEMAND = 60
"""Characters."""
_MIN_WORTH = 0.5
_SAME = 85
"""Similarity, in percent, from which a clause only says again what is there already."""
_VERBS: Mapping[FieldValue, str] = {"投诉": "投诉", "举报": "举报", "咨询": "咨询", "建议": "建议", "表扬": "表扬"}
_AGAINST = frozenset({"投诉", "举报", "表扬"})
_OF_SPANS = {
    Kind.PLACE: FieldName.ADDRESS_DETAIL,
    Kind.TIME: FieldName.OCCURRED_AT,
    Kind.UNIT: FieldName.RESPONDENT,
}
"""The field that spans of a kind are about, whether or not it was read from them."""
_SINCE = re.compile(r"(?:打|从|自|自从|打从)$")
_GOES_ON = re.compile(r"^(?:.{0,4}(?:开始|起|第一次)|就这样|就停|就一直|到现在|到今天)")
_FIGURE = re.compile(
    r"[0-9零一二两三四五六七八九十百千万半]+(?:多|来|几)?[度块元万千百个人户天周月年层岁平斤次趟回辆部台间号点]"
)
_DATE = re.compile(r"\d+月\d+[号日]")
_ASKS_ABOUT_HIM = re.compile(
    "贵姓|怎么称呼|您的?(?:姓名|名字|电话)|留.{0,6}(?:姓|名|电话|联系)|联系(?:电话|方式)|电话(?:多少|是|呢|[？?])"
)


_Words: TypeAlias = tuple[str, int, int]
"""Utterance, first character and the one behind the last."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words of the summary with where they come from."""

    text: str
    utterance: Utterance
    start: int
    end: int


class Summariser:
    """Writes `summary` from the other fields and the utterances."""

    def __init__(self, model: TopicModel, told: SpanReader) -> None:
        self._model = model
        self._told = told

    def summarise(
        self, call: CallInfo, utterances: Sequence[Utterance], fields: Mapping[FieldName, Field]
    ) -> Candidate | None:
        """The summary as it can be written now; None before a matter has been told."""
        people = [u for u in utterances if not _by_guide(call, u)]
        enquiry = _value(fields, FieldName.REQUEST_TYPE) == "咨询"
        head = _opening(fields) + _circumstances(utterances, fields)
        demands = [] if enquiry else _demands(people)[-_MAX_DEMANDS:]
        answers = self._answers(people, head) if enquiry else []
        told = [(u, confirmed) for u, confirmed in _told(utterances) if not _by_guide(call, u)]
        taken = [(p.utterance.id, p.start, p.end) for p in (*demands, *answers)]
        taken += self._told_in_fields(call, utterances, fields)
        matter = self._matter(told, _value(fields, FieldName.CATEGORY), head, taken)
        if not matter:
            return None
        text = head + "，".join(p.text for p in matter)
        if demands:
            text += "。要求" + "，".join(_distinct(d.text for d in demands))
        if answers:
            text += "。话务员答复：" + "，".join(a.text for a in answers)
        text += _closing(utterances, fields) + "。"
        used = [evidence(p.utterance, p.start, p.end) for p in (*matter, *demands, *answers)]
        return Candidate(
            field=FieldName.SUMMARY,
            value=re.sub("，+", "，", text),
            confidence=0.8,
            evidence=tuple(sorted(used, key=lambda e: (e.start_s, e.span))),
            source=Source.INFERRED,
        )

    def _matter(
        self,
        said: Sequence[tuple[Utterance, bool]],
        category: FieldValue,
        head: str,
        taken: Sequence[_Words],
    ) -> list[_Piece]:
        """The clauses that tell most, are not in the `head` and have not been `taken`, as they were said."""
        worth: list[tuple[float, int, _Piece]] = []
        for u, confirmed in said:
            for c, following in pairwise([*clauses(u), None]):
                assert c is not None
                piece = _Piece(tidy(c.text), u, c.start, c.end)
                kept = not is_procedure(c.text) and not (following and takes_back(following.text))
                if confirmed and not is_statement(c.text):
                    continue
                if len(piece.text) > 1 and kept and _free(c, taken) > 0.5:
                    worth.append((self._worth(c, category), len(worth), piece))
        chosen: list[tuple[int, _Piece]] = []
        room = _MATTER_LENGTH
        for value, place, piece in sorted(worth, key=lambda w: (-w[0], w[1])):
            fits = value >= _MIN_WORTH and len(piece.text) <= room
            if not fits or _said(piece.text, head):
                continue
            if not any(partial_ratio(piece.text, p.text) >= _SAME for _, p in chosen):
                chosen.append((place, piece))
                room -= len(piece.text) + 1
        return [piece for _, piece in sorted(chosen, key=lambda c: c[0])]

    def _told_in_fields(
        self, call: CallInfo, utterances: Sequence[Utterance], fields: Mapping[FieldName, Field]
    ) -> Iterator[_Words]:
        """The words of fields that the summary begins with: when, where, who, against whom."""
        told = {FieldName.CALLER_NAME, FieldName.CALLER_PHONE, FieldName.OCCURRED_AT, *PLACES}
        if _value(fields, FieldName.REQUEST_TYPE) in _AGAINST:
            told.add(FieldName.RESPONDENT)
        told = {name for name in told if _value(fields, name) is not None}
        yield from ((e.utterance, *e.span) for name in told for e in _evidence(fields, name))
        spoken = tuple(utterances)
        for u, spans in zip(spoken, self._told.read(call, spoken), strict=True):
            yield from ((u.id, s.start, s.end) for s in spans if _OF_SPANS[s.kind] in told)
        if told.intersection(PLACES):
            for u, names in zip(spoken, self._told.areas.read(spoken).names, strict=True):
                yield from ((u.id, n.start, n.end) for n in names)

    def _answers(self, utterances: Sequence[Utterance], head: str) -> list[_Piece]:
        """What the operator tells somebody who asks for information, most telling first, in the order of speech."""
        told = [
            (self._model.telling_share(c.text) * self._model.telling_share(u.raw), c)
            for u in utterances
            if u.channel is Channel.OPERATOR
            for c in clauses(u)
            if is_answer(c.text) and not is_procedure(c.text)
        ]
        chosen: list[Clause] = []
        room = _ANSWERS_LENGTH
        for value, c in sorted(told, key=lambda t: -t[0]):
            if value >= _MIN_WORTH and len(c.text) <= room and not _said(tidy(c.text), head):
                chosen.append(c)
                room -= len(c.text) + 1
        ordered = sorted(chosen, key=lambda c: (c.utterance.start_s, c.start))
        return [_Piece(tidy(c.text).replace("您", ""), c.utterance, c.start, c.end) for c in ordered]

    def _worth(self, clause: Clause, category: FieldValue) -> float:
        """How much `clause` tells about the matter: by itself, as part of its utterance, and for the category."""
        told = self._model.telling_share(clause.text)
        around = self._model.telling_share(clause.utterance.raw)
        figure = 0.15 if _FIGURE.search(clause.text) else 0.0
        short = 0.25 if len(clause.text) < 4 else 0.0
        known = next((c for c in self._model.categories if c == category), None)
        central = 0.2 * tanh(self._model.support(clause.text, known) / 3) if known else 0.0
        return 0.6 * told + 0.4 * around + figure + central - short


def _by_guide(call: CallInfo, u: Utterance) -> bool:
    """Whether the voice guide said it, and not the person who came after it: its words are known exactly."""
    return call.mode is Mode.GUIDE and u.channel is Channel.OPERATOR and u.written


def _told(utterances: Sequence[Utterance]) -> Iterator[tuple[Utterance, bool]]:
    """The utterances that tell the matter: the citizen's (False), and what the operator makes of it when the citizen
    agrees (True); not the citizen's answers about himself."""
    asked = False
    for u, reply in zip_longest(utterances, utterances[1:]):
        if u.channel is Channel.OPERATOR:
            asked = _ASKS_ABOUT_HIM.search(u.raw) is not None
            if reply is not None and reply.channel is not Channel.OPERATOR and AGREES.match(reply.raw):
                yield u, True
        elif not asked:
            yield u, False


def _opening(fields: Mapping[FieldName, Field]) -> str:
    """Who does what, against or for whom: 孙先生投诉恒泰物业."""
    name = _value(fields, FieldName.CALLER_NAME)
    again = "再次来电" if _value(fields, FieldName.REPEAT_CALL) is True else ""
    verb = _VERBS.get(_value(fields, FieldName.REQUEST_TYPE), "反映")
    unit = _value(fields, FieldName.RESPONDENT) if verb in _AGAINST else None
    return f"{name or '来电人'}{again}{verb}{unit or ''}，"


def _circumstances(utterances: Sequence[Utterance], fields: Mapping[FieldName, Field]) -> str:
    """When and where."""
    place = whole_place(partial(_value, fields))
    said = "，".join(filter(None, (_when(utterances, fields), place)))
    return said + "，" if said else ""


def _when(utterances: Sequence[Utterance], fields: Mapping[FieldName, Field]) -> str:
    """The date as it is written and, in brackets, as it was said."""
    value = _value(fields, FieldName.OCCURRED_AT)
    if not isinstance(value, str):
        return ""
    at = datetime.fromisoformat(value)
    text = f"{at.year}年{at.month}月{at.day}日"
    if "T" in value:
        text += f"{at.hour}时" + (f"{at.minute}分" if at.minute else "")
    words = _evidence(fields, FieldName.OCCURRED_AT)
    said = max((tidy(e.quote) for e in words), key=len, default="")
    said = "" if _DATE.fullmatch(said) else said
    since = "起" if any(_lasts(u.raw, e.span) for e in words for u in utterances if u.id == e.utterance) else ""
    return f"{text}（{said}）{since}" if said else text


def _lasts(raw: str, span: tuple[int, int]) -> bool:
    """Whether the time in `span` is when something began that goes on."""
    start, end = span
    return _SINCE.search(raw[:start]) is not None or _GOES_ON.search(raw[end:]) is not None


def _demands(utterances: Sequence[Utterance]) -> list[_Piece]:
    """What the caller asks for, by himself or by agreeing with how the operator puts it."""
    found: list[_Piece] = []
    asked = False
    for u, reply in zip_longest(utterances, utterances[1:]):
        if u.channel is Channel.OPERATOR:
            asked = asks_demand(u.raw)
        for c in clauses(u):
            if u.channel is Channel.OPERATOR:
                agreed = reply is not None and reply.channel is not Channel.OPERATOR and AGREES.match(reply.raw)
                text = demand_of(c.text) if agreed else ""
            else:
                wanted = is_demand(c.text) or (asked and not is_procedure(c.text) and not AGREES.fullmatch(c.text))
                text = tidy(c.text) if wanted else ""
            text = re.sub(r"^(?:要求|请求|希望|诉求是|就是要|是)+", "", text)
            if 1 < len(text) <= _LONGEST_DEMAND and not any(partial_ratio(text, f.text) >= _SAME for f in found):
                found.append(_Piece(text, u, c.start, c.end))
    return found


def _closing(utterances: Sequence[Utterance], fields: Mapping[FieldName, Field]) -> str:
    closing = ""
    if _value(fields, FieldName.CONFIDENTIAL) is True:
        closing += "，要求保密"
    number = _value(fields, FieldName.EMERGENCY_NUMBER)
    if isinstance(number, str) and any(u.channel is Channel.OPERATOR for u in _said_in(fields, utterances)):
        closing += f"，已告知拨打{number}"
    return closing


def _said_in(fields: Mapping[FieldName, Field], utterances: Sequence[Utterance]) -> Iterator[Utterance]:
    """The utterances that name the emergency number."""
    ids = {e.utterance for e in _evidence(fields, FieldName.EMERGENCY_NUMBER)}
    return (u for u in utterances if u.id in ids)


def _value(fields: Mapping[FieldName, Field], name: FieldName) -> FieldValue:
    field = fields.get(name)
    return field.value if field else None


def _evidence(fields: Mapping[FieldName, Field], name: FieldName) -> tuple[Evidence, ...]:
    field = fields.get(name)
    return field.evidence if field and field.value is not None else ()


def _free(clause: Clause, taken: Sequence[_Words]) -> float:
    """Share of `clause` that no other field's words cover."""
    covered = {
        i
        for uid, s, e in taken
        if uid == clause.utterance.id
        for i in range(max(s, clause.start), min(e, clause.end))
    }
    return 1 - len(covered) / (clause.end - clause.start)


def _said(text: str, head: str) -> bool:
    """Whether the `head` of the summary says `text` already."""
    return len(text) <= len(head) and partial_ratio(text, head) >= _SAME


def _distinct(texts: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(t for t in texts if t))
