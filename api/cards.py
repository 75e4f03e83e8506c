"""Knowledge cards: while an operator talks with a citizen, the answers to what is asked appear before him."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor

from ivr.cards import card
from ivr.knowledge import Entry
from ivr.understanding import Guess, Understanding
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel
from models.events import CardShown, UtteranceHeard

log = logging.getLogger(__name__)


class KnowledgeCards:
    """Shared by all calls.

    Args:
        understanding: reads what is said, with the knowledge base in hand: 30 ms, so on a thread.
    """

    def __init__(self, understanding: Understanding) -> None:
        self._understanding = understanding
        self._threads: Executor = ThreadPoolExecutor(1, thread_name_prefix="cards")

    def for_call(self, call: CallInfo) -> CallCards:
        """The cards of one call."""
        on = call.received_at.astimezone(HOTLINE_TIME_ZONE).date()

        def find(question: str, is_citizens: bool) -> Guess | None:
            return card(self._understanding, question, on, is_citizens=is_citizens)

        return CallCards(call.call_id, find, self._threads)


class CallCards:
    """The cards of one call; none comes twice."""

    def __init__(self, call_id: str, find: Callable[[str, bool], Guess | None], threads: Executor) -> None:
        self._call_id = call_id
        self._find = find
        self._threads = threads
        self._shown: set[str] = set()

    async def after(self, said: UtteranceHeard) -> CardShown | None:
        """The card that something said brings up; None: none, or one that is there already."""
        if said.channel is Channel.OPERATOR or "？" not in said.text:
            return None
        is_citizens = said.channel is Channel.CITIZEN
        try:
            guess = await asyncio.get_running_loop().run_in_executor(self._threads, self._find, said.raw, is_citizens)
        except Exception:  # an operator can do without a card, not without the call
            log.exception("call %s: no card can be looked up", self._call_id)
            return None
        if guess is None or guess.entry.id in self._shown:
            return None
        self._shown.add(guess.entry.id)
        return _card(guess.entry, guess.score, said.utterance)


def _card(entry: Entry, score: float, utterance: str) -> CardShown:
    source = entry.sources[0]
    return CardShown(
        entry=entry.id,
        question=entry.question,
        answer=entry.written,
        office=entry.office,
        source=source.title,
        url=source.official_url or source.url,
        as_of=source.as_of,
        utterance=utterance,
        confidence=round(score, 3),
    )
