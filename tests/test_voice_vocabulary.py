"""The vocabulary that Mandarin needs: nothing that Chinese text can contain is lost."""

import struct
from functools import cache
from pathlib import Path

import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from models.weights import Catalogue
from voice.ct2 import ModelError
from voice.vocabulary import MandarinModel, mandarin_model, token_bytes

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)


@cache
def _folder() -> Path:
    return Catalogue.load().locate("whisper-base")


@cache
def _model() -> MandarinModel:
    return mandarin_model(_folder())


@cache
def _tokenizer() -> tokenizers.Tokenizer:
    return tokenizers.Tokenizer.from_file(str(_folder() / "tokenizer.json"))


@settings(deadline=None)
@given(text=st.text(HAN | st.sampled_from("，。？！、：；“”（）《》…—0123456789°"), max_size=40))
def test_chinese_text_is_written_with_the_same_tokens(text: str) -> None:
    ids = _tokenizer().encode(text, add_special_tokens=False).ids
    assert not [_tokenizer().id_to_token(i) for i in set(ids) - set(_model().kept)]


def test_any_text_can_still_be_spelled() -> None:
    assert {bytes([b]) for b in range(256)} <= {token_bytes(token) for token in _model().tokens}


def test_it_is_a_small_part_of_the_vocabulary() -> None:
    model, folder = _model(), _folder()
    assert len(model.kept) < 4000
    assert list(model.kept) == sorted(set(model.kept))
    assert len(model.files["model.bin"]) < 0.7 * (folder / "model.bin").stat().st_size


def test_every_token_keeps_everything() -> None:
    folder = _folder()
    whole = mandarin_model(folder, every_token=True)
    assert whole.kept == tuple(range(51865))
    assert whole.files["model.bin"] == (folder / "model.bin").read_bytes()


def _copy(folder: Path, target: Path, **changed: bytes | None) -> Path:
    for name in ("config.json", "vocabulary.txt", "model.bin"):
        content = changed.get(name.partition(".")[0], (folder / name).read_bytes())
        if content is not None:
            (target / name).write_bytes(content)
    return target


@pytest.mark.parametrize(
    "changed",
    [
        {"config": None},
        {"config": b"{"},
        {"model": None},
        {"model": b""},
        {"model": struct.pack("<I", 5)},
        {"model": struct.pack("<IH", 6, 60000) + b"x"},
    ],
)
def test_a_damaged_model_is_refused(tmp_path: Path, changed: dict[str, bytes | None]) -> None:
    with pytest.raises(ModelError):
        mandarin_model(_copy(_folder(), tmp_path, **changed))
