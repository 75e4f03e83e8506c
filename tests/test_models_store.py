"""One contract for every database: SQLite always, PostgreSQL where it is installed or named (see postgres.py)."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC
from pathlib import Path

import postgres
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from msgspec import structs
from sqlalchemy import Connection, text
from telling import RECEIVED, draft, final, info, partial

from models.database import alembic_config, open_engine
from models.desk import MAX_WRONG_CODES, Reason
from models.errors import ConflictError, InvalidFieldError, NotFoundError, StoreError
from models.events import (
    AlertRaised,
    Body,
    CallEnded,
    CallStarted,
    DraftChanged,
    Event,
    FieldEdited,
    MatterBegun,
    OrderSubmitted,
    TransferRequested,
)
from models.snapshot import Status, fold
from models.store import Store
from models.tables import metadata
from models.workorder import Draft, FieldName, Source


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    if why := postgres.missing():
        pytest.skip(why)
    with postgres.server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/yida.db"
        return
    server = request.getfixturevalue("postgresql")
    yield server
    async with open_engine(server) as engine, engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.execute(text("DROP TABLE alembic_version"))


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with Store.open(url) as opened:
        yield opened


async def tell(store: Store, call_id: str, *bodies: Body) -> list[Event]:
    return await store.append(call_id, bodies)


async def test_what_is_appended_is_read_again_as_it_was(store: Store) -> None:
    started = await store.start_call(info())
    said = [final("u1", "我家暖气不热"), draft(district="丰台区"), final("u2", "芳星园二区", 2.0)]
    stored = await tell(store, "c1", *said)
    assert [started.seq, *(e.seq for e in stored)] == [1, 2, 3, 4]
    assert await store.events("c1") == [started, *stored]
    assert [e.body for e in stored] == said
    assert started.body == CallStarted(info())
    assert await store.events("c1", after=2, limit=1) == stored[1:2]
    assert await store.events("c1", after=4) == []


async def test_a_final_takes_the_place_of_its_partials(store: Store) -> None:
    await store.start_call(info())
    await tell(store, "c1", partial("u1", "我家"))
    await tell(store, "c1", partial("u1", "我家暖气"), partial("u2", "您好"))
    assert [(e.seq, e.body) for e in await store.events("c1", after=1)] == [
        (3, partial("u1", "我家暖气")),
        (4, partial("u2", "您好")),
    ]
    await tell(store, "c1", final("u1", "我家暖气不热"))
    assert [(e.seq, e.body) for e in await store.events("c1", after=1)] == [
        (4, partial("u2", "您好")),
        (5, final("u1", "我家暖气不热")),
    ]


async def test_a_partial_and_its_final_in_one_append(store: Store) -> None:
    await store.start_call(info())
    told = await tell(store, "c1", partial("u1", "我"), partial("u1", "我家"), final("u1", "我家"))
    assert [e.seq for e in told] == [2, 3, 4]
    assert [e.seq for e in await store.events("c1")] == [1, 4]


async def test_only_the_newest_draft_is_kept(store: Store) -> None:
    await store.start_call(info())
    await tell(store, "c1", draft(district="丰台区"))
    await tell(store, "c1", draft(district="丰台区", street="方庄街道"))
    assert [e.seq for e in await store.events("c1")] == [1, 3]
    assert (await store.snapshot("c1")).draft.value(FieldName.STREET) == "方庄街道"


async def test_appends_of_many_calls_at_once(store: Store) -> None:
    ids = [f"c{i}" for i in range(20)]
    await asyncio.gather(*(store.start_call(info(c)) for c in ids))
    turns = [(c, n) for n in range(10) for c in ids]
    stored = await asyncio.gather(*(tell(store, c, final(f"u{n}", f"第{n}句", n)) for c, n in turns))
    by_call: dict[str, list[int]] = {}
    for (c, _), events in zip(turns, stored, strict=True):
        by_call.setdefault(c, []).extend(e.seq for e in events)
    assert by_call == {c: list(range(2, 12)) for c in ids}
    for c in ids:
        assert [u.text for u in (await store.snapshot(c)).utterances] == [f"第{n}句。" for n in range(10)]


async def test_a_refused_append_does_not_disturb_the_others(store: Store) -> None:
    await store.start_call(info("good"))
    await store.start_call(info("over"))
    await tell(store, "over", CallEnded("stop", 1.0))
    outcomes = await asyncio.gather(
        tell(store, "good", final("u1", "一")),
        tell(store, "nobody", final("u1", "二")),
        tell(store, "over", final("u1", "三")),
        tell(store, "good", final("u2", "四")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], NotFoundError)
    assert isinstance(outcomes[2], ConflictError)
    assert [u.raw for u in (await store.snapshot("good")).utterances] == ["一", "四"]


async def test_the_same_call_cannot_start_twice(store: Store) -> None:
    await store.start_call(info())
    await tell(store, "c1", final("u1", "你好"))
    with pytest.raises(ConflictError, match="c1"):
        await store.start_call(info())
    assert len(await store.events("c1")) == 2


async def test_snapshot_folds_what_happened(store: Store) -> None:
    await store.start_call(info())
    alert = AlertRaised(number="119", reason="燃气泄漏", utterance="u1", quote="煤气漏了")
    await tell(store, "c1", final("u2", "在哪儿", 3.0), final("u1", "煤气漏了", 1.0), final("u3", "", 5.0))
    await tell(store, "c1", alert, draft(district="丰台区"), partial("u4", "快来", 6.0))
    now = await store.snapshot("c1")
    assert [u.id for u in now.utterances] == ["u1", "u2"]
    assert [p.utterance for p in now.partials] == ["u4"]
    assert now.alerts == (alert,)
    assert now.draft == Draft(draft(district="丰台区").fields)
    assert (now.status, now.seq, now.info, now.heard_s) == (Status.LIVE, 7, info(), 6.4)
    assert now == fold(await store.events("c1"))


async def test_snapshot_and_later_events_give_the_same_as_a_later_snapshot(store: Store) -> None:
    first = await store.start_call(info())
    await tell(store, "c1", partial("u1", "煤气"), draft(district="丰台区"))
    before = await store.events("c1")
    await tell(store, "c1", final("u1", "煤气漏了"), draft(district="大兴区"), CallEnded("stop", 2.0))
    after = await store.events("c1", after=before[-1].seq)
    assert fold([first, *before[1:], *after]) == await store.snapshot("c1")


async def test_calls_newest_first_in_pages(store: Store) -> None:
    for n in range(5):
        await store.start_call(info(f"c{n}"))
    await tell(store, "c3", draft(district="丰台区"), CallEnded("stop", 1.0))
    first = await store.calls(limit=2)
    rest = await store.calls(limit=10, before=first[-1].number)
    assert [c.info.call_id for c in [*first, *rest]] == ["c4", "c3", "c2", "c1", "c0"]
    assert [c.info.call_id for c in await store.calls(status=Status.ENDED)] == ["c3"]
    ended = first[1]
    assert (ended.status, ended.fields) == (Status.ENDED, {FieldName.DISTRICT: "丰台区"})
    assert ended.ended_at is not None
    assert ended.ended_at >= ended.started_at


async def test_calls_in_which_nothing_happened_can_be_left_out(store: Store) -> None:
    nobody = structs.replace(info("nobody"), caller=None)
    for call in (info("known"), nobody, structs.replace(nobody, call_id='"caller":"1'), info("spoken")):
        await store.start_call(call)
    await store.start_call(structs.replace(nobody, call_id="heard"))
    await tell(store, "heard", final("u1", "喂"))
    for call_id in ("known", "nobody", '"caller":"1', "spoken", "heard"):
        await tell(store, call_id, CallEnded("stop", 0.0))
    assert [c.info.call_id for c in await store.calls(empty=False)] == ["heard", "spoken", "known"]
    assert len(await store.calls()) == 5


async def test_list_shows_alert_and_order(store: Store) -> None:
    await store.start_call(info())
    await tell(store, "c1", AlertRaised(number="119", reason="火", utterance="u1", quote="着火了"))
    order = await store.submit("c1")
    [line] = await store.calls()
    assert (line.alert, line.order_id) == ("119", order.order_id)


async def test_editing_an_ended_call(store: Store) -> None:
    await store.start_call(info())
    await tell(store, "c1", draft(district="丰台区"), CallEnded("stop", 1.0))
    edited, changed = await store.edit("c1", FieldName.DISTRICT, "大兴区")
    assert edited.body == FieldEdited(FieldName.DISTRICT, "大兴区")
    assert isinstance(changed.body, DraftChanged)
    field = (await store.snapshot("c1")).draft.fields[FieldName.DISTRICT]
    assert (field.value, field.source, field.alternatives[0].value) == ("大兴区", Source.EDITED, "丰台区")
    with pytest.raises(InvalidFieldError):
        await store.edit("c1", FieldName.CALLER_PHONE, "not a number")
    with pytest.raises(NotFoundError):
        await store.edit("c9", FieldName.DISTRICT, "大兴区")


async def test_a_live_call_is_edited_by_its_session_only(store: Store) -> None:
    await store.start_call(info())
    with pytest.raises(ConflictError, match="live"):
        await store.edit("c1", FieldName.DISTRICT, "大兴区")
    assert len(await store.events("c1")) == 1


async def test_submitting(store: Store) -> None:
    await store.start_call(info())
    await tell(store, "c1", draft(district="丰台区", caller_phone="13693107725"))
    order = await store.submit("c1")
    assert order.fields == {FieldName.DISTRICT: "丰台区", FieldName.CALLER_PHONE: "13693107725"}
    assert await store.order(order.order_id) == order
    assert (await store.events("c1"))[-1].body == OrderSubmitted(order.order_id)
    with pytest.raises(ConflictError, match=order.order_id):
        await store.submit("c1")
    await tell(store, "c1", CallEnded("stop", 1.0))
    with pytest.raises(ConflictError, match=order.order_id):
        await store.edit("c1", FieldName.DISTRICT, "大兴区")
    with pytest.raises(NotFoundError):
        await store.order("20260101000099")


async def test_another_matter_leads_to_another_order(store: Store) -> None:
    await store.start_call(info())
    await tell(store, "c1", draft(district="丰台区"))
    first = await store.submit("c1")
    await tell(store, "c1", MatterBegun())
    begun = await store.snapshot("c1")
    assert (begun.order_id, begun.orders, begun.draft) == (None, (first.order_id,), Draft())
    await tell(store, "c1", draft(district="大兴区"))
    second = await store.submit("c1")
    assert second.order_id != first.order_id
    assert [o.fields[FieldName.DISTRICT] for o in await store.orders()] == ["大兴区", "丰台区"]
    both = await store.snapshot("c1")
    assert (both.order_id, both.orders) == (second.order_id, (first.order_id, second.order_id))
    [summary] = await store.calls()
    assert summary.order_id == second.order_id
    with pytest.raises(ConflictError, match=second.order_id):
        await store.submit("c1")


async def test_two_who_submit_at_once_get_one_order(store: Store) -> None:
    await store.start_call(info())
    outcomes = await asyncio.gather(*(store.submit("c1") for _ in range(3)), return_exceptions=True)
    assert sorted(type(o).__name__ for o in outcomes) == ["ConflictError", "ConflictError", "WorkOrder"]


async def test_orders_are_numbered_by_themselves_within_their_day(store: Store) -> None:
    for n in range(12):
        await store.start_call(info(f"c{n}"))
    days = [(await store.submit(call_id)).order_id for call_id in ("c3", "c11")]
    await tell(store, "c3", MatterBegun())
    days.append((await store.submit("c3")).order_id)
    assert [day[8:] for day in days] == ["000001", "000002", "000003"]


async def test_processes_that_submit_at_once_give_different_numbers(url: str) -> None:
    async with Store.open(url, node="a") as one, Store.open(url, node="b") as two:
        for n in range(20):
            await one.start_call(info(f"c{n}"))
        orders = await asyncio.gather(*((one, two)[n % 2].submit(f"c{n}") for n in range(20)))
    assert sorted(int(order.order_id[8:]) for order in orders) == list(range(1, 21))


async def test_the_list_tells_to_whom_a_call_was_handed_over(store: Store) -> None:
    await store.start_call(info())
    assert [c.transfer for c in await store.calls()] == [None]
    for to in ("operator", "119"):
        await tell(store, "c1", TransferRequested(to=to, reason="wanted"))
        assert [c.transfer for c in await store.calls()] == [to]
    transfer = (await store.snapshot("c1")).transfer
    assert transfer is not None
    assert transfer.to == "119"


async def test_orders_newest_first_in_pages(store: Store) -> None:
    for n in range(4):
        await store.start_call(info(f"c{n}"))
    ids = [(await store.submit(f"c{n}")).order_id for n in range(4)]
    first = await store.orders(limit=3)
    rest = await store.orders(limit=3, before=first[-1].order_id)
    assert [o.order_id for o in [*first, *rest]] == ids[::-1]


async def test_earlier_orders_of_the_same_matter(store: Store) -> None:
    place = {"district": "丰台区", "street": "方庄街道", "community": "芳星园二区社区"}
    told = {
        "mine": draft(caller_phone="13693107725", **place),
        "caller": draft(caller_phone="13693107725"),
        "stranger": draft(caller_phone="13800001234", district="丰台区"),
        "draft": draft(caller_phone="13693107725"),
    }
    for call_id, body in told.items():
        await store.start_call(info(call_id))
        await store.append(call_id, [body])
        if call_id != "draft":
            await store.submit(call_id)
    found = await store.same_matter("mine")
    assert [(m.order.call_id, m.reason) for m in found] == [("caller", "同一联系电话")]
    await store.start_call(info("empty"))
    assert await store.same_matter("empty") == ()
    with pytest.raises(NotFoundError):
        await store.same_matter("nobody")


async def test_orders_from_before_they_could_be_searched_are_found(url: str) -> None:
    async with Store.open(url) as store:
        for call_id in ("old", "new"):
            await store.start_call(info(call_id))
            await store.append(call_id, [draft(caller_phone="13693107725")])
        await store.submit("old")
    async with open_engine(url) as engine, engine.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(alembic_config(c), "0001"))
    async with Store.open(url) as store:
        assert [m.order.call_id for m in await store.same_matter("new")] == ["old"]


async def test_calls_left_live_by_a_crash_are_ended_and_nothing_heard_is_lost(url: str) -> None:
    async with Store.open(url, node="a") as store:
        await store.start_call(info())
        await tell(store, "c1", final("u1", "我家暖气不热"), partial("u2", "芳星园", 2.0))
    async with Store.open(url, node="b") as other:
        assert await other.interrupt_live_calls() == 0
    async with Store.open(url, node="a") as again:
        before = await again.snapshot("c1")
        assert await again.interrupt_live_calls() == 1
        now = await again.snapshot("c1")
        assert now.ended == CallEnded("interrupted", before.heard_s)
        assert (now.utterances, now.partials) == (before.utterances, before.partials)
        assert [u.raw for u in now.utterances] == ["我家暖气不热"]
        assert await again.interrupt_live_calls() == 0


async def test_what_was_shown_survives_a_kill(url: str) -> None:
    teller = await asyncio.create_subprocess_exec(
        sys.executable, "-c", TELLER, url, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parent
    )
    assert teller.stdout is not None
    shown = [int(await teller.stdout.readline()) for _ in range(25)]
    teller.kill()
    shown += [int(line) for line in (await teller.stdout.read()).splitlines()]
    await teller.wait()
    async with Store.open(url) as store:
        stored = [e.seq for e in await store.events("c1")]
        assert set(shown) <= set(stored)
        assert stored == list(range(1, len(stored) + 1))
        assert await store.interrupt_live_calls() == 1


TELLER = """
import asyncio, sys
from telling import final, info
from models.store import Store

