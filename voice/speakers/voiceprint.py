"""CAM++: what a voice sounds like, as a vector; evaluated from the weights of 3D-Speaker.

Wang, Zheng, Chen, Cheng, Chen: "CAM++: A Fast and Efficient Network for Speaker Verification Using Context-Aware
Masking", Interspeech 2023. Tensors are (batch, channels, frames), in the front end (batch, channels, mels, frames).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn.functional import avg_pool1d, batch_norm, conv1d, conv2d

MELS = 80
_BLOCKS = ((12, 1), (24, 2), (16, 2))
"""Layers of each dense block, and their dilation."""
_SEGMENT = 100
"""Frames that share a local context."""

Weights: TypeAlias = Mapping[str, Tensor]


class Voiceprints:
    """The network.

    Args:
        path: its weights, as published by 3D-Speaker for Chinese and English at 16 kHz.
    """

    def __init__(self, path: Path) -> None:
        self._weights: Weights = torch.load(path, map_location="cpu", weights_only=True)

    def __call__(self, features: Tensor) -> Tensor:
        """Vectors (batch, 192) of log-mel features (batch, frames, MELS) of 10 ms, of Kaldi's kind."""
        with torch.inference_mode():
            return self._vectors(features)

    def _vectors(self, features: Tensor) -> Tensor:
        x = features - features.mean(1, keepdim=True)
        x = self._front(x.transpose(1, 2))
        x = self._norm(
            "xvector.tdnn.nonlinear.batchnorm", conv1d(x, self["xvector.tdnn.linear"], stride=2, padding=2)
        )
        x = x.relu()
        for block, (layers, dilation) in enumerate(_BLOCKS, 1):
            for layer in range(1, layers + 1):
                x = torch.cat([x, self._dense(f"xvector.block{block}.tdnnd{layer}", x, dilation)], 1)
            name = f"xvector.transit{block}"
            x = conv1d(self._norm(f"{name}.nonlinear.batchnorm", x).relu(), self[f"{name}.linear"])
        x = self._norm("xvector.out_nonlinear.batchnorm", x).relu()
        pooled = torch.cat([x.mean(2), x.std(2)], 1)[..., None]
        return self._norm("xvector.dense.nonlinear.batchnorm", conv1d(pooled, self["xvector.dense.linear"]))[..., 0]

    def __getitem__(self, name: str) -> Tensor:
        return self._weights[f"{name}.weight"]

    def _norm(self, name: str, x: Tensor) -> Tensor:
        w = self._weights
        mean, var = w[f"{name}.running_mean"], w[f"{name}.running_var"]
        return batch_norm(x, mean, var, w.get(f"{name}.weight"), w.get(f"{name}.bias"))

    def _front(self, mels: Tensor) -> Tensor:
        """Residual convolutions over frequency and time: (batch, MELS, frames) to (batch, 320, frames)."""
        x = self._norm("head.bn1", conv2d(mels[:, None], self["head.conv1"], padding=1)).relu()
        for name in ("head.layer1", "head.layer2"):
            x = self._residual(f"{name}.1", self._residual(f"{name}.0", x, stride=2), stride=1)
        x = self._norm("head.bn2", conv2d(x, self["head.conv2"], stride=(2, 1), padding=1)).relu()
        return x.flatten(1, 2)

    def _residual(self, name: str, x: Tensor, *, stride: int) -> Tensor:
        y = conv2d(x, self[f"{name}.conv1"], stride=(stride, 1), padding=1)
        y = conv2d(self._norm(f"{name}.bn1", y).relu(), self[f"{name}.conv2"], padding=1)
        if stride > 1:
            x = self._norm(f"{name}.shortcut.1", conv2d(x, self[f"{name}.shortcut.0"], stride=(stride, 1)))
        return (self._norm(f"{name}.bn2", y) + x).relu()

    def _dense(self, name: str, x: Tensor, dilation: int) -> Tensor:
        """What a layer adds, masked by what the utterance and its surroundings sound like."""
        x = conv1d(self._norm(f"{name}.nonlinear1.batchnorm", x).relu(), self[f"{name}.linear1"])
        x = self._norm(f"{name}.nonlinear2.batchnorm", x).relu()
        y = conv1d(x, self[f"{name}.cam_layer.linear_local"], padding=dilation, dilation=dilation)
        near = avg_pool1d(x, _SEGMENT, _SEGMENT, ceil_mode=True).repeat_interleave(_SEGMENT, 2)[..., : x.shape[2]]
        context = self._linear(f"{name}.cam_layer.linear1", x.mean(2, keepdim=True) + near).relu()
        return y * self._linear(f"{name}.cam_layer.linear2", context).sigmoid()

    def _linear(self, name: str, x: Tensor) -> Tensor:
        return conv1d(x, self[name], self._weights[f"{name}.bias"])
