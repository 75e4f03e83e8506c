"""What every field finder has in common.

A finder reads everything heard so far and says which values it speaks for, each with the words it came from.
It is a pure function of its input: hearing an utterance twice or out of order changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from models.call import CallInfo, Utterance
from models.workorder import Candidate, Evidence


class Finder(Protocol):
    """Reads some fields of the work order out of what was said."""

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """Candidates that `utterances`, in order of speech, speak for.

        Evidence spans index `Utterance.raw`. Implementations may cache per utterance text, never more.
        """
        ...


def evidence(utterance: Utterance, start: int, end: int) -> Evidence:
    """Evidence for `utterance.raw[start:end]`, with its seconds in the call.

    Times come from the decoder's words where there are some, else from the position in the text.
    """
    if not 0 <= start < end <= len(utterance.raw):
        raise ValueError(f"span [{start}, {end}) is not inside a text of {len(utterance.raw)} characters")
    start_s, end_s = _seconds(utterance, start, end)
    return Evidence(utterance.id, start_s, end_s, utterance.raw[start:end], (start, end))


def _seconds(utterance: Utterance, start: int, end: int) -> tuple[float, float]:
    covered = []
    position = 0
    for word in utterance.words:
        at = utterance.raw.find(word.text, position)
        if at < 0:
            continue
        position = at + len(word.text)
        if at < end and position > start:
            covered.append(word)
    if covered:
        return covered[0].start_s, covered[-1].end_s
    length = utterance.end_s - utterance.start_s
    at_s = [round(utterance.start_s + length * i / len(utterance.raw), 3) for i in (start, end)]
    return at_s[0], at_s[1]
