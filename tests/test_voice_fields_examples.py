"""The examples that the classifier learns from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from models.catalogue import load_catalogue
from models.errors import DataFileError
from voice.fields.examples import EXAMPLES, Example, load_examples, small_talk

CATALOGUE = (("道路", "坑洼"), ("道路", "积水"))
PLENTY = "[道路/坑洼]\n" + "路上有坑\n" * 5 + "[道路/积水]\n# 注\n\n" + "  桥下积水\n" * 5


def test_ours_have_plenty_for_every_category() -> None:
    catalogue = load_catalogue()
    examples = load_examples(EXAMPLES, catalogue)
    counts = Counter(e.category for e in examples)

    assert set(counts) == set(catalogue)
    assert min(counts.values()) >= 35
    assert len({e.text for e in examples}) == len(examples)
    assert len(small_talk()) > 100


def test_a_deployers(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text(PLENTY)
    found = load_examples(path, CATALOGUE)

    assert len(found) == 10
    assert found[-1] == Example(("道路", "积水"), "桥下积水")
    assert load_examples(tmp_path, CATALOGUE) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("路上有坑", "own.txt:1: comes before the first"),
        ("[道路]\n路上有坑", "own.txt:1: [道路] is not [level 1/level 2]"),
        ("\n[道路/坑洼", "own.txt:2: [道路/坑洼 is not"),
        ("[道路/结冰]", "own.txt:1: 道路/结冰 is not in the catalogue"),
        ("[道路/坑洼]\n" + "坑" * 501, "own.txt:2: 501 characters, at most 500"),
        ("[道路/坑洼]\n" + "有坑\n" * 5, "0 examples of 道路/积水, at least 5 needed"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.txt"
    path.write_text(text)

    with pytest.raises(DataFileError) as raised:
        load_examples(path, CATALOGUE)
    assert message in str(raised.value)
