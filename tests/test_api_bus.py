"""The bell: coalescing, per call, nothing left behind."""

import asyncio

import pytest

from api.bus import Bell, LocalBus


async def rings(bell: Bell) -> bool:
    try:
        async with asyncio.timeout(0.05):
            await bell.heard()
    except TimeoutError:
        return False
    return True


async def test_rings_for_the_call_and_for_those_who_listen_to_all() -> None:
    bus = LocalBus()
    with bus.listen("a") as a, bus.listen("b") as b, bus.listen() as every:
        bus.ring("a")
        assert [await rings(bell) for bell in (a, b, every)] == [True, False, True]


async def test_many_rings_are_heard_once() -> None:
    bus = LocalBus()
    with bus.listen("a") as bell:
        for _ in range(1000):
            bus.ring("a")
        assert await rings(bell)
        assert not await rings(bell)
        bus.ring("a")
        assert await rings(bell)


async def test_wakes_a_waiting_listener() -> None:
    bus = LocalBus()
    with bus.listen("a") as bell:
        waiting = asyncio.create_task(bell.heard())
        await asyncio.sleep(0)
        bus.ring("a")
        async with asyncio.timeout(1):
            await waiting


async def test_two_listeners_of_a_call_both_hear() -> None:
    bus = LocalBus()
    with bus.listen("a") as one, bus.listen("a") as two:
        bus.ring("a")
        assert await rings(one)
        assert await rings(two)


async def test_leaves_nothing_behind() -> None:
    bus = LocalBus()
    with pytest.raises(RuntimeError), bus.listen("a"):
        raise RuntimeError
    with bus.listen("b"), bus.listen():
        pass
    bus.ring("a")
    assert not bus._bells
