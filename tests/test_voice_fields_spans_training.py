"""The span tagger: training, files, and what it makes of what it has learned."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from finders import finder

from models.call import CallInfo, Channel
from models.errors import DataFileError
from voice.fields.places.finder import PlaceFinder
from voice.fields.spans.features import FeatureReader
from voice.fields.spans.model import MODEL, Kind, SpanModel, items
from voice.fields.spans.reader import SpanReader
from voice.fields.spans.tellings import TELLINGS, Telling, load_tellings
from voice.fields.spans.training import Accuracy, digest, train


@pytest.fixture(scope="module")
def features() -> FeatureReader:
    return finder(PlaceFinder).spans.features


@pytest.fixture(scope="module")
def tellings() -> list[Telling]:
    """Some calls of three authors."""
    found: dict[str, list[Telling]] = {}
    for telling in load_tellings(TELLINGS):
        found.setdefault(telling.source, []).append(telling)
    return [telling for source in sorted(found)[:3] for telling in found[source][:12]]


@pytest.fixture(scope="module")
def trained(features: FeatureReader, tellings: list[Telling]) -> tuple[SpanModel, tuple[Accuracy, ...]]:
    return train(tellings, features, folds=3)


def test_it_learns(
    features: FeatureReader, tellings: list[Telling], trained: tuple[SpanModel, tuple[Accuracy, ...]]
) -> None:
    model, _ = trained
    right = wanted = 0
    for telling in tellings:
        call = CallInfo(call_id="c", channels=(Channel.CITIZEN,), received_at=telling.received_at)
        for tags, spans in zip(telling.tags, SpanReader(features, model).read(call, telling.utterances), strict=True):
            told = {(t.kind, i) for t in tags for i in range(t.start, t.end)}
            right += len(told & {(s.kind, i) for s in spans for i in range(s.start, s.end)})
            wanted += len(told)

    assert right / wanted > 0.9


def test_the_cross_validation_reports_every_kind_written_and_misheard(
    trained: tuple[SpanModel, tuple[Accuracy, ...]],
) -> None:
    _, report = trained

    assert {(row.kind, row.misheard) for row in report} == {(kind, heard) for kind in Kind for heard in (False, True)}
    assert all(0 <= row.f1 <= 1 for row in report)
    assert max(row.f1 for row in report) > 0.4


def test_same_data_same_model(features: FeatureReader, tellings: list[Telling], tmp_path: Path) -> None:
    for name in ("first", "second"):
        model, _ = train(tellings[:6], features, folds=0)
        model.save(tmp_path / name)

    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_the_model_that_ships_was_trained_from_the_calls_that_ship() -> None:
    assert SpanModel.load(MODEL).digest == digest(load_tellings(TELLINGS)), "run: yida train spans"


def test_nothing_said_has_no_spans() -> None:
    assert SpanModel.load(MODEL).spans(items([])) == ()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"lCRF"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "spans.zip"
    path.write_bytes(content)

    with pytest.raises(DataFileError, match="is not a trained model of spans"):
        SpanModel.load(path)


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "spans.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for kind in Kind:
            archive.writestr(f"{kind.name.lower()}.crfsuite", b"not weights" * 9)
        archive.writestr("digest.txt", "0")

    with pytest.raises(DataFileError, match="is not a trained model of spans"):
        SpanModel.load(path)


def test_bytes_that_were_overwritten_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "spans.zip"
    content = bytearray(MODEL.read_bytes())
    content[2_000:2_400] = b"x" * 400
    path.write_bytes(content)

    with pytest.raises(DataFileError, match="is not a trained model of spans"):
        SpanModel.load(path)


def test_a_kind_that_nobody_tagged_is_never_found(features: FeatureReader, tellings: list[Telling]) -> None:
    untagged = [replace(t, tags=tuple(() for _ in t.turns)) for t in tellings[:3]]
    model, _ = train(untagged, features, folds=0)
    call = CallInfo(call_id="c", channels=(Channel.CITIZEN,), received_at=tellings[0].received_at)

    assert not any(SpanReader(features, model).read(call, tellings[0].utterances))


def test_a_missing_file_is_told() -> None:
    with pytest.raises(DataFileError, match="cannot be read"):
        SpanModel.load(Path("/nowhere/spans.zip"))
