"""Tracks with time stamps become one interleaved stream on one time line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.errors import ProtocolError
from voice.wire.base import Audio, Gap
from voice.wire.tracks import Tracks, deinterleave, interleave


def two() -> Tracks:
    return Tracks(("a", "b"), sample_rate=8000, silence=b"\xff")


def samples(events: list[Audio | Gap]) -> bytes:
    return b"".join(e.data for e in events if isinstance(e, Audio))


def test_one_track_passes_through_and_a_jump_is_a_gap() -> None:
    tracks = Tracks(("a",), sample_rate=8000, silence=b"\xff")
    assert tracks.add("a", 64, b"\x01" * 160) == [Audio(b"\x01" * 160)]
    assert tracks.add("a", 90, b"\x02" * 160) == [Audio(b"\x02" * 160)]  # 6 ms of wobble
    assert tracks.add("a", 604, b"\x03" * 160) == [Gap(0.5), Audio(b"\x03" * 160)]
    assert tracks.add("a", 0, b"\x04" * 160) == [Audio(b"\x04" * 160)]  # a peer without time stamps


def test_two_tracks_wait_for_each_other() -> None:
    tracks = two()
    assert tracks.add("a", 0, b"\x01\x01") == []
    assert tracks.add("b", 0, b"\x02\x02") == [Audio(b"\x01\x02\x01\x02")]


def test_a_silent_track_does_not_hold_the_other_up_for_long_and_late_audio_is_not_inserted() -> None:
    tracks = two()
    out: list[Audio | Gap] = []
    for i in range(100):
        out += tracks.add("a", i * 20, b"\x01" * 160)
    assert samples(out) == b"\x01\xff" * 8000
    late = tracks.add("b", 0, b"\x02" * 16000)
    assert samples(late) == b"\x01\x02" * 8000


def test_audio_lost_on_both_tracks_is_a_gap_and_on_one_it_is_silence() -> None:
    tracks = two()
    tracks.add("a", 0, b"\x01" * 160)
    tracks.add("b", 0, b"\x02" * 160)
    assert tracks.add("a", 5020, b"\x01" * 160) == [Gap(5.0)]
    assert tracks.add("b", 5020, b"\x02" * 160) == [Audio(b"\x01\x02" * 160)]
    assert tracks.add("a", 5040, b"\x01" * 3200) == []
    assert tracks.add("b", 5240, b"\x02" * 1600) == [Audio(b"\x01\xff" * 1600 + b"\x01\x02" * 1600)]


def test_flush_hands_out_what_waits() -> None:
    tracks = two()
    tracks.add("a", 0, b"\x01\x01")
    assert tracks.flush() == [Audio(b"\x01\xff\x01\xff")]
    assert tracks.flush() == []


def test_a_wild_time_stamp_is_refused() -> None:
    tracks = two()
    tracks.add("a", 0, b"")
    with pytest.raises(ProtocolError, match="limit 600"):
        tracks.add("a", 10**9, b"")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 20_000), st.binary(max_size=400)), max_size=20))
def test_both_tracks_always_grow_alike(chunks: list[tuple[str, int, bytes]]) -> None:
    tracks = two()
    for name, stamp, data in chunks:
        for event in tracks.add(name, stamp, data):
            assert isinstance(event, Gap) or len(event.data) % 2 == 0


@given(st.integers(1, 3), st.integers(1, 2), st.binary(max_size=120))
def test_interleaving_is_undone(channels: int, width: int, data: bytes) -> None:
    data = data[: len(data) // (channels * width) * channels * width]
    assert interleave(deinterleave(data, channels, width), width) == data
