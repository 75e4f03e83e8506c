"""CTranslate2's binary format: what is read and written again is the same, and nothing else is taken for a model."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.weights import Catalogue
from voice.ct2 import FORMAT_VERSION, ModelError, Variable, rewritten, variables

DTYPES = ("<f4", "i1", "<i2", "<i4", "<f2")
VALUES = st.sampled_from(range(len(DTYPES))).flatmap(
    lambda number: st.builds(
        Variable,
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
        st.just(number),
        arrays.arrays(DTYPES[number], arrays.array_shapes(min_dims=0, max_dims=3, max_side=4)),
    )
)


def model(*parts: Variable) -> bytes:
    """The file that has these variables, as the specification of the format says."""
    name = b"WhisperSpec\0"
    out = struct.pack("<IH", FORMAT_VERSION, len(name)) + name + struct.pack("<II", 3, len(parts))
    for part in parts:
        name = part.name.encode() + b"\0"
        shape = part.values.shape
        out += struct.pack("<H", len(name)) + name + struct.pack(f"<B{len(shape)}I", len(shape), *shape)
        out += struct.pack("<BI", part.dtype, part.values.nbytes) + part.values.tobytes()
    return out + struct.pack("<I", 0)


@given(st.lists(VALUES, max_size=4))
def test_variables_are_read_as_they_were_written(parts: list[Variable]) -> None:
    found = list(variables(model(*parts)))

    assert [(v.name, v.dtype) for v in found] == [(v.name, v.dtype) for v in parts]
    for read, written in zip(found, parts, strict=True):
        assert np.array_equal(read.values, written.values, equal_nan=read.values.dtype.kind == "f")


@given(st.lists(VALUES, max_size=4))
def test_written_again_it_is_the_same(parts: list[Variable]) -> None:
    assert rewritten(model(*parts), lambda v: v.values) == model(*parts)


@given(VALUES, VALUES)
def test_what_is_changed_is_written(first: Variable, second: Variable) -> None:
    other = replace(second, values=np.zeros((2, 3), second.values.dtype))
    changed = rewritten(
        model(first, replace(second, name="wanted")), lambda v: other.values if v.name == "wanted" else v.values
    )
    if first.name != "wanted":
        assert changed == model(first, replace(other, name="wanted"))


@given(st.binary(max_size=300))
def test_any_other_file_is_refused(data: bytes) -> None:
    try:
        list(variables(data))
    except ModelError:
        return
    assert struct.unpack_from("<I", data)[0] == FORMAT_VERSION


@given(st.lists(VALUES, min_size=1, max_size=3), st.floats(0, 1, exclude_max=True))
def test_a_file_that_ends_too_early_is_refused(parts: list[Variable], share: float) -> None:
    whole = model(*parts)[:-4]  # what follows the variables may be anything
    with pytest.raises(ModelError):
        list(variables(whole[: int(len(whole) * share)]))


def test_a_real_model_is_the_same_when_written_again() -> None:
    data = (Catalogue.load().locate("whisper-base") / "model.bin").read_bytes()

    assert rewritten(data, lambda v: v.values) == data
    assert any(v.name == "decoder/embeddings/weight" and v.values.shape == (51865, 512) for v in variables(data))
