"""What the guide says on a line, with a voice that needs no model: a tenth of a second of sound a character."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import numpy as np
import pytest

from api.player import LEAD_S, Player
from ivr.dialog import Say
from ivr.errors import SpeechError
from ivr.speech import PLAIN, Manner, Speech
from models.call import Encoding
from voice.audio import to_float
from voice.wire.base import Action, Clear, Mark, Play, Saying

RATE = 8_000
CHARACTER = 800
"""Samples"""


class Counting:
    """Says each clause as a constant, the n-th character as n thousandths."""

    def say(self, text: str, manner: Manner = PLAIN, *, keep: bool = False) -> Iterator[Speech]:
        if "！" in text:
            raise SpeechError("too loud")
        n = 0
        for clause in text.split("，"):
            pcm = np.concatenate([np.full(CHARACTER, (n + i + 1) * 100, np.int16) for i in range(len(clause))])
            n += len(clause)
            yield Speech(clause, pcm, RATE)


@asynccontextmanager
async def playing() -> AsyncIterator[tuple[Player, list[Action]]]:
    told: list[Action] = []

    async def begun(_: Say) -> None:
        pass

    with ThreadPoolExecutor(1) as threads:
        player = Player(
            Counting(), Encoding.PCM16, RATE, threads, keep=lambda _: False, tell=told.append, begun=begun
        )
        task = asyncio.create_task(player.run())
        try:
            yield player, told
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def sound(told: list[Action]) -> list[int]:
    """Which characters were sent."""
    samples = np.concatenate([to_float(a.data, Encoding.PCM16) for a in told if isinstance(a, Play)])
    return [round(float(value) * 32768 / 100) for value in samples[::CHARACTER]]


async def until_played(player: Player) -> None:
    async with asyncio.timeout(10):
        while player.playing:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_plays_everything_in_order_and_in_step_with_the_clock() -> None:
    async with playing() as (player, told):
        began = asyncio.get_running_loop().time()
        player.say(Say("g1", "一二三，四五"))
        player.say(Say("g2", "六"))
        await until_played(player)
        took = asyncio.get_running_loop().time() - began
        assert player.progress() == [("g1", 6), ("g2", 1)]
    assert sound(told) == [1, 2, 3, 4, 5, 1]
    assert [a for a in told if not isinstance(a, Play)] == [
        Saying("一二三，四五"),
        Mark("g1"),
        Saying("六"),
        Mark("g2"),
    ]
    assert took >= 0.6


async def test_no_more_than_a_little_is_ahead_of_the_caller() -> None:
    async with playing() as (player, told):
        player.say(Say("g1", "一二三四五六七八九十"))
        await asyncio.sleep(0.25)
        assert 0.2 <= len(sound(told)) * 0.1 <= 0.25 + LEAD_S + 0.1


async def test_goes_on_where_it_was_held() -> None:
    async with playing() as (player, told):
        player.say(Say("g1", "一二三四五六七八"))
        await asyncio.sleep(0.35)
        player.hold()
        assert told[-1] == Clear()
        sent = len(told)
        await asyncio.sleep(0.2)
        assert len(told) == sent
        player.resume()
        await until_played(player)
        again = sound(told[sent:])
        assert again == list(range(again[0], 9))
        assert 3 <= again[0] <= 5  # what was on its way and not heard is sent once more
        assert [a for a in told if isinstance(a, Mark)] == [Mark("g1")]


async def test_tells_what_was_heard_of_what_is_cleared() -> None:
    async with playing() as (player, told):
        player.say(Say("g1", "一二三四五六七八"))
        player.say(Say("g2", "九"))
        await asyncio.sleep(0.35)
        [(say, heard)] = player.clear()
        assert (say.mark, told[-1]) == ("g1", Clear())
        assert 2 <= heard <= 4
        assert not player.playing
        sent = len(told)
        player.say(Say("g3", "十"))
        await until_played(player)
        assert told[sent] == Saying("十")


async def test_a_mark_of_the_peer_ends_a_piece_at_once() -> None:
    async with playing() as (player, told):
        player.say(Say("g1", "一"))
        async with asyncio.timeout(2):
            while Mark("g1") not in told:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        player.mark_played("g7")
        assert player.playing
        player.mark_played("g1")
        assert not player.playing
        assert player.progress() == [("g1", 1)]


async def test_a_voice_that_fails_ends_it() -> None:
    with ThreadPoolExecutor(1) as threads:

        async def begun(_: Say) -> None:
            pass

        player = Player(
            Counting(), Encoding.PCM16, RATE, threads, keep=lambda _: False, tell=lambda _: None, begun=begun
        )
        player.say(Say("g1", "喂！"))
        with pytest.raises(ExceptionGroup):
            await asyncio.wait_for(player.run(), 5)
