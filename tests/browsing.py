"""A real browser for tests of the page; skipped where there is none."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page, async_playwright

_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests of a module."""
    async with async_playwright() as playwright:
        try:
            opened = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_QUIET)
        except Error as error:
            pytest.skip(f"no browser: {error.message.splitlines()[0]}")
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page of nobody yet, on which no script may fail."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    opened = await context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    await context.close()
    assert problems == []
