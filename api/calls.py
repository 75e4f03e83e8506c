"""Call sockets: a call-center system's connection, whatever protocol it speaks, to a live call.

The wire (sans-IO) knows the protocol; this shell moves frames, keeps time and sees to it that every way in which a
connection can end closes the call properly, with everything heard so far kept.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from api.cards import CallCards
from api.guide_call import GuideCall
from api.heap import give_back
from api.live_call import LiveCallSession
from api.services import Opened, Services
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Mode
from models.errors import ModelsError
from models.events import CallEnded, Event
from voice.audio import AudioDecoder
from voice.errors import AudioFormatError, BusyError, ProtocolError, VoiceError
from voice.session import CallSession
from voice.wire.base import (
    Action,
    Audio,
    CallEvent,
    Dtmf,
    End,
    Fail,
    Frame,
    Gap,
    MarkPlayed,
    Ready,
    Started,
    Stopped,
    Tell,
    Wire,
)
from voice.wire.native import NativeWire

START_TIMEOUT_S = 10.0
"""How long a connection may take to say what call it brings."""
MAX_REASON = 123
"""Bytes that a close frame has room for (RFC 6455 5.5): where a protocol has no word for errors, they stand there."""
PARTING_S = 1.0
"""How long we let the peer say goodbye, and close, before we do."""
NORMAL = 1000
"""WebSocket close code."""
HANG_UPS = (NORMAL, 1001)
"""Close codes of a peer that ends the call on purpose. A lost connection has none of its own (1005, 1006)."""
MAX_CALL_S = 4 * 3600.0
MAX_UNSENT = 2000
"""Frames that may wait for a peer that does not read."""
PIECE_BYTES = 8000
"""Audio is taken in pieces of this size, so that a large frame does not make other calls wait."""

log = logging.getLogger(__name__)
router = APIRouter()


@router.websocket("/v1/calls/stream")
async def native(socket: WebSocket, services: Opened) -> None:
    """Yida's own protocol; see `voice.wire.native`."""
    await serve_call(socket, NativeWire(), services)


async def serve_call(
    socket: WebSocket,
    wire: Wire,
    services: Services,
    subprotocol: str | None = None,
    filtered: Callable[[AsyncIterator[CallEvent]], AsyncIterator[CallEvent]] = lambda events: events,
    *,
    says_goodbye: bool = True,
) -> None:
    """Serves the one call of a connection until either side ends it.

    Args:
        filtered: what the peer's events go through before anybody looks at them.
        says_goodbye: the protocol has a message for the end of the call; else closing the connection is one.
    """
    await socket.accept(subprotocol)
    line = _Line(socket, wire, says_goodbye=says_goodbye)
    try:
        async with asyncio.TaskGroup() as tasks:
            sender = tasks.create_task(line.send_frames())
            await _serve(line, filtered(line.events()), services, tasks)
            await line.sent()
            await line.part()
            sender.cancel()
    except* Exception as errors:
        log.error("call %s failed", line.call_id, exc_info=errors)
        line.close_code = 1011
        await line.tell_now(Fail("internal", "an unforeseen error; the service's log has it"))
        with suppress(Exception):  # if the store is what failed, the next start ends the call
            await services.store.append(line.call_id, [CallEnded("error", 0.0)])
    await line.close()


