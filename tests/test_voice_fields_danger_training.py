"""Learning to sense danger: data files, a small training, and its command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from api.commands.train import app
from models.call import Channel
from models.errors import DataFileError
from models.sentences import Encoder, Floats, sentence_encoder
from voice.fields.danger_sense import MAX_READ, NUMBERS, DangerModel
from voice.fields.danger_training import SAYINGS, Report, Saying, digest, load_sayings, ordinary_turns, train
from voice.fields.emergency import told_in_words
from voice.fields.spans.tellings import TELLINGS, load_tellings

FIRE, FALL, BRAWL, CRASH = "屋里全是烟，火苗窜上来了", "老人倒在地上叫不应", "他拿刀要砍我", "两辆车撞一块儿了"
DANGERS = f"119 | {FIRE}\n120 | {FALL}\n110 | {BRAWL}\n122,120 | {CRASH}\n- | 烟道谁管清洗\n"
CALLS = """= 2026-03-14T10:20
c 我们小区路灯坏了两个月了
o 哪个小区？
c 楼道里的垃圾没有人来清理
c 我想问一下居住证怎么办理
"""


class Remembering:
    """The real encoder, which reads each text once."""

    def __init__(self) -> None:
        self._known: dict[str, Floats] = {}

    def encode(self, text: str) -> Floats:
        if text not in self._known:
            self._known[text] = sentence_encoder().encode(text)
        return self._known[text]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Remembering()


@pytest.fixture(scope="module")
def some() -> list[Saying]:
    """Some sayings of each author, and some ordinary turns."""
    by_author: dict[str, list[Saying]] = {}
    for saying in (*load_sayings(SAYINGS), *ordinary_turns(load_tellings(TELLINGS))):
        by_author.setdefault(f"{saying.source}{saying.ordinary}", []).append(saying)
    return [s for of in by_author.values() for s in of[: 4 if of[0].ordinary else 16]]


@pytest.fixture(scope="module")
def trained(some: list[Saying], encoder: Encoder) -> tuple[DangerModel, Report]:
    return train(some, encoder)


def test_it_learns(trained: tuple[DangerModel, Report], some: list[Saying], encoder: Encoder) -> None:
    model, report = trained
    found = [(s, model.chances(s.text, encoder.encode(s.text))) for s in some]

    right = [NUMBERS[int(chances[1:].argmax())] in s.numbers for s, chances in found if s.numbers]
    assert sum(right) / len(right) > 0.9, "what it has learned from"
    danger = [1 - float(chances[0]) for s, chances in found if s.numbers]
    none = [1 - float(chances[0]) for s, chances in found if not s.numbers]
    assert np.mean(danger) > np.mean(none) + 0.3
    assert all(chances.sum() == pytest.approx(1, abs=1e-4) for _, chances in found)
    assert report.dangers == sum(bool(s.numbers) and s.source not in ("told", "harmless") for s in some)
    assert report.told_right <= report.told <= report.together
    assert report.told_in_words <= report.together


def test_same_data_same_model(trained: tuple[DangerModel, Report], some: list[Saying], encoder: Encoder) -> None:
    first, report = trained
    second, again = train(some, encoder)

    assert report == again
    assert np.array_equal(first.weights, second.weights)
    assert (first.first_at, first.alarm_at) == (second.first_at, second.alarm_at)
    assert first.digest == second.digest == digest(some)


def test_the_digest_tells_data_apart() -> None:
    saying = Saying("author", ("119",), FIRE)

    others = (Saying("author", ("120",), FIRE), Saying("author", ("119",), FALL), Saying("author", (), FIRE))
    assert len({digest([s]) for s in (saying, *others)}) == 4
    assert digest([saying, saying]) != digest([saying])


def test_nothing_can_be_learned_from_one_author_alone(encoder: Encoder) -> None:
    texts = (("119", FIRE), ("120", FALL), ("110", BRAWL), ("122", CRASH))
    sayings = [Saying("author", (number,), text) for number, text in texts]
    ordinary = [Saying(source, (), "路灯坏了两个月", True) for source in ("one", "two")]
    with pytest.raises(ValueError, match="several authors"):
        train([*sayings, *ordinary], encoder)


# --- Files -------------------------------------------------------------------------------------


def test_ordinary_turns() -> None:
    turns = ordinary_turns(load_tellings(TELLINGS))

    assert len(turns) > 3000
    assert all(s.ordinary and not s.numbers and len(s.text) <= MAX_READ for s in turns)
    said = {text for t in load_tellings(TELLINGS) for c, text in t.turns if c is Channel.CITIZEN}
    assert said >= {s.text for s in turns}
    assert not any(told_in_words(s.text) for s in turns[:300])


def test_sayings(tmp_path: Path) -> None:
    for author in ("one", "two"):
        (tmp_path / f"{author}.txt").write_text(f"# invented\n\n{DANGERS}", "utf-8")
    (tmp_path / "README.md").write_text("no sayings", "utf-8")
    found = load_sayings(tmp_path)

    assert [(s.source, s.numbers) for s in found[:5]] == [
        ("one", numbers) for numbers in (("119",), ("120",), ("110",), ("122", "120"), ())
    ]
    assert found[0].text == FIRE
    assert {s.source for s in found} == {"one", "two"}
    assert not any(s.ordinary for s in found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{DANGERS}118 | 着火了\n", r"two\.txt:6: '118 | 着火了' is not"),
        (f"{DANGERS}119, 120 | 着火了\n", r"two\.txt:6: "),
        ("119|着火了\n", r"two\.txt:1: "),
        ("119 | \n", r"two\.txt:1: "),
        ("着火了\n", r"two\.txt:1: "),
        ("-,119 | 着火了\n", r"two\.txt:1: "),
        (DANGERS.replace("122,120", "120"), "has sayings for 122 in fewer than 2 files"),
        (DANGERS.replace("- | ", "# "), "has sayings for - in fewer than 2 files"),
        ("", "has sayings for - in fewer than 2 files"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "one.txt").write_text(DANGERS, "utf-8")
    (tmp_path / "two.txt").write_text(text, "utf-8")
    with pytest.raises(DataFileError, match=message):
        load_sayings(tmp_path)


def test_a_deployers_own_dangers(tmp_path: Path) -> None:
    for name, text in (("dangers", DANGERS), ("calls", CALLS)):
        (tmp_path / name).mkdir()
        for author in ("one", "two"):
            (tmp_path / name / f"{author}.txt").write_text(text, "utf-8")
    target = tmp_path / "own.npz"
    folders = ("--sayings", str(tmp_path / "dangers"), "--tellings", str(tmp_path / "calls"))
    result = CliRunner().invoke(app, ["dangers", *folders, "--out", str(target), "--json"])

    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)["report"]
    assert (report["dangers"], report["alike"]) == (8, 2)
    sayings = [*load_sayings(tmp_path / "dangers"), *ordinary_turns(load_tellings(tmp_path / "calls"))]
    assert DangerModel.load(target).digest == digest(sayings)
    shown = CliRunner().invoke(app, ["dangers", *folders, "--out", str(target)])
    assert "at first look" in shown.stdout


def test_the_command_tells_errors(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("着火了\n", "utf-8")
    result = CliRunner().invoke(app, ["dangers", "--sayings", str(tmp_path), "--out", str(tmp_path / "own.npz")])

    assert result.exit_code == 1
    assert "one.txt:1: '着火了' is not" in result.stderr
    assert not (tmp_path / "own.npz").exists()
    result = CliRunner().invoke(app, ["dangers", "--out", str(tmp_path / "no" / "own.npz")])
    assert result.exit_code == 2
