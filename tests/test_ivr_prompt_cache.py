"""The cache of what was said: found again, bounded, never in the way."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ivr.prompt_cache import PromptCache

SOUND = np.arange(-500, 500, dtype=np.int16)


def test_what_was_kept_is_found_by_all_of_its_key(tmp_path: Path) -> None:
    PromptCache(tmp_path).put(("v", "您好"), SOUND)
    found = PromptCache(tmp_path).get(("v", "您好"))
    assert found is not None
    assert np.array_equal(found, SOUND)
    assert PromptCache(tmp_path).get(("w", "您好")) is None
    assert PromptCache(tmp_path).get(("v您", "好")) is None


def test_what_was_not_heard_for_longest_makes_room(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, limit=10 * SOUND.nbytes)
    for i in range(10):
        cache.put((str(i),), SOUND)
    for i, path in enumerate(sorted(tmp_path.glob("*/*.pcm"), key=lambda p: p.stat().st_mtime_ns)):
        os.utime(path, (i, i))
    assert cache.get(("0",)) is not None, "heard again: now the newest"
    cache.put(("10",), SOUND)
    kept = [i for i in range(11) if cache.get((str(i),)) is not None]
    assert len(kept) == 8
    assert {0, 10} <= set(kept)


def test_a_damaged_file_is_a_miss(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path)
    cache.put(("a",), SOUND)
    (path,) = tmp_path.glob("*/*.pcm")
    path.write_bytes(b"odd")
    assert cache.get(("a",)) is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = PromptCache(tmp_path / "file")
    cache.put(("a",), SOUND)
    assert cache.get(("a",)) is None


def test_any_text_is_a_key(tmp_path: Path) -> None:
    PromptCache(tmp_path).put(("\ud800",), SOUND)
    assert PromptCache(tmp_path).get(("\ud800",)) is not None
