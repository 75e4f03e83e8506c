"""The project itself: which way imports go, and that every file is small and packaged."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "models": set(),
    "voice": {"models"},
    "ivr": {"models"},
    "api": {"models", "voice", "ivr"},
}
PURE = ("voice", "ivr")
SHELL_ONLY = {"asyncio", "socket", "fastapi", "starlette", "uvicorn", "websockets", "sqlalchemy", "httpx"}
MOST_LINES = 350
"""Of a file; 300 is where one begins to think of splitting it."""


def _sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_go_one_way(package: str) -> None:
    forbidden = MAY_IMPORT.keys() - MAY_IMPORT[package] - {package}
    for path in _sources(package):
        assert not set(_imported(path)) & forbidden, path


@pytest.mark.parametrize("package", PURE)
def test_the_pure_halves_have_no_sockets_and_no_loop(package: str) -> None:
    for path in _sources(package):
        assert not set(_imported(path)) & SHELL_ONLY, path


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_files_stay_small(package: str) -> None:
    for path in _sources(package):
        lines = len(path.read_text("utf-8").splitlines())
        assert lines <= MOST_LINES, f"{path}: {lines} lines"


def test_every_package_is_shipped() -> None:
    declared = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"])
    present = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for package in MAY_IMPORT
        for path in (ROOT / package).rglob("__init__.py")
    }
    assert present == declared


def test_the_recognition_engine_is_imported_in_one_place() -> None:
    importers = [p for package in MAY_IMPORT for p in _sources(package) if "ctranslate2" in set(_imported(p))]
    assert importers == [ROOT / "voice/whisper.py"]


@pytest.mark.parametrize(
    ("library", "files"),
    [
        ("pyannote", {"speakers/diarizer.py"}),
        ("torchaudio", {"speakers/diarizer.py"}),
        (
            "torch",
            {"speakers/diarizer.py", "speakers/voiceprint.py", "adaptation/network.py", "adaptation/training.py"},
        ),
    ],
)
def test_what_only_an_extra_brings_is_imported_where_it_is_needed(library: str, files: set[str]) -> None:
    importers = {p for package in MAY_IMPORT for p in _sources(package) if library in set(_imported(p))}
    assert importers == {ROOT / "voice" / name for name in files}
