"""Scripted reports on a virtual clock: the same conversations as over a socket, in a fraction of their time.

The caller's sound, its coding, recognition and the guide are those of a live call. What is left out is the line
itself, and what only a clock can show: how long answers take, and how the two talk over each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import numpy as np

from api.bench.caller import NOISE, RATE
from api.bench.dialogues import MAX_EXCHANGES, NUMBER, PATIENT_S, Reported, Reporter, Telling
from api.services import Engine
from api.virtual_guide import VirtualGuide, VirtualLine
from ivr.dialog import Action, Event, Listen, QueueChanged, SaveOrder, Say, Silence
from ivr.guide import Guide
from ivr.speech import Voice
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Encoding, Mode
from voice.audio import AudioDecoder, to_bytes

STEP_S = 0.1


def rehearse(
    reporter: Reporter,
    voice: Voice,
    guide: Guide,
    engine: Engine,
    on_said: Callable[[str, str], None] = lambda who, text: None,
) -> Reported:
    """One report, from the greeting to the order.

    Args:
        voice: the reporter's, at `RATE`.
        guide: as it is before the call.
        on_said: told who said what: guide, caller, and "heard", what of it was recognised.
    """
    now = datetime.now(HOTLINE_TIME_ZONE)
    call = CallInfo(call_id="r", channels=(Channel.CITIZEN,), received_at=now, mode=Mode.GUIDE, caller=NUMBER)
    audio = AudioDecoder(Encoding.MULAW, RATE, 1)
    line = VirtualLine(guide, engine, call, audio, on_heard=lambda heard: on_said("heard", heard.raw))
    caller = RehearsedCaller(line, voice, reporter, lambda text: on_said("caller", text))
    orders: list[SaveOrder] = []

    def watch(action: Action) -> None:
        match action:
            case Say(text=text):
                on_said("guide", text)
            case SaveOrder():
                orders.append(action)

    failure = None
    try:
        VirtualGuide(guide, caller, watch).run(QueueChanged(0, 0.0), now, NUMBER)
    except AssertionError as error:
        failure = str(error)
    return Reported.of(reporter, orders[-1].fields if orders else {}, seconds=audio.seconds, failure=failure)


class RehearsedCaller:
    """A reporter on the virtual line; see `api.virtual_guide.Ear`."""

    def __init__(self, line: VirtualLine, voice: Voice, reporter: Reporter, on_spoken: Callable[[str], None]) -> None:
        self._line = line
        self._voice = voice
        self._telling = Telling(reporter)
        self._on_spoken = on_spoken
        self._guide_said: list[str] = []
        self._patience_s = 0.0
        self.settle, self.begin_matter = line.settle, line.begin_matter

    def asked(self, say: Say) -> None:
        """See `Ear`."""
        self._guide_said.append(say.text)
        self._line.asked(say)

    def listens(self, how: Listen) -> None:
        """See `Ear`."""
        self._patience_s = how.answer_within_s
        self._line.listens(how)

    def events(self) -> Iterator[Event]:
        """See `Ear`.

        Raises:
            AssertionError: the guide gives up, or asks and asks.
        """
        for _ in range(MAX_EXCHANGES):
            said, self._guide_said = self._guide_said, []
            replies = [reply for text in said if (reply := self._telling.reply(text))]
            if self._telling.told:
                return
            yield from self._quiet(PATIENT_S)
            if replies:
                self._on_spoken(replies[-1])
                yield from self._speak(replies[-1])
            yield from self._wait()
        raise AssertionError("the guide asks and asks")

    def _speak(self, text: str) -> Iterator[Event]:
        spoken = np.concatenate([piece.samples for piece in self._voice.say(text, keep=True)])
        coded = to_bytes(spoken + np.resize(NOISE, len(spoken)), Encoding.MULAW)
        step = round(STEP_S * RATE)
        for start in range(0, len(coded), step):
            yield from self._line.hear(coded[start : start + step])

    def _wait(self) -> Iterator[Event]:
        """Until the guide says something; when nothing comes, it notices that it has been waiting."""
        for _ in range(round(self._patience_s / STEP_S)):
            if self._guide_said:
                return
            yield from self._quiet(STEP_S)
        if not self._guide_said:
            yield Silence(self._patience_s)

    def _quiet(self, seconds: float) -> Iterator[Event]:
        yield from self._line.hear(to_bytes(NOISE[: round(seconds * RATE)], Encoding.MULAW))
