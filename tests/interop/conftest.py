"""What interop tests need, and the table that they end with.

`pytest tests/interop` prints protocol x client x what was exercised x result; docs/connect.md shows it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from serving import Served, serving

from api.settings import Settings


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path, workers=2, api_keys="correct-horse")) as found:
        yield found


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "interop(protocol, client, exercised): a row of the table of protocols")
    config.pluginmanager.register(_Table(), "interop-table")


class _Table:
    """Collects the rows of all tests that are marked."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[str, str, str]] = {}
        self._results: dict[str, str] = {}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> object:
        outcome = yield
        marker = item.get_closest_marker("interop")
        report = outcome.get_result()  # type: ignore[attr-defined]
        if marker is not None and (report.when == "call" or report.outcome != "passed"):
            self._rows[item.nodeid] = marker.args
            self._results[item.nodeid] = report.outcome

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._rows:
            return
        terminalreporter.section("protocols")
        terminalreporter.line("| protocol | client | exercised | result |")
        terminalreporter.line("|---|---|---|---|")
        for nodeid, row in sorted(self._rows.items(), key=lambda item: item[1]):
            terminalreporter.line(f"| {' | '.join(row)} | {self._results[nodeid]} |")
