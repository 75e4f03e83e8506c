"""The draft of a whole call, and what each utterance cost."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from models.call import CallInfo, Utterance
from models.workorder import Draft
from voice.fields.extractor import Extractor, FieldResources


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft as it stands after the last utterance."""

    draft: Draft
    update_s: tuple[float, ...]
    """CPU seconds of the calling thread for each utterance: what else the machine does is no part of it."""


def draft_call(call: CallInfo, utterances: Iterable[Utterance], resources: FieldResources) -> Drafted:
    """Hears `utterances` one after the other, as a live call does."""
    extractor, draft, took = Extractor(call, resources), Draft(), []
    for utterance in utterances:
        began = time.thread_time()
        draft = draft.refill(extractor.hear(utterance))
        took.append(time.thread_time() - began)
    return Drafted(draft, tuple(took))
