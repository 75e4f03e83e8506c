"""Endpointing: speech probabilities of one channel, frame by frame, to utterances with a start and an end.

Pure: counts frames, knows no clock. All positions are frame numbers since the call began.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

from voice.vad import FRAME_S


@dataclass(frozen=True, slots=True)
class Endpointing:
    """When speech counts as begun and ended. Seconds."""

    speech_at: float = 0.5
    """Probability from which a frame is speech."""
    silence_at: float = 0.35
    """Probability below which a frame is silence again; between the two, things stay as they were."""
    onset_s: float = 0.1
    """Speech needed to begin an utterance; shorter noises are none."""
    pre_roll_s: float = 0.5
    """Audio kept before the onset, so that no first syllable is cut."""
    post_roll_s: float = 0.34
    """Audio kept after the last speech."""
    pause_s: float = 0.34
    """Silence after which the utterance is worth a first reading: most often it has ended."""
    trailing_s: float = 0.5
    """Silence that ends an utterance, unless `Segmenter.trailing_s` is set otherwise."""
    dictating_s: float = 1.0
    """Least silence that ends an utterance while somebody dictates a number."""
    longest_s: float = 14.0
    """Speech without a pause is cut at its quietest point when it gets longer."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    start: int
    """First frame, pre-roll included."""
    onset: int
    """First frame of speech."""


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """The utterance might end here; if it does, [start, end) is what `SpeechEnded` will say."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    start: int
    end: int
    """One past the last frame, post-roll included."""
    last: int
    """One past the last frame of speech."""


SpeechEvent: TypeAlias = SpeechStarted | SpeechPaused | SpeechEnded


@dataclass(slots=True)
class _Speech:
    """The utterance that goes on."""

    start: int
    last: int
    """Last frame that was speech."""
    frames: int = 0
    """That were speech."""
    paused: bool = False


class Segmenter:
    """Utterances of one channel."""

    def __init__(self, options: Endpointing | None = None) -> None:
        self._options = options or Endpointing()
        self._frame = 0
        self._onset: deque[bool] = deque(maxlen=_frames(self._options.onset_s) + 1)
        self._speech: _Speech | None = None
        self._is_speech = False
        self._free = 0
        """First frame that belongs to no utterance yet."""
        self._levels: deque[tuple[float, int]] = deque(maxlen=_frames(self._options.longest_s / 3))
        self.trailing_s = self._options.trailing_s
        """Silence that ends an utterance; may be changed at any time."""

    @property
    def speaking(self) -> bool:
        """An utterance is open."""
        return self._speech is not None

    @property
    def voiced(self) -> bool:
        """The latest frame was speech."""
        return self._is_speech

    @property
    def pausing(self) -> bool:
        """The open utterance might have ended: `SpeechPaused` was the latest."""
        return self._speech is not None and self._speech.paused

    @property
    def spoken_s(self) -> float:
        """Speech in the open utterance, its pauses left out."""
        return self._speech.frames * FRAME_S if self._speech else 0.0

    def feed(self, probability: float, level: float) -> list[SpeechEvent]:
        """What the next frame brings about."""
        frame = self._frame
        self._frame += 1
        if probability >= self._options.speech_at:
            self._is_speech = True
        elif probability < self._options.silence_at:
            self._is_speech = False
        self._levels.append((level, frame))
        if self._speech is None:
            return self._wait(frame)
        return self._follow(self._speech, frame)

    def flush(self) -> list[SpeechEvent]:
        """Ends an open utterance now: the caller hung up, or the carrier stopped sending."""
        speech, self._speech = self._speech, None
        self._onset.clear()
        return [self._end(speech, self._frame)] if speech else []

    def _wait(self, frame: int) -> list[SpeechEvent]:
        self._onset.append(self._is_speech)
        if sum(self._onset) < _frames(self._options.onset_s):
            return []
        onset = frame + 1 - len(self._onset)
        start = max(onset - _frames(self._options.pre_roll_s), self._free)
        self._speech = _Speech(start=start, last=frame, frames=sum(self._onset))
        self._onset.clear()
        return [SpeechStarted(start, onset)]

    def _follow(self, speech: _Speech, frame: int) -> list[SpeechEvent]:
        if self._is_speech:
            speech.last, speech.paused = frame, False
            speech.frames += 1
            if frame - speech.start >= _frames(self._options.longest_s):
                return self._cut(speech)
            return []
        silence = frame - speech.last
        if silence >= _frames(self.trailing_s):
            self._speech = None
            return [self._end(speech, frame + 1)]
        if silence >= _frames(self._options.pause_s) and not speech.paused:
            speech.paused = True
            return [SpeechPaused(speech.start, self._end_of(speech))]
        return []

    def _cut(self, speech: _Speech) -> list[SpeechEvent]:
        """Ends endless speech at the quietest of the latest frames and goes on with the rest."""
        _, quietest = min(self._levels)
        self._free = quietest
        self._speech = _Speech(start=quietest, last=speech.last)
        return [SpeechEnded(speech.start, quietest, quietest), SpeechStarted(quietest, quietest)]

    def _end(self, speech: _Speech, heard: int) -> SpeechEnded:
        self._free = min(self._end_of(speech), heard)
        return SpeechEnded(speech.start, self._free, min(speech.last + 1, self._free))

    def _end_of(self, speech: _Speech) -> int:
        return speech.last + 1 + _frames(self._options.post_roll_s)


def _frames(seconds: float) -> int:
    return round(seconds / FRAME_S)
