"""The web application: routes, errors and the guard put together."""

from __future__ import annotations

import importlib.metadata
import importlib.resources
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from api import auth, calls, carriers, console, desk, health, orders
from api.errors import answer_errors, error_answer
from api.guide_service import GuideService
from api.heap import settled
from api.openapi import document
from api.services import Engine, Services, open_services
from api.settings import Settings
from ivr.understanding import Understanding

_STATIC = importlib.resources.files("api") / "static"
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    "Cache-Control": "no-cache",
}


class _Assets(StaticFiles):
    """Files that browsers keep, but ask about each time: after an upgrade no page mixes old and new modules."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def _nothing_here(not_found: ASGIApp) -> ASGIApp:
    """Refuses a WebSocket at a path that has none as HTTP does, with 404; Starlette alone would say 403."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            refusal = error_answer(404, "not_found", f"no WebSocket is served at {scope['path']}")
            await WebSocket(scope, receive, send).send_denial_response(refusal)
        else:
            await not_found(scope, receive, send)

    return app


def create_app(
    settings: Settings,
    engine: Engine | None = None,
    guide: GuideService | None = None,
    understanding: Understanding | None = None,
) -> FastAPI:
    """The service as an ASGI application; what it works with is opened when it starts and closed when it stops.

    Args:
        engine, guide, understanding: see `open_services`.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Services]]:
        async with open_services(settings, engine, guide, understanding) as services:
            with settled():
                yield {"services": services}

    app = FastAPI(
        title="Yida 一打就通",
        version=importlib.metadata.version("yida"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(
        auth.Guard,
        keys=settings.api_keys,
        proves_itself=lambda peer: carriers.protocol_at(peer, settings) is not None,
    )
    answer_errors(app)
    for module in (calls, orders, desk, console, health, auth):
        app.include_router(module.router)
    app.include_router(carriers.make_router())
    document(app, needs_key=bool(settings.api_keys))
    app.mount("/static", _Assets(directory=str(_STATIC)))

    app.router.default = _nothing_here(app.router.default)

    @app.get("/", include_in_schema=False)
    async def workspace() -> FileResponse:
        return FileResponse(str(_STATIC / "index.html"), headers=_PAGE_HEADERS)

    return app
