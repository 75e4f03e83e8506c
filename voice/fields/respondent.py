"""The unit complained about, as it was named; not units named in passing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from models.call import CallInfo, Channel, Utterance
from models.workorder import Candidate, FieldName
from voice.fields.clauses import tidy
from voice.fields.finder import evidence
from voice.fields.requests import RequestFinder
from voice.fields.spans.model import LIKELY, Kind
from voice.fields.spans.reader import SpanReader

_IN_PASSING = 0.5
"""Share of the confidence that is left where units are named in passing."""
_TRUST = 0.95
_TAKEN_BACK = re.compile(
    "(?:[，,。 ]|[嗯啊哦呃哎诶]|这个){0,3}(?:不对(?![劲头付])|不是(?=[，,。 ]|$)|说?错了|哦不|哎不)"
)
_DENIED = 0.1
"""What is left of the confidence in a name that is taken back."""
_REPEATED = 0.6
"""Of the confidence of a name, that of an operator who repeats it: he may only read back where it is."""
_EDGES = "，。、？！,.?! 的"
_LINE = re.compile("[特快专夜]?[0-9零一二三四五六七八九幺两十百]+路")
_PERSON = re.compile("(?<=.{4})[\u4e00-\u9fff](?:警官|经理|主任|医生|大夫|老师|师傅|先生|女士|书记)$")
_SHORTEST = 2


class RespondentFinder:
    """Reads the respondent."""

    def __init__(self, spans: SpanReader, requests: RequestFinder) -> None:
        self._spans = spans
        self._requests = requests

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        found = list(self._named(call, tuple(utterances)))
        believed = [c for c in found if c.confidence >= LIKELY]
        for u in utterances:
            if u.channel is Channel.OPERATOR and not any(e.utterance == u.id for c in found for e in c.evidence):
                found += _repeated(u, self._spans.text(u), believed)
        names = dict.fromkeys(str(c.value) for c in believed)
        trust = _IN_PASSING if self._requests.is_surely(utterances, "咨询", "建议") else _TRUST
        return [_in_full(c, names, trust) for c in found]

    def _named(self, call: CallInfo, utterances: tuple[Utterance, ...]) -> Iterator[Candidate]:
        for u, spans in zip(utterances, self._spans.read(call, utterances), strict=True):
            text = self._spans.text(u)
            for span in spans:
                told = _PERSON.sub("", text[span.start : span.end].rstrip(_EDGES))
                words = told.lstrip(_EDGES)
                if span.kind is not Kind.UNIT or len(words) < _SHORTEST:
                    continue
                end = span.start + len(told)
                denied = _TAKEN_BACK.match(text, end) is not None
                yield Candidate(
                    field=FieldName.RESPONDENT,
                    value=_LINE.sub(lambda m: tidy(m.group()), words),
                    confidence=span.probability * (_DENIED if denied else 1.0),
                    evidence=(evidence(u, end - len(words), end),),
                    speaker=u.channel,
                )


def _repeated(u: Utterance, text: str, named: Sequence[Candidate]) -> Iterator[Candidate]:
    """What the operator says again in `u`, read as `text`, of what was `named`: surer than by his words alone."""
    for c in named:
        words = c.evidence[0].quote
        at = text.find(words)
        if at >= 0:
            yield msgspec.structs.replace(
                c,
                confidence=c.confidence * _REPEATED,
                evidence=(evidence(u, at, at + len(words)),),
                speaker=u.channel,
            )


def _in_full(candidate: Candidate, names: Iterable[str], trust: float) -> Candidate:
    """`candidate` with the longest of `names` that holds its own (和润, 和润物业), believed as far as `trust`."""
    own = str(candidate.value)
    longest = max((name for name in names if own in name), key=len, default=own)
    return msgspec.structs.replace(candidate, value=longest, confidence=round(candidate.confidence * trust, 3))
