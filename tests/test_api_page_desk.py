"""The operator's page in a real browser: calls that are handed over, callers to ring back, the list of calls."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec import structs
from playwright.async_api import Page, expect
from serving import Served, deaf_engine, serving
from telling import draft, final, info

from api.settings import Settings
from models.call import Channel, Mode
from models.desk import Reason
from models.events import CallEnded, TransferRequested
from models.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

HEARS_TONES = """
    window.tones = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) { window.tones++; return start.apply(this, when); };
"""


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path, operators="present"), deaf_engine()) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def store(served: Served) -> Store:
    await served.services.store.start_call(info("mine"))
    await served.services.store.append("mine", [final("u1", "我家暖气不热")])
    return served.services.store


async def guide_call(store: Store, call_id: str, caller: str) -> None:
    call = structs.replace(info(call_id), mode=Mode.GUIDE, channels=(Channel.CITIZEN,), caller=caller)
    await store.start_call(call)


async def hand_over(store: Store, call_id: str, to: str = "operator") -> None:
    await store.append(call_id, [final("u1", "我要找人工"), TransferRequested(to=to, reason="wanted")])


async def test_a_call_that_is_handed_over_reaches_an_operator_who_is_busy_with_another(
    served: Served, store: Store, page: Page
) -> None:
    await guide_call(store, "g1", "13800001234")
    await page.add_init_script(HEARS_TONES)
    await page.goto(f"{served.http}/#/calls/mine")
    await page.locator("#takes-calls").check()
    await page.locator("#field-street").click()
    await hand_over(store, "g1")
    summons = page.get_by_role("alert").filter(has_text="转来电话")
    await expect(summons).to_contain_text("13800001234")
    await expect(page).to_have_title(re.compile("转来电话"))
    await expect(page.locator("#live .badge.handed")).to_have_text("已转接给接线员")
    assert await page.evaluate("window.tones") == 2
    await expect(page.locator("#talk-title")).to_have_text("13693107725")  # who types is not torn away
    await page.locator("#field-street").press("F2")
    await expect(page.locator("#talk-title")).to_have_text("13800001234")
    await expect(summons).to_be_hidden()
    await expect(page).to_have_title("一打就通")
    await store.append("g1", [CallEnded("stop", 9.0)])
    await expect(page.locator(".closing")).to_have_text("已转接给接线员")
    await expect(page.locator("#recent .badge.handed")).to_be_visible()


async def test_who_takes_no_calls_is_not_called(served: Served, store: Store, page: Page) -> None:
    for n, to in enumerate(("119", "operator")):
        await guide_call(store, f"g{n}", f"1380000123{n}")
        await page.goto(f"{served.http}/#/calls/mine")
        await page.locator("#takes-calls").set_checked(to == "119")
        await hand_over(store, f"g{n}", to)
        await expect(page.locator("#live .badge.handed")).to_have_count(n + 1)
        await expect(page.locator("#summons")).to_be_hidden()


async def test_a_call_that_waits_is_told_to_who_takes_calls_from_now_on(
    served: Served, store: Store, page: Page
) -> None:
    await page.goto(f"{served.http}/#/calls/mine")
    await expect(page.locator("#takes-calls")).not_to_be_checked()
    for n in range(2):
        await guide_call(store, f"g{n}", f"1380000123{n}")
        await hand_over(store, f"g{n}")
    await expect(page.locator("#live .badge.handed")).to_have_count(2)
    await store.append("g0", [CallEnded("stop", 9.0)])  # while others took calls: no news
    await expect(page.locator("#recent .badge.handed")).to_have_count(1)
    await page.locator("#takes-calls").check()
    await expect(page.locator("#summons-text")).to_contain_text("13800001231")
    await expect(page.locator("#summons-text")).not_to_contain_text("另有")
    await page.get_by_role("button", name="知道了").click()
    await page.locator("#takes-calls").uncheck()
    await page.locator("#takes-calls").check()
    await expect(page.locator("#summons")).to_be_hidden()


async def test_several_calls_are_told_in_one_notice_that_can_be_put_away(
    served: Served, store: Store, page: Page
) -> None:
    await page.goto(f"{served.http}/#/calls/mine")
    await page.locator("#takes-calls").check()
    for n in range(2):
        await guide_call(store, f"g{n}", f"1380000123{n}")
        await hand_over(store, f"g{n}")
        await expect(page.locator("#summons-text")).to_contain_text(f"1380000123{n}")
    await expect(page.locator("#summons-text")).to_contain_text("另有 1 通")
    await page.get_by_role("button", name="知道了").click()
    await expect(page.locator("#summons")).to_be_hidden()


async def test_who_takes_calls_still_does_after_a_reload(served: Served, store: Store, page: Page) -> None:
    async def free(expected: int) -> None:
        async with asyncio.timeout(5):
            while served.services.operators.position("x") != 1 - expected:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)

    await page.goto(served.http)
    await page.locator("#takes-calls").check()
    await free(1)
    await page.reload()
    await expect(page.locator("#line")).to_have_text("已连接")
    await expect(page.locator("#takes-calls")).to_be_checked()
    await free(1)
    await page.locator("#takes-calls").uncheck()
    await page.reload()
    await expect(page.locator("#takes-calls")).not_to_be_checked()
    await free(0)


async def test_callers_to_ring_back_and_questions_without_an_answer(served: Served, store: Store, page: Page) -> None:
    await store.start_call(structs.replace(info("c1"), caller="13911086755"))
    await store.append("c1", [final("u1", "路灯不亮"), CallEnded("stop", 2.0)])
    order = await store.submit("c1")
    await page.goto(f"{served.http}/#/calls/mine")
    await expect(page.locator("#transcript")).to_contain_text("暖气")
    await expect(page.locator("#callbacks-part")).to_be_hidden()
    await store.request_callback("c1", "13911086755", Reason.MISSED)
    await store.request_callback("mine", "13693107725", Reason.REQUESTED)
    for question in ("护照怎么办", "夜里能放烟花吗", "护照怎么办"):
        await store.note_unanswered(question)
    await store.append("mine", [final("u2", "喂", 5.0)])  # what the guide does is always part of a call
    await expect(page.locator("#to-callbacks")).to_have_text("待回电 2")
    [missed, asked] = await page.locator("#callbacks .task").all()
    await expect(missed).to_contain_text("13911086755")
    await expect(missed).to_contain_text(f"没等到接线员 · 工单 {order.order_id}")
    await expect(asked).to_contain_text("要求回电")
    await page.locator("#unanswered-part summary").click()
    await expect(page.locator("#unanswered li")).to_have_text(
        [re.compile("护照怎么办2 次"), re.compile("烟花吗1 次")]
    )
    await page.locator("#to-callbacks").press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator("#transcript")).to_contain_text("路灯不亮")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(":focus")).to_have_text("打过了？")
    assert len(await store.callbacks()) == 2  # asked once more: whoever is taken off is never rung back
    await page.keyboard.press("Enter")
    await expect(page.locator("#callbacks .task")).to_have_count(1)
    await expect(page.locator(":focus")).to_have_text("已回电")
    assert [c.phone for c in await store.callbacks()] == ["13693107725"]


async def test_the_list_can_be_filtered_and_leaves_out_calls_of_nobody(
    served: Served, store: Store, page: Page
) -> None:
    for n in range(3):
        await store.start_call(structs.replace(info(f"c{n}"), caller=f"1391108675{n}" if n else None))
        said = [final("u1", "好"), draft(summary=f"第{n}盏路灯不亮")] if n else []
        await store.append(f"c{n}", [*said, CallEnded("stop", 2.0)])
    order = await store.submit("c1")
    await page.goto(f"{served.http}/#/calls/mine")
    await expect(page.locator("#recent .call-who")).to_have_text(["13911086752", "13911086751"])
    for words, found in (
        (order.order_id, ["13911086751"]),
        ("路灯 第2", ["13911086752"]),
        ("86751", ["13911086751"]),
    ):
        await page.locator("#filter").fill(words)
        await expect(page.locator(".call-who:visible")).to_have_text(found)
    await page.locator("#filter").fill("没有")
    await expect(page.locator("#no-match")).to_be_visible()


async def test_nothing_of_another_call_stays_when_there_is_none(served: Served, store: Store, page: Page) -> None:
    await page.goto(f"{served.http}/#/calls/mine")
    await expect(page.locator("#transcript")).to_contain_text("暖气")
    await page.goto(f"{served.http}/#/calls/nix")
    await expect(page.get_by_text("没有这通电话。")).to_be_visible()
    await expect(page.locator("#transcript")).to_have_text("")
    await expect(page.locator("#talk-title")).to_have_text("通话记录")
    await expect(page.locator("#draft")).to_be_hidden()
    await page.goto(f"{served.http}/#/calls/mine")
    await expect(page.locator("#transcript")).to_contain_text("暖气")
    await expect(page.locator("#submit")).to_be_enabled()


async def test_a_narrow_window_has_all_that_is_needed_on_the_first_screen(
    served: Served, store: Store, page: Page
) -> None:
    await page.set_viewport_size({"width": 420, "height": 860})
    await page.goto(f"{served.http}/#/calls/mine")
    await expect(page.locator("#transcript")).to_contain_text("暖气")
    for part in ("#live .call", "[data-utterance=u1]", "#draft-title", "#submit"):
        await expect(page.locator(part)).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") == 420
    assert await page.evaluate("document.querySelector('#line').getClientRects().length") == 1
    line = await page.locator("#line").bounding_box()
    assert line is not None
    assert line["height"] < 30  # one line
