"""Two-pass transcription of one channel: audio in, windows to decode out; hypotheses in, partials and finals out.

First pass: while somebody speaks, the newest window is decoded again and again, and what consecutive hypotheses
agree on is shown as stable. Second pass: at a pause the utterance is decoded as well as possible. Most pauses are
the end, and then the final is ready by the time the endpoint is certain; otherwise it was a good partial.

Pure and deterministic: positions are counted in samples, results are taken whenever they come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from models.call import Channel, Partial, Utterance, Word
from voice.audio import SAMPLE_RATE, Samples, Timeline
from voice.decoder import Context, Hypothesis, Pass, Window
from voice.segmenter import (
    Endpointing,
    Segmenter,
    SpeechEnded,
    SpeechEvent,
    SpeechPaused,
    SpeechStarted,
)
from voice.telephone import is_unfinished
from voice.text import NOTHING, Agreed, agree, write
from voice.text.numbers import Span
from voice.vad import FRAME, SpeechDetector, SpeechModel

QUICK = Endpointing(pause_s=0.26)
"""For calls in which somebody waits for an answer: the first reading at a pause comes sooner."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When partials are decoded. Seconds of speech."""

    first_s: float = 0.7
    """After the onset."""
    interval_s: float = 2.4
    """Between two partials …"""
    growth: float = 0.5
    """… but at least this part of the utterance so far: long windows cost more and change less."""


@dataclass(frozen=True, slots=True, eq=False)
class Decode:
    """Asks for a window to be decoded; the result goes to `ChannelTranscriber.heard`."""

    utterance: str
    channel: Channel
    window: Window
    start: int
    """Sample at which the window starts."""
    end: int


@dataclass(frozen=True, slots=True)
class Retracted:
    """Partials of this utterance were shown, but it was nothing."""

    utterance: str
    channel: Channel
    start_s: float
    end_s: float


Heard: TypeAlias = Partial | Utterance | Retracted


@dataclass(slots=True)
class _Open:
    """An utterance that has no final yet."""

    id: str
    start: int
    onset: int
    next_partial: int
    """Sample at which the next partial is due."""
    shown: Agreed = NOTHING
    shown_until: int = 0
    early: Decode | None = None
    """The second pass asked for at the latest pause …"""
    result: Hypothesis | None = None
    """… and what came of it."""
    last: int | None = None
    """Sample at which speech ended, once it has."""