class _Line:
    """The connection: frames in, actions out."""

    def __init__(self, socket: WebSocket, wire: Wire, *, says_goodbye: bool) -> None:
        self._socket = socket
        self._wire = wire
        self._says_goodbye = says_goodbye
        self._unsent: asyncio.Queue[Frame] = asyncio.Queue(MAX_UNSENT)
        self.close_code = NORMAL
        self.close_reason = ""
        self.call_id = ""
        self.open = True
        """The peer is there."""
        self._listens = True
        """It takes what we send; when not, nothing is sent any more, but what it has sent is heard."""

    async def events(self) -> AsyncIterator[CallEvent]:
        """What the peer tells us, until it goes away.

        Raises:
            ProtocolError: it broke the protocol.
        """
        while self.open:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                self.open = False
                if self.call_id and not self._says_goodbye and message.get("code") in HANG_UPS:
                    yield Stopped()
                return
            frame: Frame = message["bytes"] if message.get("bytes") is not None else message["text"]
            for event in self._wire.receive(frame):
                yield event
            for reply in self._wire.replies():
                self._put(reply)

    def tell(self, action: Action) -> bool:
        """Sends an action, after everything told before; whether the protocol has a word for it."""
        frames = self._wire.send(action)
        for frame in frames:
            self._put(frame)
        return bool(frames)

    async def tell_now(self, action: Action) -> None:
        """Sends an action when nothing else sends any more."""
        with suppress(Exception):  # the peer may be gone, and nothing more can be done for it
            for frame in self._wire.send(action):
                await self._send(frame)

    async def show(self, events: list[Event]) -> None:
        """Tells the peer what was stored."""
        for event in events:
            self.tell(Tell(event))

    async def send_frames(self) -> None:
        """Sends what waits. Never returns."""
        while True:
            frame = await self._unsent.get()
            if self.open and self._listens:
                try:
                    await self._send(frame)
                except (RuntimeError, WebSocketDisconnect):
                    self._listens = False  # its goodbye is on the way
            self._unsent.task_done()

    async def sent(self) -> None:
        """Returns when everything told is on its way."""
        await self._unsent.join()

    async def part(self) -> None:
        """Lets the peer close first, and answers its goodbye: some still send when everything is said."""
        with suppress(TimeoutError, RuntimeError):
            async with asyncio.timeout(PARTING_S):
                while self.open:
                    with suppress(VoiceError):  # what was on its way when the call ended
                        async for _ in self.events():
                            pass
        await self.sent()

    async def close(self) -> None:
        with suppress(Exception):
            if self._socket.application_state is not WebSocketState.DISCONNECTED:
                await self._socket.close(
                    self.close_code, self.close_reason.encode()[:MAX_REASON].decode(errors="ignore")
                )

    def _put(self, frame: Frame) -> None:
        if not (self.open and self._listens):
            return
        try:
            self._unsent.put_nowait(frame)
        except asyncio.QueueFull:
            log.warning("call %s: %d frames wait for a peer that does not read", self.call_id, MAX_UNSENT)
            self.close_code = 1008
            self.open = False

    async def _send(self, frame: Frame) -> None:
        if isinstance(frame, bytes):
            await self._socket.send_bytes(frame)
        else:
            await self._socket.send_text(frame)


async def _serve(line: _Line, events: AsyncIterator[CallEvent], services: Services, tasks: asyncio.TaskGroup) -> None:
    try:
        started = await _start(events)
        if started is None:
            return
        if started.mode is Mode.GUIDE:
            check_guide(started, services)
        services.recogniser.admit(len(services.live))
        session = _session(started, services)
        line.call_id = session.call.call_id
        live = LiveCallSession(
            session,
            services.recogniser,
            services.store,
            line.show,
            tasks,
            opinion=services.opinion,
            cards=_cards(session.call, services),
        )
        try:
            with services.live.entered(line.call_id, live):
                await services.store.start_call(session.call)
                line.tell(Ready(line.call_id))
                if started.mode is Mode.GUIDE:
                    guide = GuideCall(live, services, line.tell, started)
                    reason = await _converse(events, live, line, guide, tasks)
                else:
                    with services.operators.talking():
                        reason = await _listen(events, live, line)
                await live.end(reason)
        finally:
            live.cancel()
            give_back()
        if reason in {"stop", "hung_up"}:
            line.tell(End(line.call_id))
    except (VoiceError, ModelsError) as error:
        _refuse(line, error)


