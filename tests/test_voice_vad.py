"""Streaming voice activity on real speech."""

import numpy as np
import pytest
from faster_whisper.vad import get_vad_model

from api.recording import Recording
from voice.audio import AudioDecoder, Samples
from voice.vad import FRAME, SpeechDetector, SpeechModel


@pytest.fixture(scope="module")
def citizen(call_recording: Recording) -> Samples:
    decoder = AudioDecoder(call_recording.encoding, call_recording.sample_rate, 2)
    return np.concatenate([block[0] for block in decoder.decode(call_recording.data)])[: 16000 * 12]


def _probabilities(model: SpeechModel, audio: Samples, piece: int) -> list[float]:
    detector = SpeechDetector(model)
    found = [f for start in range(0, len(audio), piece) for f in detector.feed(audio[start : start + piece])]
    return [probability for probability, _ in found + detector.flush()]


def test_streaming_equals_the_whole_file(speech: SpeechModel, citizen: Samples) -> None:
    whole = citizen[: len(citizen) // FRAME * FRAME]
    # The library's wrapper leaves the first sample's context at zero and never resets in one call: the reference.
    reference = get_vad_model()(whole.copy()).reshape(-1)
    assert np.allclose(_probabilities(speech, whole, 640), reference, atol=1e-3)


@pytest.mark.parametrize("piece", [1, 511, 512, 513, 5000, 10**9])
def test_cutting_the_audio_changes_nothing(speech: SpeechModel, citizen: Samples, piece: int) -> None:
    part = citizen[: 16000 * (1 if piece == 1 else 6)]
    assert _probabilities(speech, part, piece) == _probabilities(speech, part, 640)


def test_it_tells_speech_from_silence(speech: SpeechModel, citizen: Samples) -> None:
    frames = _probabilities(speech, citizen, 640)
    speaking = [p > 0.5 for p in frames]
    # The citizen speaks from 5.5 s to 9.4 s, with short pauses.
    assert np.mean(speaking[:160]) < 0.05
    assert np.mean(speaking[180:290]) > 0.6


def test_no_input_no_frames(speech: SpeechModel) -> None:
    detector = SpeechDetector(speech)
    assert detector.feed(np.zeros(0, np.float32)) == []
    assert detector.flush() == []
