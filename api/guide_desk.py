"""What the voice guide has done outside the conversation: orders kept and looked up, callbacks, open questions."""

from __future__ import annotations

import logging
import secrets
from typing import TypeAlias

from api.live_call import LiveCallSession
from ivr.dialog import Failed, FindOrder, NoteUnanswered, OrderFound, OrderSaved, RequestCallback, SaveOrder
from models.call import HOTLINE_TIME_ZONE
from models.desk import Reason
from models.errors import ModelsError
from models.store import Store
from models.workorder import Draft, FieldName, Source, WorkOrder

CODE_DIGITS = 4
MAX_LOOKUPS = 5
"""Orders that one call may ask for."""
MAX_QUESTION = 200
"""Characters of a question that are kept."""

Errand: TypeAlias = SaveOrder | FindOrder | RequestCallback | NoteUnanswered

log = logging.getLogger(__name__)


class GuideDesk:
    """Runs the errands of one guide call."""

    def __init__(self, live: LiveCallSession, store: Store) -> None:
        self._live = live
        self._store = store
        self._call_id = live.session.call.call_id
        self._lookups = 0

    async def run(self, errand: Errand) -> OrderSaved | OrderFound | Failed | None:
        """Does it, and says what came of it where the guide waits for that."""
        try:
            match errand:
                case SaveOrder():
                    return await self._save(errand)
                case FindOrder():
                    return await self._find(errand)
                case RequestCallback(phone):
                    await self._store.request_callback(self._call_id, phone, Reason.REQUESTED)
                case NoteUnanswered(text):
                    await self._store.note_unanswered(text[:MAX_QUESTION])
        except ModelsError as error:
            log.warning("call %s: %s: %s", self._call_id, type(errand).__name__, error)
            return Failed()
        except Exception:
            # A conversation goes on without the database; the caller is told, or handed over.
            log.exception("call %s: %s failed", self._call_id, type(errand).__name__)
            return None if isinstance(errand, NoteUnanswered) else Failed()
        return None

    async def missed(self) -> None:
        """Nobody came to the telephone in time: the caller is called back, if we know his number."""
        if phone := self._live.session.call.caller:
            await self._store.request_callback(self._call_id, phone, Reason.MISSED)

    async def _save(self, order: SaveOrder) -> OrderSaved:
        """The draft, put right where the caller has put it right, becomes an order."""
        draft = self._live.session.draft
        for name in FieldName:
            if draft.value(name) != order.fields.get(name) and not _keyed_in(draft, name):
                await self._live.edit(name, order.fields.get(name))
        await self._live.recorded()
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        saved = await self._store.submit(self._call_id, unsure=order.unsure, code=code)
        return OrderSaved(saved.order_id, code)

    async def _find(self, wanted: FindOrder) -> OrderFound:
        self._lookups += 1
        if self._lookups > MAX_LOOKUPS:
            return OrderFound(None)
        order = await self._store.find_order(order_id=wanted.order_id, phone=wanted.phone, code=wanted.code)
        return OrderFound(progress(order) if order else None)


def _keyed_in(draft: Draft, name: FieldName) -> bool:
    """Whether an operator has keyed the field in: he knows better."""
    field = draft.fields.get(name)
    return field is not None and field.source is Source.EDITED


def progress(order: WorkOrder) -> str:
    """How far an order is, as a sentence to be spoken."""
    day = order.submitted_at.astimezone(HOTLINE_TIME_ZONE)
    category = order.fields.get(FieldName.CATEGORY)
    matter = f"{category[1]}的" if isinstance(category, tuple) else ""
    return f"您{day.month}月{day.day}日反映的{matter}诉求已经登记，派给负责的单位了，办好以后会给您回复。"
