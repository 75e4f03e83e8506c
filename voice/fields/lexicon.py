"""Word lists that ship with the package: one file per list, words separated by spaces or lines, `#` comments."""

from __future__ import annotations

from importlib.resources import files


def lines(name: str) -> tuple[tuple[str, ...], ...]:
    """The words of each line of `data/NAME.txt`; empty lines and comments are left out."""
    text = files("voice.fields").joinpath("data", f"{name}.txt").read_text(encoding="utf-8")
    rows = (line.split("#")[0].split() for line in text.splitlines())
    return tuple(tuple(row) for row in rows if row)


def words(name: str) -> tuple[str, ...]:
    """All words of `data/NAME.txt`, in order."""
    return tuple(word for row in lines(name) for word in row)
