"""Knowledge cards in live calls."""

from __future__ import annotations

import asyncio
import html
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from serving import real_engine, real_understanding, serving
from telling import final, info
from websockets.asyncio.client import connect

from api import calls
from api.cards import CallCards, KnowledgeCards
from api.carrier_client import carried
from api.client import replay
from api.recording import Recording
from api.services import Engine
from api.settings import Settings
from ivr.understanding import Guess
from models.call import Channel, Mode
from models.events import UtteranceHeard
from voice.decoder import Hypothesis, Window
from voice.wire import PROTOCOLS
from voice.wire.client import CallSetup

QUESTION = "今年供暖是从几号开始的"


def _said(words: str, channel: Channel = Channel.CITIZEN, mark: str = "？") -> UtteranceHeard:
    said = final("u1", words, channel=channel)
    return UtteranceHeard(**{**{f: getattr(said, f) for f in said.__struct_fields__}, "text": words + mark})


@pytest.fixture
def cards() -> CallCards:
    return KnowledgeCards(real_understanding()).for_call(info())


async def test_a_card_says_where_its_answer_comes_from_and_what_brought_it_up(cards: CallCards) -> None:
    entry = real_understanding().knowledge.entries["faq-001"]
    card = await cards.after(_said(QUESTION))
    assert card is not None
    assert (card.entry, card.question, card.answer, card.utterance) == (
        "faq-001",
        entry.question,
        entry.written,
        "u1",
    )
    assert (card.source, card.as_of) == (entry.sources[0].title, entry.sources[0].as_of)
    assert card.url.startswith("http")
    assert 0.4 < card.confidence <= 1


async def test_no_card_comes_twice_even_when_asked_at_once(cards: CallCards) -> None:
    found = await asyncio.gather(*(cards.after(_said(QUESTION)) for _ in range(3)))
    assert sum(card is not None for card in found) == 1
    assert await cards.after(_said(QUESTION)) is None


@pytest.mark.parametrize(
    ("channel", "mark", "shown"),
    [
        (Channel.CITIZEN, "？", True),
        (Channel.CITIZEN, "。", False),
        (Channel.MIXED, "？", False),  # the operator asks more than the citizen
        (Channel.OPERATOR, "？", False),
    ],
)
async def test_only_what_the_citizen_asks_counts(channel: Channel, mark: str, shown: bool) -> None:
    entry = real_understanding().knowledge.entries["faq-001"]
    probable = CallCards(
        "c1", lambda _, is_citizens: Guess(entry, 0.7) if is_citizens else None, ThreadPoolExecutor(1)
    )
    assert (await probable.after(_said(QUESTION, channel, mark)) is not None) is shown


async def test_a_lookup_that_fails_costs_nothing_but_the_card() -> None:
    def broken(text: str, is_citizens: bool) -> Guess | None:
        raise RuntimeError(text)

    assert await CallCards("c1", broken, ThreadPoolExecutor(1)).after(_said(QUESTION)) is None


class _Asking:
    """A decoder that hears the same question in all speech."""

    def decode(self, windows: Sequence[Window]) -> list[Hypothesis]:
        return [Hypothesis(QUESTION) for _ in windows]


@pytest.fixture
def asking() -> Engine:
    return Engine(_Asking(), real_engine().resources)


def _citizen(recording: Recording) -> Recording:
    per_second = recording.sample_rate * recording.frame_bytes
    data = recording.data[14 * per_second : 21 * per_second]
    return Recording(recording.call, recording.encoding, recording.sample_rate, data)


async def test_the_operator_gets_a_card_in_the_call(
    tmp_path: Path, asking: Engine, call_recording: Recording
) -> None:
    messages: list[dict[str, Any]] = []
    async with serving(Settings(data_dir=tmp_path), asking, understanding=real_understanding()) as served:
        url = f"{served.ws}/v1/calls/stream"
        result = await replay(_citizen(call_recording), url, speed=20, call_id="c1", on_message=messages.append)
        assert result.ended
        assert [c["entry"] for c in result.cards] == ["faq-001"]
        (card,) = [m for m in messages if m["type"] == "card"]
        assert card["entry"] == "faq-001"
        assert card["seq"] > next(m["seq"] for m in messages if m.get("utterance") == card["utterance"])
        assert [m["type"] for m in messages[-2:]] == ["ended", "end"]
        snapshot = await served.services.store.snapshot("c1")
        assert [c.entry for c in snapshot.cards] == ["faq-001"]


async def test_genesys_gets_it_as_a_suggestion(tmp_path: Path, asking: Engine, call_recording: Recording) -> None:
    protocol = PROTOCOLS["audiohook"]
    client = protocol.client(
        CallSetup(call_id="5f0c2b52-6d1c-4b7c-8e55-1d7a2f3c9b10", channels=(Channel.CITIZEN, Channel.OPERATOR))
    )
    async with (
        serving(Settings(data_dir=tmp_path), asking, understanding=real_understanding()) as served,
        connect(served.ws + protocol.path) as socket,
        asyncio.timeout(30),
    ):
        for frame in client.open():
            await socket.send(frame)
        client.receive(await socket.recv())
        for chunk in carried(client, _citizen(call_recording)):
            for frame in client.audio(chunk):
                await socket.send(frame)
        while True:
            message = json.loads(await socket.recv())
            found = [
                suggestion
                for entity in message["parameters"].get("entities", [])
                if entity["type"] == "agentassist"
                for suggestion in entity["data"]["suggestions"]
                if suggestion["type"] == "faq"
            ]
            if found:
                break
    entry = real_understanding().knowledge.entries["faq-001"]
    assert found[0]["question"] == entry.question
    assert html.escape(entry.written) in found[0]["answer"]


@pytest.mark.parametrize(("mode", "shown"), [(Mode.ASSIST, True), (Mode.GUIDE, False)])
async def test_the_guide_answers_by_itself(tmp_path: Path, asking: Engine, mode: Mode, shown: bool) -> None:
    async with serving(Settings(data_dir=tmp_path), asking, understanding=real_understanding()) as served:
        call = msgspec.structs.replace(info(), mode=mode)
        assert (calls._cards(call, served.services) is not None) is shown
