"""The work-order fields in a call with the voice guide: what it asked counts as what an operator asks."""

from __future__ import annotations

from collections.abc import Sequence

from models.call import CallInfo, Channel, Utterance
from models.workorder import Draft
from voice.fields.extractor import Extractor, FieldResources


class GuideFields:
    """Fills the draft of one guide call, and tells what the last words alone would fill in."""

    def __init__(self, call: CallInfo, resources: FieldResources) -> None:
        self._call = call
        self._resources = resources
        self._all = Extractor(call, resources)
        self._draft = Draft()
        self._asked: Utterance | None = None

    def asked(self, text: str, at_s: float) -> None:
        """The guide has asked something: short answers are understood by it."""
        self._asked = _spoken(f"g{at_s}", Channel.OPERATOR, text, at_s)

    def heard(self, utterance: Utterance) -> tuple[Draft, Draft]:
        """The draft of the call so far, and the draft of the question and these words alone."""
        exchange = [*([self._asked] if self._asked else []), utterance]
        for said in exchange:
            self._draft = self._draft.refill(self._all.hear(said))
        self._asked = None
        return self._draft, self._of(exchange)

    def _of(self, utterances: Sequence[Utterance]) -> Draft:
        alone, draft = Extractor(self._call, self._resources), Draft()
        for utterance in utterances:
            draft = draft.refill(alone.hear(utterance))
        return draft


def written(number: int, text: str, at_s: float) -> Utterance:
    """Something that a citizen typed instead of saying it."""
    return _spoken(f"u{number}", Channel.CITIZEN, text, at_s)


def _spoken(name: str, channel: Channel, text: str, at_s: float) -> Utterance:
    return Utterance(id=name, channel=channel, start_s=at_s, end_s=at_s + 1, text=text, raw=text, confidence=1.0)
