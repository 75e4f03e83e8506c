"""How fast the voice guide answers and falls silent, and how well it takes reports: measured by synthetic callers.

The callers are voices on mu-law lines; the service runs in a process of its own. What the guide is known to say is
made before, as by `yida rehearse`.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
from websockets.exceptions import WebSocketException

from api.bench.caller import Caller, calling
from api.bench.dialogues import NUMBER, PATIENT_S, QUESTIONS, REPORTERS, Reported, Reporter, report
from api.bench.load import percentiles, service
from api.guide_voice import open_callers, sounds
from api.settings import Settings
from ivr.flow import load_flow
from ivr.intake import heard_digits
from ivr.knowledge import load_knowledge
from ivr.repertoire import repertoire
from ivr.speech import Voice
from models.call import HOTLINE_TIME_ZONE

CALLERS = ("zm_yunxi", "zf_xiaoni", "zm_yunjian")
"""Voices that are not the guide's."""
LISTENS_S = 2.5
"""A caller hears so much of an answer before he asks the next question."""


class GuideLatencies(msgspec.Struct, frozen=True, kw_only=True):
    """What callers experience. Seconds, by percentile."""

    questions: int
    answered: int
    """With the answer that was asked for."""
    answer_s: dict[str, float]
    """From the caller's last sound to the first of the answer that was asked for."""
    silent_s: dict[str, float]
    """From the first sound of a caller who interrupts to silence."""


class GuideFound(msgspec.Struct, frozen=True, kw_only=True):
    """What `yida bench --only guide` prints."""

    latencies: GuideLatencies
    reports: tuple[Reported, ...]


async def measure_guide(
    settings: Settings, most_reports: int = len(REPORTERS), on_progress: Callable[[], None] = lambda: None
) -> GuideFound:
    """Calls in real time, two minutes each; before the first time, the guide is rehearsed."""
    callers = open_callers((*CALLERS, settings.voice))
    await asyncio.to_thread(_rehearse, callers.pop())
    async with service(model=settings.model, prompts=sounds()) as running:
        asked = await latencies(running.url, callers[0], on_progress)
        reported = await reports(running.url, callers, REPORTERS[:most_reports], on_progress)
    return GuideFound(latencies=asked, reports=tuple(reported))


def _rehearse(voice: Voice) -> None:
    today = datetime.now(HOTLINE_TIME_ZONE).date()
    for text in repertoire(load_flow(), load_knowledge(), today):
        for _ in voice.say(text, keep=True):
            pass


async def latencies(url: str, voice: Voice, on_progress: Callable[[], None] = lambda: None) -> GuideLatencies:
    """One call in which everything is asked, each question into the answer to the one before."""
    answer_s, silent_s = [], []
    async with calling(url, voice, number=NUMBER) as caller:
        await caller.hear("热线")
        await caller.let_finish(quiet_s=PATIENT_S)
        for number, (question, pattern) in enumerate(QUESTIONS):
            asked = await caller.say(question)
            began_s, ended_s = caller.spoke(asked)
            if number:
                silent_s.append(caller.silent_after_s(began_s))
            try:
                await caller.hear(pattern, within_s=8)
            except AssertionError:  # it has not understood: that is counted, not timed
                await caller.let_finish()
            else:
                await asyncio.sleep(LISTENS_S)
                answer_s.append(caller.answered_after_s(ended_s) or 0.0)
            on_progress()
        await caller.hang_up()
    return GuideLatencies(
        questions=len(QUESTIONS),
        answered=len(answer_s),
        answer_s=percentiles(answer_s),
        silent_s=percentiles(silent_s),
    )


async def reports(
    url: str, voices: Sequence[Voice], reporters: Sequence[Reporter], on_progress: Callable[[], None] = lambda: None
) -> list[Reported]:
    """Each reporter calls once, in turn with each of the voices; what was kept is read over HTTP."""
    found = []
    for number, reporter in enumerate(reporters):
        found.append(await _reported(url, voices[number % len(voices)], reporter))
        on_progress()
    return found


async def _reported(url: str, voice: Voice, reporter: Reporter) -> Reported:
    began = time.monotonic()
    failure = None
    fields: dict[str, Any] = {}
    try:
        async with calling(url, voice, number=NUMBER) as caller:
            await caller.hear("热线")
            await caller.let_finish(quiet_s=PATIENT_S)
            told = await report(caller, reporter)
            [spoken] = re.findall(r"编号([^查]*)查询", told)
            order_id = heard_digits(spoken)
            async with httpx.AsyncClient() as client:
                order = await client.get(f"http://{urlsplit(url).netloc}/v1/orders/{order_id}")
            fields = order.raise_for_status().json()["fields"]
            await caller.hang_up()
    except (AssertionError, ValueError, OSError, httpx.HTTPError, WebSocketException) as error:
        failure = str(error) or type(error).__name__
    return Reported.of(reporter, fields, seconds=time.monotonic() - began, failure=failure)


def save_recording(caller: Caller, folder: Path, name: str) -> None:
    """Writes NAME.wav, a mu-law WAV with the caller on the left, and NAME.md, who said what when."""
    caller.save(folder / f"{name}.wav")
    names = {"caller": "来电人", "guide": "语音助手"}
    lines = [f"| {at_s:.1f} | {names[who]} | {text} |" for at_s, who, text in caller.transcript()]
    table = "\n".join(["| 秒 | 谁 | 说了什么 |", "|---|---|---|", *lines])
    (folder / f"{name}.md").write_text(f"{table}\n", encoding="utf-8")
