"""A Whisper model whose vocabulary knows only what Mandarin needs.

Of Whisper's 51,865 tokens some 3,600 can occur in Chinese text: pieces of Han characters and their punctuation,
digits, single letters. Half of what the base model reads from memory for every token it writes is the embedding
matrix, and most of a beam's work is over the vocabulary, so leaving the other rows out makes decoding almost twice as
fast and changes nothing in Mandarin text (`yida bench` compares both). As a side effect, the model can no longer
hallucinate in another language.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from voice.adaptation.adapter import Adapter
from voice.ct2 import ModelError, Variable, rewritten

EMBEDDINGS = "decoder/embeddings/weight"
_TIMESTAMP = re.compile(r"<\|\d+\.\d\d\|>")
_ASCII = re.compile(r" ?\d+|[A-Za-z]{1,2}| ?[A-Za-z]|[ .,!?%:/+-]+")
_TOKEN_LISTS = ("lang_ids", "suppress_ids", "suppress_ids_begin")


@dataclass(frozen=True, slots=True)
class MandarinModel:
    """Model files to load from memory, and how its token ids relate to the tokenizer's."""

    files: dict[str, bytes]
    """File name to content, as `faster_whisper.WhisperModel(files=…)` takes them."""
    tokens: tuple[str, ...]
    """The vocabulary, by the model's token ids."""
    kept: tuple[int, ...]
    """kept[id in the model] = id in the tokenizer."""


def mandarin_model(folder: Path, *, adapter: Adapter | None = None, every_token: bool = False) -> MandarinModel:
    """The model in `folder` with the tokens that Mandarin needs (or with all, for comparison).

    Args:
        folder: a Whisper model in CTranslate2 format.
        adapter: what is added to its weights.
        every_token: keep the whole vocabulary.

    Raises:
        ModelError: a file is missing or has a format this version cannot read, or the adapter is another model's.
    """
    try:
        tokens = _vocabulary(folder)
        config = json.loads((folder / "config.json").read_text("utf-8"))
        weights = (folder / "model.bin").read_bytes()
    except (OSError, ValueError) as e:
        raise ModelError(f"{folder}: not a CTranslate2 Whisper model: {e}") from e
    kept = tuple(i for i, token in enumerate(tokens) if every_token or _is_needed(token))
    new_id = {old: new for new, old in enumerate(kept)}
    for name in _TOKEN_LISTS:
        config[name] = [new_id[i] for i in config.get(name, ()) if i in new_id]
    if adapter is not None and not adapter.belongs_to(weights):
        raise ModelError(f"{folder}: the adapter was learned for another model: `yida train recogniser`")

    def changed(variable: Variable) -> NDArray[Any]:
        values = variable.values if adapter is None else adapter.adapted(variable)
        return values[list(kept)] if variable.name == EMBEDDINGS else values

    files = {
        "model.bin": rewritten(weights, changed),
        "config.json": json.dumps(config).encode(),
        "vocabulary.json": json.dumps([tokens[i] for i in kept]).encode(),
    }
    for name in ("tokenizer.json", "preprocessor_config.json"):
        if (folder / name).exists():
            files[name] = (folder / name).read_bytes()
    return MandarinModel(files, tuple(tokens[i] for i in kept), kept)


def _vocabulary(folder: Path) -> list[str]:
    path = folder / "vocabulary.json"
    if path.exists():
        return list(json.loads(path.read_text("utf-8")))
    return (folder / "vocabulary.txt").read_text("utf-8").removesuffix("\n").split("\n")


def _is_needed(token: str) -> bool:
    """Whether Mandarin text, or the decoder's control of itself, needs `token`."""
    if token.startswith("<|"):
        return not _TIMESTAMP.fullmatch(token)
    data = token_bytes(token)
    if len(data) == 1:
        return True  # any text can be spelled, byte by byte
    if data.isascii():
        return _ASCII.fullmatch(data.decode()) is not None
    return _is_piece_of_chinese(data)


def token_bytes(token: str) -> bytes:
    """The UTF-8 bytes that a token stands for; none for a control token."""
    return b"" if token.startswith("<|") else bytes(_byte_of()[c] for c in token)


@cache
def _byte_of() -> dict[str, int]:
    """The printable stand-in for each byte in byte-level BPE (GPT-2's `bytes_to_unicode`)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return {chr(b): b for b in printable} | {chr(256 + n): b for n, b in enumerate(others)}


def _is_piece_of_chinese(data: bytes) -> bool:
    """Whether `data` can be cut out of UTF-8 text of Han characters, their punctuation and ASCII."""
    at = 0
    while at < len(data) and data[at] & 0xC0 == 0x80:  # the rest of a character that began earlier
        at += 1
    while at < len(data):
        lead, second = data[at], data[at + 1 : at + 2]
        if lead < 0x80:
            at += 1
        elif _is_han_lead(lead) or (not second and lead in _PUNCTUATION) or second in _PUNCTUATION.get(lead, ()):
            at += 2 if lead < 0xE0 else 3
        else:
            return False
    return True


def _is_han_lead(lead: int) -> bool:
    return 0xE4 <= lead <= 0xE9  # U+4000 to U+9FFF


_PUNCTUATION = {
    0xC2: (b"\xb0", b"\xb7"),  # ° ·
    0xE2: (b"\x80", b"\x84"),  # U+2000: dashes, quotes, ellipsis; U+2100: ℃ №
    0xE3: (b"\x80",),  # U+3000: 、 。 《 》
    0xEF: (b"\xbc", b"\xbd"),  # U+FF00: full-width forms
}
