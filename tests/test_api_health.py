"""Health asks every component, and waits for none of them for ever."""

import asyncio
import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn, cast

import httpx
import pytest
from serving import deaf_engine, real_guide, serving

from api import health, services
from api.health import Condition
from api.services import seldom
from api.settings import Settings
from ivr.kokoro import Kokoro
from ivr.speech import DEFAULT_VOICE, NeuralVoice


async def test_all_well(tmp_path: Path) -> None:
    async with (
        serving(Settings(data_dir=tmp_path), deaf_engine()) as served,
        httpx.AsyncClient(base_url=served.http) as client,
    ):
        answer = await client.get("/health")
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
        assert set(answer.json()["components"]) == set(served.services.pings)


async def test_the_guide_and_its_voice_are_asked_too(tmp_path: Path) -> None:
    guide = real_guide()
    voice = NeuralVoice(cast(Kokoro, Hoarse()))
    hoarse = dataclasses.replace(guide, voice=voice, known=())
    async with (
        serving(Settings(data_dir=tmp_path), deaf_engine(), hoarse) as served,
        httpx.AsyncClient(base_url=served.http) as client,
    ):
        answer = await client.get("/health")
        assert answer.status_code == 503
        found = {name: part["status"] for name, part in answer.json()["components"].items()}
        assert found == {"store": "ok", "recogniser": "ok", "guide": "ok", "speech": "failing"}
    await guide.ping_speech()


async def test_a_guide_whose_threads_all_make_speech_has_not_failed() -> None:
    over = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        speech = threads.submit(over.wait, 10.0)
        try:
            found = await health._ask(dataclasses.replace(real_guide(), threads=threads).ping)
            assert not speech.done()
        finally:
            over.set()
    assert found.status is Condition.OK


class Hoarse:
    """A voice model that cannot speak any more."""

    voices = (DEFAULT_VOICE,)

    def synthesise(self, phonemes: str, voice: str, speed: float) -> NoReturn:
        raise RuntimeError("out of memory")


async def test_what_costs_something_is_asked_seldom_but_a_fault_is_asked_again() -> None:
    asked = 0

    async def ping() -> None:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise OSError("gone")

    seldom_asked = seldom(ping, 60.0)
    for _ in range(3):
        await seldom_asked()
    assert asked == 1
    asked_again = seldom(ping, 60.0)
    with pytest.raises(OSError, match="gone"):
        await asked_again()
    await asked_again()
    await asked_again()
    assert asked == 3


async def test_what_is_slow_has_not_failed_before_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "SLOW_PING_S", 0.01)

    async def ping() -> None:
        await asyncio.sleep(0.5)

    patient, impatient = seldom(ping, 60.0), seldom(ping, 0.02)
    await patient()
    await patient()
    await impatient()
    await asyncio.sleep(0.03)
    with pytest.raises(TimeoutError):
        await impatient()


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
