"""The application on a socket."""

from __future__ import annotations

import copy
import logging
import re
import socket
from contextlib import ExitStack
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.heap import share_heaps
from api.settings import Settings
from voice.wire.base import MAX_FRAME_BYTES

log = logging.getLogger(__name__)

PING_S = 20.0
"""A peer that does not answer a WebSocket ping for so long is gone."""
_FORESEEN = re.compile(r"\n(?:models|voice|ivr|api)\.[\w.]+Error: ((?:(?!\nTraceback )[\s\S])*)\Z")
"""The last error of a traceback, when it is one of our own."""
_TOKEN = re.compile(r"(?<=[?&]token=)[^&\s\"]+")


class HideKeys(logging.Filter):
    """Keeps keys that peers put into their URLs (`?token=KEY`) out of the logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_TOKEN.sub("…", a) if isinstance(a, str) else a for a in record.args)
        return True


class DropRefusals(logging.Filter):
    """Drops what uvicorn calls an error: a WebSocket that was answered with 401 or 503 instead of being opened."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("ASGI callable returned without completing handshake")


class ForeseenInOneLine(logging.Filter):
    """Tells why the service does not start without the traceback that Starlette puts before it, if we foresaw it."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        if told.startswith("Traceback") and (ours := _FORESEEN.search(told)) is not None:
            record.msg, record.args = "%s", (ours[1].strip(),)
        return True


def _logging() -> dict[str, Any]:
    """uvicorn's way of logging for all of the service, without keys and refusals."""
    config = copy.deepcopy(uvicorn.config.LOGGING_CONFIG)
    config["filters"] = {
        "keys": {"()": HideKeys},
        "refusals": {"()": DropRefusals},
        "foreseen": {"()": ForeseenInOneLine},
    }
    for handler in config["handlers"].values():
        handler["filters"] = ["keys", "refusals", "foreseen"]
    config["loggers"]["api"] = {"handlers": ["default"], "level": "INFO"}
    return config


class _Server(uvicorn.Server):
    """Says where it can be reached, on sockets that were bound before, too."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for each in sockets if self.started and sockets else ():
            host, port = each.getsockname()[:2]
            log.info("Yida is at http://%s:%d/ (CTRL+C to quit)", f"[{host}]" if ":" in host else host, port)


def make_server(settings: Settings, app: FastAPI | None = None, *, log_level: str = "info") -> uvicorn.Server:
    """The server, ready to `run` (or to `serve` inside a running event loop).

    Args:
        app: the application; by default a new one.
    """
    return _Server(
        uvicorn.Config(
            app or create_app(settings),
            host=settings.host,
            port=settings.port,
            log_level=log_level,
            log_config=_logging(),
            ws="websockets-sansio",
            ws_max_size=MAX_FRAME_BYTES,
            ws_per_message_deflate=False,  # telephone audio cannot be compressed any more
            ws_ping_interval=PING_S,
            ws_ping_timeout=PING_S,
            timeout_graceful_shutdown=30,
        )
    )


def run(settings: Settings) -> None:
    """Serves until it is told to stop, also on the ports that some protocols have of their own.

    Raises:
        SystemExit: a port is taken (told before anything is loaded), or the service could not start.
    """
    share_heaps()
    server = make_server(settings)
    own = [(name, getattr(settings, name)) for name in ("port", "funasr_port", "vosk_port")]
    with ExitStack() as opened:
        server.run(sockets=[opened.enter_context(_bound(settings.host, p, name)) for name, p in own if p is not None])
    if not server.started:
        raise SystemExit(3)


def _bound(host: str, port: int, name: str) -> socket.socket:
    """A socket that nobody else can have any more."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise SystemExit(f"YIDA_{name.upper()}={port}: {host} port {port}: {error.strerror or error}") from error
    return bound