async def main():
    async with Store.open(sys.argv[1]) as store:
        await store.start_call(info())
        for n in range(100_000):
            for event in await store.append("c1", [final(f"u{n}", "我家暖气不热", n)]):
                print(event.seq, flush=True)

asyncio.run(main())
"""


async def test_the_bell_rings_after_the_commit_for_every_write(url: str) -> None:
    told: list[Event] = []
    async with Store.open(url, on_stored=told.extend) as store:
        await store.start_call(info())
        await tell(store, "c1", final("u1", "你好"), CallEnded("stop", 1.0))
        await store.edit("c1", FieldName.DISTRICT, "丰台区")
        await store.submit("c1")
        assert [e.seq for e in told] == [1, 2, 3, 4, 5, 6]
        assert told == await store.events("c1")


async def test_an_append_whose_caller_gives_up_is_stored_all_the_same(url: str) -> None:
    async with Store.open(url) as store:
        await store.start_call(info())
        task = asyncio.create_task(tell(store, "c1", final("u1", "你好")))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await tell(store, "c1", final("u2", "再见"))
        assert [u.raw for u in (await store.snapshot("c1")).utterances] == ["你好", "再见"]


async def test_times_are_utc_and_the_callers_offset_is_kept(store: Store) -> None:
    started = await store.start_call(info())
    assert started.at.tzinfo is UTC
    [read] = await store.events("c1")
    assert read.at == started.at
    assert read.at.utcoffset() == UTC.utcoffset(None)
    assert (await store.snapshot("c1")).info.received_at.utcoffset() == RECEIVED.utcoffset()


async def test_two_processes_share_a_database(url: str) -> None:
    async with Store.open(url, node="a") as one, Store.open(url, node="b") as two:
        await one.start_call(info("a"))
        await two.start_call(info("b"))
        await asyncio.gather(
            *(tell(s, c, final(f"u{n}", "好")) for n in range(30) for s, c in ((one, "a"), (two, "b")))
        )
        assert len((await one.snapshot("b")).utterances) == len((await two.snapshot("a")).utterances) == 30


async def test_migrations_build_the_tables_that_the_code_expects(url: str) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with open_engine(url) as engine, engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_ping(store: Store) -> None:
    await store.ping()


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("nonsense", "not a URL"),
        ("mysql://host/db", "'mysql'"),
        ("sqlite://", "file"),
        ("sqlite:///:memory:", "file"),
        ("sqlite:////proc/nowhere/yida.db", "cannot be opened"),
        ("postgresql://yida:secret@127.0.0.1:9/yida", "cannot be opened"),
    ],
)
async def test_a_database_that_cannot_be_opened(bad: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        async with Store.open(bad):
            pass
    assert "secret" not in str(caught.value)


# --- What the voice guide leaves for people ----------------------------------------------------


async def test_an_order_is_told_about_only_with_its_code(store: Store) -> None:
    await store.start_call(info())
    await tell(store, "c1", draft(caller_phone="13693107725"))
    order = await store.submit("c1", unsure=(FieldName.DISTRICT,), code="0420")
    assert order.unsure == (FieldName.DISTRICT,)
    assert await store.find_order(order_id=order.order_id, phone=None, code="0420") == order
    assert await store.find_order(order_id=None, phone="13693107725", code="0420") == order
    assert await store.find_order(order_id=order.order_id, phone=None, code="0421") is None
    assert await store.find_order(order_id="20260113999999", phone=None, code="0420") is None
    assert await store.find_order(order_id=None, phone=None, code="0420") is None


async def test_codes_cannot_be_tried_out(store: Store) -> None:
    await store.start_call(info())
    order = await store.submit("c1", code="0420")
    wrong = [f"{n:04}" for n in range(MAX_WRONG_CODES)]
    assert [await store.find_order(order_id=order.order_id, phone=None, code=code) for code in wrong] == [None] * 10
    assert await store.find_order(order_id=order.order_id, phone=None, code="0420") is None


async def test_an_order_without_a_code_is_told_to_nobody(store: Store) -> None:
    await store.start_call(info())
    order = await store.submit("c1")
    assert await store.find_order(order_id=order.order_id, phone=None, code="") is None


async def test_who_waits_to_be_called_back_keeps_his_place(store: Store) -> None:
    await store.start_call(info())
    first = await store.request_callback("c1", "13693107725", Reason.MISSED)
    second = await store.request_callback("c1", "13911086755", Reason.REQUESTED)
    assert await store.request_callback("c1", "13693107725", Reason.REQUESTED) == first
    assert await store.callbacks() == [first, second]
    assert await store.callbacks(limit=1, after=first.number) == [second]
    order = await store.submit("c1")
    assert [(c.call_id, c.order_id) for c in await store.callbacks()] == [("c1", order.order_id)] * 2
    done = await store.close_callback(first.number)
    assert done.done_at is not None
    assert await store.close_callback(first.number) == done
    assert [c.number for c in await store.callbacks()] == [second.number]
    assert await store.callbacks(done=True) == [done]
    again = await store.request_callback("c1", "13693107725", Reason.REQUESTED)
    assert again.number not in {first.number, second.number}
    with pytest.raises(NotFoundError):
        await store.close_callback(4711)


async def test_questions_without_an_answer_are_counted(store: Store) -> None:
    for question in ("能放烟花吗", "能养鸡吗", "能放烟花吗"):
        await store.note_unanswered(question)
    assert [(q.text, q.times) for q in await store.unanswered()] == [("能放烟花吗", 2), ("能养鸡吗", 1)]
