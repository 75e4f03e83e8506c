"""The synthetic caller, against a guide of three lines that speaks the protocol over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import av
import numpy as np
import pytest
from listening import voice_model
from websockets.asyncio.server import ServerConnection, serve

from api.bench.caller import RATE, calling
from ivr.prompt_cache import PromptCache
from ivr.speech import NeuralVoice
from models.call import Encoding
from voice.audio import to_bytes, to_float
from voice.wire.base import Audio, Clear, Dtmf, End, Mark, MarkPlayed, Play, Ready, Saying, Started, Stopped, Transfer
from voice.wire.native import NativeWire

TONE = to_bytes((0.3 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)).astype(np.float32), Encoding.MULAW)
"""Two seconds."""


@asynccontextmanager
async def _guide(marks: list[MarkPlayed]) -> AsyncIterator[str]:
    """Greets with a tone, falls silent when it is interrupted, transfers on 0."""

    async def serve_call(socket: ServerConnection) -> None:
        wire = NativeWire()
        cleared = False
        async for frame in socket:
            for event in wire.receive(frame):
                actions: list[object] = []
                match event:
                    case Started():
                        actions = [Ready("c1"), Saying("您好，请讲。"), Play(TONE), Mark("greeting")]
                    case Audio(data) if not cleared and np.abs(to_float(data, Encoding.MULAW)).max() > 0.1:
                        cleared = True
                        actions = [Clear()]
                    case Dtmf("0"):
                        actions = [Transfer("operator", "asked for")]
                    case MarkPlayed():
                        marks.append(event)
                    case Stopped():
                        actions = [End("c1")]
                for action in actions:
                    for reply in wire.send(action):  # type: ignore[arg-type]
                        await socket.send(reply)

    async with serve(serve_call, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@pytest.fixture
def voice(tmp_path: Path) -> NeuralVoice:
    return NeuralVoice(voice_model(), "zm_yunxi", cache=PromptCache(tmp_path))


@pytest.mark.model
async def test_hears_the_guide_out_and_presses_a_key(voice: NeuralVoice, tmp_path: Path) -> None:
    marks: list[MarkPlayed] = []
    async with _guide(marks) as url, calling(url, voice) as caller:
        assert await caller.hear("请讲") == "您好，请讲。"
        await caller.let_finish()
        await caller.press("0")
        assert (await caller.wait_for("transfer")).message["to"] == "operator"
        await caller.hang_up()
    assert marks == [MarkPlayed("greeting")]
    assert caller.answered_after_s(0.0) == pytest.approx(0, abs=0.1)
    assert caller.silent_after_s(0.0) == pytest.approx(2, abs=0.1)
    caller.save(tmp_path / "call.wav")
    with av.open(str(tmp_path / "call.wav")) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.channels) == ("pcm_mulaw", RATE, 2)
        heard = np.concatenate([frame.to_ndarray()[0, 1::2] for frame in container.decode(stream)])
    assert np.abs(heard[: 2 * RATE - 400]).reshape(-1, 100).max(axis=1).min() > 8000


@pytest.mark.model
async def test_interrupts_and_the_rest_is_dropped(voice: NeuralVoice) -> None:
    marks: list[MarkPlayed] = []
    list(voice.say("喂，人工。", keep=True))
    async with _guide(marks) as url, calling(url, voice) as caller:
        await caller.hear("请讲")
        spoke = await caller.say("喂，人工。")
        assert caller.silent_after_s(spoke.at_s) < 0.6
        await caller.hang_up()
    assert marks == [MarkPlayed("greeting", cleared=True)]
    assert [(speaker, text) for _, speaker, text in caller.transcript()] == [
        ("guide", "您好，请讲。"),
        ("caller", "喂，人工。"),
    ]


@pytest.mark.model
async def test_says_what_it_waited_for_in_vain(voice: NeuralVoice) -> None:
    async with _guide([]) as url, calling(url, voice) as caller:
        with pytest.raises(AssertionError, match=r"再见.*您好，请讲"):
            await caller.hear("再见", within_s=0.3)
