"""Streaming voice activity: the Silero model that ships inside faster-whisper, with its state kept between chunks.

The library's own wrapper clears the recurrent state at every call, which is right for files and wrong for streams;
here each channel owns its state. Several frames are run in one call because the call itself costs as much as a frame.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from faster_whisper.utils import get_assets_path

from voice.audio import SAMPLE_RATE, Samples

FRAME = 512
"""Samples in a frame; the model knows no other size at 16 kHz."""
FRAME_S = FRAME / SAMPLE_RATE
FRAMES_PER_RUN = 3
"""Frames that wait for each other: 96 ms of delay for 40 % of the cost; where somebody waits for an answer, 1."""
_CONTEXT = 64


class SpeechModel:
    """The network, shared by all channels; holds no state of a call."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        path = Path(get_assets_path()) / "silero_vad_v6.onnx"
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def run(
        self, frames: Samples, state: tuple[Samples, Samples]
    ) -> tuple[npt.NDArray[np.float32], tuple[Samples, Samples]]:
        """Speech probability of consecutive frames (n, 64 + 512), and the state after them."""
        output, h, c = self._session.run(None, {"input": frames, "h": state[0], "c": state[1]})
        return output.reshape(-1), (h, c)


class SpeechDetector:
    """Speech probabilities of one channel; feeding x then y gives the same as feeding x + y."""

    def __init__(self, model: SpeechModel, frames_per_run: int = FRAMES_PER_RUN) -> None:
        self._model = model
        self._frames_per_run = frames_per_run
        self._state = (np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32))
        # The 64 samples before the first pending one; the model sees them with each frame.
        self._pending: Samples = np.zeros(_CONTEXT, np.float32)

    def feed(self, samples: Samples) -> list[tuple[float, float]]:
        """(speech probability 0-1, level in RMS 0-1) of each frame that `samples` (n,) completes."""
        self._pending = np.concatenate((self._pending, samples))
        found: list[tuple[float, float]] = []
        while len(self._pending) >= _CONTEXT + self._frames_per_run * FRAME:
            found += self._run(self._frames_per_run)
        return found

    def flush(self) -> list[tuple[float, float]]:
        """The frames that still wait, the last one filled up with silence."""
        frames = -(-(len(self._pending) - _CONTEXT) // FRAME)
        if not frames:
            return []
        padding = _CONTEXT + frames * FRAME - len(self._pending)
        self._pending = np.concatenate((self._pending, np.zeros(padding, np.float32)))
        return self._run(frames)

    def _run(self, count: int) -> list[tuple[float, float]]:
        windows = self._pending[_windows(count)]
        probabilities, self._state = self._model.run(windows, self._state)
        voiced = windows[:, _CONTEXT:]
        levels = np.sqrt(np.einsum("ij,ij->i", voiced, voiced) / FRAME)
        self._pending = self._pending[count * FRAME :]
        return list(zip(probabilities.tolist(), levels.tolist(), strict=True))


@cache
def _windows(count: int) -> npt.NDArray[np.intp]:
    """(count, 64 + 512) where the frames, each with what is before it, are in the samples that wait."""
    return np.arange(count)[:, None] * FRAME + np.arange(_CONTEXT + FRAME)
