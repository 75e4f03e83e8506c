"""The operator's page in a real browser when answers are late: what was done last, and where, is what counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect
from serving import Served, deaf_engine, serving
from telling import draft, info

from api.settings import Settings
from models.events import CallEnded
from models.workorder import FieldName

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path), deaf_engine()) as running:
        for call_id in ("c1", "c2"):
            await running.services.store.start_call(info(call_id))
            await running.services.store.append(
                call_id, [draft(summary=f"暖气不热{call_id}"), CallEnded("stop", 2.0)]
            )
        yield running


class Slow:
    """Keeps the first request for a path until it is let go."""

    def __init__(self, refuse: bool = False) -> None:
        self.asked = asyncio.Event()
        self.let_go = asyncio.Event()
        self._refuse = refuse

    async def __call__(self, route: Route) -> None:
        if not self.asked.is_set():
            self.asked.set()
            await self.let_go.wait()
            if self._refuse:
                await route.fulfill(status=409, json={"error": {"code": "conflict", "message": ""}})
                return
        await route.continue_()


async def test_an_edit_is_not_undone_by_an_older_one_that_was_slow(served: Served, page: Page) -> None:
    slow = Slow()
    await page.route("**/c1/draft/community", slow)
    await page.goto(f"{served.http}/#/calls/c1")
    community = page.locator("#field-community")
    for typed in ("5号楼", "15号楼"):
        await community.fill(typed)
        await community.press("Enter")
    await asyncio.wait_for(slow.asked.wait(), 5)
    await page.locator("#submit").click()
    await page.wait_for_timeout(300)  # in which the later one arrives, if it does not wait
    assert await served.services.store.orders() == []
    slow.let_go.set()
    await expect(page.locator("#submit")).to_contain_text("已提交")
    await expect(community).to_have_value("15号楼")
    [order] = await served.services.store.orders()
    assert order.fields[FieldName.COMMUNITY] == "15号楼"


async def test_a_field_emptied_while_its_text_is_saved_stays_empty(served: Served, page: Page) -> None:
    slow = Slow()
    await page.route("**/c1/draft/community", slow)
    await page.goto(f"{served.http}/#/calls/c1")
    community = page.locator("#field-community")
    for typed in ("5号楼", ""):
        await community.fill(typed)
        await community.press("Enter")
    slow.let_go.set()
    await expect(page.locator("[data-field=community] .badge.edited")).to_be_visible()
    await page.locator("#submit").click()
    await expect(page.locator("#submit")).to_contain_text("已提交")
    await expect(community).to_have_value("")
    [order] = await served.services.store.orders()
    assert order.fields.get(FieldName.COMMUNITY) is None


async def test_a_refusal_is_told_at_its_call_and_keeps_no_other_call_waiting(served: Served, page: Page) -> None:
    slow = Slow(refuse=True)
    await page.route("**/c1/submit", slow)
    await page.goto(f"{served.http}/#/calls/c1")
    await expect(page.locator("#field-summary")).to_have_value("暖气不热c1")
    await page.locator("#submit").click()
    await asyncio.wait_for(slow.asked.wait(), 5)
    await page.locator(".call[data-id=c2]").click()
    await expect(page.locator("#field-summary")).to_have_value("暖气不热c2")
    await page.locator("#submit").click()
    await expect(page.locator("#submit")).to_contain_text("已提交")
    slow.let_go.set()
    await page.wait_for_timeout(200)
    await expect(page.locator("#draft-problem")).to_have_text("")
    await page.locator(".call[data-id=c1]").click()
    await expect(page.locator("#draft-problem")).to_contain_text("请再试一次")
    await page.locator("#submit").click()
    await expect(page.locator("#submit")).to_contain_text("已提交")
    await expect(page.locator("#draft-problem")).to_have_text("")
    assert len(await served.services.store.orders()) == 2


async def test_an_address_that_is_none_does_not_keep_the_page_from_connecting(served: Served, page: Page) -> None:
    await page.goto(f"{served.http}/#/calls/%")
    await expect(page.locator("#line")).to_have_text("已连接")
    await expect(page.get_by_text("没有这通电话。")).to_be_visible()


async def test_a_problem_is_gone_with_what_was_typed(served: Served, page: Page) -> None:
    await page.goto(f"{served.http}/#/calls/c1")
    time, problem = page.locator("#field-occurred_at"), page.locator("[data-field=occurred_at] .problem")
    await time.fill("2026-13-40")
    await time.press("Enter")
    await expect(problem).to_contain_text("时间请写成")
    await time.fill("")
    await expect(problem).to_have_text("")
