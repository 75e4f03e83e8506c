"""Call audio as it comes over the wire, to float samples at 16 kHz per channel.

The decoder is fed bytes of any length and hands out blocks of 40 ms. Blocks, and with them every sample that the
resampler computes, depend only on the bytes received so far, never on how they were cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import soxr

from models.call import Encoding
from voice.errors import AudioFormatError

SAMPLE_RATE = 16_000
"""Hz, everywhere behind this module."""
MIN_RATE, MAX_RATE = 8_000, 48_000
MAX_CHANNELS = 2
BLOCKS_PER_SECOND = 25

Samples: TypeAlias = npt.NDArray[np.float32]
"""Mono (n,) or per channel (channels, n), in [-1, 1] at 16 kHz."""


def _mulaw_table() -> Samples:
    """G.711 mu-law code to sample: ITU-T G.711 table 2a, scaled to [-1, 1]."""
    code = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    magnitude = ((mantissa << 3) + 0x84 << exponent) - 0x84
    return (np.where(code & 0x80, -magnitude, magnitude) / 32768).astype(np.float32, copy=False)


def _alaw_table() -> Samples:
    """G.711 A-law code to sample: ITU-T G.711 table 1a, scaled to [-1, 1]."""
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent, mantissa = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    linear = (mantissa << 4) + 8
    magnitude = np.where(exponent == 0, linear, linear + 0x100 << np.maximum(exponent - 1, 0))
    return (np.where(code & 0x80, magnitude, -magnitude) / 32768).astype(np.float32, copy=False)


_TABLES = {Encoding.MULAW: _mulaw_table(), Encoding.ALAW: _alaw_table()}


def to_float(data: bytes, encoding: Encoding) -> Samples:
    """Whole samples of one encoding to floats, shape (n,)."""
    table = _TABLES.get(encoding)
    if table is not None:
        return table[np.frombuffer(data, np.uint8)]
    return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)


def to_bytes(samples: Samples, encoding: Encoding) -> bytes:
    """Floats, shape (n,), to the wire: the inverse of `to_float`. What is beyond [-1, 1] is clipped.

    G.711 codes are the nearest ones.
    """
    linear = np.round(np.clip(samples * 32768, -32768, 32767)).astype(np.int32)
    codes = _CODES.get(encoding)
    if codes is not None:
        return codes[linear + 32768].tobytes()
    return linear.astype("<i2").tobytes()


def _nearest_codes(table: Samples) -> npt.NDArray[np.uint8]:
    """For each 16-bit sample, from the lowest, the code whose value is nearest."""
    order = np.argsort(table, kind="stable")
    values = table[order] * 32768
    borders = (values[:-1] + values[1:]) / 2
    return order[np.searchsorted(borders, np.arange(-32768, 32768), side="right")].astype(np.uint8)


_CODES = {encoding: _nearest_codes(table) for encoding, table in _TABLES.items()}


class AudioDecoder:
    """The audio of one call: wire bytes in, blocks of samples at 16 kHz out.

    Raises:
        AudioFormatError: rate or number of channels out of range.
    """

    def __init__(self, encoding: Encoding, sample_rate: int, channels: int) -> None:
        if not MIN_RATE <= sample_rate <= MAX_RATE:
            raise AudioFormatError(f"sample_rate: got {sample_rate} Hz, supported are {MIN_RATE} to {MAX_RATE} Hz")
        if not 1 <= channels <= MAX_CHANNELS:
            raise AudioFormatError(f"channels: got {channels}, supported are 1 to {MAX_CHANNELS}")
        self._encoding = encoding
        self._channels = channels
        self._rate = sample_rate
        self._sample_bytes = (2 if encoding is Encoding.PCM16 else 1) * channels
        self._block_bytes = round(sample_rate / BLOCKS_PER_SECOND) * self._sample_bytes
        self._pending = bytearray()
        self._received = 0
        self._resampler = (
            None
            if sample_rate == SAMPLE_RATE
            else soxr.ResampleStream(sample_rate, SAMPLE_RATE, channels, dtype="float32", quality="HQ")
        )

    @property
    def seconds(self) -> float:
        """Of audio received so far."""
        return round(self._received / self._sample_bytes / self._rate, 3)

    def decode(self, data: bytes) -> Iterator[Samples]:
        """Blocks of shape (channels, n) that `data` completes; the rest waits for more."""
        self._received += len(data)
        self._pending += data
        view = memoryview(bytes(self._pending))
        whole = len(view) - len(view) % self._block_bytes
        del self._pending[:whole]
        for start in range(0, whole, self._block_bytes):
            yield self._block(bytes(view[start : start + self._block_bytes]), last=False)

    def silence(self, seconds: float) -> Iterator[Samples]:
        """Blocks that `seconds` of audio the carrier skipped complete, filled with silence."""
        return self.decode(self._encoding.silence * (round(seconds * self._rate) * self._channels))

    def flush(self) -> Iterator[Samples]:
        """The last block, shorter; a sample that was cut in two is dropped. Nothing may be decoded afterwards."""
        whole = len(self._pending) - len(self._pending) % self._sample_bytes
        block = self._block(bytes(self._pending[:whole]), last=True)
        self._pending.clear()
        if block.shape[1]:
            yield block

    def _block(self, data: bytes, *, last: bool) -> Samples:
        samples = to_float(data, self._encoding).reshape(-1, self._channels)
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(np.ascontiguousarray(samples), last=last)
        return np.ascontiguousarray(samples.reshape(-1, self._channels).T)


class Timeline:
    """The recent samples of one channel, addressed by their number since the call began.

    Keeps at most `seconds`; older samples are forgotten.
    """

    def __init__(self, seconds: float) -> None:
        self._capacity = round(seconds * SAMPLE_RATE)
        self._buffer: Samples = np.zeros(2 * self._capacity, np.float32)
        self._start = 0
        """Number of the first sample in the buffer."""
        self.end = 0
        """Number of samples received so far."""

    def append(self, samples: Samples) -> None:
        """Add samples of shape (n,) at the end."""
        filled = self.end - self._start
        if filled + len(samples) > len(self._buffer):  # rarely, so that appending stays cheap
            kept = np.concatenate((self._buffer[:filled], samples))[-self._capacity :]
            self._buffer[: len(kept)] = kept
            self._start = self.end + len(samples) - len(kept)
        else:
            self._buffer[filled : filled + len(samples)] = samples
        self.end += len(samples)

    def between(self, start: int, end: int) -> Samples:
        """A copy of samples [start, end), as far as they are still known."""
        first = max(start, self._start) - self._start
        return self._buffer[first : max(min(end, self.end) - self._start, first)].copy()
