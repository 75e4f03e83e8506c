"""What citizens say for each category: the examples that the classifier learns from.

Text files, one request a line, below a line `[level 1/level 2]`; `#` begins a comment line. A deployer replaces or
adds to them; a folder means all its .txt files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from models.catalogue import Category, read_text
from models.errors import DataFileError
from voice.fields import lexicon

EXAMPLES = Path(str(files("voice.fields").joinpath("data", "category_examples")))
_SAYINGS = ("request_examples", "small_talk", "demands", "operator_phrases")
MIN_EXAMPLES = 5
"""Of a category: fewer say nothing about it."""
MAX_LENGTH = 500
"""Characters in one example."""


@dataclass(frozen=True, slots=True)
class Example:
    """One request as a citizen puts it."""

    category: Category
    text: str


def load_examples(path: Path, catalogue: Sequence[Category]) -> tuple[Example, ...]:
    """The examples in the file or folder `path`, for every category of `catalogue`.

    Raises:
        DataFileError: a line cannot be taken, or a category has too few examples.
    """
    sources = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    found = tuple(e for source in sources for e in _examples(source, frozenset(catalogue)))
    counts = Counter(e.category for e in found)
    for category in catalogue:
        if counts[category] < MIN_EXAMPLES:
            name = "/".join(category)
            raise DataFileError(path, None, f"{counts[category]} examples of {name}, at least {MIN_EXAMPLES} needed")
    return found


def small_talk() -> tuple[str, ...]:
    """Turns that are said in every call and do not tell what it is about."""
    return tuple(" ".join(line) for line in lexicon.lines("small_talk"))


def demands() -> tuple[str, ...]:
    """What is asked for in requests of every category, and thanks."""
    return tuple(" ".join(line) for line in lexicon.lines("demands"))


def sayings() -> Iterator[str]:
    """Everything that we know to be said on hotlines, turn by turn."""
    for path in (*sorted(EXAMPLES.glob("*.txt")), *(EXAMPLES.parent / f"{name}.txt" for name in _SAYINGS)):
        for line in read_text(path).splitlines():
            if line and not line.startswith(("#", "[")):
                yield line


def _examples(path: Path, known: frozenset[Category]) -> Iterator[Example]:
    category: Category | None = None
    for number, line in enumerate(read_text(path).splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("["):
            category = _heading(path, number, text, known)
        elif category is None:
            raise DataFileError(path, number, "comes before the first [level 1/level 2]")
        elif len(text) > MAX_LENGTH:
            raise DataFileError(path, number, f"{len(text)} characters, at most {MAX_LENGTH}")
        else:
            yield Example(category, text)


def _heading(path: Path, number: int, text: str, known: frozenset[Category]) -> Category:
    upper, slash, lower = text.removeprefix("[").removesuffix("]").partition("/")
    if not (slash and text.endswith("]")):
        raise DataFileError(path, number, f"{text} is not [level 1/level 2]")
    if (upper, lower) not in known:
        raise DataFileError(path, number, f"{upper}/{lower} is not in the catalogue")
    return upper, lower
