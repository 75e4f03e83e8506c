"""Audio that arrives as separate tracks with time stamps, put together on one time line."""

from __future__ import annotations

from voice.errors import ProtocolError
from voice.wire.base import Audio, Gap

TOLERANCE_S = 0.1
"""Carriers' time stamps wobble by some milliseconds; only more than this is lost audio."""
MAX_GAP_S = 600.0
"""A longer jump is not lost audio but a broken peer."""
MAX_WAIT_S = 1.0
"""How long one track waits for another before silence stands in for that."""


class Tracks:
    """Mono tracks, one byte a sample, interleaved in the order of their names as far as all of them are known."""

    def __init__(self, names: tuple[str, ...], *, sample_rate: int, silence: bytes) -> None:
        self._rate = sample_rate
        self._silence = silence
        self._pending = {name: bytearray() for name in names}
        self._owed = dict.fromkeys(names, 0)
        """Samples of each track that silence stood in for because they were late."""
        self._front = 0
        """Samples of every track that were handed out or given up as lost."""
        self._origin_ms: int | None = None

    def has(self, name: str) -> bool:
        return name in self._pending

    def add(self, name: str, timestamp_ms: int, data: bytes) -> list[Audio | Gap]:
        """What is known for all tracks once `data`, beginning at `timestamp_ms`, has arrived.

        Raises:
            ProtocolError: the time stamp jumps further than any loss explains.
        """
        if self._origin_ms is None:
            self._origin_ms = timestamp_ms
        pending = self._pending[name]
        begins = (timestamp_ms - self._origin_ms) * self._rate // 1000
        missing = begins - (self._front + len(pending))
        if missing > MAX_GAP_S * self._rate:
            raise ProtocolError(
                f"timestamp {timestamp_ms} ms: {missing / self._rate:.1f} s lost, limit {MAX_GAP_S} s"
            )
        result: list[Audio | Gap] = []
        if missing > TOLERANCE_S * self._rate:
            result = self._skip(missing)
            rest = begins - (self._front + len(pending))
            pending += self._silence * max(0, rest)
        late = min(max(0, -missing), self._owed[name])
        self._owed[name] = self._owed[name] - late if missing < 0 else 0
        pending += data[late:]
        return result + self._take()

    def _skip(self, missing: int) -> list[Audio | Gap]:
        """Lost audio that no track has, as a gap."""
        if any(self._pending.values()) and len(self._pending) > 1:
            return []  # another track goes on: silence in this one stands in
        if len(self._pending) > 1 and missing <= MAX_WAIT_S * self._rate:
            return []
        self._front += missing
        return [Gap(missing / self._rate)]

    def _take(self) -> list[Audio | Gap]:
        lengths = [len(p) for p in self._pending.values()]
        ready = max(min(lengths), max(lengths) - int(MAX_WAIT_S * self._rate))
        if ready <= 0:
            return []
        tracks = []
        for name, pending in self._pending.items():
            self._owed[name] += ready - min(ready, len(pending))
            tracks.append(bytes(pending[:ready]).ljust(ready, self._silence))
            del pending[:ready]
        self._front += ready
        return [Audio(interleave(tracks))]

    def flush(self) -> list[Audio | Gap]:
        """Everything that is left, at the end of the call."""
        longest = max(len(p) for p in self._pending.values())
        if not longest:
            return []
        tracks = [bytes(p).ljust(longest, self._silence) for p in self._pending.values()]
        for pending in self._pending.values():
            pending.clear()
        self._front += longest
        return [Audio(interleave(tracks))]


def interleave(tracks: list[bytes], width: int = 1) -> bytes:
    """Mono tracks of equal length, `width` bytes a sample, sample by sample in turn."""
    if len(tracks) == 1:
        return tracks[0]
    mixed = bytearray(sum(len(t) for t in tracks))
    step = width * len(tracks)
    for i, track in enumerate(tracks):
        for byte in range(width):
            mixed[i * width + byte :: step] = track[byte::width]
    return bytes(mixed)


def deinterleave(data: bytes, channels: int, width: int = 1) -> list[bytes]:
    """The opposite of `interleave`; `data` holds whole samples of all channels."""
    if channels == 1:
        return [data]
    step = width * channels
    tracks = []
    for i in range(channels):
        track = bytearray(len(data) // channels)
        for byte in range(width):
            track[byte::width] = data[i * width + byte :: step]
        tracks.append(bytes(track))
    return tracks
