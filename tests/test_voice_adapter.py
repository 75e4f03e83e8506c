"""What is added to a speech model: files, and that it is that model's."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.arrays import save_arrays
from models.errors import DataFileError
from models.weights import Catalogue
from voice.adaptation.adapter import ADAPTER, Adapter
from voice.ct2 import ModelError, Variable, variables
from voice.vocabulary import EMBEDDINGS, mandarin_model

MATRIX = "encoder/layer_0/ffn/linear_0/weight"


@cache
def _model() -> bytes:
    return (Catalogue.load().locate("whisper-base") / "model.bin").read_bytes()


def _adapter(outputs: int = 2, inputs: int = 3) -> Adapter:
    up, down = np.full((outputs, 1), 2, np.float32), np.arange(inputs, dtype=np.float32)[None]
    return Adapter(hashlib.sha256(b"model").hexdigest(), {"matrix": (up, down)})


def test_the_product_is_added() -> None:
    adapted = _adapter().adapted(Variable("matrix", 4, np.ones((2, 3), np.float16)))

    assert adapted.dtype == np.float16
    assert adapted.tolist() == [[1, 3, 5], [1, 3, 5]]


def test_other_variables_stay() -> None:
    other = Variable("other", 1, np.ones((2, 3), np.int8))
    assert _adapter().adapted(other) is other.values


def test_a_matrix_of_another_size_is_refused() -> None:
    with pytest.raises(ModelError, match=r"\(3, 2\), the adapter was learned for \(2, 3\)"):
        _adapter().adapted(Variable("matrix", 4, np.ones((3, 2), np.float16)))


def test_it_belongs_to_one_model() -> None:
    assert _adapter().belongs_to(b"model")
    assert not _adapter().belongs_to(b"Model")


def test_what_ships_belongs_to_the_default_model_and_changes_it() -> None:
    shipped = Adapter.load()

    assert shipped.belongs_to(_model())
    assert ADAPTER.stat().st_size < 4_000_000
    assert set(shipped.factors) <= {v.name for v in variables(_model())}
    folder = Catalogue.load().locate("whisper-base")
    as_it_was, adapted = ({v.name: v.values for v in variables(m)} for m in _files(folder, shipped))
    assert as_it_was.keys() == adapted.keys()
    assert np.array_equal(as_it_was[EMBEDDINGS], adapted[EMBEDDINGS])
    change = np.linalg.norm(adapted[MATRIX] - as_it_was[MATRIX]) / np.linalg.norm(as_it_was[MATRIX])
    assert 0.001 < change < 0.3


def _files(folder: Path, adapter: Adapter) -> list[bytes]:
    return [mandarin_model(folder, adapter=a).files["model.bin"] for a in (None, adapter)]


def test_an_adapter_of_another_model_is_refused() -> None:
    folder = Catalogue.load().locate("whisper-base")
    with pytest.raises(ModelError, match="learned for another model"):
        mandarin_model(folder, adapter=replace(Adapter.load(), base="00" * 32))


# --- Files -------------------------------------------------------------------------------------


def test_save_and_load(tmp_path: Path) -> None:
    _adapter().save(tmp_path / "adapter.npz")
    again = Adapter.load(tmp_path / "adapter.npz")

    assert again.base == _adapter().base
    for read, written in zip(again.factors["matrix"], _adapter().factors["matrix"], strict=True):
        assert np.array_equal(read, written)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "any.npz").write_bytes(data)
    with pytest.raises(DataFileError, match="is not an adapter"):
        Adapter.load(tmp_path / "any.npz")


def test_files_that_do_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "adapter.npz"
    with pytest.raises(DataFileError, match="cannot be read"):
        Adapter.load(path)
    base, up, down = np.zeros(32, np.uint8), np.ones((2, 1)), np.ones((1, 3))
    for arrays, message in (
        ({"base": base, "m.up": up, "m.down": down.T}, "cannot be multiplied"),
        ({"base": base, "m.up": up * np.nan, "m.down": down}, "cannot be"),
        ({"base": base, "m.up": up}, r"m\.down"),
        ({"m.up": up, "m.down": down}, "base"),
    ):
        save_arrays(path, 1, arrays)
        with pytest.raises(DataFileError, match=message):
            Adapter.load(path)
    save_arrays(path, 2, {"base": base})
    with pytest.raises(DataFileError, match="format 2, expected 1"):
        Adapter.load(path)
