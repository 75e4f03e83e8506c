"""The voice guide on the telephone: a synthetic caller talks with it over a real socket, nothing left out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from caller import calling
from listening import voice_model
from serving import Served, real_guide, serving

from api.settings import Settings
from ivr.prompt_cache import PromptCache
from ivr.speech import NeuralVoice

pytestmark = pytest.mark.model


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path, workers=2), guide=real_guide()) as running:
        yield running


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> NeuralVoice:
    return NeuralVoice(voice_model(), "zm_yunxi", cache=PromptCache(tmp_path_factory.mktemp("caller")))


async def test_answers_a_question_and_gives_way(served: Served, voice: NeuralVoice) -> None:
    async with calling(f"{served.ws}/v1/calls/stream", voice) as caller:
        await caller.hear("一二三四五热线")
        await caller.let_finish()
        await caller.say("请问今年暖气什么时候停？")
        print(await caller.hear("月"))
        print(caller._story())
        await caller.hang_up()
