"""What all guide calls share: what the guide knows, what it says, and the voice it says it with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from api.guide_voice import open_voice
from api.settings import Settings
from ivr.errors import IvrError
from ivr.flow import Flow, load_flow
from ivr.guide import Guide
from ivr.repertoire import repertoire
from ivr.speech import NeuralVoice
from ivr.spotting import Spotter
from ivr.understanding import Understanding
from models.call import HOTLINE_TIME_ZONE

IDLE_S = 1.0
"""How often a rehearsal looks whether anybody calls."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GuideService:
    """Loaded once; holds no state of any call."""

    understanding: Understanding
    flow: Flow
    spotter: Spotter
    voice: NeuralVoice
    threads: Executor
    """Where guides think and speech is made."""
    known: tuple[str, ...]
    """Everything that the guide says with nothing of a caller's in it: it may be kept on disk."""

    def new_guide(self) -> Guide:
        """A guide for one call."""
        return Guide(self.understanding, self.flow, self.spotter)

    async def ping(self) -> None:
        """Reads a question that nobody has asked; raises what goes wrong. It waits for no speech that is made."""
        now = datetime.now(HOTLINE_TIME_ZONE)
        await asyncio.to_thread(self.understanding.read, f"现在是{now:%H:%M:%S.%f}吗", now.date())

    async def ping_speech(self) -> None:
        """Says a syllable that is not kept, where guides think; raises what goes wrong."""
        await asyncio.get_running_loop().run_in_executor(self.threads, lambda: list(self.voice.say("好")))

    async def rehearse(self, calls: Callable[[], int]) -> None:
        """Makes what is known to be said and not yet kept, one text after the other, while nobody calls."""
        for text in self.known:
            while calls():  # noqa: ASYNC110 - what is made can wait
                await asyncio.sleep(IDLE_S)
            try:
                await asyncio.to_thread(self._rehearse, text)
            except IvrError:
                log.exception("%s cannot be said", text)

    def _rehearse(self, text: str) -> None:
        for _ in self.voice.say(text, keep=True):
            pass


def load_guide(settings: Settings, understanding: Understanding) -> GuideService:
    """All of it, some seconds.

    Raises:
        WeightsError: the voice model is not on this machine.
        DataFileError: a file of the guide cannot be taken.
        SpeechError: there is no voice of that name.
    """
    flow = load_flow()
    today = datetime.now(HOTLINE_TIME_ZONE).date()
    return GuideService(
        understanding=understanding,
        flow=flow,
        spotter=Spotter.load(),
        voice=open_voice(settings),
        threads=ThreadPoolExecutor(settings.workers + 1, thread_name_prefix="guide"),
        known=tuple(repertoire(flow, understanding.knowledge, today)),
    )
