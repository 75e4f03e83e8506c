"""Written calls as they arrive by telephone: said by synthetic voices over a noisy line."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

from api.recording import Recording
from ivr.speech import TELEPHONE_RATE, Manner, Voice
from models.call import CallInfo, Channel, Encoding
from voice.audio import Samples, to_bytes

_BAND_HZ = (300, 3400)
_PACE = (0.9, 1.15)
_GAP_S = (0.2, 0.9)
"""Between two turns."""
_SNR_DB = {Channel.CITIZEN: (12.0, 30.0), Channel.OPERATOR: (22.0, 35.0)}
_RUMBLE = 0.97
"""Of a sample's noise that the next one keeps, at most: traffic sounds deep, a bad line hisses."""
_SPOKEN = 0.01
"""From this amplitude a sample belongs to speech."""
_CHANNELS = (Channel.CITIZEN, Channel.OPERATOR)


@dataclass(frozen=True, slots=True)
class SpokenCall:
    """A recording that was made, and when what was said in it."""

    recording: Recording
    times: tuple[tuple[float, float], ...]
    """Start and end of each turn, in seconds."""


def spoken_call(
    call: CallInfo, turns: Sequence[tuple[Channel, str]], voices: Sequence[Voice], seed: str = ""
) -> SpokenCall:
    """`turns` of citizen and operator, said one after the other by two of `voices` (at `TELEPHONE_RATE`).

    Who speaks, how fast, and what noise is on the line, follow from `seed` and the identity of `call`.
    """
    chance = random.Random(seed + call.call_id)  # noqa: S311 - not a secret
    speakers = dict(zip(_CHANNELS, chance.sample(list(voices), len(_CHANNELS)), strict=True))
    manners = {channel: Manner(speed=chance.uniform(*_PACE)) for channel in _CHANNELS}
    said: dict[Channel, list[Samples]] = {channel: [np.zeros(0, np.float32)] for channel in _CHANNELS}
    times, at = [], 0
    for channel, text in turns:
        pieces = [piece.samples for piece in speakers[channel].say(text, manners[channel])]
        words = np.concatenate([np.zeros(0, np.float32), *pieces])
        times.append((at / TELEPHONE_RATE, (at + len(words)) / TELEPHONE_RATE))
        turn = np.concatenate([words, np.zeros(round(chance.uniform(*_GAP_S) * TELEPHONE_RATE), np.float32)])
        at += len(turn)
        for each in _CHANNELS:
            said[each].append(turn if each is channel else np.zeros_like(turn))
    lines = [_on_the_line(np.concatenate(said[each]), chance.uniform(*_SNR_DB[each]), chance) for each in _CHANNELS]
    recorded = msgspec.structs.replace(call, channels=_CHANNELS)
    data = to_bytes(np.stack(lines, axis=1).ravel(), Encoding.MULAW)
    return SpokenCall(Recording(recorded, Encoding.MULAW, TELEPHONE_RATE, data), tuple(times))


def _on_the_line(sound: Samples, snr_db: float, chance: random.Random) -> Samples:
    """`sound` in a telephone's band, with noise."""
    rng = np.random.default_rng(chance.getrandbits(32))
    keeps = chance.uniform(0, _RUMBLE)
    noise = sosfilt([[1.0, 0.0, 0.0, 1.0, -keeps, 0.0]], rng.normal(0, 1, len(sound)))
    noise *= _loudness(sound[np.abs(sound) > _SPOKEN]) / 10 ** (snr_db / 20) / _loudness(noise)
    band = butter(4, _BAND_HZ, "bandpass", fs=TELEPHONE_RATE, output="sos")
    line: Samples = np.clip(sosfilt(band, sound + noise), -1, 1).astype(np.float32)
    return line


def _loudness(sound: npt.NDArray[np.floating]) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(sound)))) if len(sound) else 0.0
