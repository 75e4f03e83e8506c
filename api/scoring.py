"""How good drafts are: when a value counts as right, and precision, recall and F1 with intervals over calls."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq, Levenshtein

from api.written_calls import LabelledCall
from models.call import Utterance
from models.gazetteer import Gazetteer, Level
from models.workorder import Draft, Evidence, Field, FieldName, FieldValue
from voice.numerals import scan

SAME_TIME = timedelta(minutes=30)
"""How far a clock time may be off."""
SIMILAR_ADDRESS, SIMILAR_UNIT = 0.8, 0.7
"""Share of characters that must agree."""
FACT_TOLD = 0.7
"""Share of a key fact's characters that the summary must have, in order."""
RESAMPLES = 2000
SCORED: tuple[FieldName, ...] = tuple(
    name for name in FieldName if name not in {FieldName.CATEGORY, FieldName.SUMMARY}
)
"""Fields with a right value; the category is ranked and the summary is told, see `CallScore`."""


class Interval(msgspec.Struct, frozen=True):
    """A figure and its 95 % bootstrap interval over calls."""

    value: float
    low: float
    high: float


class FieldScore(msgspec.Struct, frozen=True):
    """One field over all calls."""

    labelled: int
    """Calls that have a value for it."""
    precision: Interval
    recall: Interval
    f1: Interval
    false_fill: Interval
    """Share of the calls without a value in which one was filled in."""


class Report(msgspec.Struct, frozen=True):
    """Drafts against labels."""

    calls: int
    fields: Mapping[str, FieldScore]
    all_fields: FieldScore
    category_top1: Interval
    category_top3: Interval
    evidence: Interval
    """Share of the right values whose evidence lies in a turn that states them."""
    key_facts: Interval
    """Share of the key facts that the summary tells."""


class Mistake(msgspec.Struct, frozen=True):
    """A field of one call that is not right."""

    call: str
    field: FieldName
    expected: FieldValue
    found: FieldValue


@dataclass(frozen=True, slots=True)
class CallScore:
    """One call: pairs of (hits, possible hits), to be summed over calls."""

    right: Mapping[FieldName, bool]
    wrong: Mapping[FieldName, bool]
    missed: Mapping[FieldName, bool]
    blank: Mapping[FieldName, bool]
    """Not to be filled in."""
    top1: bool
    top3: bool
    evidence: tuple[int, int]
    key_facts: tuple[int, int]
    mistakes: tuple[Mistake, ...]


class Scorer:
    """Compares drafts with labels."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._street_names = {
            alias: place.name for place in gazetteer.places if place.level is Level.STREET for alias in place.aliases
        }

    def score(self, label: LabelledCall, draft: Draft, heard: Sequence[Utterance]) -> CallScore:
        """How `draft`, made from the utterances `heard`, compares with `label`."""
        found = {name: draft.value(name) or None for name in SCORED}
        wanted = {name: label.work_order[name] or None for name in SCORED}
        right: dict[FieldName, bool] = {
            n: wanted[n] is not None and self._same(n, wanted[n], found[n]) for n in SCORED
        }
        stated = [n for n in SCORED if right[n] and label.evidence.get(n)]
        proved = sum(_proved(draft.fields[n], label, label.evidence[n], heard) for n in stated)
        category = label.work_order[FieldName.CATEGORY]
        summary = draft.value(FieldName.SUMMARY)
        return CallScore(
            right=right,
            wrong={n: found[n] is not None and not right[n] for n in SCORED},
            missed={n: wanted[n] is not None and not right[n] for n in SCORED},
            blank={n: wanted[n] is None for n in SCORED},
            top1=draft.value(FieldName.CATEGORY) == category,
            top3=category in _ranked(draft.fields.get(FieldName.CATEGORY))[:3],
            evidence=(proved, len(stated)),
            key_facts=(sum(_told(f, str(summary or "")) for f in label.key_facts), len(label.key_facts)),
            mistakes=tuple(
                Mistake(label.written.call.call_id, n, wanted[n], found[n])
                for n in SCORED
                if not right[n] and (wanted[n] is not None or found[n] is not None)
            ),
        )

    def _same(self, name: FieldName, wanted: FieldValue, found: FieldValue) -> bool:
        """Whether `found` is right where `wanted` is the label's value."""
        if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or found is None:
            return wanted is found
        a, b = str(wanted), str(found)
        match name:
            case FieldName.STREET:
                return self._street_names.get(a, a) == self._street_names.get(b, b)
            case FieldName.ADDRESS_DETAIL:
                return similarity(a, b) >= SIMILAR_ADDRESS
            case FieldName.RESPONDENT:
                return similarity(a, b) >= SIMILAR_UNIT
            case FieldName.OCCURRED_AT:
                return same_time(a, b)
            case _:
                return canonical(a) == canonical(b)


