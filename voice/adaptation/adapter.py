"""A small change to the weights of a Whisper model, which makes it hear hotline calls better.

Each matrix gets a product of two thin ones added (low-rank adaptation, Hu et al. 2021): a hundredth of the model's
size, and nothing to compute while it decodes. It belongs to exactly one model. Learned in `training`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.arrays import save_arrays, stored_arrays
from models.errors import DataFileError
from voice.ct2 import ModelError, Variable

ADAPTER = Path(str(files("voice.adaptation").joinpath("data", "whisper-base.npz")))
"""For the model whisper-base of the catalogue."""
_FORMAT = 1
_UP, _DOWN = ".up", ".down"

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """What is added to a model's weights."""

    base: str
    """SHA-256 of the model.bin that it belongs to."""
    factors: Mapping[str, tuple[Floats, Floats]]
    """By variable: (outputs, rank) and (rank, inputs), whose product is added."""

    def belongs_to(self, model: bytes) -> bool:
        """Whether `model` (the content of model.bin) is the one."""
        return hashlib.sha256(model).hexdigest() == self.base

    def adapted(self, variable: Variable) -> NDArray[Any]:
        """The values of `variable` with what is added to it, if anything.

        Raises:
            ModelError: they are no matrix of the size that the adapter was learned for.
        """
        found = self.factors.get(variable.name)
        if found is None:
            return variable.values
        up, down = found
        if variable.values.shape != (len(up), down.shape[1]):
            expected = f"({len(up)}, {down.shape[1]})"
            raise ModelError(f"{variable.name}: is {variable.values.shape}, the adapter was learned for {expected}")
        return (variable.values.astype(np.float32) + up @ down).astype(variable.values.dtype)

    def save(self, path: Path) -> None:
        """Writes a compressed .npz without pickled objects, in half precision."""
        arrays: dict[str, Any] = {"base": np.frombuffer(bytes.fromhex(self.base), np.uint8)}
        for name, (up, down) in self.factors.items():
            arrays |= {name + _UP: up.astype(np.float16), name + _DOWN: down.astype(np.float16)}
        save_arrays(path, _FORMAT, arrays)

    @classmethod
    def load(cls, path: Path = ADAPTER) -> Adapter:
        """The adapter that `save` wrote.

        Raises:
            DataFileError: the file cannot be read, or is not an adapter.
        """
        with stored_arrays(path, _FORMAT, "an adapter") as stored:
            base = stored["base"].tobytes().hex()
            names = [name.removesuffix(_UP) for name in stored if name.endswith(_UP)]
            factors = {n: _pair(path, n, stored[n + _UP], stored[n + _DOWN]) for n in names}
        return cls(base, factors)


def _pair(path: Path, name: str, up: NDArray[Any], down: NDArray[Any]) -> tuple[Floats, Floats]:
    if up.ndim != 2 or down.ndim != 2 or up.shape[1] != down.shape[0]:
        raise DataFileError(path, None, f"{name}: {up.shape} and {down.shape} cannot be multiplied")
    if not (np.isfinite(up).all() and np.isfinite(down).all()):
        raise DataFileError(path, None, f"{name}: has numbers that cannot be")
    return up.astype(np.float32), down.astype(np.float32)
