"""The work order of one call, read from what has been said so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.call import CallInfo, Utterance
from models.catalogue import CATALOGUE, load_catalogue
from models.errors import DataFileError
from models.gazetteer import load_gazetteer
from models.units import UNITS
from models.workorder import Candidate, Draft
from voice.fields.category import MODEL, CategoryFinder
from voice.fields.emergency import EmergencyFinder
from voice.fields.finder import Finder
from voice.fields.names import NameFinder
from voice.fields.phones import PhoneFinder
from voice.fields.places.finder import PlaceFinder
from voice.fields.requests import RequestFinder
from voice.fields.respondent import RespondentFinder
from voice.fields.spans.features import FeatureReader
from voice.fields.spans.model import MODEL as SPANS
from voice.fields.spans.model import SpanModel
from voice.fields.spans.reader import SpanReader
from voice.fields.summary import Summariser
from voice.fields.times import TimeFinder
from voice.fields.topics import TopicModel
from voice.fields.wishes import WishFinder
from voice.names import NameIndex


@dataclass(frozen=True, slots=True)
class FieldResources:
    """The finders with all their reference data: loaded once, shared by all calls."""

    finders: tuple[Finder, ...]
    summariser: Summariser
    """Writes what the other fields and the utterances amount to."""

    @classmethod
    def load(
        cls,
        *,
        names: NameIndex | None = None,
        catalogue: Path = CATALOGUE,
        categories: Path = MODEL,
        units: Path = UNITS,
        spans: Path = SPANS,
    ) -> FieldResources:
        """The finders of every field.

        Args:
            names: the places of the hotline's area; by default those that ship with Yida.
            catalogue: the categories that a request can have.
            categories: the classifier trained for them, see `yida train categories`.
            units: names of units that are complained about.
            spans: the tagger of what tells place, unit and time, see `yida train spans`.

        Raises:
            models.errors.DataFileError: a data file cannot be taken; says where, and why.
        """
        topics = TopicModel.load(categories)
        if set(topics.categories) != set(load_catalogue(catalogue)):
            raise DataFileError(categories, None, f"was trained for other categories than {catalogue} has")
        requests = RequestFinder.load()
        features = FeatureReader.load(names or NameIndex(load_gazetteer()), units)
        told = SpanReader(features, SpanModel.load(spans))
        return cls(
            finders=(
                PhoneFinder(),
                NameFinder(),
                TimeFinder(told, requests),
                PlaceFinder(told),
                CategoryFinder(topics),
                RespondentFinder(told, requests),
                requests,
                EmergencyFinder.load(),
                WishFinder(),
            ),
            summariser=Summariser(topics, told),
        )


class Extractor:
    """Hears one call and keeps what it says about the work order.

    What comes out depends only on which utterances were heard: not on their order of arrival, nor on repeats.
    """

    def __init__(self, call: CallInfo, resources: FieldResources) -> None:
        self._call = call
        self._resources = resources
        self._heard: dict[str, Utterance] = {}
        self.candidates: tuple[Candidate, ...] = ()
        """What everything heard so far speaks for."""

    @property
    def heard(self) -> list[Utterance]:
        """Everything heard so far, in order of speech."""
        return sorted(self._heard.values(), key=lambda u: (u.start_s, u.id))

    def hear(self, utterance: Utterance) -> tuple[Candidate, ...]:
        """All candidates of the call, now that `utterance` is known: for `Draft.refill`.

        An utterance that is already known by its id is replaced; one without text is taken back.
        """
        if self._heard.get(utterance.id) == utterance:
            return self.candidates
        self._heard.pop(utterance.id, None)
        if utterance.raw:
            self._heard[utterance.id] = utterance
        self.candidates = tuple(self._read(self.heard))
        return self.candidates

    def _read(self, spoken: Sequence[Utterance]) -> Iterator[Candidate]:
        found = [c for finder in self._resources.finders for c in finder.find(self._call, spoken)]
        yield from found
        summary = self._resources.summariser.summarise(self._call, spoken, Draft().refill(found).fields)
        if summary is not None:
            yield summary
