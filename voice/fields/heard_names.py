"""The caller's name in recognised speech, where every character may be another one of its sound, or hardly that.

All places where it may be said, and all explanations of its characters, decide together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from models.call import Channel, Utterance
from voice.fields.explained_by_sound import explained_after
from voice.fields.name_mentions import ASKS_NAME, Mention, Said
from voice.fields.names_by_sound import Place, addressed, answered, explained
from voice.fields.sounds import Sound
from voice.fields.surnames import likelihoods, posterior, said_here

_Places: TypeAlias = tuple[Utterance, tuple[Place, ...]]
"""What may be the one family name said in a part of an utterance."""
_LEAST_SHARE = 0.3
_EXPLAINED = 0.8
"""Trust in a name that was introduced in words that were misheard, and explained."""
_BY_SOUND = 0.9
"""Trust in a mention that sound tells, when others agree with it; one alone is worth as much as its place."""


@dataclass(frozen=True, slots=True)
class HeardName:
    """What was heard of a name."""

    said: list[Said]
    """Where its likeliest family name is said."""
    surnames: dict[str, float]
    """What the family name may be, most likely first."""
    explained: Mapping[str, float]
    """Characters that may be explained; see `HeardExplanation.gain`."""


def understand(utterances: Sequence[Utterance], mentions: Sequence[Said]) -> HeardName:
    """The name that is said in `mentions`, and wherever else it may be."""
    own = [u.raw for u in utterances if u.channel is not Channel.OPERATOR]
    mentions = [*mentions, *_explained(utterances, mentions)]
    told = any(m.given for u, m in mentions if u.channel is not Channel.OPERATOR)
    mentions = [(u, m) for u, m in mentions if told or not (m.given and m.title) or _repeats(m, own)]
    introduced = [(u, m) for u, m in mentions if not m.bare]
    places = list(_places(utterances, introduced))
    gains = _gains(mentions, places)
    surnames = _surnames(introduced, places, gains)
    surname = next(iter(surnames), "")
    said = [(u, m) for u, m in mentions if m.surname == surname or surname in likelihoods(m.surname)]
    by_sound = [(u, p, share) for u, options in places for p, share in _supporting(options, surname)]
    alone = len(said) + len(by_sound) == 1
    for u, p, share in by_sound:
        trust = p.weight if alone else _BY_SOUND * share
        said.append((u, Mention(p.start, p.end, p.surname, title=p.title, trust=trust)))
    return HeardName(said, surnames, gains)


def _explained(utterances: Sequence[Utterance], mentions: Sequence[Said]) -> list[Said]:
    """Full names that the caller explains, where no given name was found otherwise."""
    found: list[Said] = []
    asked = False
    for u in utterances:
        if u.channel is not Channel.OPERATOR:
            told = any(other.id == u.id and m.given for other, m in mentions)
            if not told and (name := explained(u.raw, asked)) is not None:
                start, end = name
                found.append((u, Mention(start, end, u.raw[start], u.raw[start + 1 : end], trust=_EXPLAINED)))
        if u.channel is not Channel.CITIZEN:
            asked = u.raw in ASKS_NAME
    return found


def _gains(mentions: Sequence[Said], places: Sequence[_Places]) -> dict[str, float]:
    """How much likelier the explanations of what the caller tells in these make characters of the name."""
    said = [
        (u.raw, m.end - len(m.surname + m.given), m.end) for u, m in mentions if u.channel is not Channel.OPERATOR
    ]
    said += [(u.raw, p.start, p.end) for u, ps in places if u.channel is not Channel.OPERATOR for p in ps]
    gains: dict[str, float] = {}
    for raw, start, end in said:
        for e in explained_after(raw, start, end).values():
            gains[e.char] = max(e.gain, gains.get(e.char, 1.0))
    return gains


def _repeats(address: Mention, own: Sequence[str]) -> bool:
    """Whether the full name in an operator's address is one that the caller has said, by its sound."""
    name = Sound(address.surname + address.given, least=2)
    return any(raw in name for raw in own)


def _places(utterances: Sequence[Utterance], mentions: Sequence[Said]) -> Iterator[_Places]:
    """Where else the name may be said: in the answer when it was asked for, and before a title ever after."""
    taken = {(u.id, i) for u, m in mentions for i in range(m.start, m.end)}
    asked, answer_due = False, False
    for u in utterances:
        if u.channel is not Channel.OPERATOR:
            if not any((u.id, i) in taken for i in range(len(u.raw))):
                yield u, answered(u.raw, answer_due)
            answer_due = False
        if u.channel is not Channel.CITIZEN:
            answer_due = u.raw in ASKS_NAME
            asked = asked or answer_due
            for group in addressed(u.raw) if asked else ():
                if not any((u.id, i) in taken for p in group for i in range(p.start, p.end)):
                    yield u, group


def _supporting(options: Sequence[Place], surname: str) -> Iterator[tuple[Place, float]]:
    """The places where `surname` may have been said, and how much of what was written there it explains."""
    whole = said_here({p.surname: p.weight for p in options}, surname)
    for p in options:
        share = p.weight * likelihoods(p.surname).get(surname, 0.0) / whole
        if share >= _LEAST_SHARE:
            yield p, share


def _surnames(
    mentions: Sequence[Said],
    places: Sequence[_Places],
    gains: Mapping[str, float],
) -> dict[str, float]:
    """What the family name may be, most likely first."""
    said: dict[tuple[Channel, frozenset[str]], dict[str, float]] = {}
    for u, m in mentions:
        said[u.channel, frozenset(m.surname)] = {m.surname: m.trust}
    for u, options in places:
        forms = {p.surname: p.weight for p in options}
        said.setdefault((u.channel, frozenset(forms)), forms)  # misheard twice alike proves no more than once
    return posterior(list(said.values()), gains)
