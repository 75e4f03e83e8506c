"""The application on a socket."""

from __future__ import annotations

import copy
import logging
import re
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.heap import share_heaps
from api.settings import Settings
from voice.wire.base import MAX_FRAME_BYTES

PING_S = 20.0
"""A peer that does not answer a WebSocket ping for so long is gone."""
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


def _logging() -> dict[str, Any]:
    """uvicorn's way of logging for all of the service, without keys and refusals."""
    config = copy.deepcopy(uvicorn.config.LOGGING_CONFIG)
    config["filters"] = {"keys": {"()": HideKeys}, "refusals": {"()": DropRefusals}}
    for handler in config["handlers"].values():
        handler["filters"] = ["keys", "refusals"]
    config["loggers"]["api"] = {"handlers": ["default"], "level": "INFO"}
    return config


def make_server(settings: Settings, app: FastAPI | None = None, *, log_level: str = "info") -> uvicorn.Server:
    """The server, ready to `run` (or to `serve` inside a running event loop).

    Args:
        app: the application; by default a new one.
    """
    return uvicorn.Server(
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
    """Serves until it is told to stop, also on the ports that some protocols have of their own."""
    share_heaps()
    server = make_server(settings)
    ports = [port for port in (settings.funasr_port, settings.vosk_port) if port is not None]
    more = [uvicorn.Config(server.config.app, host=settings.host, port=port).bind_socket() for port in ports]
    server.run(sockets=[server.config.bind_socket(), *more] if more else None)
