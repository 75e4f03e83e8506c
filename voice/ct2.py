"""CTranslate2's binary model, read and written variable by variable.

Version 6 of the format (python/ctranslate2/specs/model_spec.py, `_serialize`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.errors import VoiceError

FORMAT_VERSION = 6
_DTYPES: dict[int, np.dtype[Any]] = {
    0: np.dtype("<f4"),
    1: np.dtype("i1"),
    2: np.dtype("<i2"),
    3: np.dtype("<i4"),
    4: np.dtype("<f2"),
}
"""By their number in the file."""


class ModelError(VoiceError):
    """A speech model that cannot be had, or is not a CTranslate2 Whisper model that this version can read."""


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """An array of the model."""

    name: str
    dtype: int
    """Its number in `_DTYPES`."""
    values: NDArray[Any]


def variables(model: bytes) -> Iterator[Variable]:
    """The arrays of `model`, views of it.

    Raises:
        ModelError: it is no model of this version.
    """
    return (part for part in _parts(model) if isinstance(part, Variable))


def rewritten(model: bytes, change: Callable[[Variable], NDArray[Any]]) -> bytes:
    """`model` with each array as `change` gives it back; its kind of number stays.

    Raises:
        ModelError: it is no model of this version.
    """
    out = bytearray()
    for part in _parts(model):
        out += _written(replace(part, values=change(part))) if isinstance(part, Variable) else part
    return bytes(out)


def _written(variable: Variable) -> bytes:
    name = variable.name.encode() + b"\0"
    values = np.ascontiguousarray(variable.values, _DTYPES[variable.dtype])
    shape = variable.values.shape
    head = struct.pack("<H", len(name)) + name + struct.pack(f"<B{len(shape)}I", len(shape), *shape)
    return head + struct.pack("<BI", variable.dtype, values.nbytes) + values.tobytes()


def _parts(model: bytes) -> Iterator[bytes | Variable]:
    """Everything in the file in order; what is no variable as it stands."""
    view = memoryview(model)
    try:
        (version,) = struct.unpack_from("<I", view)
        if version != FORMAT_VERSION:
            raise ModelError(f"model.bin: format version {version}, supported is {FORMAT_VERSION}")
        at = 4 + _string_size(view, 4)
        at += 4  # revision of the specification
        (count,) = struct.unpack_from("<I", view, at)
        at += 4
        yield bytes(view[:at])
        for _ in range(count):
            variable, at = _variable(view, at)
            yield variable
        yield bytes(view[at:])
    except (struct.error, ValueError, KeyError) as e:
        raise ModelError(f"model.bin: ends too early, or is damaged: {e}") from e


def _variable(view: memoryview, start: int) -> tuple[Variable, int]:
    size = _string_size(view, start)
    name = bytes(view[start + 2 : start + size]).rstrip(b"\0").decode()
    (rank,) = struct.unpack_from("<B", view, start + size)
    at = start + size + 1
    shape = struct.unpack_from(f"<{rank}I", view, at)
    dtype, length = struct.unpack_from("<BI", view, at + 4 * rank)
    values = at + 4 * rank + 5
    end = values + length
    return Variable(name, dtype, np.frombuffer(view[values:end], _DTYPES[dtype]).reshape(shape)), end


def _string_size(view: memoryview, at: int) -> int:
    (length,) = struct.unpack_from("<H", view, at)
    return 2 + int(length)
