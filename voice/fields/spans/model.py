"""Which stretches of an utterance tell the place, the unit and the time of the matter: learned, not written down.

A linear-chain conditional random field for each kind (Lafferty et al. 2001; CRFsuite) reads the features of an
utterance's characters and gives each the probability of belonging to a stretch. `training` learns them from tagged
calls. The only importer of `pycrfsuite`.
"""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import TypeAlias

import pycrfsuite

from models.errors import DataFileError

MODEL = Path(str(files("voice.fields").joinpath("data", "spans.zip")))
LIKELY = 0.4
"""Probability from which a character belongs to a span: what one speaker leaves open the other mostly settles."""
BEGIN, INSIDE, OUTSIDE = "B", "I", "O"
_DIGEST = "digest.txt"
_PARAMETERS = {"c1": 0.1, "c2": 0.05, "max_iterations": 100, "feature.possible_transitions": True}
"""Elastic net and L-BFGS steps, chosen by cross-validation."""

Items: TypeAlias = pycrfsuite.ItemSequence
"""The features of the characters of an utterance."""


class Kind(StrEnum):
    """What a span tells."""

    PLACE = "p"
    """A part of the rest of the address."""
    UNIT = "u"
    """The unit complained about."""
    TIME = "t"
    """When it happened."""


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` of an utterance."""

    kind: Kind
    start: int
    end: int
    probability: float


def items(features: Sequence[Sequence[str]]) -> Items:
    """What the model takes of the `features` (`features.FeatureReader`) of an utterance's characters."""
    return pycrfsuite.ItemSequence(features)


def learn(examples: Iterable[tuple[Items, Sequence[str]]]) -> bytes:
    """The weights that tell the labels (`BEGIN`, `INSIDE`, `OUTSIDE`) of `examples`: contents of a CRFsuite file."""
    trainer = pycrfsuite.Trainer(verbose=False, params=_PARAMETERS)
    for each, labels in examples:
        trainer.append(each, labels)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "learned.crfsuite"
        trainer.train(str(path))
        return path.read_bytes()


class SpanModel:
    """The learned weights; read-only, shared by all calls."""

    def __init__(self, contents: Mapping[Kind, bytes], digest: str) -> None:
        """Of the contents of a CRFsuite file for each kind, and the digest of what they were learned from."""
        self._contents = contents
        self._taggers = {kind: _opened(content) for kind, content in contents.items()}
        self._labels = {kind: frozenset(tagger.labels()) for kind, tagger in self._taggers.items()}
        self._lock = Lock()
        self.digest = digest

    def spans(self, read: Items) -> tuple[Span, ...]:
        """The spans in the utterance that `read` are the features of."""
        if not len(read):
            return ()
        with self._lock:  # a tagger works on one sequence at a time
            return tuple(s for kind in self._taggers for s in self._spans(kind, read))

    def _spans(self, kind: Kind, read: Items) -> Iterator[Span]:
        """The runs of characters that likely belong to a span; one ends where another begins."""
        tagger, known = self._taggers[kind], self._labels[kind]  # a label that no example has is none
        tagger.set(read)
        start = 0
        chances: list[float] = []
        for at in range(len(read)):
            begins, goes_on = (tagger.marginal(label, at) if label in known else 0.0 for label in (BEGIN, INSIDE))
            likely = begins + goes_on >= LIKELY
            if chances and (not likely or begins > goes_on):
                yield Span(kind, start, at, sum(chances) / len(chances))
                chances = []
            if likely:
                start = start if chances else at
                chances.append(begins + goes_on)
        if chances:
            yield Span(kind, start, len(read), sum(chances) / len(chances))

    def save(self, path: Path) -> None:
        """Writes the model."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for kind, content in self._contents.items():
                archive.writestr(zipfile.ZipInfo(f"{kind.name.lower()}.crfsuite"), content, zipfile.ZIP_DEFLATED)
            archive.writestr(zipfile.ZipInfo(_DIGEST), self.digest)

    @classmethod
    def load(cls, path: Path) -> SpanModel:
        """The model that `save` wrote.

        Raises:
            DataFileError: the file cannot be read, or is not such a model.
        """
        try:
            with zipfile.ZipFile(path) as archive:
                contents = {kind: archive.read(f"{kind.name.lower()}.crfsuite") for kind in Kind}
                return cls(contents, archive.read(_DIGEST).decode())
        except OSError as error:
            raise DataFileError(path, None, f"cannot be read: {error.strerror or error}") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError) as error:
            raise DataFileError(path, None, f"is not a trained model of spans: {error}") from error


def _opened(content: bytes) -> pycrfsuite.Tagger:
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(content)
    if not {BEGIN, INSIDE, OUTSIDE} >= set(tagger.labels()):
        raise ValueError(f"labels {tagger.labels()}")
    return tagger
