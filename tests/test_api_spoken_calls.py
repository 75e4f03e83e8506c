"""Written calls, said by real synthetic voices over a telephone line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from api.commands import app
from api.recording import read_recording
from api.written_calls import read_timed_turns
from models.call import Channel
from voice.audio import Samples, to_float
from voice.fields.spans.tellings import load_tellings

TURNS = [
    {"speaker": "operator", "spoken": "您好，请问您要反映什么问题？"},
    {"speaker": "citizen", "spoken": "我们小区的路灯坏了。"},
]
TAGGED = "= 2026-03-14T10:20\no 请问在什么位置？\nc 在{p:小区北门}，路灯坏了。\n"


def enacted(folder: Path, *more: str) -> Path:
    call = folder / "lamp.json"
    call.write_text(json.dumps({"received_at": "2026-03-14T10:20:00+08:00", "turns": TURNS}), "utf-8")
    result = CliRunner().invoke(app, ["enact", str(call), "--out", str(folder / "out"), *more])
    assert result.exit_code == 0, result.output
    return folder / "out" / "lamp.wav"


@pytest.mark.model
def test_each_speaks_on_a_channel_of_his_own(tmp_path: Path) -> None:
    wav = enacted(tmp_path)

    recording = read_recording(wav)
    assert recording.call.channels == (Channel.CITIZEN, Channel.OPERATOR)
    assert recording.sample_rate == 8000
    assert recording.call.received_at.isoformat() == "2026-03-14T10:20:00+08:00"
    samples = to_float(recording.data, recording.encoding).reshape(-1, 2)
    spectrum = np.abs(np.fft.rfft(samples[:, 0]))
    hertz = np.fft.rfftfreq(len(samples), 1 / 8000)
    assert spectrum[hertz < 150].mean() < 0.1 * spectrum[(hertz > 400) & (hertz < 2500)].mean(), "no telephone's band"
    half = len(samples) // 2
    loudness = (
        np.sqrt(np.mean(np.square(samples[:half]), axis=0)),
        np.sqrt(np.mean(np.square(samples[half:]), axis=0)),
    )
    assert loudness[0][1] > 2 * loudness[0][0], "the operator speaks first"
    assert loudness[1][0] > 2 * loudness[1][1]
    assert (samples != 0).mean() > 0.9, "there is noise on the line"
    asked, told = read_timed_turns(wav.with_suffix(".json"))
    for channel, turn, other in ((1, asked, told), (0, told, asked)):
        during, silent = (_loudness(samples[:, channel], t.start_s, t.end_s) for t in (turn, other))
        assert during > 2 * silent, "the JSON says when each turn is said"


def _loudness(samples: Samples, start_s: float, end_s: float) -> float:
    return float(np.sqrt(np.mean(np.square(samples[int(start_s * 8000) : int(end_s * 8000)]))))


@pytest.mark.model
def test_the_same_seed_gives_the_same_recording(tmp_path: Path) -> None:
    first = enacted(tmp_path).read_bytes()

    assert enacted(tmp_path).read_bytes() == first
    assert enacted(tmp_path, "--seed", "other").read_bytes() != first


def test_what_is_no_transcript_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("[]")

    result = CliRunner().invoke(app, ["enact", str(tmp_path / "bad.json"), "--out", str(tmp_path)])

    assert result.exit_code == 2
    assert "bad.json" in result.output


@pytest.mark.model
def test_tagged_calls_are_said(tmp_path: Path) -> None:
    calls = tmp_path / "author_x.txt"
    calls.write_text(f"{TAGGED}\n{TAGGED}\n{TAGGED}", "utf-8")

    result = CliRunner().invoke(app, ["enact", str(calls), "--most", "2", "--out", str(tmp_path / "out")])

    assert result.exit_code == 0, result.output
    out = tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == [
        f"author_x-{number}.{kind}" for number in (0, 2) for kind in ("json", "wav")
    ]
    turns = read_timed_turns(out / "author_x-0.json")
    assert [(t.channel, t.raw) for t in turns] == [
        (Channel.OPERATOR, "请问在什么位置？"),
        (Channel.CITIZEN, "在小区北门，路灯坏了。"),
    ]
    seconds = read_recording(out / "author_x-0.wav").seconds
    assert 0 <= turns[0].start_s < turns[0].end_s <= turns[1].start_s < turns[1].end_s <= seconds


@pytest.mark.model
def test_tagged_calls_are_heard(tmp_path: Path) -> None:
    calls = tmp_path / "author_x.txt"
    calls.write_text(TAGGED, "utf-8")

    result = CliRunner().invoke(app, ["train", "hear", str(calls), "--out", str(tmp_path / "heard")])

    assert result.exit_code == 0, result.output
    (telling,) = load_tellings(tmp_path / "heard" / "author_x.txt")
    assert telling.heard
    tagged = "".join(
        text[tag.start : tag.end] for (_, text), tags in zip(telling.turns, telling.tags, strict=True) for tag in tags
    )
    assert "北" in tagged or "小区" in tagged, telling.lines
