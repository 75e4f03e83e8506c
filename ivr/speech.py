"""Text to speech: what the voice guide says, sentence by sentence, ready for the telephone.

    text -> clauses -> spoken form -> phonemes -> sound at 24 kHz -> mastered at the line's rate

The first clause is cut short, so that the caller hears the beginning while the rest is still being made. All of it
is synchronous; a sentence takes a good part of its own length to compute, so a shell calls it on a thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ivr.errors import SpeechError
from ivr.kokoro import SAMPLE_RATE as STUDIO_RATE
from ivr.kokoro import Kokoro
from ivr.mastering import Pcm, Samples, master
from ivr.prompt_cache import PromptCache
from ivr.pronunciation import phonemes
from ivr.reading import spoken_form

TELEPHONE_RATE = 8_000
"""Hz"""
MIN_RATE, MAX_RATE = 8_000, 48_000
MIN_SPEED, MAX_SPEED = 0.5, 2.0
MAX_LOUDER_DB = 9.0
MAX_TEXT = 5_000
"""Characters"""
DEFAULT_VOICE = "zf_xiaobei"

FIRST_CLAUSE = 12
"""Characters after which the first sentence is cut at the next comma …"""
LONG_SENTENCE = 45
"""… and any other one: the model gets hasty in long sentences."""
LONGEST_CLAUSE = 90
"""Cut here even where there is no punctuation at all."""
SENTENCE_PAUSE_S, CLAUSE_PAUSE_S = 0.35, 0.15
"""Silence after a sentence, and after a clause that was cut out of one, at speed 1."""

VERSION = 1
"""Of everything between text and sound: what an older version has put into a cache is not found again."""

_WORD = re.compile(r"\w")
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]*")
_ENDING = re.compile(r"[。！？!?；;\n]\s*$")
_CLAUSE = re.compile(r"(?:[^，、,]|(?<=\d),(?=\d))*(?:[，、]|,(?!\d)|(?<!\d),)*[”」』）)]*")


@dataclass(frozen=True, slots=True)
class Speech:
    """A piece of what is said."""

    text: str
    """The words as they were written; the pieces of a text joined give the text."""
    pcm: Pcm
    """With the pause that follows."""
    rate: int
    """Hz"""

    @property
    def seconds(self) -> float:
        """How long it takes to hear."""
        return len(self.pcm) / self.rate

    @property
    def samples(self) -> Samples:
        """The same in [-1, 1)."""
        return self.pcm.astype(np.float32) / np.float32(32768)


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is said."""

    speed: float = 1.0
    """Below 1 slower."""
    louder_db: float = 0.0
    """Above the usual loudness."""

    def __post_init__(self) -> None:
        if not MIN_SPEED <= self.speed <= MAX_SPEED:
            raise SpeechError(f"speed: {self.speed}, expected {MIN_SPEED} to {MAX_SPEED}")
        if not 0 <= self.louder_db <= MAX_LOUDER_DB:
            raise SpeechError(f"louder: {self.louder_db} dB, expected 0 to {MAX_LOUDER_DB}")


PLAIN = Manner()


class Voice(Protocol):
    """Somebody who can speak."""

    def say(self, text: str, manner: Manner = PLAIN, *, keep: bool = False) -> Iterator[Speech]:
        """`text` aloud, piece by piece, each made when it is asked for.

        What everybody may hear can be kept on disk; what has a caller's name, number or address in it must not be.

        Raises:
            SpeechError: the text is too long; raised before anything is said.
        """
        ...


class NeuralVoice:
    """One voice of the neural model, at the rate of the line."""

    def __init__(
        self,
        model: Kokoro,
        name: str = DEFAULT_VOICE,
        *,
        rate: int = TELEPHONE_RATE,
        cache: PromptCache | None = None,
    ) -> None:
        if name not in model.voices:
            raise SpeechError(f"no voice {name!r}; there are {' '.join(model.voices)}")
        if not MIN_RATE <= rate <= MAX_RATE:
            raise SpeechError(f"rate: {rate} Hz, expected {MIN_RATE} to {MAX_RATE}")
        self._model = model
        self._name = name
        self._rate = rate
        self._cache = cache
        phonemes("你")  # reads the dictionaries now, not while somebody waits

    def at(self, rate: int) -> NeuralVoice:
        """The same voice on a line of another rate."""
        return NeuralVoice(self._model, self._name, rate=rate, cache=self._cache)

    def called(self, name: str) -> NeuralVoice:
        """Another voice of the same model, on the same line.

        Raises:
            SpeechError: there is no voice of that name.
        """
        return NeuralVoice(self._model, name, rate=self._rate, cache=self._cache)

    def say(self, text: str, manner: Manner = PLAIN, *, keep: bool = False) -> Iterator[Speech]:
        """See `Voice.say`."""
        if len(text) > MAX_TEXT:
            raise SpeechError(f"text: {len(text)} characters, at most {MAX_TEXT}")
        return (self._speech(clause, manner, keep) for clause in clauses(text))

    def _speech(self, clause: str, manner: Manner, keep: bool) -> Speech:
        pause_s = SENTENCE_PAUSE_S if _ENDING.search(clause) else CLAUSE_PAUSE_S
        pause = np.zeros(round(pause_s / manner.speed * self._rate), np.int16)
        return Speech(clause, np.concatenate([self._sound(clause, manner, keep), pause]), self._rate)

    def _sound(self, clause: str, manner: Manner, keep: bool) -> Pcm:
        spoken = spoken_form(clause)
        if not _WORD.search(spoken):  # the model would breathe
            return np.zeros(0, np.int16)
        key = (str(VERSION), self._name, str(self._rate), f"{manner.speed:.3f}", f"{manner.louder_db:.1f}", spoken)
        kept = self._cache.get(key) if self._cache else None
        if kept is not None:
            return kept
        studio = self._model.synthesise(phonemes(spoken), self._name, manner.speed)
        pcm = master(studio, STUDIO_RATE, self._rate, louder_db=manner.louder_db)
        if self._cache and keep:
            self._cache.put(key, pcm)
        return pcm


def clauses(text: str) -> list[str]:
    """`text` cut into what is spoken in one go; joined they give `text`."""
    pieces: list[str] = []
    for sentence in filter(None, _SENTENCE.findall(text)):
        limit = LONG_SENTENCE if pieces else FIRST_CLAUSE
        pieces += _cut(sentence, limit) if len(sentence) > limit else [sentence]
    return _joined([piece for long in pieces for piece in _chopped(long)])


def _cut(sentence: str, limit: int) -> list[str]:
    """A long sentence at commas: a short beginning, then as much as fits in one go."""
    pieces = [""]
    for clause in filter(None, _CLAUSE.findall(sentence)):
        room = limit if len(pieces) == 1 else LONG_SENTENCE
        if pieces[-1] and len(pieces[-1]) + len(clause) > room:
            pieces.append("")
        pieces[-1] += clause
    return pieces


def _chopped(piece: str) -> list[str]:
    return [piece[i : i + LONGEST_CLAUSE] for i in range(0, len(piece), LONGEST_CLAUSE)]


def _joined(pieces: list[str]) -> list[str]:
    """Pieces without a word in them go to the one before."""
    joined: list[str] = []
    for piece in pieces:
        if joined and not _WORD.search(piece):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined
