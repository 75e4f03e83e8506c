"""Recognition with Whisper on faster-whisper and CTranslate2; the only module that imports them for decoding.

A final is read with a beam; doubtful readings are tried again with a prompt and with more context. Partials are read
greedily.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.utils import download_model

from models.call import Word
from voice.adaptation.adapter import Adapter
from voice.audio import Samples
from voice.ct2 import ModelError
from voice.decoder import Hypothesis, Pass, Window
from voice.expected import with_number
from voice.telephone import DIGIT_CHARACTERS, Readings, dictated, with_telephone
from voice.text import Action, Heard, Verdict, judge, simplify, token_budget
from voice.vocabulary import mandarin_model, token_bytes
from voice.words import joined, with_pauses

FRAMES_PER_SECOND = 100
"""Of the log-mel features."""
FULL_FRAMES = 3000
"""What Whisper was trained on: 30 s."""
FINAL_MIN_FRAMES = 800
"""Context given to the encoder for a final. A quarter of Whisper's 30 s loses nothing and costs a tenth; less
brings loops (docs/performance.md)."""
MARGIN = 100
"""Frames of silence behind the audio."""
PARTIAL_MIN_FRAMES = 300
"""Context of a partial: cheap; what loops is not shown."""
EDGE_S = 0.7
"""Silence around the speech of a window."""
INSTRUCTION = "以下是普通话的句子，市民热线的通话。"
"""For readings of what was doubtful. Others have no prompt: it would bring punctuation, and wrong words."""
FINAL_BEAM = 3
"""Right more often than greedy search, and as often as a beam of 5."""
NUMBER_BEAM = 5
"""Readings of a telephone number that are compared."""
NUMBER_TOKENS = 60
"""At most behind what was said before it: a number whose characters take two tokens each, and a sentence."""
MAX_PROMPT_TOKENS = 160
DECODING_NICENESS = 5


@dataclass(frozen=True, slots=True)
class _Reading:
    """One result of the decoder."""

    tokens: tuple[int, ...]
    text: str
    logprob: float
    """Mean per token."""
    verdict: Verdict

    @property
    def good(self) -> bool:
        return self.verdict.action is Action.KEEP


class WhisperDecoder:
    """A Whisper model behind the `Decoder` protocol.

    Args:
        folder: a model in CTranslate2 format.
        workers: how many threads call `decode` at once; each gets a core of its own, because several small
            matrix products side by side beat one that is spread over cores.
        prompt: what first readings of finals are told; nothing is best, for comparison only.
        adapter: what is added to the model's weights.
        device: "cpu", "cuda", or "auto" for a GPU when there is one.
        every_language: keep the whole vocabulary (see `voice.vocabulary`); slower, for comparison.

    Raises:
        ModelError: the folder holds no model that can be read.
    """

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 1,
        prompt: str = "",
        adapter: Adapter | None = None,
        device: str = "auto",
        every_language: bool = False,
    ) -> None:
        model = mandarin_model(folder, adapter=adapter, every_token=every_language)
        self.on_gpu = device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0)
        with ThreadPoolExecutor(1, initializer=_step_back) as loader:  # its threads inherit this one's priority
            whisper = loader.submit(
                WhisperModel,
                str(folder),
                device="cuda" if self.on_gpu else "cpu",
                compute_type="int8_float16" if self.on_gpu else "int8",
                cpu_threads=1,
                num_workers=workers,
                files=model.files,
            ).result()
        self._model = whisper.model
        self._features = whisper.feature_extractor
        self._tokenizer = whisper.hf_tokenizer
        self._model_id = {old: new for new, old in enumerate(model.kept)}
        self._bytes = [token_bytes(token) for token in model.tokens]
        self._digits = [i for i, data in enumerate(self._bytes) if data.strip().isdigit()]
        self._prompt = prompt
        special = {token: new for new, token in enumerate(model.tokens) if token.startswith("<|")}
        self._start_of_previous = special["<|startofprev|>"]
        self._start = [special[f"<|{t}|>"] for t in ("startoftranscript", "zh", "transcribe", "notimestamps")]
        self._first_special = min(special.values())
        digit_characters = {t for c in DIGIT_CHARACTERS for t in self._tokens(c)}
        self._no_digit_characters = [t for t in range(self._first_special) if t not in digit_characters]

    def decode(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """See `Decoder.decode`."""
        return [h for batch in _alike(windows) for h in self._decode_alike(batch)]

    def _decode_alike(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """Windows of the same pass."""
        final = windows[0].decode is Pass.FINAL
        features = [self._features(w.audio, padding=160) for w in windows]
        longest = max(f.shape[1] for f in features)
        frames = max(FINAL_MIN_FRAMES if final else PARTIAL_MIN_FRAMES, longest + MARGIN)
        encoded = self._encode(features, min(frames, FULL_FRAMES))
        if not final:
            # The first partials of an utterance are short, and always unsure.
            readings = self._read(encoded, windows, beam=1)
            return [Hypothesis(r.text if r.good or r.verdict.reason == "unsure" else "") for r in readings]
        firsts = self._read(encoded, windows, prompt=self._prompt)
        return [
            self._finish(_item(encoded, i), w, first, features[i])
            for i, (w, first) in enumerate(zip(windows, firsts, strict=True))
        ]

    def _finish(
        self, encoded: ctranslate2.StorageView, window: Window, first: _Reading, features: Samples
    ) -> Hypothesis:
        best = first
        if best.verdict.action is Action.RETRY:
            best = self._retry(encoded, window, best, features)
        if best.verdict.action is Action.DROP:
            return Hypothesis("")
        best = self._with_number(encoded, window, best)
        return self._words(encoded, best, features.shape[1])

    def _retry(
        self, encoded: ctranslate2.StorageView, window: Window, doubtful: _Reading, features: Samples
    ) -> _Reading:
        """With a prompt first; then with the context that Whisper was trained on; the likelier of what is left."""
        readings = [doubtful, *self._read(encoded, [window], prompt=INSTRUCTION)]
        if not readings[-1].good:
            encoded = self._encode([features], FULL_FRAMES)
            readings += self._read(encoded, [window])
        return max(readings, key=lambda r: (r.good, r.verdict.action is Action.DROP, r.logprob))

    def _with_number(self, encoded: ctranslate2.StorageView, window: Window, best: _Reading) -> _Reading:
        """The reading with the number that was asked for, or a telephone number, as other ways to read it have it."""
        expected, written = window.context.number, dictated(best.text)
        if best.verdict.cut or (expected is None and (written is None or window.hurried)):
            return best
        spelled = self._likeliest(encoded, without=self._digits)
        if expected is not None:
            text = with_number(best.text, [reading for reading, _ in spelled], expected)
        elif written is not None:
            before = self._tokens(best.text[: written.start])
            alone = self._likeliest(encoded, before, without=self._no_digit_characters)
            text = with_telephone(best.text, [spelled, alone])
        return best if text == best.text else replace(best, tokens=tuple(self._tokens(text)), text=text)

    # --- The model ---------------------------------------------------------------------------

    def _encode(self, features: Sequence[Samples], frames: int) -> ctranslate2.StorageView:
        """Encoded (n, frames / 2, width); what is missing is filled up with silence."""
        frames += frames % 2
        batch = np.stack([fitted(f, frames) for f in features])
        return self._model.encode(ctranslate2.StorageView.from_array(batch), to_cpu=len(features) > 1)

    def _read(
        self,
        encoded: ctranslate2.StorageView,
        windows: Sequence[Window],
        *,
        prompt: str = "",
        beam: int = FINAL_BEAM,
    ) -> list[_Reading]:
        """One reading per window; all get the same prompt."""
        start = [*self._prompt_tokens(prompt), *self._start]
        budget = token_budget(max(w.seconds for w in windows))
        results = self._model.generate(
            encoded,
            [start] * len(windows),
            beam_size=beam,
            max_length=budget + max(budget, len(start)),  # it stops at half of this, or at what the prompt leaves
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [self._reading(r, w, prompt) for r, w in zip(results, windows, strict=True)]

    def _likeliest(
        self, encoded: ctranslate2.StorageView, before: Sequence[int] = (), *, without: Sequence[int]
    ) -> Readings:
        """The likeliest texts after the tokens `before`, written without some tokens."""
        start = [*self._start, *before]
        (result,) = self._model.generate(
            encoded,
            [start],
            beam_size=NUMBER_BEAM,
            num_hypotheses=NUMBER_BEAM,
            length_penalty=0,  # their mean would favour loops
            max_length=2 * (len(start) + NUMBER_TOKENS),
            return_scores=True,
            suppress_tokens=[-1, *without],  # -1: what the model itself never writes
        )
        read = zip(result.sequences_ids, result.scores, strict=True)
        return [(simplify(self._text(tokens)), logprob) for tokens, logprob in read]

    def _reading(self, result: Any, window: Window, prompt: str) -> _Reading:
        tokens = tuple(t for t in result.sequences_ids[0] if t < self._first_special)
        heard = Heard(
            text=simplify(self._text(tokens)),
            speech_s=max(window.seconds - EDGE_S, 0.2),
            avg_logprob=float(result.scores[0]),
            no_speech_prob=float(result.no_speech_prob),
            prompt=prompt,
        )
        return _Reading(tokens, heard.text, heard.avg_logprob, judge(heard))

    def _prompt_tokens(self, prompt: str) -> list[int]:
        if not prompt:
            return []
        return [self._start_of_previous, *self._tokens(prompt)[:MAX_PROMPT_TOKENS]]

    def _tokens(self, text: str) -> list[int]:
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids
        return [self._model_id[i] for i in ids if i in self._model_id]

    def _text(self, tokens: Sequence[int]) -> str:
        return b"".join(self._bytes[t] for t in tokens).decode("utf-8", "ignore")

    def _words(self, encoded: ctranslate2.StorageView, reading: _Reading, frames: int) -> Hypothesis:
        """The reading with a time and a confidence for each character, cut where nobody said it."""
        aligned = self._model.align(encoded, self._start, [list(reading.tokens)], [frames])[0]
        starts = _token_starts(aligned.alignments, len(reading.tokens), frames)
        characters = list(self._characters(reading.tokens, starts, aligned.text_token_probs))
        text = simplify("".join(c.text for c in characters))
        cut = [any(a <= i < b for a, b in reading.verdict.cut) for i in range(len(text))]
        kept = [
            Word(t, c.start_s, c.end_s, c.confidence)
            for c, t, out in zip(characters, text, cut, strict=True)
            if not out
        ]
        return Hypothesis(with_pauses(kept), tuple(joined(w for w in kept if w.text.isalnum())))

    def _characters(self, tokens: Sequence[int], starts: Sequence[float], probs: Sequence[float]) -> Iterator[Word]:
        """Characters of the tokens; a character may span tokens and a token several characters."""
        pending, certainty, begin = b"", 1.0, 0.0
        for i, token in enumerate(tokens):
            if not pending:
                certainty, begin = 1.0, starts[i]
            pending += self._bytes[token]
            certainty = min(certainty, probs[i])
            try:
                text = pending.decode("utf-8")
            except UnicodeDecodeError:
                continue
            step = (starts[i + 1] - begin) / max(len(text), 1)
            for n, char in enumerate(text):
                yield Word(char, round(begin + n * step, 3), round(begin + (n + 1) * step, 3), round(certainty, 3))
            pending = b""


def _step_back() -> None:
    """Lets the other threads of this process go first: audio is received although every core decodes."""
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, 0, DECODING_NICENESS)


def hub_model(name: str) -> Path:
    """The folder of a model that faster-whisper knows by `name` (small, large-v3, OWNER/REPOSITORY), from the hub.

    Raises:
        ModelError: there is no such model, or the hub cannot be reached.
    """
    try:
        return Path(download_model(name))
    except Exception as error:  # the hub's client raises what its HTTP library raises
        raise ModelError(f"it cannot be had from the hub either: {type(error).__name__}: {error}") from error


def _alike(windows: Sequence[Window]) -> Iterator[list[Window]]:
    """Runs of windows of the same pass."""
    batch: list[Window] = []
    for w in windows:
        if batch and batch[-1].decode is not w.decode:
            yield batch
            batch = []
        batch.append(w)
    if batch:
        yield batch


def fitted(features: Samples, frames: int) -> Samples:
    """Features (mels, n) with silence behind, or cut, to exactly `frames`."""
    filled = np.full((features.shape[0], frames), features.min(), np.float32)
    length = min(frames, features.shape[1])
    filled[:, :length] = features[:, :length]
    return filled


def _item(encoded: ctranslate2.StorageView, index: int) -> ctranslate2.StorageView:
    """One window of an encoded batch."""
    if encoded.shape[0] == 1:
        return encoded
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(np.array(encoded)[index : index + 1]))


def _token_starts(alignments: Sequence[tuple[int, int]], tokens: int, frames: int) -> list[float]:
    """Where each token begins, seconds, and where the last one ends."""
    seconds_per_step = 2 / FRAMES_PER_SECOND  # the encoder halves the frame rate
    first: dict[int, int] = {}
    for token, step in alignments:
        first.setdefault(token, step)
    starts = [first.get(i, 0) * seconds_per_step for i in range(tokens)]
    starts.append(max(starts[-1] if starts else 0.0, alignments[-1][1] * seconds_per_step if alignments else 0.0))
    return [round(min(s, frames / FRAMES_PER_SECOND), 3) for s in starts]
