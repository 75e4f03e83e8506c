"""Recordings: any audio file to what a call-center system would send, and the label beside it."""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import av
import msgspec
import numpy as np
import numpy.typing as npt
import soxr

from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Encoding
from voice.audio import MAX_CHANNELS, MAX_RATE, MIN_RATE, AudioDecoder, Samples, to_bytes, to_float

SAMPLE_BYTES = 2


class RecordingError(Exception):
    """A file that cannot be taken as the recording of a call; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The audio of a call, and what is known about it."""

    call: CallInfo
    encoding: Encoding
    sample_rate: int
    """Hz"""
    data: bytes
    """Channels interleaved."""

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of all channels."""
        return (SAMPLE_BYTES if self.encoding is Encoding.PCM16 else 1) * len(self.call.channels)

    @property
    def seconds(self) -> float:
        return len(self.data) / self.frame_bytes / self.sample_rate

    def at_rate(self, sample_rate: int) -> Recording:
        """The same audio at another rate, 16-bit."""
        samples = to_float(self.data, self.encoding).reshape(-1, len(self.call.channels))
        resampled = soxr.resample(samples, self.sample_rate, sample_rate)
        data = (np.clip(resampled, -1, 1) * 32767).astype("<i2").tobytes()
        return Recording(self.call, Encoding.PCM16, sample_rate, data)

    def only(self, channel: Channel) -> Recording:
        """One channel of it, 16-bit."""
        channels = self.call.channels
        samples = to_float(self.data, self.encoding).reshape(-1, len(channels))[:, channels.index(channel)]
        call = msgspec.structs.replace(self.call, channels=(channel,))
        return Recording(call, Encoding.PCM16, self.sample_rate, to_bytes(samples, Encoding.PCM16))

    def mixed(self) -> Recording:
        """All channels on one, 16-bit."""
        samples = to_float(self.data, self.encoding).reshape(-1, len(self.call.channels)).mean(1)
        call = msgspec.structs.replace(self.call, channels=(Channel.MIXED,))
        return Recording(call, Encoding.PCM16, self.sample_rate, to_bytes(samples, Encoding.PCM16))

    def samples(self) -> Samples:
        """All of it as recognition hears it: (channels, n) at 16 kHz."""
        channels = len(self.call.channels)
        decoder = AudioDecoder(self.encoding, self.sample_rate, channels)
        nothing: Samples = np.zeros((channels, 0), np.float32)
        return np.concatenate([nothing, *decoder.decode(self.data), *decoder.flush()], axis=1)

    def chunks(self, seconds: float) -> Iterator[bytes]:
        """The audio in pieces of `seconds`."""
        size = max(1, round(seconds * self.sample_rate)) * self.frame_bytes
        return (self.data[at : at + size] for at in range(0, len(self.data), size))


def write_wav(path: Path, samples: npt.NDArray[np.int16], sample_rate: int) -> None:
    """Writes `samples`, (n,) or (n, channels) of 16 bit, at `sample_rate` Hz.

    Raises:
        RecordingError: the file cannot be written.
    """
    try:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
            file.setsampwidth(SAMPLE_BYTES)
            file.setframerate(sample_rate)
            file.writeframes(samples.astype("<i2").tobytes())
    except OSError as error:
        raise RecordingError(f"{path}: cannot be written: {error.strerror or error}") from error


def read_recording(path: Path, channels: tuple[Channel, ...] | None = None) -> Recording:
    """The recording in `path`: WAV, MP3, Ogg … whatever FFmpeg reads.

    Two channels are citizen and operator, one is a mix of both, unless `channels` says otherwise. If ID.json with
    `received_at` lies beside ID.wav, that time is the call's, else now.

    Raises:
        RecordingError: no audio in it, or a rate or number of channels that cannot be taken.
    """
    try:
        with av.open(str(path)) as container:
            stream = next(iter(container.streams.audio), None)
            if stream is None:
                raise RecordingError(f"{path}: no audio in it")
            rate, count = stream.rate, stream.channels
            resampler = av.AudioResampler(format="s16", rate=rate)
            frames = [f for frame in container.decode(stream) for f in resampler.resample(frame)]
    except (av.error.FFmpegError, OSError) as error:
        raise RecordingError(f"{path}: cannot be read as audio: {error}") from error
    if not MIN_RATE <= rate <= MAX_RATE or not 1 <= count <= MAX_CHANNELS:
        supported = f"{MIN_RATE} to {MAX_RATE} Hz and 1 to {MAX_CHANNELS} channels"
        raise RecordingError(f"{path}: {rate} Hz and {count} channels; supported are {supported}")
    if channels is not None and len(channels) != count:
        raise RecordingError(f"{path}: {count} channels, but {len(channels)} named")
    natural = (Channel.MIXED,) if count == 1 else (Channel.CITIZEN, Channel.OPERATOR)
    call = CallInfo(call_id=path.stem, channels=channels or natural, received_at=_received_at(path))
    data = b"".join(frame.to_ndarray().tobytes() for frame in frames)
    return Recording(call, Encoding.PCM16, rate, data)


def _received_at(path: Path) -> datetime:
    beside = path.with_suffix(".json")
    if not beside.exists():
        return datetime.now(HOTLINE_TIME_ZONE)
    try:
        label = json.loads(beside.read_text("utf-8"))
        received_at = label.get("received_at") if isinstance(label, dict) else None
        found = datetime.fromisoformat(received_at) if received_at else datetime.now(HOTLINE_TIME_ZONE)
    except (ValueError, TypeError) as error:
        raise RecordingError(f"{beside}: received_at is not a time in ISO 8601: {error}") from error
    return found if found.tzinfo else found.replace(tzinfo=HOTLINE_TIME_ZONE)
