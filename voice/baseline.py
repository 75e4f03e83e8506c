"""Offline decoding as faster-whisper does it by itself: what the streaming engine is compared with."""

from __future__ import annotations

from pathlib import Path

from faster_whisper import WhisperModel

from voice.audio import Samples
from voice.text import simplify

BEAM = 5


class OfflineWhisper:
    """`WhisperModel.transcribe` on whole channels: beam search, VAD filter, no prompt, every token."""

    def __init__(self, folder: Path) -> None:
        self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)

    def read(self, audio: Samples) -> str:
        """The text of one channel (n,) at 16 kHz."""
        segments, _ = self._model.transcribe(audio, language="zh", beam_size=BEAM, vad_filter=True)
        return simplify("".join(segment.text for segment in segments))