def check_guide(started: Started, services: Services) -> None:
    """Raises ProtocolError when no guide could talk in such a call."""
    if services.guide is None or not started.plays_audio:
        raise ProtocolError("mode: no voice guide answers here", code="no_guide", close_code=1008)
    if not {Channel.CITIZEN, Channel.MIXED} & set(started.channels):
        raise AudioFormatError(f"channels: got {', '.join(started.channels)}; the guide needs that of the citizen")


async def _start(events: AsyncIterator[CallEvent]) -> Started | None:
    """The first event; None when the peer goes away before."""
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            first = await anext(events, None)
    except TimeoutError:
        raise ProtocolError(f"no start message within {START_TIMEOUT_S:.0f} s", code="timeout") from None
    if first is not None and not isinstance(first, Started):
        raise ProtocolError(f"{type(first).__name__} before the start of the call", code="out_of_order")
    return first


def _session(started: Started, services: Services) -> CallSession:
    audio = AudioDecoder(started.encoding, started.sample_rate, len(started.channels))
    call = CallInfo(
        call_id=started.call_id or str(uuid.uuid4()),
        channels=started.channels,
        received_at=started.received_at or datetime.now(HOTLINE_TIME_ZONE),
        mode=started.mode,
        caller=started.caller,
        callee=started.callee,
    )
    return CallSession(call, audio, services.resources, started.hotwords)


def _cards(call: CallInfo, services: Services) -> CallCards | None:
    """The guide answers by itself; only operators get cards."""
    return services.cards.for_call(call) if services.cards and call.mode is Mode.ASSIST else None


async def _converse(
    events: AsyncIterator[CallEvent],
    live: LiveCallSession,
    line: _Line,
    guide: GuideCall,
    tasks: asyncio.TaskGroup,
) -> str:
    """Lets the guide carry the call until either side hangs up; returns why it ended."""
    carrying = tasks.create_task(guide.run())
    listening = tasks.create_task(_listen(events, live, line, guide))
    over = tasks.create_task(guide.over.wait())
    try:
        await asyncio.wait({listening, over}, return_when=asyncio.FIRST_COMPLETED)
        return listening.result() if listening.done() else "hung_up"
    finally:
        over.cancel()
        listening.cancel()
        await asyncio.gather(over, listening, return_exceptions=True)
        await guide.end(carrying)


async def _listen(
    events: AsyncIterator[CallEvent], live: LiveCallSession, line: _Line, guide: GuideCall | None = None
) -> str:
    """Takes the call's events in until it ends; returns why it did."""
    try:
        async for event in events:
            match event:
                case Audio(data):
                    await _hear(data, live, guide)
                case Gap(seconds):
                    await live.hear(live.session.receive_gap(seconds))
                case Dtmf(digit):
                    await live.hear(live.session.receive_key(digit))
                case Stopped():
                    return "stop"
                case MarkPlayed(name, cleared=False) if guide is not None:
                    guide.mark_played(name)
                case Started() | MarkPlayed():
                    pass
            if live.session.audio_s > MAX_CALL_S:
                raise ProtocolError(f"longer than {MAX_CALL_S / 3600:.0f} hours", code="too_long", close_code=1008)
    except VoiceError as error:
        _refuse(line, error)
        return "error"
    return "closed"


async def _hear(data: bytes, live: LiveCallSession, guide: GuideCall | None) -> None:
    for start in range(0, len(data), PIECE_BYTES):
        await live.hear(live.session.receive_audio(data[start : start + PIECE_BYTES]))
        if guide is not None:
            guide.listen()
        await asyncio.sleep(0)


def _refuse(line: _Line, error: VoiceError | ModelsError) -> None:
    if isinstance(error, VoiceError):
        retry_after_s = error.retry_after_s if isinstance(error, BusyError) else None
        fail = Fail(error.code, str(error), error.close_code, retry_after_s)
    else:
        fail = Fail("conflict" if error.http_status == 409 else "invalid", str(error), 1008)
    line.close_code, line.close_reason = fail.close_code, f"{fail.code}: {fail.message}"
    log.info("call %s refused: %s", line.call_id or "without a name", line.close_reason)
    line.tell(fail)
