"""What was said once need not be computed again: sounds on disk, found by what they say.

A file per sound, named by the hash of everything that shapes it. Files appear whole or not at all; any number of
processes may share the folder. When the folder outgrows its limit, what was not heard for longest goes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ivr.mastering import Pcm

DEFAULT_LIMIT = 512 << 20
"""Bytes: nine hours of speech at 8 kHz."""
KEEP = 0.8
"""Of the limit, what is left after making room."""
SUFFIX = ".pcm"


class PromptCache:
    """A bounded folder of sounds."""

    def __init__(self, folder: Path, *, limit: int = DEFAULT_LIMIT) -> None:
        """`limit` in bytes. The folder is made when the first sound is kept."""
        self._folder = folder
        self._limit = limit
        self._size: int | None = None
        """Bytes in the folder as far as this process knows; None: not counted yet."""

    def get(self, key: Sequence[str]) -> Pcm | None:
        """The sound kept under `key`, if there is one."""
        path = self._path(key)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return np.frombuffer(data, "<i2") if data and len(data) % 2 == 0 else None

    def put(self, key: Sequence[str], pcm: Pcm) -> None:
        """Keep `pcm` under `key`. A full or read-only disk is not an error: it will be computed again."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                try:
                    file.write(pcm.astype("<i2").tobytes())
                    file.close()
                    Path(file.name).replace(path)
                except OSError:
                    Path(file.name).unlink(missing_ok=True)
                    raise
        except OSError:
            return
        self._grown_by(pcm.nbytes)

    def _path(self, key: Sequence[str]) -> Path:
        digest = hashlib.sha256("\0".join(key).encode(errors="surrogatepass")).hexdigest()
        return self._folder / digest[:2] / (digest[2:] + SUFFIX)

    def _grown_by(self, added: int) -> None:
        if self._size is None:
            self._size = sum(size for _, size, _ in self._files())
        else:
            self._size += added
        if self._size > self._limit:
            self._make_room()

    def _make_room(self) -> None:
        """Remove what was not heard for longest."""
        files = sorted(self._files())
        size = sum(file_size for _, file_size, _ in files)
        for _, file_size, path in files:
            if size <= self._limit * KEEP:
                break
            path.unlink(missing_ok=True)
            size -= file_size
        self._size = size

    def _files(self) -> list[tuple[float, int, Path]]:
        """When last heard, bytes, path."""
        found = []
        for path in self._folder.glob(f"*/*{SUFFIX}"):
            try:
                status = path.stat()
            except FileNotFoundError:  # another process made room
                continue
            found.append((status.st_mtime, status.st_size, path))
        return found
