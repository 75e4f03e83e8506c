"""The work-order fields in a call with the voice guide: what it asked counts as what an operator asks."""

from __future__ import annotations

from models.call import CallInfo, Channel, Utterance
from models.workorder import Draft
from voice.fields.extractor import Extractor, FieldResources


def alone_draft(call: CallInfo, resources: FieldResources, asked: str, utterance: Utterance) -> Draft:
    """What `utterance`, an answer to what the guide `asked`, fills in by itself."""
    extractor, draft = Extractor(call, resources), Draft()
    question = [_spoken("asked", Channel.OPERATOR, asked, utterance.start_s - 1)] if asked else []
    for said in (*question, utterance):
        draft = draft.refill(extractor.hear(said))
    return draft


class GuideFields:
    """Fills the draft of one guide call, and tells what the last words alone would fill in."""

    def __init__(self, call: CallInfo, resources: FieldResources) -> None:
        self._call = call
        self._resources = resources
        self._all = Extractor(call, resources)
        self._draft = Draft()
        self._asked: Utterance | None = None
        self._last: Utterance | None = None

    def asked(self, text: str, at_s: float) -> None:
        """The guide has asked something: short answers are understood by it; empty: nothing for a report."""
        self._asked = _spoken(f"g{at_s}", Channel.OPERATOR, text, at_s) if text else None

    def settle(self) -> None:
        """See `voice.session.CallSession.settle`."""
        self._all = Extractor(self._call, self._resources)
        self._draft = Draft()

    def begin_matter(self) -> None:
        """See `voice.session.CallSession.begin_matter`."""
        self.settle()
        if self._last is not None:
            self._draft = self._draft.refill(self._all.hear(self._last))

    def heard(self, utterance: Utterance) -> tuple[Draft, Draft]:
        """The draft of the call so far, and the draft of the question and these words alone."""
        exchange = [*([self._asked] if self._asked else []), utterance]
        for said in exchange:
            self._draft = self._draft.refill(self._all.hear(said))
        alone = alone_draft(self._call, self._resources, self._asked.text if self._asked else "", utterance)
        self._asked, self._last = None, utterance
        return self._draft, alone


def written(number: int, text: str, at_s: float) -> Utterance:
    """Something that a citizen typed instead of saying it."""
    return _spoken(f"u{number}", Channel.CITIZEN, text, at_s)


def _spoken(name: str, channel: Channel, text: str, at_s: float) -> Utterance:
    return Utterance(id=name, channel=channel, start_s=at_s, end_s=at_s + 1, text=text, raw=text, confidence=1.0)
