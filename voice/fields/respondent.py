"""The unit complained about, as it was named; not units named in passing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec

from models.call import CallInfo, Channel, Utterance
from models.workorder import Candidate, FieldName
from voice.fields.clauses import tidy
from voice.fields.finder import evidence
from voice.fields.requests import RequestFinder
from voice.fields.spans.model import LIKELY, Kind
from voice.fields.spans.reader import SpanReader
from voice.fields.unit_answers import answer, asks_for_unit, offers_kinds
from voice.fields.unit_standing import (
    agrees,
    cleared,
    is_declared,
    is_landmark,
    is_offered,
    is_own,
    is_spelled,
    refuses,
    speaks_of_employment,
)
from voice.fields.units import Mention

_IN_PASSING = 0.5
"""Share of the confidence that is left where units are named in passing."""
_TRUST = 0.95
_TAKEN_BACK = re.compile(
    "(?:[，,。 ]|[嗯啊哦呃哎诶]|这个){0,3}(?:不对(?![劲头付])|不是(?=[，,。 ]|$)|说?错了|哦不|哎不)"
)
_DENIED = 0.1
"""What is left of the confidence in a name that is taken back, or only told in passing."""
_ANSWERED, _DECLARED, _CONFIRMED = 0.7, 0.85, 0.85
"""Confidence in a name that answers a question, of whom the caller says that he calls about, and of whom he is asked
whether it is, and says yes.
"""
_REPEATED = 0.6
"""Of the confidence of a name, that of an operator who repeats it: he may only read back where it is."""
_EDGES = "，。、？！,.?! 的"
_LINE = re.compile("[特快专夜]?[0-9零一二三四五六七八九幺两十百]+路")
_PERSON = re.compile("(?<=.{4})[\u4e00-\u9fff](?:警官|经理|主任|医生|大夫|老师|师傅|先生|女士|书记)$")
_BRANCH = re.compile("[^，。？的]{0,8}?(?:店|分公司|分部|校区|分校|分院|支行)(?=[，。？的吗吧]|$)")
_SHORTEST = 2


class RespondentFinder:
    """Reads the respondent."""

    def __init__(self, spans: SpanReader, requests: RequestFinder) -> None:
        self._spans = spans
        self._requests = requests

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        turns = tuple(_Turn(u, self._spans.text(u)) for u in utterances)
        trust = _IN_PASSING if self._requests.is_surely(utterances, "咨询", "建议") else _TRUST
        tagged = list(self._tagged(call, turns))
        answered = list(self._answered(turns, tagged))
        said = [
            *(_weaker(c, trust) for c in (*tagged, *answered)),
            *self._declared(turns),
            *self._completed(turns, answered),
            *self._confirmed(turns, tagged),
        ]
        said.sort(key=lambda c: (c.evidence[0].start_s, c.evidence[0].span))
        found = _without(tuple(self._cleared(turns)), turns, said)
        believed = [c for c in found if c.confidence >= LIKELY * trust]
        for turn in turns:
            if turn.by_operator and not _in_turn(turn, found):
                found += _repeated(turn, believed)
        names = dict.fromkeys(str(c.value) for c in believed)
        return [_in_full(c, names) for c in found]

    def _tagged(self, call: CallInfo, turns: Sequence[_Turn]) -> Iterator[Candidate]:
        """What the tagger finds."""
        own = not any(speaks_of_employment(turn.text) for turn in turns if not turn.by_operator)
        read = self._spans.read(call, tuple(turn.said for turn in turns))
        for turn, spans in zip(turns, read, strict=True):
            for span in spans:
                if span.kind is not Kind.UNIT or not (named := _name(turn.text, span.start, span.end)):
                    continue
                start, end = named
                counts = _believed(turn.text, start, end, own=own and not turn.by_operator)
                yield turn.candidate(start, end, span.probability * counts)

    def _answered(self, turns: Sequence[_Turn], tagged: Sequence[Candidate]) -> Iterator[Candidate]:
        """Names that the caller tells when he is asked for one, where the tagger finds none."""
        units = self._spans.units
        for question, reply in pairwise(turns):
            if not question.by_operator or reply.by_operator or _in_turn(reply, tagged):
                continue
            of_two = offers_kinds(question.text)
            if not of_two and not asks_for_unit(question.text, units):
                continue
            if at := answer(reply.text, units, after_kind=of_two):
                yield reply.candidate(*at, _ANSWERED)

    def _declared(self, turns: Sequence[_Turn]) -> Iterator[Candidate]:
        """Whom the caller says that he calls about."""
        for turn in turns:
            for m in self._mentions(turn):
                if not turn.by_operator and is_declared(turn.text, m.start, m.end):
                    yield turn.candidate(m.start, m.end, _DECLARED)

    def _completed(self, turns: Sequence[_Turn], answered: Sequence[Candidate]) -> Iterator[Candidate]:
        """Names that somebody says with the word for their kind after they were told without: 远方, 远方驾校."""
        for c in answered:
            name = str(c.value)
            for turn in turns:
                at = turn.text.find(name)
                full = self._spans.units.with_kind(turn.text, at + len(name)) if at >= 0 else 0
                if full > at + len(name):
                    yield turn.candidate(at, full, _CONFIRMED)

    def _confirmed(self, turns: Sequence[_Turn], named: Sequence[Candidate]) -> Iterator[Candidate]:
        """Whom the operator names and the caller says yes to."""
        told = {str(c.value) for c in named}
        asked = False
        for turn, reply in pairwise(turns):
            if not turn.by_operator:
                continue
            asked = asked or asks_for_unit(turn.text, self._spans.units)
            if reply.by_operator or not agrees(reply.text):
                continue
            places = {(m.start, m.end) for m in self._mentions(turn)} | set(_branches(turn.text, told))
            for start, end in places:
                if is_offered(turn.text, start, end, asked=asked):
                    yield turn.candidate(start, end, _CONFIRMED)

    def _cleared(self, turns: Sequence[_Turn]) -> Iterator[tuple[int, str]]:
        """Names of units that the caller has no complaint about, each with the number of the turn that says so."""
        for number, turn in enumerate(turns):
            if turn.by_operator:
                continue
            yield from ((number, name) for name in cleared(turn.text))
            asked = turns[number - 1] if number else None
            if asked is None or not asked.by_operator or not refuses(turn.text):
                continue
            for m in self._mentions(asked):
                name = asked.text[m.start : m.end]
                if is_offered(asked.text, m.start, m.end, asked=True) and name not in turn.text:
                    yield number, name

    def _mentions(self, turn: _Turn) -> tuple[Mention, ...]:
        return self._spans.units.mentions(turn.text, True)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One utterance, as it is read."""

    said: Utterance
    text: str

    @property
    def by_operator(self) -> bool:
        return self.said.channel is Channel.OPERATOR

    def candidate(self, start: int, end: int, confidence: float) -> Candidate:
        """That `text[start:end]` is the respondent."""
        return Candidate(
            field=FieldName.RESPONDENT,
            value=_LINE.sub(lambda m: tidy(m.group()), self.text[start:end]),
            confidence=confidence,
            evidence=(evidence(self.said, start, end),),
            speaker=self.said.channel,
        )