class ChannelTranscriber:
    """One channel of one call.

    Args:
        channel: whose voice it is.
        model: the shared voice-activity network.
        new_id: gives the next utterance id of the call.
        context: what the decoder may know, asked for whenever a window is made.
        protect: stretches of a raw text in which numerals belong to names.
        quick: somebody waits for the end of what is said, to answer it.
    """

    def __init__(
        self,
        channel: Channel,
        model: SpeechModel,
        *,
        new_id: Callable[[], str],
        context: Callable[[], Context],
        protect: Callable[[str], list[Span]],
        endpointing: Endpointing | None = None,
        pace: Pace | None = None,
        quick: bool = False,
    ) -> None:
        self._channel = channel
        self._endpointing = endpointing or (QUICK if quick else Endpointing())
        self._pace = pace or Pace()
        self._detector = SpeechDetector(model, 1) if quick else SpeechDetector(model)
        self._segmenter = Segmenter(self._endpointing)
        self._timeline = Timeline(self._endpointing.longest_s + 4)
        self._heard = 0
        """Samples that the detector has judged."""
        self._new_id = new_id
        self._context = context
        self._protect = protect
        self.end_pause_s = self._endpointing.trailing_s
        """Silence that ends an utterance; may be changed at any time, for the next pause."""
        self._speaking: _Open | None = None
        self._waiting: dict[str, _Open] = {}
        """Ended utterances whose second pass is not back yet."""

    @property
    def speaking(self) -> bool:
        """An utterance is open."""
        return self._segmenter.speaking

    @property
    def spoken_s(self) -> float:
        """Speech in the open utterance, its pauses left out."""
        return self._segmenter.spoken_s

    @property
    def paused_text(self) -> str | None:
        """All that was said up to the pause that goes on now, once it has been read; None while somebody speaks."""
        speech = self._speaking
        if speech is None or speech.result is None or not self._segmenter.pausing:
            return None
        return speech.result.text

    def shorten_pause(self, seconds: float) -> None:
        """Lets the pause that goes on now end the utterance after `seconds`; later pauses are as long as ever."""
        self._segmenter.trailing_s = min(self._segmenter.trailing_s, seconds)

    @property
    def waiting(self) -> bool:
        """Finals are still to come."""
        return bool(self._waiting)

    def feed(self, samples: Samples) -> Iterator[Decode | Heard]:
        """What samples (n,) at 16 kHz bring about, in order."""
        for start in range(0, len(samples), FRAME):  # the timeline remembers a limited time
            piece = samples[start : start + FRAME]
            self._timeline.append(piece)
            for probability, level in self._detector.feed(piece):
                yield from self._hear_frame(probability, level)

    def end_speech(self) -> Iterator[Decode | Heard]:
        """Ends an open utterance now: nothing more comes, or nothing has come for a while."""
        for event in self._segmenter.flush():
            yield from self._follow(event)

    def flush(self) -> Iterator[Decode | Heard]:
        """The call is over: what still waits in the detector is heard, the open utterance ends."""
        for probability, level in self._detector.flush():
            yield from self._hear_frame(probability, level)
        yield from self.end_speech()

    def heard(self, decode: Decode, hypothesis: Hypothesis) -> Iterator[Heard]:
        """What a decoded window brings about; results may come late and in any order."""
        ended = self._waiting.get(decode.utterance)
        if ended is not None and decode is ended.early:
            del self._waiting[decode.utterance]
            yield from self._final(ended, decode, hypothesis)
            return
        speech = self._speaking
        if speech is None or speech.id != decode.utterance:
            return  # too late: the utterance is over
        if decode is speech.early:
            speech.result = hypothesis
            if is_unfinished(hypothesis.text):
                self._segmenter.trailing_s = max(self.end_pause_s, self._endpointing.dictating_s)
        if decode.end > speech.shown_until:
            yield from self._show(speech, decode, hypothesis)

    def _hear_frame(self, probability: float, level: float) -> Iterator[Decode | Heard]:
        self._heard += FRAME
        for event in self._segmenter.feed(probability, level):
            yield from self._follow(event)
        if self._speaking is not None and self._segmenter.voiced:  # in silence, the pause may come, and the final
            yield from self._partial(self._speaking, self._heard)

    # --- Speech events -----------------------------------------------------------------------

    def _follow(self, event: SpeechEvent) -> Iterator[Decode | Heard]:
        match event:
            case SpeechStarted(start, onset):
                first = onset * FRAME + round(self._pace.first_s * SAMPLE_RATE)
                self._speaking = _Open(self._new_id(), start * FRAME, onset * FRAME, first)
            case SpeechPaused(start, end):
                assert self._speaking is not None
                self._segmenter.trailing_s = self.end_pause_s
                self._speaking.next_partial = max(
                    self._speaking.next_partial, self._after(self._speaking, self._heard)
                )
                yield self._second_pass(self._speaking, start * FRAME, end * FRAME)
            case SpeechEnded(start, end, last):
                assert self._speaking is not None
                speech, self._speaking = self._speaking, None
                speech.last = last * FRAME
                yield from self._ended(speech, start * FRAME, end * FRAME)

    def _ended(self, speech: _Open, start: int, end: int) -> Iterator[Decode | Heard]:
        if speech.early is not None and speech.early.end == end and speech.result is not None:
            yield from self._final(speech, speech.early, speech.result)
            return
        self._waiting[speech.id] = speech
        if speech.early is None or speech.early.end != end:
            yield self._second_pass(speech, start, end)

    def _second_pass(self, speech: _Open, start: int, end: int) -> Decode:
        speech.early, speech.result = self._decode(speech, Pass.FINAL, start, end), None
        return speech.early

    def _partial(self, speech: _Open, now: int) -> Iterator[Decode]:
        if now < speech.next_partial:
            return
        speech.next_partial = self._after(speech, now)
        yield self._decode(speech, Pass.PARTIAL, speech.start, now)

    def _after(self, speech: _Open, now: int) -> int:
        """When the next partial is due after one at `now`."""
        return now + round(max(self._pace.interval_s * SAMPLE_RATE, self._pace.growth * (now - speech.onset)))

    def _decode(self, speech: _Open, decode: Pass, start: int, end: int) -> Decode:
        window = Window(self._timeline.between(start, end), decode, self._context())
        return Decode(speech.id, self._channel, window, start, end)

    # --- Results -----------------------------------------------------------------------------

    def _show(self, speech: _Open, decode: Decode, hypothesis: Hypothesis) -> Iterator[Partial]:
        if not hypothesis.text:
            if not speech.shown.text:  # too little to read: nobody should see nothing for a whole interval
                soon = decode.end + round(self._pace.first_s * SAMPLE_RATE)
                speech.next_partial = min(speech.next_partial, soon)
            return
        speech.shown, speech.shown_until = agree(speech.shown, hypothesis.text), decode.end
        yield Partial(
            utterance=speech.id,
            channel=self._channel,
            start_s=_seconds(speech.onset),
            end_s=_seconds(decode.end),
            text=speech.shown.text,
            stable=speech.shown.text[: speech.shown.stable],
        )

    def _final(self, speech: _Open, decode: Decode, hypothesis: Hypothesis) -> Iterator[Utterance | Retracted]:
        assert speech.last is not None
        start_s, end_s = _seconds(speech.onset), _seconds(max(speech.last, speech.onset + 1))
        if not hypothesis.text:
            if speech.shown.text:
                yield Retracted(speech.id, self._channel, start_s, end_s)
            return
        raw = hypothesis.text.strip()
        yield Utterance(
            id=speech.id,
            channel=self._channel,
            start_s=start_s,
            end_s=end_s,
            text=write(raw, self._protect(raw)).text,
            raw=raw,
            confidence=round(hypothesis.confidence, 3),
            words=tuple(_placed(w, decode.start, start_s, end_s) for w in hypothesis.words),
        )


def _seconds(sample: int) -> float:
    return round(sample / SAMPLE_RATE, 3)


def _placed(word: Word, window: int, start_s: float, end_s: float) -> Word:
    """A word of a window as a word of the call, without the silence that aligning adds to the words at the ends."""
    offset = window / SAMPLE_RATE
    first, last = (round(min(max(s + offset, start_s), end_s), 3) for s in (word.start_s, word.end_s))
    return msgspec.structs.replace(word, start_s=first, end_s=last)
