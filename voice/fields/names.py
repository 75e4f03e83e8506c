"""The caller's name: as he says it, as he spells it, as the operator addresses him."""

from __future__ import annotations

from collections.abc import Sequence

from models.call import CallInfo, Channel, Utterance
from models.workorder import Candidate, FieldName, Source
from voice.fields.explained import explained_characters
from voice.fields.finder import evidence
from voice.fields.given_names import NO_GIVEN_NAME, given_name
from voice.fields.heard_names import understand
from voice.fields.name_mentions import Mention, Said, mentions_in
from voice.fields.surnames import as_written
from voice.fields.titles import title_of

_WORTH_SHOWING = 0.05
_OPPOSITE = {"先生": "女士", "女士": "先生"}


class NameFinder:
    """Finds `caller_name`."""

    def find(self, call: CallInfo, utterances: Sequence[Utterance]) -> list[Candidate]:
        """See `Finder.find`."""
        written = all(u.written for u in utterances)
        mentions, surnames, given = (_written if written else _heard)(utterances)
        if not mentions:
            return []
        surname, surname_trust = next(iter(surnames.items()))
        title, title_trust = title_of(utterances, [(u, m.title) for u, m in mentions])
        given_trust = 0.5 if NO_GIVEN_NAME & set(given) and not written else 1.0
        found = []
        for u, m in mentions:
            said = m.trust * surname_trust
            if given:
                agreed = given_trust if m.given else given_trust / 2
                found.append(_candidate(u, m, surname + given, said * agreed))
            found.append(
                _candidate(u, m, surname + title, said * title_trust * (0.4 if given and given_trust == 1 else 1.0))
            )
        u, m = mentions[-1]
        others = [(name, p) for name, p in surnames.items() if name != surname and p >= _WORTH_SHOWING]
        found += [_candidate(u, m, name + (given or title), min(0.45, p * m.trust)) for name, p in others]
        if title_trust < 0.5:
            found.append(_candidate(u, m, surname + _OPPOSITE[title], surname_trust * (1 - title_trust) * 0.8))
        return found


def _written(utterances: Sequence[Utterance]) -> tuple[list[Said], dict[str, float], str]:
    """Where the name is said in what a person wrote down, what the family name may be, and the given name."""
    spelled = [c for u in utterances if u.channel is not Channel.OPERATOR for c in explained_characters(u.raw)]
    mentions = list(mentions_in(utterances))
    surnames = as_written([m.surname for _, m in mentions], spelled)
    mentions = [(u, m) for u, m in mentions if m.surname == next(iter(surnames))]
    return mentions, surnames, given_name([m.given for _, m in mentions if m.given], spelled=spelled)


def _heard(utterances: Sequence[Utterance]) -> tuple[list[Said], dict[str, float], str]:
    """The same in what was recognised."""
    name = understand(utterances, list(mentions_in(utterances)))
    return name.said, name.surnames, given_name([m.given for _, m in name.said if m.given], explained=name.explained)


def _candidate(u: Utterance, m: Mention, value: str, confidence: float) -> Candidate:
    return Candidate(
        field=FieldName.CALLER_NAME,
        value=value,
        confidence=round(confidence, 3),
        evidence=(evidence(u, m.start, m.end),),
        speaker=u.channel,
        source=Source.HEARD,
    )
