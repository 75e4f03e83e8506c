"""The voice guide on a virtual clock: what it says takes no time, and what it hears is decoded before anything else.

The third shell around the guide's pure core, beside `api.guide_call` on the real clock: for `yida talk`, and for
callers who are scripted. What comes of a conversation depends on what is said alone, not on how fast this machine is.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol

from api.guide_fields import alone_draft
from api.services import Engine
from api.transcription import decoded
from ivr.dialog import (
    Action,
    Alert,
    BeginMatter,
    Called,
    Event,
    FindOrder,
    Heard,
    Listen,
    OrderFound,
    OrderSaved,
    PartHeard,
    PlaybackReached,
    QueueChanged,
    SaveOrder,
    Say,
    Settled,
)
from ivr.guide import Guide
from ivr.patience import COMPLETE_PAUSE_S
from models.call import CallInfo
from models.events import AlertRaised, PartialHeard, UtteranceHeard
from voice.audio import AudioDecoder
from voice.session import CallSession, Output


class Ear(Protocol):
    """How the caller is heard."""

    def asked(self, say: Say) -> None:
        """The guide has said something."""
        ...

    def listens(self, how: Listen) -> None:
        """How the guide listens from now on."""
        ...

    def settle(self) -> None:
        """What was said so far has been dealt with."""
        ...

    def begin_matter(self) -> None:
        """What was said last begins another matter."""
        ...

    def events(self) -> Iterator[Event]:
        """What the caller does, until he goes."""
        ...


class VirtualGuide:
    """One conversation with the guide; orders are kept in memory.

    Args:
        guide: as it is before the call.
        ear: the caller.
        on_action: told of everything that the guide does.
    """

    def __init__(self, guide: Guide, ear: Ear, on_action: Callable[[Action], None] = lambda _: None) -> None:
        self._guide = guide
        self._ear = ear
        self._on_action = on_action
        self._orders: dict[str, str] = {}

    def run(self, queue: QueueChanged, received_at: datetime, caller: str | None) -> None:
        """Until somebody hangs up."""
        self._received_at = received_at
        self._do(self._guide.step(queue))
        self._do(self._guide.step(Called(received_at.date(), caller)))
        for event in self._ear.events():
            self._do(self._guide.step(event))
            if self._guide.ended:
                return

    def _do(self, actions: list[Action]) -> None:
        todo = list(actions)
        while todo:
            action = todo.pop(0)
            self._on_action(action)
            todo += [more for event in self._answer(action) for more in self._guide.step(event)]

    def _answer(self, action: Action) -> Iterator[Event]:
        """Carries `action` out; yields what comes of it."""
        match action:
            case Say(mark, text):
                self._ear.asked(action)
                yield PlaybackReached(mark, len(text))
            case SaveOrder():
                order_id, code = self._new_order()
                yield OrderSaved(order_id, code)
            case FindOrder(order_id, _, code):
                known = order_id is not None and self._orders.get(order_id) == code
                yield OrderFound("您的诉求已经登记，正在派给负责的单位。" if known else None)
            case Listen():
                self._ear.listens(action)
            case Settled():
                self._ear.settle()
            case BeginMatter():
                self._ear.begin_matter()
            case _:
                pass  # whoever watches may follow it up

    def _new_order(self) -> tuple[str, str]:
        order_id, code = f"{self._received_at:%Y%m%d}{len(self._orders) + 1:04}", f"{secrets.randbelow(10**4):04}"
        self._orders[order_id] = code
        return order_id, code


class VirtualLine:
    """The sound of a caller, as the guide hears it.

    Args:
        call: with one channel.
        audio: what the sound is.
        on_heard: told of every utterance.
    """

    def __init__(
        self,
        guide: Guide,
        engine: Engine,
        call: CallInfo,
        audio: AudioDecoder,
        *,
        on_heard: Callable[[UtteranceHeard], None] = lambda _: None,
    ) -> None:
        self._engine = engine
        self._guide = guide
        self._on_heard = on_heard
        (self._caller,) = call.channels
        self._session = CallSession(call, audio, engine.resources)
        self._mark = self._asks = ""

    def asked(self, say: Say) -> None:
        """See `Ear`."""
        self._mark = say.mark

    def listens(self, how: Listen) -> None:
        """See `Ear`."""
        self._session.end_pause(self._caller, how.end_pause_s)
        self._session.expect_number(how.number)
        self._asks = how.asks
        if how.asks:
            self._session.asked(self._mark, how.asks)

    def settle(self) -> None:
        """See `Ear`."""
        list(self._session.settle())  # the draft as it is then is read where it is needed

    def begin_matter(self) -> None:
        """See `Ear`."""
        list(self._session.begin_matter(handed_in=True))  # nobody keys in anything here

    def hear(self, data: bytes) -> Iterator[Event]:
        """What more sound brings about."""
        yield from self._follow(self._session.receive_audio(data))

    def finish(self) -> Iterator[Event]:
        """The caller is gone: what he said last."""
        yield from self._follow(self._session.finish())

    def _follow(self, outputs: Iterable[Output]) -> Iterator[Event]:
        for body in list(decoded(outputs, self._session, self._engine)):
            match body:
                case PartialHeard(text=text):
                    yield PartHeard(text)
                    paused = self._session.paused_text(self._caller)
                    if paused and self._guide.is_complete(paused):
                        self._session.shorten_pause(self._caller, COMPLETE_PAUSE_S)
                case UtteranceHeard(raw=raw) if raw:
                    self._on_heard(body)
                    fields = self._engine.resources.fields
                    said = alone_draft(self._session.call, fields, self._asks, body.to_utterance())
                    yield Heard(raw, self._session.draft, said)
                case AlertRaised(number=number, reason=reason, sure=sure):
                    yield Alert(number, reason, sure)
