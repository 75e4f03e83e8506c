"""Diarization with pyannote.audio: which of two voices speaks when, in a recording that has both on one channel.

Its segmentation network says where somebody speaks and where the speaker changes, `voiceprint` what each stretch
sounds like, and `turns` makes turns of both. Needs the extra `yida[diarize]`. No other module imports
pyannote.audio.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

from voice.audio import SAMPLE_RATE, Samples
from voice.speakers.turns import FRAME_S, Array, SpeakerTurn, Window, activity, pieces, tell_apart, turns, windows
from voice.speakers.voiceprint import MELS, Voiceprints

SEGMENTATION, VOICEPRINT = "segmentation.bin", "voiceprint.pt"
"""The files of weights."""
_SHORTEST_S = 0.5
"""Nothing can be said about less."""
_HOP_S = 5.0
"""Between two looks of the segmentation network, each of 10 s."""
_KNOWN = 40
"""Frames that a voice is known by; shorter windows are widened."""
_BATCH = 8


class Diarizer:
    """Tells two voices apart. Shared by all recordings.

    Args:
        folder: of the weights.

    Raises:
        ModuleNotFoundError: the extra is not installed.
    """

    def __init__(self, folder: Path) -> None:
        inference, model, self._fbank = _pyannote()
        network = model.from_pretrained(folder / SEGMENTATION)
        self._segmentation = inference(network, step=_HOP_S, skip_aggregation=True, batch_size=_BATCH)
        self._field = network.receptive_field
        self._voiceprints = Voiceprints(folder / VOICEPRINT)

    def turns(self, samples: Samples) -> tuple[SpeakerTurn, ...]:
        """Who speaks when in `samples` (n,) at 16 kHz, in order; speaker 0 throughout when there is one voice."""
        if len(samples) < _SHORTEST_S * SAMPLE_RATE:
            return ()
        wave = torch.from_numpy(samples)[None]
        chunks = self._segmentation({"waveform": wave, "sample_rate": SAMPLE_RATE}).data
        field = self._field
        first_s = field.start + field.duration / 2
        frames = int(len(samples) / SAMPLE_RATE / FRAME_S)
        spoken = pieces(*activity(chunks, first_s, field.step, _HOP_S, frames))
        cut = windows(spoken)
        return turns(spoken, cut, tell_apart(self._prints(wave, cut), cut)) if cut else ()

    def _prints(self, wave: torch.Tensor, cut: Sequence[Window]) -> Array:
        """What each window of `wave` (1, n) sounds like, (windows, dimensions)."""
        features = self._fbank(wave, num_mel_bins=MELS, sample_frequency=SAMPLE_RATE, dither=0.0)
        found = []
        for window in cut:
            wider = max(0, _KNOWN - window.frames + 1) // 2
            heard = features[max(0, window.start - wider) : window.end + wider]
            found.append(self._voiceprints(heard[None])[0].numpy())
        return np.array(found, dtype=float)


def _pyannote() -> tuple[Any, Any, Any]:
    """`Inference`, `Model` and the log-mel features, which load slowly and with noise."""
    try:
        import torchaudio  # noqa: F401, PLC0415
    except OSError:  # its native part, which nobody needs here, loads only beside a torch for GPUs
        sys.modules["torchaudio._extension"] = _no_native_part()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\s*torchcodec is not installed")  # it would read files
        from pyannote.audio import Inference, Model  # noqa: PLC0415
    from pyannote.audio.telemetry import set_telemetry_metrics  # noqa: PLC0415
    from torchaudio.compliance.kaldi import fbank  # noqa: PLC0415

    set_telemetry_metrics(False)  # it would tell its makers what it is used for
    return Inference, Model, fbank


def _no_native_part() -> ModuleType:
    """Stands for `torchaudio._extension` where that cannot be loaded."""
    module = ModuleType("torchaudio._extension")
    absent = {"_IS_TORCHAUDIO_EXT_AVAILABLE": False, "_IS_ALIGN_AVAILABLE": False}
    vars(module).update(absent, _check_cuda_version=lambda: None, fail_if_no_align=lambda function: function)
    return module
