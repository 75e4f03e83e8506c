"""Wire bytes to samples: exact codecs, and the same samples however the bytes are cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.call import Encoding
from voice.audio import SAMPLE_RATE, AudioDecoder, Timeline, to_bytes, to_float
from voice.errors import AudioFormatError


@pytest.mark.parametrize(
    ("encoding", "code", "sample"),
    [  # ITU-T G.711 tables 1 and 2: decoder output values, on the 16-bit scale
        (Encoding.MULAW, 0x00, -32124),
        (Encoding.MULAW, 0x80, 32124),
        (Encoding.MULAW, 0xFF, 0),
        (Encoding.MULAW, 0x7F, 0),
        (Encoding.MULAW, 0xEF, 132),
        (Encoding.ALAW, 0x2A, -32256),
        (Encoding.ALAW, 0xAA, 32256),
        (Encoding.ALAW, 0xD5, 8),
        (Encoding.ALAW, 0x55, -8),
        (Encoding.ALAW, 0xC5, 264),
    ],
)
def test_g711_values(encoding: Encoding, code: int, sample: int) -> None:
    assert to_float(bytes([code]), encoding)[0] * 32768 == sample


def test_pcm16_is_little_endian() -> None:
    assert to_float(b"\x00\x80\xff\x7f", Encoding.PCM16).tolist() == [-1.0, 32767 / 32768]


def _decoded(data: bytes, cuts: list[int], encoding: Encoding, rate: int, channels: int) -> np.ndarray:
    decoder = AudioDecoder(encoding, rate, channels)
    blocks = []
    start = 0
    for cut in [*cuts, len(data)]:
        blocks += decoder.decode(data[start : start + cut])
        start += cut
        if start >= len(data):
            break
    blocks += decoder.flush()
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((channels, 0), np.float32)


@settings(max_examples=60, deadline=None)
@given(
    data=st.binary(max_size=6000),
    cuts=st.lists(st.integers(0, 900), max_size=20),
    encoding=st.sampled_from(Encoding),
    rate=st.sampled_from([8000, 11025, 16000, 44100, 48000, 8001]),
    channels=st.integers(1, 2),
)
def test_cutting_the_bytes_changes_no_sample(
    data: bytes, cuts: list[int], encoding: Encoding, rate: int, channels: int
) -> None:
    whole = _decoded(data, [], encoding, rate, channels)
    assert np.array_equal(_decoded(data, cuts, encoding, rate, channels), whole)
    assert whole.dtype == np.float32
    assert np.isfinite(whole).all()


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 48000])
def test_a_tone_keeps_its_pitch_and_length(rate: int) -> None:
    seconds, hertz = 2.0, 700.0
    wave = np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    data = np.round(wave * 20000).astype("<i2").tobytes()
    heard = _decoded(data, [], Encoding.PCM16, rate, 1)[0]
    assert abs(len(heard) - seconds * SAMPLE_RATE) < 0.05 * SAMPLE_RATE
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert abs(spectrum.argmax() * SAMPLE_RATE / len(heard) - hertz) < 2


def test_channels_do_not_leak_into_each_other() -> None:
    left, right = np.full(8000, 0x00, np.uint8), np.full(8000, 0xFF, np.uint8)
    heard = _decoded(np.stack((left, right), 1).tobytes(), [], Encoding.MULAW, 8000, 2)
    assert np.abs(heard[0]).mean() > 0.9
    assert np.abs(heard[1]).max() == 0


def test_a_gap_becomes_silence_of_its_length() -> None:
    decoder = AudioDecoder(Encoding.ALAW, 16000, 1)
    blocks = list(decoder.silence(1.0))
    assert sum(b.shape[1] for b in blocks) == SAMPLE_RATE
    assert max(np.abs(b).max() for b in blocks) < 0.001


@pytest.mark.parametrize(
    ("rate", "channels", "named"), [(7999, 1, "7999"), (48001, 1, "48001"), (8000, 3, "3"), (8000, 0, "0")]
)
def test_formats_out_of_range_are_refused_by_name(rate: int, channels: int, named: str) -> None:
    with pytest.raises(AudioFormatError, match=named):
        AudioDecoder(Encoding.MULAW, rate, channels)


@given(lengths=st.lists(st.integers(0, 3000), max_size=30), start=st.integers(0, 20000), length=st.integers(0, 5000))
def test_a_timeline_gives_the_samples_of_their_numbers(lengths: list[int], start: int, length: int) -> None:
    timeline = Timeline(0.25)
    everything = np.arange(sum(lengths), dtype=np.float32)
    at = 0
    for n in lengths:
        timeline.append(everything[at : at + n])
        at += n
    found = timeline.between(start, start + length)
    known = everything[max(start, 0) : start + length]
    assert len(found) <= len(known)
    assert np.array_equal(found, known[len(known) - len(found) :])
    if start >= timeline.end - 0.25 * SAMPLE_RATE:
        assert np.array_equal(found, known)


@pytest.mark.parametrize("encoding", [Encoding.MULAW, Encoding.ALAW])
def test_every_g711_code_survives_decoding_and_encoding(encoding: Encoding) -> None:
    values = to_float(bytes(range(256)), encoding)
    assert np.array_equal(to_float(to_bytes(values, encoding), encoding), values)


@given(st.lists(st.floats(-1.5, 1.5, width=32)))
@pytest.mark.parametrize("encoding", [Encoding.MULAW, Encoding.ALAW])
def test_g711_codes_are_the_nearest(encoding: Encoding, values: list[float]) -> None:
    samples = np.clip(np.array(values, np.float32), -1, 1)
    heard = to_float(to_bytes(np.array(values, np.float32), encoding), encoding)
    every = to_float(bytes(range(256)), encoding)
    nearest = np.abs(samples[:, np.newaxis] - every).min(axis=1)
    assert np.all(np.abs(samples - heard) <= nearest + 2**-15)


def test_pcm16_survives() -> None:
    data = bytes(range(256)) * 4
    assert to_bytes(to_float(data, Encoding.PCM16), Encoding.PCM16) == data


def test_silence_is_the_idle_code_of_telephone_lines() -> None:
    assert to_bytes(np.zeros(2, np.float32), Encoding.MULAW) == b"\xff\xff"
