"""What a call is about: the category, with the utterances that say so."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from models.call import CallInfo, Channel, Utterance
from models.catalogue import Category
from models.workorder import Candidate, Evidence, FieldName, Source
from voice.fields.finder import evidence
from voice.fields.topics import Part, TopicModel

MODEL = Path(str(files("voice.fields").joinpath("data", "categories.npz")))
"""Trained by `yida train categories` from the data that ships with Yida."""
OFFERED = 3
_OPERATOR_WEIGHT = 0.3
"""Operators repeat in clear words what the request is, but also ask about everything else."""
_MIN_TOLD = 0.5
"""Below it nothing but greetings, addresses and numbers has been said."""
_ALSO_TOLD = 0.5
"""An utterance is evidence beside the strongest when it supports the category so well in proportion.

What opens the matter is evidence in any case: all the rest is heard in its light."""
_MAX_EVIDENCE = 3


class CategoryFinder:
    """Reads the category."""

    def __init__(self, model: TopicModel) -> None:
        self._model = model

    @classmethod
    def load(cls, path: Path = MODEL) -> CategoryFinder:
        """With the classifier in the file `path`.

        Raises:
            models.errors.DataFileError: the file cannot be taken.
        """
        return cls(TopicModel.load(path))

    def find(self, _call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """The most likely categories with their probabilities; nothing before a matter has been told."""
        ranking = self._model.rank([Part(u.raw, _weight(u)) for u in utterances])
        if ranking.told < _MIN_TOLD:
            return []
        return [
            Candidate(
                field=FieldName.CATEGORY,
                value=category,
                confidence=round(chance, 4),
                evidence=self._evidence(utterances, category) if place == 0 else (),
                source=Source.INFERRED,
            )
            for place, (category, chance) in enumerate(ranking.ranked[:OFFERED])
        ]

    def _evidence(self, utterances: Sequence[Utterance], category: Category) -> tuple[Evidence, ...]:
        """Where the citizen says it; where the operator does, if the citizen does not."""
        told = [u for u in utterances if u.channel is not Channel.OPERATOR]
        return self._strongest(told, category) or self._strongest(utterances, category)

    def _strongest(self, utterances: Sequence[Utterance], category: Category) -> tuple[Evidence, ...]:
        support = [(self._model.support(u.raw, category), u) for u in utterances]
        best = max((s for s, _ in support), default=0.0)
        if best <= 0:
            return ()
        opening = next((u for s, u in support if s > 0 and self._model.telling_share(u.raw) >= _MIN_TOLD), None)
        strong = sorted((su for su in support if su[0] >= _ALSO_TOLD * best), key=lambda su: -su[0])
        used = dict.fromkeys([*([opening] if opening else []), *(u for _, u in strong)])
        return tuple(evidence(u, *self._model.strongest_clause(u.raw, category)) for u in [*used][:_MAX_EVIDENCE])


def _weight(utterance: Utterance) -> float:
    return _OPERATOR_WEIGHT if utterance.channel is Channel.OPERATOR else 1.0
