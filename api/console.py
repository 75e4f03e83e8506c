"""The operator's socket: the list of calls, and one call as it goes on.

The bell only wakes; what is shown is read from the store. So a viewer that is slow, or was away, simply reads more
at once, and what a newer event has replaced meanwhile (a partial, a draft) is never sent to him. Nothing queues up.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import ExitStack
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api.errors import error_code
from api.openapi import PRINTABLE
from api.services import Opened, Services
from models.errors import ModelsError
from models.events import Event, to_wire

MAX_BEHIND = 500
"""Events; who lacks more gets a new snapshot instead."""
LIST_PAUSE_S = 0.5
"""The list is sent at most this often."""
SEND_TIMEOUT_S = 15.0
"""A viewer who takes nothing for this long is gone."""

router = APIRouter()
_log = logging.getLogger(__name__)


class Watch(msgspec.Struct, frozen=True, tag="watch", forbid_unknown_fields=True):
    """What a viewer asks for: one call, or the list of calls. It takes the place of what he watched of that kind."""

    call_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=PRINTABLE)] | None = None
    after: Annotated[int, msgspec.Meta(ge=0, lt=2**53)] | None = None
    """The last event he has; none: begin with a snapshot."""


class Presence(msgspec.Struct, frozen=True, tag="presence", forbid_unknown_fields=True):
    """Whether the viewer takes calls that the voice guide hands over; until he says so, and once he is gone, no."""

    takes_calls: bool


_decoder = msgspec.json.Decoder(Watch | Presence)


@router.websocket("/v1/console")
async def console(socket: WebSocket, services: Opened) -> None:
    """Serves one viewer until he goes."""
    await socket.accept()
    viewer = _Viewer(socket, services)
    watching: dict[str, asyncio.Task[None]] = {}
    seat = ExitStack()
    try:
        while True:
            watch = _decoder.decode(await socket.receive_text())
            if isinstance(watch, Presence):
                seat.close()
                if watch.takes_calls:
                    seat.enter_context(services.operators.present())
                continue
            kind = "list" if watch.call_id is None else "call"
            if kind in watching:
                watching[kind].cancel()
            watching[kind] = asyncio.create_task(viewer.watch(watch))
    except (msgspec.DecodeError, KeyError) as error:  # KeyError: a binary frame
        await viewer.send(
            {"type": "error", "code": "bad_message", "message": f"expected a watch request or a presence: {error}"}
        )
        await socket.close(1007)
    except WebSocketDisconnect:
        pass
    finally:
        seat.close()
        for task in watching.values():
            task.cancel()
        await asyncio.gather(*watching.values(), return_exceptions=True)


class _Viewer:
    """One open page."""

    def __init__(self, socket: WebSocket, services: Services) -> None:
        self._socket = socket
        self._store = services.store
        self._bus = services.bus
        self._call_list = services.call_list
        self._turn = asyncio.Lock()

    async def send(self, message: dict[str, Any]) -> None:
        """Sends a message.

        Raises:
            WebSocketDisconnect: the viewer is gone, or does not read.
        """
        await self._send_text(msgspec.json.encode(message).decode())

    async def _send_text(self, frame: str) -> None:
        async with self._turn:
            try:
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    await self._socket.send_text(frame)
            except TimeoutError:
                raise WebSocketDisconnect(1013) from None

    async def watch(self, watch: Watch) -> None:
        """Shows what is asked for until cancelled."""
        try:
            if watch.call_id is None:
                await self._follow_list()
            else:
                await self._follow_call(watch.call_id, watch.after)
        except ModelsError as error:
            refusal = {"type": "error", "code": error_code(error), "message": str(error), "call_id": watch.call_id}
            await self.send(refusal)
        except WebSocketDisconnect:
            await self._socket.close(1013)  # wakes the reading side, which cleans up
        except Exception:  # noqa: BLE001 - whatever it is, the viewer must not be left waiting
            _log.exception("a viewer of %s could not be served", watch.call_id or "the list of calls")
            await self._socket.close(1011)  # the page comes back and asks again

    async def _follow_list(self) -> None:
        with self._bus.listen() as bell:
            shown: tuple[str, ...] = ()
            max_age_s = 0.0
            while True:
                frames = await self._call_list.frames(max_age_s)
                for frame in frames:
                    if frame not in shown:
                        await self._send_text(frame)
                shown = frames
                await bell.heard()
                max_age_s = LIST_PAUSE_S
                await asyncio.sleep(LIST_PAUSE_S)  # so a list of this age has what the bell rang for

    async def _follow_call(self, call_id: str, after: int | None) -> None:
        with self._bus.listen(call_id) as bell:
            ahead = after is not None and after > (await self._store.snapshot(call_id)).seq  # of another database
            seen = await self._show(call_id) if after is None or ahead else after
            while True:
                events = await self._store.events(call_id, after=seen, limit=MAX_BEHIND + 1)
                if len(events) > MAX_BEHIND:
                    seen = await self._show(call_id)
                    continue
                for event in events:
                    await self.send(_frame(event))
                    seen = event.seq
                await bell.heard()

    async def _show(self, call_id: str) -> int:
        """Sends the call as it is now; the number of the last event in it."""
        now = await self._store.snapshot(call_id)
        await self.send({"type": "snapshot", "call_id": call_id, **msgspec.structs.asdict(now)})
        return now.seq


def _frame(event: Event) -> dict[str, Any]:
    return {**to_wire(event), "call_id": event.call_id, "at": event.at}
