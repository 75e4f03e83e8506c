"""Learns an adapter from recorded turns and what is said in them; for the command, no call needs it.

What is learned is put on with part of its strength only: somewhere between the model as it was and the adapted one
is a better one than either for people who sound like nobody in the recordings (Wortsman et al. 2022).
"""

from __future__ import annotations

import hashlib
import math
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import Tokenizer
from torch.nn import functional

from voice.adaptation.adapter import Adapter
from voice.adaptation.network import Whisper
from voice.audio import SAMPLE_RATE, Samples
from voice.vocabulary import mandarin_model
from voice.whisper import FINAL_MIN_FRAMES, MARGIN, fitted

RANK = 8
LONGEST_S = 14
"""Turns that are longer are not learned from: recognition cuts them."""
STRENGTH = 0.4
"""docs/performance.md has what others give."""
BATCH = 8
_RATE = 1e-3
"""Of learning, at its height."""
_WARM_UP = 30
"""Batches until it is reached; from then on it sinks in a half cosine."""
_SMOOTHING = 0.05
_LOUDER = (0.5, 1.5)
_FASTER = (0.85, 1.15)
"""And higher: another voice, nearly (Ko et al. 2015)."""
_MASKED_MELS, _MASKED_FRAMES = 12, 25
"""At most, in every second turn (SpecAugment, Park et al. 2019)."""
_WEIGHT_DECAY = 0.01
_LARGEST_STEP = 1.0
_NOT_SCORED = -100
_SORTED = 8
"""Batches among which turns are sorted by length, so that little silence is computed."""

Watch: TypeAlias = Callable[[float, str], None]
"""Told what share is done, and how well it goes."""


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """Something said."""

    text: str
    samples: Samples
    """(n,) at 16 kHz, with a little silence around"""


def usable(turns: Iterable[Turn]) -> list[Turn]:
    """Those of `turns` that can be learned from: not too long, and with words."""
    return [t for t in turns if t.text.strip() and len(t.samples) <= LONGEST_S * SAMPLE_RATE]


def train(
    folder: Path, turns: Sequence[Turn], *, minutes: float, seed: int = 0, watch: Watch = lambda share, how: None
) -> Adapter:
    """An adapter for the model in `folder` that hears `turns` better.

    Args:
        folder: a Whisper model in CTranslate2 format.
        turns: what to learn from, such as are `usable`.
        minutes: how long to learn. An hour of recordings, read once, takes ten minutes on two cores.
        seed: of everything that is left to chance.
        watch: told about progress.

    Raises:
        ModelError: the folder holds no model that can be read.
        ValueError: there are fewer turns than a batch has.
    """
    if len(turns) < BATCH:
        raise ValueError(f"{len(turns)} turns of at most {LONGEST_S} s to learn from, at least {BATCH} needed")
    torch.manual_seed(seed)
    model = (folder / "model.bin").read_bytes()
    teacher = _Teacher(folder, random.Random(seed))  # noqa: S311 - not a secret
    network = Whisper(model, teacher.kept, RANK)
    learning = list(network.parameters())
    optimiser = torch.optim.AdamW(learning, weight_decay=_WEIGHT_DECAY)
    began, loss_so_far = time.monotonic(), 0.0
    for step, batch in enumerate(teacher.batches(turns), 1):
        share = (time.monotonic() - began) / 60 / minutes
        if share >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1, step / _WARM_UP) * (1 + math.cos(math.pi * share)) / 2
        scores = network(batch.features, batch.tokens)
        loss = functional.cross_entropy(
            scores.flatten(0, 1), batch.wanted.flatten(), ignore_index=_NOT_SCORED, label_smoothing=_SMOOTHING
        )
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, _LARGEST_STEP)
        optimiser.step()
        loss_so_far += (loss.item() - loss_so_far) / min(step, _WARM_UP)
        watch(share, f"{step * BATCH} turns read, loss {loss_so_far:.2f}")
    factors = {n: (STRENGTH * up.numpy(), down.numpy()) for n, (up, down) in network.factors().items()}
    return Adapter(hashlib.sha256(model).hexdigest(), factors)


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    features: torch.Tensor
    """(n, mels, frames)"""
    tokens: torch.Tensor
    """(n, length)"""
    wanted: torch.Tensor
    """(n, length) what follows each"""


class _Teacher:
    """Puts turns before the network as recognition does."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        model = mandarin_model(folder)
        self.kept = model.kept
        self._chance = chance
        self._id = {old: new for new, old in enumerate(model.kept)}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._features = FeatureExtractor()
        control = {token: new for new, token in enumerate(model.tokens) if token.startswith("<|")}
        self._start = [control[f"<|{t}|>"] for t in ("startoftranscript", "zh", "transcribe", "notimestamps")]
        self._end = control["<|endoftext|>"]

    def batches(self, turns: Sequence[Turn]) -> Iterator[_Batch]:
        """All turns again and again, each time in another order and a little different."""
        while True:
            order = self._chance.sample(turns, len(turns))
            alike = [
                sorted(order[i : i + _SORTED * BATCH], key=lambda t: len(t.samples))
                for i in range(0, len(order), _SORTED * BATCH)
            ]
            batches = [near[i : i + BATCH] for near in alike for i in range(0, len(near), BATCH)]
            for batch in self._chance.sample(batches, len(batches)):
                yield self._batch(batch)

    def _batch(self, turns: Sequence[Turn]) -> _Batch:
        seen = [self._seen(t.samples) for t in turns]
        frames = max(FINAL_MIN_FRAMES, *(s.shape[1] + MARGIN for s in seen))
        features = np.stack([self._masked(fitted(s, frames + frames % 2)) for s in seen])
        said = [[*self._start, *self._tokens(t.text), self._end] for t in turns]
        length = max(map(len, said)) - 1
        tokens = np.full((len(said), length), self._end)
        wanted = np.full((len(said), length), _NOT_SCORED)
        for row, ids in enumerate(said):
            tokens[row, : len(ids) - 1] = ids[:-1]
            wanted[row, len(self._start) - 1 : len(ids) - 1] = ids[len(self._start) :]
        return _Batch(torch.from_numpy(features), torch.from_numpy(tokens), torch.from_numpy(wanted))

    def _seen(self, samples: Samples) -> Samples:
        """Features (mels, frames), as loud and as fast as it happens to be."""
        at = np.arange(0, len(samples) - 1, self._chance.uniform(*_FASTER))
        heard = np.interp(at, np.arange(len(samples)), samples) * self._chance.uniform(*_LOUDER)
        seen: Samples = self._features(np.clip(heard, -1, 1).astype(np.float32), padding=160)
        return seen

    def _masked(self, features: Samples) -> Samples:
        if self._chance.random() < 0.5:
            mels, frames = features.shape
            width = self._chance.randint(1, _MASKED_MELS)
            at = self._chance.randrange(mels - width)
            features[at : at + width] = features.mean()
            width = self._chance.randint(1, _MASKED_FRAMES)
            at = self._chance.randrange(frames - width)
            features[:, at : at + width] = features.mean()
        return features

    def _tokens(self, text: str) -> list[int]:
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids
        return [self._id[i] for i in ids if i in self._id]
