"""What interop tests need, and the table that they end with.

`pytest tests/interop` prints protocol x client x what was exercised x result; docs/connect.md shows it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import Any

import pytest
from serving import Served, real_engine, real_guide, serving

from api.settings import Settings


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path, workers=2, api_keys="correct-horse")) as found:
        yield found


@pytest.fixture
async def guided(tmp_path: Path) -> AsyncIterator[Served]:
    """A service whose voice guide answers."""
    settings = Settings(data_dir=tmp_path, workers=2, api_keys="correct-horse")
    async with serving(settings, real_engine(), real_guide()) as found:
        yield found


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "interop(protocol, client, exercised): a row of the table of protocols")
    config.pluginmanager.register(_Table(), "interop-table")


class _Table:
    """Collects the rows of all tests that are marked; reports bring them, also from other processes (`pytest -n`)."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, str, str], set[str]] = {}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, None]:
        outcome = yield
        marker = item.get_closest_marker("interop")
        if marker is not None:
            outcome.get_result().user_properties.append(("interop", marker.args))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        row = dict(report.user_properties).get("interop")
        if row is not None and (report.when == "call" or report.outcome != "passed"):
            self._results.setdefault(tuple(row), set()).add(report.outcome)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._results:
            return
        terminalreporter.section("protocols")
        terminalreporter.line("| protocol | client | exercised | result |")
        terminalreporter.line("|---|---|---|---|")
        for row, outcomes in sorted(self._results.items()):
            terminalreporter.line(f"| {' | '.join((*row, ', '.join(sorted(outcomes))))} |")
