"""Where the tags of a call belong in what recognition heard of it: data from the recogniser's own mistakes.

Mistakes made up at random (`training`) miss what a recogniser really does: whole words of its own, names cut in two
by pauses, turns run together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from models.call import Channel, Utterance
from models.phonetic import syllables
from voice.fields.spans.tellings import Tagged, Telling
from voice.numerals import numeral_at

_Units = list[tuple[int, int, str]]
"""Start and end of each sound of a text, and how it sounds."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Character `at` of utterance `number`."""

    number: int
    at: int


def heard_as(telling: Telling, utterances: Sequence[Utterance]) -> Telling:
    """`telling` in the words that recognition heard, `utterances` in their order, with the tags where they belong.

    Each channel's sounds are aligned with those that were said, so that a misheard name keeps its tag. A tag over
    two utterances becomes one in each.
    """
    tags: list[list[Tagged]] = [[] for _ in utterances]
    for channel in {channel for channel, _ in telling.turns}:
        for kind_of, places in _moved(telling, channel, utterances):
            for number in sorted({p.number for p in places}):
                at = [p.at for p in places if p.number == number]
                tags[number].append(replace(kind_of, start=min(at), end=max(at) + 1))
    return replace(
        telling,
        turns=tuple((u.channel, u.raw) for u in utterances),
        tags=tuple(tuple(sorted(each, key=lambda t: (t.start, t.end, t.kind))) for each in tags),
        heard=True,
    )


def _moved(
    telling: Telling, channel: Channel, utterances: Sequence[Utterance]
) -> Iterator[tuple[Tagged, Sequence[_Place]]]:
    """Each tag of `channel` with the characters that it is around now."""
    said = [(text, tags) for (c, text), tags in zip(telling.turns, telling.tags, strict=True) if c is channel]
    heard = [(number, u.raw) for number, u in enumerate(utterances) if u.channel is channel]
    places = [_Place(number, at) for number, raw in heard for at in range(len(raw))]
    aligned = _aligned(_sounds("".join(text for text, _ in said)), _sounds("".join(raw for _, raw in heard)))
    before = 0
    for text, tags in said:
        for tag in tags:
            found = [aligned[i] for i in range(before + tag.start, before + tag.end) if i in aligned]
            if found:
                yield tag, places[min(a for a, _ in found) : max(b for _, b in found)]
        before += len(text)


def _sounds(text: str) -> _Units:
    """What is heard of `text`: syllables, and of a number its digits, however it is written."""
    spoken = syllables(text)
    at_of = dict(zip(spoken.at, spoken.first, strict=True))
    units: _Units = []
    at = 0
    while at < len(text):
        numeral = numeral_at(text, at)
        if numeral is not None:
            units += [(at, numeral.end, digit) for digit in numeral.digits]
        elif at in at_of:
            units.append((at, at + 1, at_of[at]))
        at = numeral.end if numeral is not None else at + 1
    return units


def _aligned(said: _Units, heard: _Units) -> Mapping[int, tuple[int, int]]:
    """Of each character that was said, the range of those heard for it."""
    found: dict[int, tuple[int, int]] = {}
    for step in Levenshtein.opcodes([s for *_, s in said], [s for *_, s in heard]):
        count, heard_count = step.src_end - step.src_start, step.dest_end - step.dest_start
        if not count or not heard_count:
            continue
        for i in range(count):
            first = step.dest_start + i * heard_count // count
            last = max(first, step.dest_start + (i + 1) * heard_count // count - 1)
            start, end, _ = said[step.src_start + i]
            for at in range(start, end):
                low, high = found.get(at, (heard[first][0], heard[last][1]))
                found[at] = min(low, heard[first][0]), max(high, heard[last][1])
    return found
