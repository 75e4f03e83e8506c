"""Whisper as a network that can learn, with the weights of a CTranslate2 model.

Only the thin matrices beside each weight learn (see `adapter`); everything else stays. The architecture is OpenAI's
(Radford et al. 2022).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from voice.ct2 import ModelError, variables

HEAD_SIZE = 64
_EMBEDDINGS = "decoder/embeddings/weight"
_POSITIONS = "position_encodings/encodings"
_WEIGHT, _BIAS = "/weight", "/bias"


class Whisper(nn.Module):  # type: ignore[misc]  # see pyproject: torch has no types here
    """Whisper with thin matrices that learn.

    Args:
        model: the content of a model.bin, format version 6.
        tokens: the rows of the vocabulary to keep, in order.
        rank: of the thin matrices.

    Raises:
        ModelError: it is no such model.
    """

    def __init__(self, model: bytes, tokens: Sequence[int], rank: int) -> None:
        super().__init__()
        found = {v.name: torch.from_numpy(v.values.astype(np.float32)) for v in variables(model) if v.values.ndim}
        try:
            self._embeddings = found[_EMBEDDINGS][list(tokens)]
            linear = [n.removesuffix(_WEIGHT) for n in found if "linear" in n and n.endswith(_WEIGHT)]
            self._linear = {n: _Linear(found[n + _WEIGHT], found[n + _BIAS], rank) for n in linear}
            self._plain = {n: v for n, v in found.items() if n.rpartition("/")[0] not in self._linear}
            self._layers = {half: sum(n.startswith(half) and "ffn/linear_0" in n for n in linear) for half in _HALVES}
            self._width = self._embeddings.shape[1]
        except KeyError as error:
            raise ModelError(f"model.bin: has no {error.args[0]}") from error
        self._learning = nn.ModuleList(self._linear.values())

    def factors(self) -> dict[str, tuple[Tensor, Tensor]]:
        """What has been learned, by variable: (outputs, rank) and (rank, inputs)."""
        return {n + _WEIGHT: (layer.up.detach(), layer.down.detach()) for n, layer in self._linear.items()}

    def forward(self, features: Tensor, tokens: Tensor) -> Tensor:
        """Scores (n, length, vocabulary) of what follows `tokens` (n, length) in `features` (n, mels, frames)."""
        return self._decode(tokens, self._encode(features)) @ self._embeddings.T

    def _encode(self, features: Tensor) -> Tensor:
        x = functional.gelu(self._convolved("encoder/conv1", features, stride=1))
        x = functional.gelu(self._convolved("encoder/conv2", x, stride=2)).transpose(1, 2)
        x = x + self._plain[f"encoder/{_POSITIONS}"][: x.shape[1]]
        for i in range(self._layers["encoder/"]):
            layer = f"encoder/layer_{i}"
            x = x + self._attention_to_itself(layer, x, causal=False)
            x = x + self._feed_forward(layer, x)
        return self._normed("encoder", x)

    def _decode(self, tokens: Tensor, encoded: Tensor) -> Tensor:
        x = self._embeddings[tokens] + self._plain[f"decoder/{_POSITIONS}"][: tokens.shape[1]]
        for i in range(self._layers["decoder/"]):
            layer = f"decoder/layer_{i}"
            x = x + self._attention_to_itself(layer, x, causal=True)
            queries = self._linear[f"{layer}/attention/linear_0"](self._normed(f"{layer}/attention", x))
            keys, values = self._linear[f"{layer}/attention/linear_1"](encoded).chunk(2, -1)
            x = x + self._linear[f"{layer}/attention/linear_2"](_attended(queries, keys, values, causal=False))
            x = x + self._feed_forward(layer, x)
        return self._normed("decoder", x)

    def _attention_to_itself(self, layer: str, x: Tensor, *, causal: bool) -> Tensor:
        name = f"{layer}/self_attention"
        queries, keys, values = self._linear[f"{name}/linear_0"](self._normed(name, x)).chunk(3, -1)
        out: Tensor = self._linear[f"{name}/linear_1"](_attended(queries, keys, values, causal=causal))
        return out

    def _feed_forward(self, layer: str, x: Tensor) -> Tensor:
        inner = functional.gelu(self._linear[f"{layer}/ffn/linear_0"](self._normed(f"{layer}/ffn", x)))
        out: Tensor = self._linear[f"{layer}/ffn/linear_1"](inner)
        return out

    def _normed(self, name: str, x: Tensor) -> Tensor:
        gamma, beta = self._plain[f"{name}/layer_norm/gamma"], self._plain[f"{name}/layer_norm/beta"]
        return functional.layer_norm(x, (self._width,), gamma, beta)

    def _convolved(self, name: str, x: Tensor, *, stride: int) -> Tensor:
        return functional.conv1d(x, self._plain[name + _WEIGHT], self._plain[name + _BIAS], stride=stride, padding=1)


_HALVES = ("encoder/", "decoder/")


class _Linear(nn.Module):  # type: ignore[misc]
    """A linear layer that stays as it is, and what is learned to be added to it: at first nothing."""

    def __init__(self, weight: Tensor, bias: Tensor, rank: int) -> None:
        super().__init__()
        self._weight, self._bias = weight, bias
        self.down = nn.Parameter(torch.randn(rank, weight.shape[1]) / math.sqrt(weight.shape[1]))
        self.up = nn.Parameter(torch.zeros(weight.shape[0], rank))

    def forward(self, x: Tensor) -> Tensor:
        fixed = functional.linear(x, self._weight, self._bias)
        return fixed + functional.linear(functional.linear(x, self.down), self.up)


def _attended(queries: Tensor, keys: Tensor, values: Tensor, *, causal: bool) -> Tensor:
    """(n, length, width)"""
    heads = functional.scaled_dot_product_attention(_heads(queries), _heads(keys), _heads(values), is_causal=causal)
    return heads.transpose(1, 2).reshape(queries.shape)


def _heads(x: Tensor) -> Tensor:
    """(n, heads, length, HEAD_SIZE)"""
    return x.view(*x.shape[:2], -1, HEAD_SIZE).transpose(1, 2)
