"""Arrays in a file: what trained models are stored as."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import DataFileError

_FORMAT = "format"


def save_arrays(path: Path, version: int, arrays: Mapping[str, Any]) -> None:
    """Writes a compressed .npz without pickled objects, of the format `version` of its kind."""
    stored: dict[str, Any] = {_FORMAT: np.int64(version), **arrays}
    np.savez_compressed(path, **stored)


@contextmanager
def stored_arrays(path: Path, version: int, what: str) -> Iterator[Mapping[str, NDArray[Any]]]:
    """The arrays that `save_arrays` wrote, each read when it is asked for.

    Args:
        path: the file.
        version: the only one that the caller knows.
        what: the file ought to be, for the message: "a trained classifier".

    Raises:
        DataFileError: the file cannot be read or is not such; also for what the caller stumbles over while reading.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            if int(stored[_FORMAT]) != version:
                raise DataFileError(path, None, f"format {stored[_FORMAT]}, expected {version}: train it again")
            yield stored
    except OSError as error:
        raise DataFileError(path, None, f"cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DataFileError(path, None, f"is not {what}: {error}") from error


def packed(lines: Iterable[str]) -> NDArray[np.uint8]:
    """Text as an array; no line has a line feed in it."""
    return np.frombuffer("\n".join(lines).encode(), dtype=np.uint8)


def unpacked(stored: NDArray[Any]) -> tuple[str, ...]:
    """The lines that `packed` took.

    Raises:
        TypeError, ValueError: it took none.
    """
    return tuple(stored.astype(np.uint8, casting="no").tobytes().decode().split("\n"))