def report(scores: Sequence[CallScore]) -> Report:
    """The figures over all calls."""
    draws = np.random.default_rng(0).integers(len(scores), size=(RESAMPLES, len(scores)))
    return Report(
        calls=len(scores),
        fields={name.value: _field_score(scores, (name,), draws) for name in SCORED},
        all_fields=_field_score(scores, SCORED, draws),
        category_top1=_ratio([(s.top1, 1) for s in scores], draws),
        category_top3=_ratio([(s.top3, 1) for s in scores], draws),
        evidence=_ratio([s.evidence for s in scores], draws),
        key_facts=_ratio([s.key_facts for s in scores], draws),
    )


# --- Values ----------------------------------------------------------------------------------


def canonical(text: str) -> str:
    """`text` as compared: width folded, lower case, letters and digits only, numbers in Arabic digits."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", text).lower() if unicodedata.category(c)[0] in "LN")
    out, at = [], 0
    for numeral in scan(kept):
        out += [kept[at : numeral.start], numeral.digits]
        at = numeral.end
    return "".join([*out, kept[at:]])


def similarity(a: str, b: str) -> float:
    """Share of the characters of two texts that agree, 0-1."""
    return Levenshtein.normalized_similarity(canonical(a), canonical(b))


def same_time(a: str, b: str) -> bool:
    """Whether two ISO 8601 times name the same day, and where both have a clock time, nearly the same time."""
    try:
        x, y = datetime.fromisoformat(a), datetime.fromisoformat(b)
    except ValueError:
        return False
    if "T" in a and "T" in b:
        return abs(x - y) <= SAME_TIME
    return x.date() == y.date()


def _ranked(field: Field | None) -> list[FieldValue]:
    return [] if field is None else [field.value, *(a.value for a in field.alternatives)]


def _told(fact: str, summary: str) -> bool:
    """Whether the summary has the fact: its characters in their order, with others between them."""
    wanted = canonical(fact)
    return LCSseq.similarity(wanted, canonical(summary)) / max(1, len(wanted)) >= FACT_TOLD


def _proved(field: Field, label: LabelledCall, turns: Sequence[int], heard: Sequence[Utterance]) -> bool:
    """Whether some evidence of the field lies in one of the turns that state it."""
    spoken = {u.id: u for u in heard}
    stating = [label.written.utterances[i] for i in turns]
    return any(_inside(e, spoken[e.utterance], turn) for e in field.evidence for turn in stating)


def _inside(found: Evidence, utterance: Utterance, turn: Utterance) -> bool:
    """Whether evidence is part of a labelled turn: same speaker, and overlapping in time."""
    return utterance.channel is turn.channel and found.start_s < turn.end_s and turn.start_s < found.end_s


# --- Figures ---------------------------------------------------------------------------------

_Draws = NDArray[np.int64]
_Counts = NDArray[np.float64]


def _field_score(scores: Sequence[CallScore], names: Sequence[FieldName], draws: _Draws) -> FieldScore:
    def count(of: Callable[[CallScore], Mapping[FieldName, bool]]) -> _Counts:
        return np.array([sum(of(s)[n] for n in names) for s in scores], dtype=float)

    tp, fp, fn = count(lambda s: s.right), count(lambda s: s.wrong), count(lambda s: s.missed)
    blank = count(lambda s: s.blank)
    filled = np.array([sum(s.blank[n] and s.wrong[n] for n in names) for s in scores], dtype=float)
    return FieldScore(
        labelled=int((tp + fn).sum()),
        precision=_interval(tp, tp + fp, draws),
        recall=_interval(tp, tp + fn, draws),
        f1=_interval(2 * tp, 2 * tp + fp + fn, draws),
        false_fill=_interval(filled, blank, draws),
    )


def _ratio(pairs: Sequence[tuple[int, int]], draws: _Draws) -> Interval:
    hits, possible = np.array(pairs, dtype=float).reshape(-1, 2).T
    return _interval(hits, possible, draws)


def _interval(hits: _Counts, possible: _Counts, draws: _Draws) -> Interval:
    """Sum of hits over sum of possible hits; 0 where nothing was possible."""
    drawn = hits[draws].sum(axis=1) / np.maximum(possible[draws].sum(axis=1), 1e-9)
    low, high = np.percentile(drawn, [2.5, 97.5]) if drawn.size else (0.0, 0.0)
    return Interval(*(round(float(x), 4) for x in (hits.sum() / max(possible.sum(), 1e-9), low, high)))
