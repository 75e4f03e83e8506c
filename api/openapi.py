"""How answers are written and described: msgspec values as JSON, and their schemas and examples at `/docs`."""

from __future__ import annotations

import importlib.resources
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

PRINTABLE = r"^[^\x00-\x1f]+$"
"""Text that a database takes in a key."""
_REF = "#/components/schemas/{name}"
_documented: dict[str, Any] = {}

DESCRIPTION = """
Live transcription and work orders of hotline calls.

A call's audio comes in over the WebSocket `/v1/calls/stream`. Everything that happens in it is an **event** with a
number (`seq`) and can be followed over the WebSocket `/v1/console`:

- send `{"type": "watch"}` for the list of calls, `{"type": "calls", "live": […], "recent": […]}`, and for
  what the voice guide leaves for people, `{"type": "desk", "callbacks": […], "unanswered": […]}`, now and at changes;
- send `{"type": "watch", "call_id": "…"}` for one call: a `snapshot` up to event `seq`, then every later event;
- after a broken connection add `"after": seq`, the last number you saw, and only what you missed is sent.
"""


class Json(Response):
    """A msgspec value as JSON."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return msgspec.json.encode(content)


class ErrorDetail(msgspec.Struct, frozen=True):
    """What went wrong."""

    code: str
    """For programs; stable."""
    message: str
    """For people: names the field, the value and what was expected."""


class ErrorAnswer(msgspec.Struct, frozen=True):
    """The body of every answer that is not a success."""

    error: ErrorDetail


_REFUSAL = ErrorAnswer(ErrorDetail("not_found", "no call 'c-42'"))


def answers(kind: type[msgspec.Struct], example: msgspec.Struct, *errors: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that answers with a `kind`, or with one of the HTTP statuses `errors`."""
    ok = {"description": (kind.__doc__ or "").split("\n")[0], "content": _json_of(kind, example)}
    return {200: ok, **refusals(*errors)}


def refusals(*errors: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can answer with the HTTP statuses `errors`."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": _json_of(ErrorAnswer, _REFUSAL)}
        for status in errors
    }


def _json_of(kind: type[msgspec.Struct], example: msgspec.Struct) -> dict[str, Any]:
    [schema], components = msgspec.json.schema_components([kind], ref_template=_REF)
    _documented.update(components)
    return {"application/json": {"schema": schema, "example": msgspec.to_builtins(example)}}


def document(app: FastAPI, *, needs_key: bool) -> None:
    """Serves `/openapi.json` and `/docs`, both without anything from elsewhere on the network."""

    def schema() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
            components = made.setdefault("components", {})
            components.setdefault("schemas", {}).update(_documented)
            if needs_key:
                components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
                made["security"] = [{"key": []}]
            app.openapi_schema = made
        return app.openapi_schema

    async def docs(request: Request) -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=f"{app.title} · API",
            swagger_js_url="/docs/assets/swagger-ui-bundle.js",
            swagger_css_url="/docs/assets/swagger-ui.css",
            swagger_favicon_url="/static/icon.svg",
        )

    app.openapi = schema  # type: ignore[method-assign]  # the documented way to extend it
    assets = importlib.resources.files("fastapi_swagger") / "resources"
    app.mount("/docs/assets", StaticFiles(directory=str(assets)))
    app.add_route("/docs", docs, include_in_schema=False)
