"""How often the words and characters of plain Chinese are used: what is said when nothing special is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from models.catalogue import read_text
from models.errors import DataFileError

PLAIN_WORDS = Path(__file__).parent / "data" / "plain_words.tsv"


@cache
def load_plain_words(path: Path = PLAIN_WORDS) -> Mapping[str, int]:
    """Uses by word or character, from a file of lines `text TAB count`.

    Raises:
        DataFileError: the file cannot be read, or a line cannot be taken.
    """
    return dict(_counts(path, read_text(path).splitlines()))


def _counts(path: Path, lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(lines, 1):
        text, tab, count = line.partition("\t")
        if not tab or not text or not count.isdecimal() or int(count) < 1:
            raise DataFileError(path, number, f"{line!r} is not a word, a tab and a count")
        yield text, int(count)
