"""A live call: the pure session driven by audio, decoded windows and people's edits, recorded as it goes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

from api.cards import CallCards
from api.llm import SecondOpinion
from api.recogniser import Recogniser
from models.errors import ConflictError
from models.events import Body, Event, UtteranceHeard
from models.store import Store
from models.workorder import FieldName, FieldValue
from voice.decoder import Hypothesis
from voice.session import CallSession, Output
from voice.transcriber import Decode

SILENT_CARRIER_S = 0.8
"""No audio for so long while somebody speaks: the carrier sends nothing in silence, so the utterance has ended."""
LAST_FINALS_S = 30.0
"""How long the last finals of a call may take after its end."""
LAST_CARDS_S = 2.0
"""How long its last card may."""
MAX_UNRECORDED = 1000
"""Events that may wait for the store before the call's audio is made to wait too."""
MAX_DECODES = 16
"""Windows of one call that may wait for the decoder before its audio is made to wait: it comes faster than life."""
DECODE_TRIES = 2

log = logging.getLogger(__name__)


class LiveCallSession:
    """Drives one session; its tasks run in `tasks`, so what goes wrong in one ends the call.

    Args:
        session: the call; the store knows it already.
        recogniser: decodes its windows.
        store: where its events go, before anybody sees them.
        show: told of the events, in order, right after they were stored.
        tasks: the tasks of the call.
        opinion: somebody else to ask about the draft.
        cards: what the knowledge base has for the operator.
    """

    def __init__(
        self,
        session: CallSession,
        recogniser: Recogniser,
        store: Store,
        show: Callable[[list[Event]], Awaitable[None]],
        tasks: asyncio.TaskGroup,
        *,
        opinion: SecondOpinion | None = None,
        cards: CallCards | None = None,
    ) -> None:
        self.session = session
        self._recogniser = recogniser
        self._store = store
        self._show = show
        self._tasks = tasks
        self._unrecorded: asyncio.Queue[Body] = asyncio.Queue(MAX_UNRECORDED)
        self._decodes: set[asyncio.Task[None]] = set()
        self._cards = cards
        self._lookups: set[asyncio.Task[None]] = set()
        self._heard_at = time.monotonic()
        self._observed_s = 0.0
        self._ended = False
        self._notice: Callable[[Body], object] = lambda _: None
        self._services = [tasks.create_task(self._record()), tasks.create_task(self._watch_clock())]
        self._said_more = asyncio.Event()
        if opinion is not None:
            self._services.append(tasks.create_task(self._ask(opinion)))

    async def hear(self, outputs: Iterable[Output]) -> None:
        """Follows up on what one of the session's `receive_…` methods brings about."""
        self._heard_at = time.monotonic()
        await self._follow(outputs)
        self._recogniser.capacity.observe_call(self.session.audio_s - self._observed_s)
        self._observed_s = self.session.audio_s
        while len(self._decodes) > MAX_DECODES:
            await asyncio.wait(self._decodes, return_when=asyncio.FIRST_COMPLETED)

    def watch(self, notice: Callable[[Body], object]) -> None:
        """From now on `notice` is called with everything that happens, before it is stored."""
        self._notice = notice

    async def record(self, bodies: Iterable[Body]) -> None:
        """Something happened in the call that the session does not know of."""
        await self._follow(bodies)

    async def recorded(self) -> None:
        """Returns when everything that happened so far is stored."""
        await self._unrecorded.join()

    async def edit(self, name: FieldName, value: FieldValue) -> None:
        """See `api.live.LiveCall`."""
        if self._ended:
            raise ConflictError(f"call {self.session.call.call_id!r} has just ended")
        await self._follow(self.session.edit(name, value))
        await self.recorded()

    async def end(self, reason: str) -> None:
        """Delivers what was said last, then the end; nothing may follow."""
        await self._follow(self.session.finish())
        if self._decodes:
            await asyncio.wait(self._decodes, timeout=LAST_FINALS_S)
        if self._lookups:
            await asyncio.wait(self._lookups, timeout=LAST_CARDS_S)
        self._ended = True
        await self._follow([self.session.end(reason)])
        await self.recorded()

    def cancel(self) -> None:
        """Stops all work for the call."""
        for task in (*self._services, *self._decodes, *self._lookups):
            task.cancel()

    # --- Inside ------------------------------------------------------------------------------

    async def _follow(self, outputs: Iterable[Output]) -> None:
        for output in outputs:
            if isinstance(output, Decode):
                self._begin(self._decode(output), self._decodes)
            else:
                await self._unrecorded.put(output)
                self._notice(output)
                if isinstance(output, UtteranceHeard):
                    self._said_more.set()
                    if self._cards is not None:
                        self._begin(self._look_up(output, self._cards), self._lookups)

    def _begin(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        task = self._tasks.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _decode(self, decode: Decode) -> None:
        hypothesis: Hypothesis | None = Hypothesis("")
        for attempt in range(DECODE_TRIES):
            try:
                hypothesis = await self._recogniser.decode(self.session.call.call_id, decode)
                break
            except Exception:
                # One window that the engine cannot decode must not end the call.
                log.exception(
                    "call %s: decoding %s failed (attempt %d)",
                    self.session.call.call_id,
                    decode.utterance,
                    attempt + 1,
                )
        if hypothesis is not None:
            await self._follow(self.session.heard(decode, hypothesis))

    async def _ask(self, opinion: SecondOpinion) -> None:
        """Asks once more whenever something was said; never more than one question at a time."""
        while True:
            await self._said_more.wait()
            self._said_more.clear()
            found = await opinion.ask(self.session.call, self.session.utterances)
            if not self._ended:
                await self._follow(self.session.suggest(found))

    async def _look_up(self, said: UtteranceHeard, cards: CallCards) -> None:
        """Shows the card that something said brings up."""
        card = await cards.after(said)
        if card is not None and not self._ended:
            await self._follow([card])

    async def _record(self) -> None:
        """Stores what happened, everything that is there in one go, and shows it."""
        while True:
            bodies = [await self._unrecorded.get()]
            while not self._unrecorded.empty():
                bodies.append(self._unrecorded.get_nowait())
            await self._show(await self._store.append(self.session.call.call_id, bodies))
            for _ in bodies:
                self._unrecorded.task_done()

    async def _watch_clock(self) -> None:
        """Runs the timers that audio cannot run, because none comes."""
        while True:
            await asyncio.sleep(SILENT_CARRIER_S / 4)
            if self.session.speaking and time.monotonic() - self._heard_at > SILENT_CARRIER_S:
                await self._follow(self.session.receive_nothing())
