"""What the guide has done outside the conversation: orders, look-ups, callbacks, against a real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from serving import deaf_engine, real_engine, serving
from telling import RECEIVED

from api.guide_desk import MAX_LOOKUPS, GuideDesk, progress
from api.live_call import LiveCallSession
from api.settings import Settings
from ivr.dialog import Failed, FindOrder, Handover, NoteUnanswered, OrderFound, OrderSaved, RequestCallback, SaveOrder
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Encoding, Mode
from models.desk import Reason
from models.events import Event
from models.store import Store
from models.workorder import FieldName, WorkOrder
from voice.audio import AudioDecoder
from voice.session import CallSession

CALL = CallInfo(
    call_id="c1", channels=(Channel.CITIZEN,), received_at=RECEIVED, mode=Mode.GUIDE, caller="13693107725"
)
REPORT = SaveOrder(
    {FieldName.DISTRICT: "朝阳区", FieldName.CALLER_PHONE: "13911086755"}, (FieldName.OCCURRED_AT,), ""
)


async def _nobody_looks(_: list[Event]) -> None:
    """Nobody watches the call."""


@asynccontextmanager
async def at_the_desk(folder: Path) -> AsyncIterator[tuple[GuideDesk, LiveCallSession, Store]]:
    async with serving(Settings(data_dir=folder), deaf_engine()) as served, asyncio.TaskGroup() as tasks:
        session = CallSession(CALL, AudioDecoder(Encoding.MULAW, 8000, 1), real_engine().resources)
        store = served.services.store
        await store.start_call(CALL)
        live = LiveCallSession(session, served.services.recogniser, store, _nobody_looks, tasks)
        yield GuideDesk(live, store), live, store
        live.cancel()


async def test_a_report_becomes_an_order_that_its_code_finds(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as (desk, _, store):
        saved = await desk.run(REPORT)
        assert isinstance(saved, OrderSaved)
        order = await store.order(saved.order_id)
        assert order.fields == REPORT.fields
        assert order.unsure == (FieldName.OCCURRED_AT,)
        found = await desk.run(FindOrder(saved.order_id, None, saved.code))
        assert found == OrderFound(progress(order))
        assert await desk.run(FindOrder(None, "13911086755", saved.code)) == found
        wrong = f"{(int(saved.code) + 1) % 10_000:04}"
        assert await desk.run(FindOrder(saved.order_id, None, wrong)) == OrderFound(None)


async def test_what_an_operator_keyed_in_is_kept(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as (desk, live, store):
        await live.edit(FieldName.DISTRICT, "海淀区")
        saved = await desk.run(REPORT)
        assert isinstance(saved, OrderSaved)
        assert (await store.order(saved.order_id)).fields[FieldName.DISTRICT] == "海淀区"


async def test_a_matter_leads_to_one_order_and_a_call_to_several(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as (desk, live, store):
        first = await desk.run(REPORT)
        assert isinstance(first, OrderSaved)
        assert await desk.run(REPORT) == Failed()
        await live.record(live.session.begin_matter(handed_in=True))
        second = await desk.run(replace(REPORT, fields={FieldName.DISTRICT: "海淀区"}))
        assert isinstance(second, OrderSaved)
        assert (await store.order(first.order_id)).fields == REPORT.fields
        assert (await store.order(second.order_id)).fields == {FieldName.DISTRICT: "海淀区"}
        assert (await store.snapshot("c1")).orders == (first.order_id, second.order_id)
        for saved in (first, second):
            assert await desk.run(FindOrder(saved.order_id, None, saved.code)) != OrderFound(None)


async def test_codes_cannot_be_tried_out_in_one_call(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as (desk, _, _store):
        saved = await desk.run(REPORT)
        assert isinstance(saved, OrderSaved)
        for _ in range(MAX_LOOKUPS):
            await desk.run(FindOrder("20260113000999", None, "0000"))
        assert await desk.run(FindOrder(saved.order_id, None, saved.code)) == OrderFound(None)


async def test_callbacks_and_open_questions_are_left_for_people(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as (desk, live, store):
        assert await desk.run(RequestCallback("13600123456", Handover((), (), live.session.draft, ()))) is None
        assert await desk.run(NoteUnanswered("护照怎么办" * 100)) is None
        await desk.missed()
        assert [(c.phone, c.reason) for c in await store.callbacks()] == [
            ("13600123456", Reason.REQUESTED),
            ("13693107725", Reason.MISSED),
        ]
        [question] = await store.unanswered()
        assert len(question.text) == 200


def test_progress_is_told_by_day_and_matter() -> None:
    order = WorkOrder(
        order_id="20260113000001",
        call_id="c1",
        submitted_at=datetime(2026, 1, 13, 23, 0, tzinfo=HOTLINE_TIME_ZONE),
        fields={FieldName.CATEGORY: ("市政", "路灯照明")},
        unsure=(),
    )
    assert progress(order).startswith("您1月13日反映的路灯照明的诉求")
