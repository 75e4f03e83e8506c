"""The decoder that calls share: whoever has to wait behind others is decoded without what can be left out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import numpy as np
from scripted import ScriptedDecoder
from serving import real_engine

from api.recogniser import PATIENCE_S, Recogniser
from api.recording import Recording
from models.call import Channel
from voice.audio import SAMPLE_RATE, AudioDecoder, Samples
from voice.decoder import Hypothesis, Pass, Window
from voice.telephone import dictated
from voice.transcriber import Decode


class _SlowDecoder(ScriptedDecoder):
    """Takes longer for a window than the next one likes to wait."""

    def decode(self, windows: Sequence[Window]) -> list[Hypothesis]:
        time.sleep(PATIENCE_S * 1.2)
        return super().decode(windows)


def _final(audio: Samples, utterance: str) -> Decode:
    return Decode(utterance, Channel.CITIZEN, Window(audio, Pass.FINAL), 0, len(audio))


async def test_what_waits_behind_others_is_decoded_in_a_hurry() -> None:
    decoder = _SlowDecoder()
    recogniser = Recogniser(decoder, workers=1)
    audio = np.full(SAMPLE_RATE, 0.1, np.float32)
    async with recogniser.running():
        decoder.windows.clear()  # without those of warming up
        await asyncio.gather(*(recogniser.decode("call", _final(audio, f"u{n}")) for n in range(3)))
        await recogniser.decode("call", _final(audio, "u3"))
    assert [window.hurried for window in decoder.windows] == [False, True, True, False]


def test_a_hurried_final_spares_the_other_readings_of_a_number(call_recording: Recording) -> None:
    decoder = real_engine().decoder
    stereo = AudioDecoder(call_recording.encoding, call_recording.sample_rate, 2)
    operator = np.concatenate([block[1] for block in stereo.decode(call_recording.data)])
    audio = operator[round(53.8 * SAMPLE_RATE) : round(58.4 * SAMPLE_RATE)]  # reads the number back

    def decoded(*, hurried: bool) -> tuple[float, str]:
        started = time.process_time()
        (heard,) = decoder.decode([Window(audio, Pass.FINAL, hurried=hurried)])
        return time.process_time() - started, heard.text

    decoded(hurried=False)
    calm, quick = decoded(hurried=False), decoded(hurried=True)
    assert "13693107725" in calm[1]
    assert dictated(quick[1]) is not None
    assert quick[0] < calm[0]
