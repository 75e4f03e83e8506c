"""What kind of request the call is: 咨询 求助 投诉 举报 建议 表扬."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from models.call import CallInfo, Channel, Utterance
from models.catalogue import Category
from models.workorder import CHOICES, FILL_AT, Candidate, FieldName, Source, merge
from voice.fields.emergency import dangers_told
from voice.fields.finder import evidence
from voice.fields.request_words import (
    DECLARED,
    DEMANDED,
    GREETING,
    IMPLIED,
    OPERATOR_FILES,
    OPERATOR_SAYS,
    REDRESS,
    RHETORICAL,
    THREAT,
)
from voice.fields.scope import is_negated
from voice.fields.sounds import Heard
from voice.fields.topics import Part, Ranking, TopicModel

_FILED = 0.9
_SUPPOSED = 0.5
_SURELY = 0.6
_IN_DANGER = 0.85
"""Who reports a danger to life calls for help."""
_MILD = frozenset({"咨询", "求助"})
"""Words that people also use to begin politely, whatever they want."""
_POLITE = 0.8
_FIRST, _LATER = 0.95, 0.72
"""What a caller says first that he is calling for is what he is calling for; later it may be a threat or an aside."""
_REDRESS = 0.96
_AGREES = 0.15
_DATA = files("voice.fields").joinpath("data")
KINDS: tuple[Category, ...] = tuple(("诉求类型", kind) for kind in CHOICES[FieldName.REQUEST_TYPE])
"""As the classifier knows them."""
EXAMPLES = Path(str(_DATA.joinpath("request_examples.txt")))
MODEL = Path(str(_DATA.joinpath("request_types.npz")))
"""Trained by `yida train requests` from the examples that ship with Yida."""
_TOLD = 0.5
"""Below it nothing but greetings has been said."""
_RESEMBLES = 0.65
_OFFERED = 3
_NEAR = 40
"""Characters around the name of a kind of request in which it stands what makes it something else."""


class RequestFinder:
    """Finds `request_type`: what the caller says he calls for, what his words imply, and what they resemble."""

    def __init__(self, model: TopicModel) -> None:
        self._model = model
        self._read = lru_cache(maxsize=64)(self._find)

    @classmethod
    def load(cls, path: Path = MODEL) -> RequestFinder:
        """With the classifier in the file `path`.

        Raises:
            models.errors.DataFileError: the file cannot be taken.
        """
        return cls(TopicModel.load(path))

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        return list(self._read(tuple(utterances)))

    def _find(self, utterances: tuple[Utterance, ...]) -> list[Candidate]:
        by_citizen = [u for u in utterances if not _is_operators(u)]
        ranking = self._rank(utterances)
        chances = {category[1]: chance for category, chance in ranking.ranked}
        return [
            *self._resembled(utterances, ranking),
            *_in_danger(utterances),
            *(c for u in utterances if _is_operators(u) for c in _filed(u)),
            *(c for u in by_citizen for c in _implied(u, chances)),
            *_declared(by_citizen),
        ]

    def is_surely(self, utterances: Sequence[Utterance], *kinds: str) -> bool:
        """Whether the call is surely of one of these `kinds`."""
        found = merge(self._read(tuple(utterances)))
        return found is not None and found.confidence >= _SURELY and found.value in kinds

    def _rank(self, utterances: Sequence[Utterance]) -> Ranking:
        return self._model.rank([Part(u.raw, 1.0) for u in utterances if u.raw and u.channel is not Channel.OPERATOR])

    def _resembled(self, utterances: Sequence[Utterance], ranking: Ranking) -> list[Candidate]:
        """What kind of request the caller's words are most like; the likeliest is better than none."""
        if ranking.told < _TOLD:
            return []
        told = [u for u in utterances if u.raw and u.channel is not Channel.OPERATOR]
        opening = next((u for u in told if self._model.telling_share(u.raw) >= _TOLD), told[0])
        found = []
        for place, (category, chance) in enumerate(ranking.ranked[:_OFFERED]):
            strongest = max(told, key=lambda u: self._model.support(u.raw, category))
            telling = dict.fromkeys((opening, strongest))
            likely = max(_RESEMBLES * chance, 0.0 if place else FILL_AT)
            found.append(
                Candidate(
                    field=FieldName.REQUEST_TYPE,
                    value=category[1],
                    confidence=round(likely, 3),
                    evidence=tuple(evidence(u, *self._model.strongest_clause(u.raw, category)) for u in telling),
                    source=Source.INFERRED,
                )
            )
        return found


