"""The spans of a call that tell its place, its unit and its time."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TypeAlias

from models.call import HOTLINE_TIME_ZONE, CallInfo, Utterance
from voice.fields.places.areas import AreaReader
from voice.fields.spans.features import FeatureReader, Line
from voice.fields.spans.model import Span, SpanModel, items
from voice.fields.units import UnitIndex

Spans: TypeAlias = tuple[tuple[Span, ...], ...]
"""Those of each utterance of a call."""


class SpanReader:
    """Reads the spans of calls; built once, shared by all calls and by the finders that need them."""

    def __init__(self, features: FeatureReader, model: SpanModel) -> None:
        self.features = features
        self._model = model
        self.read = lru_cache(maxsize=64)(self._read)
        self._of_line = lru_cache(maxsize=2048)(self._spans_of_line)

    @property
    def areas(self) -> AreaReader:
        """Reads the areas that spans lie in."""
        return self.features.areas

    @property
    def units(self) -> UnitIndex:
        """Finds names of units, whoever is meant."""
        return self.features.units

    def text(self, u: Utterance) -> str:
        """What is read of `u`: see `FeatureReader.text`."""
        return self.features.text(u)

    def _read(self, call: CallInfo, utterances: tuple[Utterance, ...]) -> Spans:
        """The spans in each of `utterances`."""
        today = call.received_at.astimezone(HOTLINE_TIME_ZONE).date()
        return tuple(self._of_line(line, today) for line in self.features.lines(utterances))

    def _spans_of_line(self, line: Line, today: date) -> tuple[Span, ...]:
        return self._model.spans(items(self.features.of_line(line, today)))
