"""Which of two voices is the operator's, by what they say.

Operators greet, ask and read back; citizens tell. Pairs of characters are counted in the tagged calls that ship with
Yida: how much more often operators use each than citizens.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from models.call import Channel, Utterance
from voice.fields.spans.tellings import TELLINGS, load_tellings

_RARE = 2.0
"""Added to each count: what was hardly ever said says little."""
_BEGINS = 3.0
"""Log odds that who speaks first is the operator: so it is in nearly every call."""


class Roles:
    """Counted once, shared by all calls.

    Args:
        turns: who said what, citizen or operator.
    """

    def __init__(self, turns: Iterable[tuple[Channel, str]]) -> None:
        said = {Channel.CITIZEN: Counter[str](), Channel.OPERATOR: Counter[str]()}
        for channel, text in turns:
            said[channel].update(_pairs(text))
        citizen, operator = said[Channel.CITIZEN], said[Channel.OPERATOR]
        pairs = citizen.keys() | operator.keys()
        base = math.log((operator.total() + _RARE * len(pairs)) / (citizen.total() + _RARE * len(pairs)))
        self._odds = {p: math.log((operator[p] + _RARE) / (citizen[p] + _RARE)) - base for p in pairs}

    @classmethod
    def load(cls) -> Roles:
        """From the calls that ship with Yida."""
        return cls(turn for telling in load_tellings(TELLINGS) for turn in telling.turns)

    def operator(self, text: str) -> float:
        """Log odds that an operator said `text`, not a citizen."""
        return sum(self._odds.get(pair, 0.0) for pair in _pairs(text))

    def exchanged(self, heard: Sequence[Utterance]) -> float:
        """Log odds that what is called the citizen's channel is the operator's, and the other way round.

        Args:
            heard: in order of speech.
        """
        if not heard:
            return 0.0
        odds = _BEGINS * _sign(heard[0].channel)
        return odds + sum(_sign(u.channel) * self.operator(u.raw) for u in heard)


def _sign(channel: Channel) -> int:
    return {Channel.CITIZEN: 1, Channel.OPERATOR: -1}.get(channel, 0)


def _pairs(text: str) -> Iterator[str]:
    letters = f"^{''.join(filter(str.isalnum, text))}$"
    yield from (letters[i : i + 2] for i in range(len(letters) - 1))
