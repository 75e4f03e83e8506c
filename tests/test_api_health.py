"""Health asks every component, and waits for none of them for ever."""

import asyncio
from pathlib import Path

import httpx
import pytest
from serving import deaf_engine, serving

from api import health
from api.health import Condition
from api.settings import Settings


async def test_all_well(tmp_path: Path) -> None:
    async with (
        serving(Settings(data_dir=tmp_path), deaf_engine()) as served,
        httpx.AsyncClient(base_url=served.http) as client,
    ):
        answer = await client.get("/health")
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
        assert set(answer.json()["components"]) == set(served.services.pings)


def spoil(folder: Path) -> None:
    for file in folder.glob("yida.db*"):
        file.unlink()
    folder.joinpath("yida.db").mkdir()


async def test_a_store_that_cannot_be_asked(tmp_path: Path) -> None:
    async with (
        serving(Settings(data_dir=tmp_path), deaf_engine()) as served,
        httpx.AsyncClient(base_url=served.http) as client,
    ):
        await served.services.store._engine.dispose()  # no connection is kept from when the file was there
        spoil(tmp_path)
        answer = await client.get("/health")
        assert (answer.status_code, answer.json()["status"]) == (503, "failing")
        assert answer.json()["components"]["store"]["status"] == "failing"


async def test_a_component_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PING_TIMEOUT_S", 0.01)
    found = await health._ask(asyncio.Event().wait)
    assert found.status is Condition.FAILING
    assert found.error is not None
    assert "0.01" in found.error
