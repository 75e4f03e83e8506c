"""Learns the span tagger (`model.SpanModel`) from tagged calls; for the command, no call needs it.

Every call is learned as it is written, once more misheard, as recognition would get it wrong, and the citizen's turns
by themselves, as if nothing had been said before; calls that recognition has heard (`hearing`) as they are.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import TypeAlias

from models.call import HOTLINE_TIME_ZONE, Channel, Utterance
from models.mishearing import Mishearing
from voice.fields.spans.features import FeatureReader
from voice.fields.spans.model import BEGIN, INSIDE, OUTSIDE, Items, Kind, SpanModel, items, learn
from voice.fields.spans.tellings import Tagged, Telling
from voice.numerals import numeral_at

Watch: TypeAlias = Callable[[str], None]
"""Called with what is being done."""

_MISHEARD = {Channel.CITIZEN: (0.08, 0.3), Channel.OPERATOR: (0.05, 0.2)}
"""Range of character error rates."""
_DIGITS = 0.75
"""Share of the utterances whose numbers are written with digits."""
_MEASURED = re.compile("[号楼单门层室点月日块天年个周路排]")
_MARKS = frozenset("，。、？！；：")
_PAUSES = (("",), ("", " "), ("，", "", " "), ("，",))
"""What is written for a pause: every utterance is of one of these kinds."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Over calls of authors that were not learned from."""

    kind: Kind
    misheard: bool
    precision: float
    """Of characters."""
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)


@dataclass(frozen=True, slots=True, eq=False)
class _Example:
    """One utterance to learn from."""

    source: str
    misheard: bool
    features: Items
    length: int
    tags: tuple[Tagged, ...]

    def labels(self, kind: Kind) -> list[str]:
        """Of each character, as far as it was read."""
        found = [OUTSIDE] * self.length
        for tag in self.tags:
            if tag.kind is kind:
                found[tag.start : tag.end] = [BEGIN, *[INSIDE] * (tag.end - tag.start - 1)][
                    : max(0, self.length - tag.start)
                ]
        return found


def digest(tellings: Iterable[Telling]) -> str:
    """Identifies the data: the model trained from it carries the same digest."""
    return hashlib.sha256(
        repr([(t.received_at.isoformat(), t.turns, t.tags, t.heard) for t in tellings]).encode()
    ).hexdigest()


def train(
    tellings: Sequence[Telling],
    features: FeatureReader,
    *,
    folds: int = 3,
    watch: Watch = lambda step: None,
) -> tuple[SpanModel, tuple[Accuracy, ...]]:
    """The model for `tellings`, and how good such a model is on calls of authors that it does not know.

    The same data give the same model.

    Args:
        tellings: tagged calls; those of one source have one author.
        features: reads the features of calls.
        folds: of the cross-validation over sources; fewer than two, or more than there are sources: none.
        watch: told about progress.
    """
    examples = list(_examples(tellings, features, watch))
    counts: defaultdict[tuple[Kind, bool], _Counts] = defaultdict(_Counts)
    sources = sorted({t.source for t in tellings})
    for fold in range(folds if 1 < folds <= len(sources) else 0):
        held = set(sources[fold::folds])
        for kind in Kind:
            watch(f"cross-validation {fold + 1}/{folds}, {kind.name.lower()}")
            _count(
                _fit([e for e in examples if e.source not in held], kind),
                [e for e in examples if e.source in held],
                kind,
                counts,
            )
    learned: dict[Kind, bytes] = {}
    for kind in Kind:
        watch(f"training {kind.name.lower()} on all calls")
        learned[kind] = _fit(examples, kind)
    return SpanModel(learned, digest(tellings)), tuple(
        Accuracy(kind, misheard, c.right / max(c.given, 1), c.right / max(c.wanted, 1))
        for (kind, misheard), c in counts.items()
    )


def _examples(tellings: Sequence[Telling], features: FeatureReader, watch: Watch) -> Iterator[_Example]:
    chance = random.Random(0)  # noqa: S311 - not a secret
    errors = Mishearing(text for t in tellings if not t.heard for _, text in t.turns)
    for number, telling in enumerate(tellings):
        watch(f"reading call {number + 1}/{len(tellings)}")
        today = telling.received_at.astimezone(HOTLINE_TIME_ZONE).date()
        yield from _read(telling.source, telling.utterances, telling.tags, today, features)
        if not telling.heard:
            heard = _misheard(telling, errors, chance)
            yield from _read(heard.source, heard.utterances, heard.tags, today, features)
        for u, tagged in zip(telling.utterances[1:], telling.tags[1:], strict=True):
            if u.channel is not Channel.OPERATOR:
                yield from _read(telling.source, (u,), (tagged,), today, features)


def _read(
    source: str,
    utterances: tuple[Utterance, ...],
    tags: Sequence[tuple[Tagged, ...]],
    today: date,
    features: FeatureReader,
) -> Iterator[_Example]:
    for u, line, tagged in zip(utterances, features.lines(utterances), tags, strict=True):
        found = features.of_line(line, today)
        if found:
            yield _Example(source, not u.written, items(found), len(found), tagged)


def _misheard(telling: Telling, errors: Mishearing, chance: random.Random) -> Telling:
    """`telling` as recognition might have written it, with the tags where they belong then."""
    turns, tags = [], []
    for (channel, said), tagged in zip(telling.turns, telling.tags, strict=True):
        chars = _recognised(said, chance.uniform(*_MISHEARD[channel]), errors, chance)
        at = [0, *accumulate(len(char) for char in chars)]
        turns.append((channel, "".join(chars)))
        moved = (Tagged(t.kind, at[t.start], at[t.end]) for t in tagged)
        tags.append(tuple(t for t in moved if t.start < t.end))
    return replace(telling, turns=tuple(turns), tags=tuple(tags), heard=True)


def _recognised(text: str, rate: float, errors: Mishearing, chance: random.Random) -> list[str]:
    """What recognition writes for each character of `text`: numbers mostly with digits, few of the pauses."""
    written: list[str] = []
    pauses, digits = chance.choice(_PAUSES), chance.random() < _DIGITS
    while len(written) < len(text):
        at = len(written)
        numeral = numeral_at(text, at) if digits else None
        if numeral is not None and (numeral.end - at > 1 or _MEASURED.match(text, numeral.end)):
            written += [numeral.digits, *[""] * (numeral.end - at - 1)]
        elif text[at] in _MARKS:
            written.append(chance.choice(pauses))
        else:
            written.append(errors.mishear(text[at], rate, chance))
    return written


def _fit(examples: Iterable[_Example], kind: Kind) -> bytes:
    return learn((e.features, e.labels(kind)) for e in examples)


# --- Cross-validation --------------------------------------------------------------------------


@dataclass(slots=True)
class _Counts:
    right: int = 0
    given: int = 0
    wanted: int = 0


def _count(
    learned: bytes, examples: Sequence[_Example], kind: Kind, counts: Mapping[tuple[Kind, bool], _Counts]
) -> None:
    """Adds to `counts` what the model `learned` makes of `examples`."""
    model = SpanModel({kind: learned}, "")
    for example in examples:
        found = {i for s in model.spans(example.features) for i in range(s.start, s.end)}
        wanted = {i for i, label in enumerate(example.labels(kind)) if label != OUTSIDE}
        each = counts[kind, example.misheard]
        each.right += len(found & wanted)
        each.given += len(found)
        each.wanted += len(wanted)