def _name(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where in `text[start:end]` the name of a unit is."""
    told = _PERSON.sub("", text[start:end].rstrip(_EDGES))
    start, end = start + len(told) - len(told.lstrip(_EDGES)), start + len(told)
    return (start, end) if end - start >= _SHORTEST and not is_spelled(text, start, end) else None


def _believed(text: str, start: int, end: int, *, own: bool) -> float:
    """The share of the confidence in the name `text[start:end]` that the words around it leave."""
    if _TAKEN_BACK.match(text, end) or is_landmark(text, end) or (own and is_own(text, start, end)):
        return _DENIED
    return 1.0


def _branches(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where `text` tells which branch it is of those in `names`: 跃动健身来广营店."""
    for name in names:
        at = text.find(name)
        if at >= 0 and (branch := _BRANCH.match(text, at + len(name))):
            yield at, branch.end()


def _in_turn(turn: _Turn, found: Iterable[Candidate]) -> list[Candidate]:
    return [c for c in found if c.evidence[0].utterance == turn.said.id]


def _weaker(c: Candidate, share: float) -> Candidate:
    return msgspec.structs.replace(c, confidence=c.confidence * share)


def _without(
    cleared_names: Sequence[tuple[int, str]], turns: Sequence[_Turn], found: Iterable[Candidate]
) -> list[Candidate]:
    """`found`, with hardly any belief in what was told of a unit before it was cleared."""
    number = {turn.said.id: n for n, turn in enumerate(turns)}

    def is_cleared(c: Candidate) -> bool:
        value, at = str(c.value), number[c.evidence[0].utterance]
        return any(at <= n and (name in value or value in name) for n, name in cleared_names)

    return [_weaker(c, _DENIED) if is_cleared(c) else c for c in found]


def _repeated(turn: _Turn, named: Sequence[Candidate]) -> Iterator[Candidate]:
    """What the operator says again in `turn` of what was `named`: surer than by his words alone."""
    for c in named:
        words = c.evidence[0].quote
        at = turn.text.find(words)
        if at >= 0:
            again = turn.candidate(at, at + len(words), c.confidence * _REPEATED)
            yield msgspec.structs.replace(again, value=c.value)


def _in_full(candidate: Candidate, names: Iterable[str]) -> Candidate:
    """`candidate` with the longest of `names` that holds its own (和润, 和润物业)."""
    own = str(candidate.value)
    longest = max((name for name in names if own in name), key=len, default=own)
    return msgspec.structs.replace(candidate, value=longest, confidence=round(candidate.confidence, 3))
