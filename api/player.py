"""What the voice guide says, as sound on the caller's line: made piece by piece, sent in step with the clock.

Only a little more than the caller has heard is ever on its way, so falling silent takes effect at once. While he
makes a sound, playback is held: the carrier drops what it has, and nothing is lost, for it can go on from there.
Whether it goes on or is dropped, the guide decides by what he says.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field

from ivr.dialog import Say
from ivr.speech import Manner, Speech, Voice
from models.call import Encoding
from voice.audio import to_bytes
from voice.wire.base import Action, Clear, Mark, Play, Saying

FRAME_S = 0.1
LEAD_S = 0.3
"""How much more than the caller has heard may be on its way, so that a late frame is no gap."""
AHEAD_S = 6.0
"""Sound that may be made before it is sent: more would be wasted when the caller interrupts."""
MARK_GRACE_S = 0.5
"""A peer that reports no marks has played a piece so long after its end by our clock."""


@dataclass(slots=True)
class _Piece:
    """Something to say, as far as it has been made."""

    say: Say
    sound: bytearray = field(default_factory=bytearray)
    spots: list[tuple[int, int]] = field(default_factory=list)
    """(bytes of sound, characters of text) up to the end of each clause"""
    made: bool = False
    begun: bool = False
    sent: int = 0
    """Bytes"""
    marked: bool = False
    """The mark at its end is on its way."""

    def characters(self, sound: int) -> int:
        """How much of the text is in the first `sound` bytes."""
        before_bytes = before_chars = 0
        for spot_bytes, spot_chars in self.spots:
            if sound < spot_bytes:
                part = (sound - before_bytes) / (spot_bytes - before_bytes)
                return before_chars + int(part * (spot_chars - before_chars))
            before_bytes, before_chars = spot_bytes, spot_chars
        return before_chars


@dataclass(frozen=True, slots=True)
class _Frame:
    """Sound on its way to the caller."""

    piece: _Piece
    end: int
    """Bytes of the piece up to its end."""
    size: int
    played_at: float
    """When the caller will have heard it."""


class Player:
    """Plays to one caller.

    Args:
        voice: at the rate of the line.
        encoding: of the line.
        rate: of the line, Hz.
        threads: where speech is made.
        keep: whether a text may be kept on disk; see `Voice.say`.
        tell: sends an action to the peer.
        begun: called when the caller begins to hear a piece.
    """

    def __init__(
        self,
        voice: Voice,
        encoding: Encoding,
        rate: int,
        threads: Executor,
        *,
        keep: Callable[[str], bool],
        tell: Callable[[Action], object],
        begun: Callable[[Say], Awaitable[object]],
    ) -> None:
        self._voice = voice
        self._encoding = encoding
        self._bytes_per_s = rate * (2 if encoding is Encoding.PCM16 else 1)
        self._frame_bytes = round(rate * FRAME_S) * (self._bytes_per_s // rate)
        self._threads = threads
        self._keep = keep
        self._tell = tell
        self._begun = begun
        self._pieces: deque[_Piece] = deque()
        """Not played to their end, in order."""
        self._flying: deque[_Frame] = deque()
        self._plays_until = 0.0
        self._heard: dict[str, int] = {}
        """Characters by mark, of pieces that are being played."""
        self._news: dict[str, int] = {}
        self._changed = asyncio.Event()
        self.held = False

    # --- What to play --------------------------------------------------------------------------

    def say(self, say: Say) -> None:
        """Plays `say` after everything before it."""
        self._pieces.append(_Piece(say))
        self._changed.set()

    def hold(self) -> None:
        """Falls silent, for now."""
        if self.held or not self._pieces:
            return
        self._catch_up()
        for frame in reversed(self._flying):
            frame.piece.sent, frame.piece.marked = frame.end - frame.size, False
        self._silence()
        self.held = True

    def resume(self) -> None:
        """Goes on where `hold` fell silent."""
        self.held = False
        self._changed.set()

    def clear(self) -> list[tuple[Say, int]]:
        """Drops everything; what had begun to be heard, with the number of characters that were."""
        if self.playing and not self.held:
            self._silence()
        return self.drop()

    def drop(self) -> list[tuple[Say, int]]:
        """Like `clear`, when nobody listens any more."""
        self._catch_up()
        cut = [(p.say, self._heard.get(p.say.mark, 0)) for p in self._pieces if p.begun]
        self._pieces.clear()
        self._flying.clear()
        self._heard.clear()
        self.held = False
        self._changed.set()
        return cut

    def mark_played(self, mark: str) -> None:
        """The peer says that a piece has been heard to its end."""
        if any(piece.say.mark == mark and piece.marked for piece in self._pieces):
            while self._pieces:
                piece = self._pieces[0]
                self._finish(piece)
                if piece.say.mark == mark:
                    break

    # --- What has been heard -------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Something is still to be heard."""
        self._catch_up()
        return bool(self._pieces)

    def progress(self) -> list[tuple[str, int]]:
        """Marks, with the characters heard by now, of all pieces of which more was heard than last time."""
        self._catch_up()
        news, self._news = list(self._news.items()), {}
        return news

    def _catch_up(self) -> None:
        now = time.monotonic()
        while self._flying and self._flying[0].played_at <= now:
            frame = self._flying.popleft()
            self._hear(frame.piece, frame.piece.characters(frame.end))
        while self._pieces and self._pieces[0].marked and now >= self._plays_until + MARK_GRACE_S:
            self._finish(self._pieces[0])
        # a piece is over, too, when the one after it is being heard
        while len(self._pieces) > 1 and self._pieces[0].marked and self._heard.get(self._pieces[1].say.mark, 0):
            self._finish(self._pieces[0])

    def _hear(self, piece: _Piece, characters: int) -> None:
        mark = piece.say.mark
        if characters > self._heard.get(mark, 0):
            self._heard[mark] = self._news[mark] = characters

    def _finish(self, piece: _Piece) -> None:
        self._pieces.remove(piece)
        self._flying = deque(frame for frame in self._flying if frame.piece is not piece)
        self._heard.pop(piece.say.mark, None)
        self._news[piece.say.mark] = len(piece.say.text)

    def _silence(self) -> None:
        self._flying.clear()
        self._plays_until = time.monotonic()
        self._tell(Clear())

    # --- Making and sending --------------------------------------------------------------------

    async def run(self) -> None:
        """Makes and sends what is to be said. Never returns.

        Raises:
            Exception: whatever the voice raises.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._make())
            tasks.create_task(self._send())

    async def _make(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            piece = next((p for p in self._pieces if not p.made), None)
            if piece is None:
                await self._changes()
                continue
            manner = Manner(piece.say.speed, piece.say.louder_db)
            clauses = self._voice.say(piece.say.text, manner, keep=self._keep(piece.say.text))
            while piece in self._pieces:  # until it is made, or dropped
                speech = await loop.run_in_executor(self._threads, _next, clauses)
                if speech is None:
                    piece.made = True
                    self._changed.set()
                    break
                self._append(piece, speech)
                self._changed.set()
                while piece in self._pieces and self._unsent_s() > AHEAD_S:  # noqa: ASYNC110 - that far ahead, time passes
                    await asyncio.sleep(FRAME_S)

    def _append(self, piece: _Piece, speech: Speech) -> None:
        piece.sound += to_bytes(speech.samples, self._encoding)
        characters = (piece.spots[-1][1] if piece.spots else 0) + len(speech.text)
        piece.spots.append((len(piece.sound), characters))

    def _unsent_s(self) -> float:
        return sum(len(p.sound) - p.sent for p in self._pieces) / self._bytes_per_s

    async def _send(self) -> None:
        while True:
            piece = next((p for p in self._pieces if not p.marked), None)
            if piece is None or self.held or (piece.sent == len(piece.sound) and not piece.made):
                await self._changes()
                continue
            early_s = self._plays_until - time.monotonic() - LEAD_S + FRAME_S
            if early_s > 0 and piece.sent < len(piece.sound):
                await asyncio.sleep(early_s)
                continue  # everything may have changed meanwhile
            if not piece.begun:
                piece.begun = True
                self._tell(Saying(piece.say.text))
                await self._begun(piece.say)
                continue
            self._send_frame(piece)

    def _send_frame(self, piece: _Piece) -> None:
        frame = bytes(piece.sound[piece.sent : piece.sent + self._frame_bytes])
        if frame:
            piece.sent += len(frame)
            self._plays_until = max(self._plays_until, time.monotonic()) + len(frame) / self._bytes_per_s
            self._flying.append(_Frame(piece, piece.sent, len(frame), self._plays_until))
            self._tell(Play(frame))
        if piece.made and piece.sent == len(piece.sound):
            piece.marked = True
            self._tell(Mark(piece.say.mark))

    async def _changes(self) -> None:
        self._changed.clear()
        await self._changed.wait()


def _next(clauses: Iterator[Speech]) -> Speech | None:
    return next(clauses, None)
