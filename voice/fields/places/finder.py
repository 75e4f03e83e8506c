"""The place that a call is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from models.call import CallInfo, Utterance
from models.workorder import FILL_AT, Candidate
from voice.fields.places.address import Rank, pieces
from voice.fields.places.areas import Areas
from voice.fields.places.cues import asks_elsewhere
from voice.fields.places.detail import Heard, find_detail
from voice.fields.spans.model import Kind, Span
from voice.fields.spans.reader import SpanReader

_UPSTAIRS = frozenset({Rank.STOREY, Rank.ROOM})
"""Pieces that do not say where without others."""


class PlaceFinder:
    """A `Finder`; built once, shared by all calls."""

    def __init__(self, spans: SpanReader) -> None:
        self.spans = spans

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        said = tuple(utterances)
        areas, spans = self.spans.areas.read(said), self.spans.read(call, said)
        heard = list(self._heard(said, areas, [_without_units(each) for each in spans]))
        if all(p.rank in _UPSTAIRS for h in heard for p in h.pieces):  # the unit is all that says where
            heard = list(self._heard(said, areas, [_of_places(each) for each in spans]))
        detail = find_detail(heard, areas.estate, areas.misheard)
        return [*areas.candidates, *([detail] if detail else [])]

    def _heard(self, said: Sequence[Utterance], areas: Areas, spans: Iterable[Iterable[Span]]) -> Iterator[Heard]:
        elsewhere = False
        for u, names, asked, places in zip(said, areas.names, areas.asked, spans, strict=True):
            found = [] if elsewhere else [(s.start, s.end, s.probability) for s in places]
            yield Heard(u, tuple(pieces(self.spans.text(u), found, names)), asked)
            elsewhere = asks_elsewhere(u.raw)


def _of_places(spans: Iterable[Span]) -> list[Span]:
    return [s for s in spans if s.kind is Kind.PLACE]


def _without_units(spans: Sequence[Span]) -> list[Span]:
    """The spans of places that do not lie in the name of a unit, which has a field of its own."""
    units = [s for s in spans if s.kind is Kind.UNIT and s.probability >= FILL_AT]
    return [s for s in _of_places(spans) if not any(u.start <= s.start and s.end <= u.end for u in units)]
