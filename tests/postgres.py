"""A PostgreSQL server for tests: the one that YIDA_TEST_POSTGRES_URL names, else one of our own if installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
_OWNER = "nobody"


def missing() -> str | None:
    """Why there is no server; None when there is one, or one can be started."""
    if os.environ.get("YIDA_TEST_POSTGRES_URL"):
        return None
    if not _PROGRAMS and not shutil.which("initdb"):
        return "PostgreSQL is not installed, and YIDA_TEST_POSTGRES_URL does not name a server"
    if os.geteuid() == 0 and not shutil.which("runuser"):
        return "PostgreSQL does not run as root, and there is no runuser"
    return None


@contextmanager
def server() -> Iterator[str]:
    """The URL of an empty database."""
    named = os.environ.get("YIDA_TEST_POSTGRES_URL")
    if named:
        yield named
        return
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, _OWNER)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        data = f"{folder}/data"
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        _run("initdb", "-D", data, "-U", "yida", "-A", "trust", "-E", "UTF8", "--no-sync")
        _run("pg_ctl", "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql://yida@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _run(program: str, *arguments: str) -> None:
    path = str(_PROGRAMS[-1] / program) if _PROGRAMS else program
    prefix = ["runuser", "-u", _OWNER, "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, path, *arguments], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr}")
