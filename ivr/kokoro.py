"""The neural voice: Kokoro-82M on onnxruntime, its only importer for speech.

The model takes phonemes, a style that depends on how many there are, and a speed; it gives sound at 24 kHz.
Source: https://huggingface.co/hexgrad/Kokoro-82M (Apache-2.0).
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from ivr.errors import SpeechError
from ivr.mastering import Samples

SAMPLE_RATE = 24_000
"""Hz"""
STYLES = 510
"""A voice has one style per number of tokens, 0 to 509."""
STYLE_SIZE = 256
MAX_TOKENS = STYLES - 1
PADDING = 0


class Kokoro:
    """The model and its voices. Holds no state of a call; any number of threads may call it."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """Load the weights in `folder` (see `models.weights`); a sentence is computed by `threads` threads.

        Raises:
            SpeechError: they are not there.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # threads that wait spinning would take the cores from recognition
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_bytes())["vocab"]
            self._session = onnxruntime.InferenceSession(
                folder / "model.onnx", options, providers=["CPUExecutionProvider"]
            )
        except OSError as error:
            raise SpeechError(f"no voice model in {folder}: {error}") from error
        self._styles = {path.stem: _styles(path) for path in sorted((folder / "voices").glob("*.bin"))}

    @property
    def voices(self) -> tuple[str, ...]:
        """Names of the voices: zf_… are women's, zm_… men's."""
        return tuple(self._styles)

    def synthesise(self, phonemes: str, voice: str, speed: float) -> Samples:
        """What `voice` says, (n,) at 24 kHz; empty where there is nothing to say. What is no phoneme is skipped.

        Raises:
            SpeechError: there is no such voice.
        """
        styles = self._styles.get(voice)
        if styles is None:
            raise SpeechError(f"no voice {voice!r}; there are {' '.join(self.voices)}")
        tokens = [self._vocabulary[p] for p in phonemes if p in self._vocabulary]
        parts = [tokens[i : i + MAX_TOKENS] for i in range(0, len(tokens), MAX_TOKENS)]
        return np.concatenate([np.zeros(0, np.float32), *(self._run(part, styles, speed) for part in parts)])

    def _run(self, tokens: list[int], styles: npt.NDArray[np.float32], speed: float) -> Samples:
        inputs = {
            "tokens": np.array([[PADDING, *tokens, PADDING]], np.int64),
            "style": styles[len(tokens)][np.newaxis],
            "speed": np.array([speed], np.float32),
        }
        audio: Samples = self._session.run(["audio"], inputs)[0]
        return audio


def _styles(path: Path) -> npt.NDArray[np.float32]:
    values = np.fromfile(path, "<f4")
    if values.size != STYLES * STYLE_SIZE:
        raise SpeechError(f"{path} is not a voice: {values.size} numbers, expected {STYLES * STYLE_SIZE}")
    return values.reshape(STYLES, STYLE_SIZE)
