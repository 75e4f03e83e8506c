"""One contract for every decoder, run over all of them; and what Whisper in particular must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scripted import ScriptedDecoder
from serving import real_engine

from api.recording import Recording
from voice.audio import SAMPLE_RATE, AudioDecoder, Samples
from voice.decoder import Context, Decoder, Hypothesis, Pass, Window


@pytest.fixture(scope="module", params=["whisper", "scripted"])
def decoder(request: pytest.FixtureRequest) -> Decoder:
    return real_engine().decoder if request.param == "whisper" else ScriptedDecoder()


@pytest.fixture(scope="module")
def whisper() -> Decoder:
    return real_engine().decoder


@pytest.fixture(scope="module")
def operator(call_recording: Recording) -> Samples:
    audio = AudioDecoder(call_recording.encoding, call_recording.sample_rate, 2)
    return np.concatenate([block[1] for block in audio.decode(call_recording.data)])


def _cut(audio: Samples, start_s: float, end_s: float) -> Samples:
    return audio[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)]


def _windows(operator: Samples) -> list[Window]:
    return [
        Window(_cut(operator, 20.2, 23.3), Pass.FINAL),
        Window(_cut(operator, 20.2, 22.0), Pass.PARTIAL),
        Window(np.zeros(16000, np.float32), Pass.FINAL),
        Window(_cut(operator, 53.8, 58.4), Pass.FINAL),
        Window(np.zeros(0, np.float32), Pass.FINAL),
        Window(np.zeros(100, np.float32), Pass.PARTIAL),
    ]


def test_one_hypothesis_per_window_in_order(decoder: Decoder, operator: Samples) -> None:
    windows = _windows(operator)
    together = decoder.decode(windows)
    assert together == [decoder.decode([window])[0] for window in windows]
    assert [bool(h.text) for h in together] == [True, True, False, True, False, False]
    assert decoder.decode([]) == []


def test_words_are_those_of_the_text_in_order_inside_the_window(decoder: Decoder, operator: Samples) -> None:
    for window, hypothesis in zip(_windows(operator), decoder.decode(_windows(operator)), strict=True):
        if window.decode is Pass.PARTIAL:
            assert hypothesis.words == ()
            continue
        said = "".join(c for c in hypothesis.text if c.isalnum())
        assert "".join(w.text for w in hypothesis.words) == said
        starts = [w.start_s for w in hypothesis.words]
        assert starts == sorted(starts)
        assert all(0 <= w.start_s <= w.end_s <= window.seconds + 0.5 for w in hypothesis.words)
        assert all(0 <= w.confidence <= 1 for w in hypothesis.words)


def test_threads_do_not_disturb_each_other(decoder: Decoder, operator: Samples) -> None:
    windows = _windows(operator)
    alone = decoder.decode(windows)
    with ThreadPoolExecutor(2) as pool:
        assert all(list(result) == alone for result in pool.map(decoder.decode, [windows] * 4))


def test_it_holds_no_state(decoder: Decoder, operator: Samples) -> None:
    window = Window(_cut(operator, 20.2, 23.3), Pass.FINAL)
    first = decoder.decode([window])
    decoder.decode([Window(_cut(operator, 30.2, 39.6), Pass.FINAL, Context(("不相干",), ("丰台区",)))])
    assert decoder.decode([window]) == first


# --- Whisper ---------------------------------------------------------------------------------


def test_it_hears_mandarin(whisper: Decoder, operator: Samples) -> None:
    (hypothesis,) = whisper.decode([Window(_cut(operator, 53.8, 58.4), Pass.FINAL)])
    assert "13693107725" in hypothesis.text
    assert hypothesis.confidence > 0.5


def _tones(*hertz: float, seconds: float, on_s: float, off_s: float) -> Samples:
    time_s = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = sum(np.sin(2 * np.pi * f * time_s) for f in hertz) / len(hertz)
    return (0.3 * wave * (time_s % (on_s + off_s) < on_s)).astype(np.float32)


@pytest.mark.parametrize(
    "audio",
    [
        pytest.param(np.zeros(8 * SAMPLE_RATE, np.float32), id="silence"),
        pytest.param(np.random.default_rng(0).normal(0, 0.05, 8 * SAMPLE_RATE).astype(np.float32), id="noise"),
        pytest.param(_tones(450, seconds=8, on_s=1, off_s=4), id="ringback"),
        pytest.param(_tones(697, 1209, seconds=8, on_s=0.1, off_s=0.1), id="dtmf"),
    ],
)
def test_what_is_no_speech_gives_no_credits_and_no_loops(whisper: Decoder, audio: Samples) -> None:
    """The detector keeps most of this from the decoder; what gets through must at least stay short."""
    (hypothesis,) = whisper.decode([Window(audio, Pass.FINAL)])
    assert "字幕" not in hypothesis.text
    assert "订阅" not in hypothesis.text
    assert len(hypothesis.text) < 20


def test_confidence_is_the_mean_of_its_words() -> None:
    assert Hypothesis("").confidence == 0.0
