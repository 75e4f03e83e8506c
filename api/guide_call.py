"""A live call that the voice guide carries: what is heard goes to the guide, what it wants is done.

One task takes everything that happens, one thing after the other, to the guide and does what it answers. Timers run
on the call's audio and on a tick. If anything breaks that the conversation needs, the caller goes to a person.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import TypeAlias, TypeVar, TypeVarTuple, assert_never

from msgspec import structs

from api.guide_desk import GuideDesk
from api.guide_fields import alone_draft
from api.live_call import LiveCallSession
from api.player import Player
from api.services import Services
from ivr import dialog
from ivr.dialog import Handover
from ivr.patience import COMPLETE_PAUSE_S
from models.call import HOTLINE_TIME_ZONE, Channel, Utterance
from models.events import AlertRaised, Body, KeyPressed, PartialHeard, Said, TransferRequested, UtteranceHeard
from voice.wire.base import Action, HangUp, Started, Transfer

TICK_S = 0.05
HOLD_S = 0.09
"""Speech that makes the guide hold its tongue until it is clear what it is. A click is shorter; a cough or 「嗯」 is
not, and costs a short break: whoever speaks should not have to wait for words to be recognised."""
MAX_UNHEARD = 1000
"""Events that may wait for the guide."""
LAST_WORDS_S = 5.0
"""How long what the guide is doing may take when the call ends."""

_Input: TypeAlias = Body | dialog.Event | None
"""What the guide is told; None: what was to be done after the last word can be done."""

_Ts = TypeVarTuple("_Ts")
_T = TypeVar("_T")

log = logging.getLogger(__name__)


class GuideCall:
    """The guide's side of one call.

    Args:
        live: the call.
        services: of which the guide must be one.
        tell: sends an action to the peer; says whether its protocol has a word for it.
        started: what the peer said about its audio.
    """

    def __init__(
        self,
        live: LiveCallSession,
        services: Services,
        tell: Callable[[Action], bool],
        started: Started,
    ) -> None:
        self._live = live
        self._session = live.session
        self._call = live.session.call
        service = services.guide
        assert service is not None
        self._guide = service.new_guide()
        self._spotter = service.spotter
        self._threads = service.threads
        self._line = services.operators
        self._fields = services.resources.fields
        self._desk = GuideDesk(live, services.store)
        self._tell = tell
        self._player = Player(
            service.voice.at(started.sample_rate),
            started.encoding,
            started.sample_rate,
            service.threads,
            keep=frozenset(service.known).__contains__,
            tell=tell,
            begun=self._begun,
        )
        channels = self._call.channels
        self._caller = Channel.CITIZEN if Channel.CITIZEN in channels else channels[0]
        self._inbox: asyncio.Queue[_Input] = asyncio.Queue(MAX_UNHEARD)
        self._thinking = False
        self._listening: dialog.Listen | None = None
        self._question: dialog.Say | None = None
        self._quiet_since: float | None = None
        self._overheard_s = 0.0
        """Speech in the open utterance that turned out to be nothing."""
        self._after: list[dialog.Transfer | dialog.HangUp] = []
        """To be done when everything has been played."""
        self._position = 0
        self._handed_over = False
        self._said: dict[str, Said] = {}
        self._stack = ExitStack()
        self.over = asyncio.Event()
        """The guide has hung up."""
        live.watch(self._notice)

    # --- From the call -------------------------------------------------------------------------

    def _notice(self, body: Body) -> None:
        """Something happened in the call."""
        match body:
            case PartialHeard(channel=channel) | UtteranceHeard(channel=channel) if channel is not self._caller:
                pass
            case PartialHeard() | UtteranceHeard() | AlertRaised() | KeyPressed():
                self._put(body)

    def mark_played(self, mark: str) -> None:
        """The peer has played what came before the mark."""
        self._player.mark_played(mark)

    def listen(self) -> None:
        """Looks at the call's audio: to be called whenever there is more of it."""
        spoken_s = self._session.spoken_s(self._caller)
        self._overheard_s = min(self._overheard_s, spoken_s)
        if not self._player.held:
            if spoken_s - self._overheard_s >= HOLD_S:
                self._player.hold()
        elif self._undisturbed:
            self._player.resume()

    async def run(self) -> None:
        """Carries the call until the guide hangs up or this is cancelled."""
        with self._line.watched(self._look_at_line):
            try:
                async with asyncio.TaskGroup() as tasks:
                    services = [tasks.create_task(self._player.run()), tasks.create_task(self._tick())]
                    await self._converse()
                    for task in services:
                        task.cancel()
            except* Exception as errors:
                log.error("call %s: the guide failed", self._call.call_id, exc_info=errors)
                await self._give_up()

    async def end(self, task: asyncio.Task[None]) -> None:
        """The call is over; `task` is what runs `run`. What it is in the middle of is still done."""
        deadline = time.monotonic() + LAST_WORDS_S
        while self._thinking and not task.done() and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(TICK_S)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self._record_cut(self._player.drop())
        self._stack.close()
        self._line.queue(self._call.call_id, waits=False)
        if self._queueing:
            with suppress(Exception):  # the store is gone; the call's log says so
                await self._desk.missed()

    # --- The conversation ----------------------------------------------------------------------

    async def _converse(self) -> None:
        self._position = self._line.position(self._call.call_id)
        if self._position:
            await self._step(dialog.QueueChanged(self._position, self._line.wait_s(self._position)))
        await self._step(dialog.Called(datetime.now(HOTLINE_TIME_ZONE).date(), self._call.caller))
        while not self.over.is_set():
            happened = await self._inbox.get()
            self._thinking = True
            try:
                await self._take(happened)
            finally:
                self._thinking = False
            self._line.queue(self._call.call_id, waits=self._queueing)

    async def _take(self, happened: _Input) -> None:
        match happened:
            case None:
                await self._do_after()
            case PartialHeard(text=text):
                await self._reach()
                await self._step(dialog.PartHeard(text))
                await self._judge_pause()
            case UtteranceHeard(raw=""):
                pass
            case UtteranceHeard():
                await self._reach()
                await self._step(await self._heard(happened.to_utterance()))
            case AlertRaised(number=number, reason=reason, sure=sure):
                await self._step(dialog.Alert(number, reason, sure))
            case KeyPressed(digit):
                await self._reach()
                await self._step(dialog.KeyPressed(digit))
            case dialog.PlaybackReached() | dialog.Silence() | dialog.QueueChanged():
                await self._step(happened)
            case _:
                raise AssertionError(happened)

    async def _heard(self, utterance: Utterance) -> dialog.Heard:
        asked = self._listening.asks if self._listening else ""
        said = await self._think(alone_draft, self._call, self._fields, asked, utterance)
        return dialog.Heard(utterance.raw, self._session.draft, said)

    async def _step(self, event: dialog.Event) -> None:
        for action in await self._think(self._guide.step, event):
            await self._do(action)

    async def _judge_pause(self) -> None:
        """Goes on speaking when what interrupted was nothing; ends the pause early when what was said is complete."""
        text = self._session.paused_text(self._caller)
        if not text:
            return
        if self._player.held and self._spotter.is_acknowledgement(text) and not self._guide.asking:
            self._overheard_s = self._session.spoken_s(self._caller)
            self._player.resume()
        elif await self._think(self._guide.is_complete, text) and text == self._session.paused_text(self._caller):
            self._session.shorten_pause(self._caller, COMPLETE_PAUSE_S)

    # --- What the guide wants ------------------------------------------------------------------

    async def _do(self, action: dialog.Action) -> None:
        match action:
            case dialog.Say():
                self._question = action
                self._player.say(action)
            case dialog.Listen():
                self._listening = action
                self._quiet_since = None
                self._session.end_pause(self._caller, action.end_pause_s)
                self._session.expect_number(action.number)
                if action.asks and self._question:
                    self._session.asked(self._question.mark, action.asks)
            case dialog.Clear():
                await self._record_cut(self._player.clear())
            case dialog.Settled():
                await self._live.record(self._session.settle())
            case dialog.BeginMatter(handed_in):
                await self._live.record(self._session.begin_matter(handed_in=handed_in))
            case dialog.Transfer(urgent=True):
                await self._transfer(action)
            case dialog.Transfer() | dialog.HangUp():
                self._after.append(action)
            case dialog.SaveOrder() | dialog.FindOrder() | dialog.RequestCallback() | dialog.NoteUnanswered():
                outcome = await self._desk.run(action)
                if outcome is not None:
                    await self._step(outcome)
            case _:
                assert_never(action)

    async def _do_after(self) -> None:
        waiting, self._after = self._after, []
        for action in waiting:
            if isinstance(action, dialog.HangUp):
                self._tell(HangUp())
                self.over.set()
            else:
                await self._transfer(action)

    async def _transfer(self, wish: dialog.Transfer) -> None:
        so_far = wish.handover
        request = TransferRequested(to=wish.to, reason=wish.reason, answered=so_far.answered, unsure=so_far.unsure)
        await self._live.record([request])
        await self._live.recorded()  # the operator sees it before he says hello
        if self._tell(Transfer(wish.to, wish.reason)):
            self._handed_over = True
            if wish.to == "operator":
                self._stack.enter_context(self._line.talking())
        else:
            await self._step(dialog.Failed())

    async def _give_up(self) -> None:
        """The conversation cannot go on: a person takes it, now or by calling back."""
        try:
            nothing = Handover(self._guide.turns, (), self._session.draft, ())
            if not self._handed_over:
                await self._transfer(dialog.Transfer("operator", "the voice guide failed", nothing, urgent=True))
        except Exception:
            log.exception("call %s: cannot be handed over", self._call.call_id)
        if not self._handed_over:
            with suppress(Exception):  # whatever failed before, the call must end now
                await self._desk.missed()
            self._tell(HangUp())
            self.over.set()

    # --- Playing -------------------------------------------------------------------------------

    async def _begun(self, say: dialog.Say) -> None:
        said = self._said[say.mark] = Said(utterance=say.mark, start_s=self._session.audio_s, text=say.text)
        await self._live.record([said])

    async def _record_cut(self, cut: list[tuple[dialog.Say, int]]) -> None:
        await self._live.record([structs.replace(self._said[say.mark], heard=heard) for say, heard in cut])

    async def _reach(self) -> None:
        """Tells the guide how much of what it said has been heard."""
        for mark, characters in self._player.progress():
            await self._step(dialog.PlaybackReached(mark, characters))

    # --- Time ----------------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.listen()
            if self._player.playing:
                self._quiet_since = None
                continue
            for mark, characters in self._player.progress():
                self._put(dialog.PlaybackReached(mark, characters))
            if self._after and not self._thinking and self._inbox.empty():
                self._put(None)
            self._wait_for_answer(time.monotonic())

    def _wait_for_answer(self, now: float) -> None:
        if self._listening is None or not self._undisturbed:
            self._quiet_since = None
        elif self._quiet_since is None:
            self._quiet_since = now
        elif now - self._quiet_since >= self._listening.answer_within_s:
            self._put(dialog.Silence(now - self._quiet_since))
            self._quiet_since = None

    @property
    def _undisturbed(self) -> bool:
        """Nobody speaks, and nothing that was said still has to be understood."""
        return self._inbox.empty() and not (self._session.speaking or self._session.waiting or self._thinking)

    # --- The queue for operators ---------------------------------------------------------------

    @property
    def _queueing(self) -> bool:
        """The caller has been promised a person and has none yet."""
        return self._guide.waits_for_person and not self._handed_over

    def _look_at_line(self) -> None:
        position = self._line.position(self._call.call_id)
        if position != self._position:
            self._position = position
            self._put(dialog.QueueChanged(position, self._line.wait_s(position)))

    # --- Inside --------------------------------------------------------------------------------

    async def _think(self, function: Callable[[*_Ts], _T], *args: *_Ts) -> _T:
        """Calls what takes a while, on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *args)

    def _put(self, happened: _Input) -> None:
        if self._inbox.full():
            raise RuntimeError(f"{MAX_UNHEARD} events wait for the guide")
        self._inbox.put_nowait(happened)
