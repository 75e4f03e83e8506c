"""The operator's socket: snapshot, then events, again after a broken line, and never a queue that grows."""

import asyncio
import functools
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from serving import Served, deaf_engine, serving
from telling import draft, final, info, partial
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from api import console
from api.settings import Settings
from models.desk import Reason
from models.events import CallEnded
from models.store import Store


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path), deaf_engine()) as running:
        yield running


@pytest.fixture
async def store(served: Served) -> Store:
    await served.services.store.start_call(info())
    return served.services.store


@pytest.fixture
async def viewer(served: Served) -> AsyncIterator[ClientConnection]:
    async with connect(served.ws + "/v1/console", max_queue=None) as socket:
        yield socket


async def ask(viewer: ClientConnection, **watch: Any) -> None:
    await viewer.send(json.dumps({"type": "watch", **watch}))


async def get(viewer: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        frame: dict[str, Any] = json.loads(await viewer.recv())
        return frame


async def test_snapshot_then_events(viewer: ClientConnection, store: Store) -> None:
    await store.append("c1", [final("u1", "我家暖气不热"), partial("u2", "芳星", 2.0), draft(district="丰台区")])
    await ask(viewer, call_id="c1")
    now = await get(viewer)
    assert (now["type"], now["call_id"], now["seq"]) == ("snapshot", "c1", 4)
    assert [u["raw"] for u in now["utterances"]] == ["我家暖气不热"]
    assert [p["text"] for p in now["partials"]] == ["芳星"]
    assert now["draft"]["fields"]["district"]["value"] == "丰台区"
    await store.append("c1", [partial("u2", "芳星园", 2.0)])
    heard = await get(viewer)
    assert (heard["type"], heard["seq"], heard["text"], heard["stable"]) == ("partial", 5, "芳星园", "芳星")
    await store.append("c1", [final("u2", "芳星园", 2.0), CallEnded("stop", 3.0)])
    frames = [await get(viewer), await get(viewer)]
    assert [(f["type"], f["seq"], f["call_id"]) for f in frames] == [("final", 6, "c1"), ("ended", 7, "c1")]


async def test_coming_back_brings_only_what_was_missed(viewer: ClientConnection, store: Store) -> None:
    await store.append("c1", [partial("u1", "我家"), final("u0", "喂")])
    await store.append("c1", [final("u1", "我家暖气不热"), final("u2", "冷", 2.0)])
    await ask(viewer, call_id="c1", after=3)
    frames = [await get(viewer), await get(viewer)]
    assert [(f["type"], f["seq"]) for f in frames] == [("final", 4), ("final", 5)]


async def test_a_number_that_has_not_been_yet_gets_a_snapshot_not_silence(
    viewer: ClientConnection, store: Store
) -> None:
    await ask(viewer, call_id="c1", after=99_999)
    frame = await get(viewer)
    assert (frame["type"], frame["seq"]) == ("snapshot", 1)


async def test_who_lacks_too_much_gets_a_new_snapshot(
    viewer: ClientConnection, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "MAX_BEHIND", 3)
    await store.append("c1", [final(f"u{n}", "好", n) for n in range(5)])
    await ask(viewer, call_id="c1", after=1)
    frame = await get(viewer)
    assert (frame["type"], frame["seq"], len(frame["utterances"])) == ("snapshot", 6, 5)


async def test_the_list_and_its_changes(viewer: ClientConnection, store: Store) -> None:
    await ask(viewer)
    first = await get(viewer)
    assert (first["type"], first["recent"]) == ("calls", [])
    assert [c["info"]["call_id"] for c in first["live"]] == ["c1"]
    assert await get(viewer) == {"type": "desk", "callbacks": [], "unanswered": []}
    await store.append("c1", [final("u1", "好")])
    await store.append("c1", [draft(district="丰台区")])
    changed = await get(viewer)
    assert changed["live"][0]["fields"] == {"district": "丰台区"}
    await store.append("c1", [CallEnded("stop", 3.0)])
    ended = await get(viewer)
    assert (ended["live"], ended["recent"][0]["info"]["call_id"]) == ([], "c1")


async def test_what_waits_for_people_and_its_changes(served: Served, viewer: ClientConnection, store: Store) -> None:
    await store.note_unanswered("护照怎么办")
    waiting = await store.request_callback("c1", "13693107725", Reason.MISSED)
    await ask(viewer)
    assert (await get(viewer))["type"] == "calls"
    desk = await get(viewer)
    assert [(c["phone"], c["call_id"], c["order_id"]) for c in desk["callbacks"]] == [("13693107725", "c1", None)]
    assert [(q["text"], q["times"]) for q in desk["unanswered"]] == [("护照怎么办", 1)]
    async with httpx.AsyncClient(base_url=served.http) as client:
        await client.post(f"/v1/callbacks/{waiting.number}/done")
    changed = await get(viewer)
    assert (changed["type"], changed["callbacks"], changed["unanswered"]) == ("desk", [], desk["unanswered"])


async def test_the_list_and_one_call_side_by_side(viewer: ClientConnection, store: Store) -> None:
    await store.start_call(info("c2"))
    await ask(viewer)
    await ask(viewer, call_id="c1")
    assert {(await get(viewer))["type"] for _ in range(3)} == {"calls", "desk", "snapshot"}
    await ask(viewer, call_id="c2")
    assert (await get(viewer))["call_id"] == "c2"
    await store.append("c1", [final("u1", "好")])
    await store.append("c2", [final("u1", "好")])
    frame = await get(viewer)
    assert (frame["type"], frame["call_id"]) == ("final", "c2")


async def test_an_unknown_call_is_an_answer_not_the_end(viewer: ClientConnection, store: Store) -> None:
    await ask(viewer, call_id="c9")
    refusal = await get(viewer)
    assert (refusal["type"], refusal["code"], refusal["call_id"]) == ("error", "not_found", "c9")
    await ask(viewer, call_id="c1")
    assert (await get(viewer))["type"] == "snapshot"


@pytest.mark.parametrize(
    "frame",
    [
        "nonsense",
        "[]",
        '{"type":"listen"}',
        '{"type":"watch","after":"x"}',
        '{"type":"watch","x":1}',
        '{"type":"watch","call_id":"\\u0000"}',
        b"\0",
    ],
)
async def test_what_is_not_a_request_ends_the_connection(viewer: ClientConnection, frame: str | bytes) -> None:
    await viewer.send(frame)
    assert (await get(viewer))["code"] == "bad_message"
    with pytest.raises(ConnectionClosed) as closed:
        await viewer.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1007


async def test_a_viewer_who_does_not_read_holds_nobody_up(served: Served, store: Store) -> None:
    plain = functools.partial(connect, served.ws + "/v1/console", compression=None)
    async with plain(max_queue=1, close_timeout=0.1) as sleeper, plain() as awake:
        await ask(sleeper, call_id="c1")
        await ask(awake, call_id="c1")
        assert (await get(awake))["type"] == "snapshot"
        long = msgspec.structs.replace(final("u", "好"), text="很长的一句话" * 5000)
        for n in range(100):  # 9 MB, more than the sockets' buffers hold
            await store.append("c1", [msgspec.structs.replace(long, utterance=f"u{n}")])
            assert (await get(awake))["seq"] == n + 2


async def test_a_viewer_who_takes_nothing_for_long_is_let_go(
    served: Served, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "SEND_TIMEOUT_S", 0.2)
    long = msgspec.structs.replace(final("u", "好"), text="很长的一句话" * 5000)
    url = served.ws + "/v1/console"
    async with connect(url, compression=None, max_queue=1, close_timeout=0.1) as sleeper:
        await ask(sleeper, call_id="c1")
        for n in range(200):
            await store.append("c1", [msgspec.structs.replace(long, utterance=f"u{n}")])
        async with asyncio.timeout(5):
            while served.services.bus._bells:  # noqa: ASYNC110 - there is nothing that tells when a viewer is gone
                await asyncio.sleep(0.01)


async def test_a_store_that_fails_sends_viewers_away_to_ask_again(
    viewer: ClientConnection, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(call_id: str) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(store, "snapshot", broken)
    await ask(viewer, call_id="c1")
    with pytest.raises(ConnectionClosed) as closed:
        await viewer.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1011
    assert "the disk is gone" in caplog.text


async def test_nothing_is_left_when_viewers_go(served: Served, store: Store) -> None:
    for _ in range(3):
        async with connect(served.ws + "/v1/console") as viewer:
            await ask(viewer)
            await ask(viewer, call_id="c1")
            await get(viewer)
    async with asyncio.timeout(5):
        while served.services.bus._bells:  # noqa: ASYNC110 - there is nothing that tells when a viewer is gone
            await asyncio.sleep(0.01)


async def test_a_partial_is_on_the_screen_at_once(viewer: ClientConnection, store: Store) -> None:
    await ask(viewer, call_id="c1")
    await get(viewer)
    delays = []
    for n in range(20):
        began = time.perf_counter()
        await store.append("c1", [partial("u1", "我家暖气" + "热" * n)])
        assert (await get(viewer))["type"] == "partial"
        delays.append(time.perf_counter() - began)
    assert min(delays) < 0.05  # the least, because a busy machine may hold up some of them


async def test_operators_take_calls_while_their_page_says_so(tmp_path: Path) -> None:
    async def position(served: Served, expected: int) -> None:
        async with asyncio.timeout(5):
            while served.services.operators.position("c1") != expected:  # noqa: ASYNC110 - the line calls nobody here
                await asyncio.sleep(0.01)

    settings = Settings(data_dir=tmp_path, operators="present")
    async with serving(settings, deaf_engine()) as served:
        await position(served, 1)
        async with connect(served.ws + "/v1/console") as page:
            await page.send('{"type":"presence","takes_calls":true}')
            await position(served, 0)
            await page.send('{"type":"presence","takes_calls":false}')
            await position(served, 1)
            await page.send('{"type":"presence","takes_calls":true}')
            await position(served, 0)
        await position(served, 1)  # he closed the page
