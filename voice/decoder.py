"""The recognition engine as everybody else sees it: an audio window and its context in, words out.

A decoder holds no state of any call, so any decoder may decode any window: one thread of this process, a pool, or a
replica on another machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np

from models.call import Word
from voice.audio import SAMPLE_RATE, Samples


class Pass(IntEnum):
    """How well a window is decoded; smaller is more urgent."""

    FINAL = 0
    """Second pass: the whole utterance, with names recalled, guards, and a confidence per word."""
    PARTIAL = 1
    """First pass: what is there so far, greedily and cheaply; may be skipped under load."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the decoder may know before it listens."""

    hotwords: tuple[str, ...] = ()
    """Names and terms of the deployment and of this call, most important first."""
    places: tuple[str, ...] = ()
    """District, street … of this call as far as known: names below them are likelier."""
    number: re.Pattern[str] | None = None
    """What a number looks like that the speaker has been asked for, digit by digit."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A stretch of one channel to decode."""

    audio: Samples
    """(n,) mono, 16 kHz"""
    decode: Pass
    context: Context = Context()
    hurried: bool = False
    """Others wait: what is not needed is left out."""

    @property
    def seconds(self) -> float:
        return len(self.audio) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a decoder heard in a window."""

    text: str
    """Simplified script, punctuation as the decoder put it; empty when there was no speech."""
    words: tuple[Word, ...] = ()
    """Times are seconds from the window's start. Only after Pass.FINAL."""

    @property
    def confidence(self) -> float:
        """Mean over the words, 0-1; 0 when there are none."""
        return float(np.mean([w.confidence for w in self.words])) if self.words else 0.0


class Decoder(Protocol):
    """Decodes windows; may be called from several threads at once."""

    def decode(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """One hypothesis per window, in order. Blocks until done."""
        ...
