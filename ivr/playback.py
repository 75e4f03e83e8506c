"""What the guide has said, and how much of it the caller has heard: the conversation as it really took place."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.dialog import Say, Turn

GUIDE, CITIZEN = "guide", "citizen"


@dataclass(slots=True)
class _Piece:
    say: Say
    heard: int = 0
    """Characters that were played."""
    cleared: bool = False

    @property
    def pending(self) -> bool:
        return not self.cleared and self.heard < len(self.say.text)


class Playback:
    """The turns of one call. Nothing here plays anything: it keeps account."""

    def __init__(self) -> None:
        self._turns: list[_Piece | Turn] = []
        self._pieces: dict[str, _Piece] = {}
        self._last: list[_Piece] = []
        """What was said since the guide last had its turn."""

    def take_turn(self) -> None:
        """The guide's turn begins."""
        self._last = []

    def say(self, text: str, speed: float, louder_db: float) -> Say:
        """A piece to be played after those before it."""
        say = Say(f"g{len(self._pieces) + 1}", text, speed, louder_db)
        piece = _Piece(say)
        self._pieces[say.mark] = piece
        self._turns.append(piece)
        self._last.append(piece)
        return say

    def hear(self, text: str) -> None:
        """The caller has spoken."""
        self._turns.append(Turn(CITIZEN, text))

    def reached(self, mark: str, characters: int) -> None:
        """Playback has come so far. Marks that are not known, or were cleared, are late echoes."""
        piece = self._pieces.get(mark)
        if piece is not None and not piece.cleared:
            piece.heard = max(piece.heard, min(characters, len(piece.say.text)))
            for before in self._last[: self._last.index(piece)] if piece in self._last else ():
                before.heard = len(before.say.text)

    def clear(self) -> None:
        """What has not been played will not be."""
        for piece in self._pieces.values():
            piece.cleared = piece.cleared or piece.pending

    @property
    def speaking(self) -> bool:
        """Something is still to be played."""
        return any(piece.pending for piece in self._last)

    @property
    def asking(self) -> bool:
        """The last piece of the turn, its question, has begun to be heard."""
        return not self._last or self._last[-1].heard > 0 or not self._last[-1].pending

    @property
    def last_texts(self) -> tuple[str, ...]:
        """What was said in the last turn, whether heard or not."""
        return tuple(piece.say.text for piece in self._last)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The conversation; of a piece that was cut short, only what the caller heard."""
        said = (t if isinstance(t, Turn) else Turn(GUIDE, _heard_of(t)) for t in self._turns)
        return tuple(turn for turn in said if turn.text)


def _heard_of(piece: _Piece) -> str:
    return piece.say.text[: piece.heard] if piece.cleared else piece.say.text