def _is_operators(u: Utterance) -> bool:
    return u.channel is Channel.OPERATOR or (u.channel is Channel.MIXED and u.raw in GREETING)


def _in_danger(utterances: Sequence[Utterance]) -> list[Candidate]:
    return [
        _candidate("求助", _IN_DANGER, u, Heard(danger.start, danger.end, exact=True))
        for u, danger in dangers_told(utterances)
    ]


def _filed(u: Utterance) -> list[Candidate]:
    """As what the operator says the request is filed; naming several is a question."""
    named = _declarations(u.raw)
    trust = _FILED if u.raw in OPERATOR_FILES else _SUPPOSED if u.raw in OPERATOR_SAYS else None
    return [_candidate(kind, trust, u, h) for kind, h in named] if trust is not None and len(named) == 1 else []


def _declared(by_citizen: Sequence[Utterance]) -> list[Candidate]:
    """What the caller says himself that he is calling for."""
    found: list[Candidate] = []
    for u in by_citizen:
        for kind, h in _declarations(u.raw):
            if kind in _MILD:
                found.append(_candidate(kind, _POLITE if not found else _SURELY, u, h))
            else:
                is_first = all(c.value in _MILD for c in found)
                found.append(_candidate(kind, _FIRST if is_first else _LATER, u, h))
    if any(c.value not in {*_MILD, "投诉"} for c in found):
        wanted = ((u, REDRESS.first(u.raw)) for u in by_citizen)
        found += [_candidate("投诉", _REDRESS, u, heard) for u, heard in wanted if heard is not None]
    return found


def _implied(u: Utterance, chances: Mapping[str, float]) -> list[Candidate]:
    """What the request consists in, the surer the likelier the classifier finds it, too."""
    asks = any(kind == "咨询" for kind, _ in _declarations(u.raw))  # 「我打听一下，…怎么办」
    return [
        _candidate(kind, round(trust + _AGREES * chances[kind], 3), u, h)
        for kind, h, trust in _signs(u.raw)
        if not (kind == "求助" and asks)
    ]


@lru_cache(maxsize=512)
def _declarations(raw: str) -> tuple[tuple[str, Heard], ...]:
    """The kinds of request that somebody names, in the order of speech."""
    found = [
        (kind, h)
        for kind, said in DECLARED.items()
        for h in said.find(raw)
        if not is_negated(raw, h.start)
        and raw[max(0, h.start - _NEAR) : h.start] not in THREAT
        and not _is_reproach(kind, raw[h.end : h.end + _NEAR])
    ]
    return tuple(sorted(found, key=lambda f: f[1].start))


def _is_reproach(kind: str, after: str) -> bool:
    return kind == "咨询" and after in RHETORICAL


@lru_cache(maxsize=512)
def _signs(raw: str) -> tuple[tuple[str, Heard, float], ...]:
    return tuple(
        (sign.kind, h, sign.trust)
        for sign in (*DEMANDED, *IMPLIED)
        if (h := sign.said.first(raw)) and not is_negated(raw, h.start)
    )


def _candidate(kind: str, confidence: float, u: Utterance, h: Heard) -> Candidate:
    return Candidate(
        field=FieldName.REQUEST_TYPE,
        value=kind,
        confidence=confidence if h.exact else confidence - 0.1,
        evidence=(evidence(u, h.start, h.end),),
        speaker=u.channel,
    )
