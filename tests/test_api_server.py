"""What whoever starts the service is told when it does not start."""

from __future__ import annotations

import logging
import socket
import traceback
from pathlib import Path

import pytest

from api.server import ForeseenInOneLine, run
from api.settings import Settings
from models.errors import StoreError


def test_a_port_that_is_taken_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"YIDA_PORT={port}: .* in use"):
            run(Settings(port=port, data_dir=tmp_path))
        with pytest.raises(SystemExit, match=f"YIDA_VOSK_PORT={port}: .* in use"):
            run(Settings(port=0, vosk_port=port, data_dir=tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_service_that_cannot_start_says_so_with_its_exit_code(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run(Settings(port=0, database_url="mysql://x", data_dir=tmp_path))
    assert ended.value.code == 3


def _shown(error: Exception) -> str:
    try:
        try:
            raise OSError("the inner one")
        except OSError as inner:
            raise error from inner
    except Exception:  # noqa: BLE001 - any is shown
        record = logging.makeLogRecord({"msg": traceback.format_exc()})
    ForeseenInOneLine().filter(record)
    return record.getMessage()


def test_what_was_foreseen_is_told_without_a_traceback() -> None:
    assert _shown(StoreError("no 100% such database\ntry another")) == "no 100% such database\ntry another"
    assert _shown(RuntimeError("a bug")).startswith("Traceback")
