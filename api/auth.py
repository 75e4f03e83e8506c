"""Who may use the service. One guard stands before everything, so that no new route can be left open by mistake.

With keys, a request needs `Authorization: Bearer KEY`, or the cookie that the operator page gets for a key (a browser
cannot put a header on a WebSocket). Without keys, only this machine is served.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Sequence

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, SecretStr
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from api.errors import error_answer
from api.openapi import Json, answers, refusals
from api.services import Opened
from api.settings import is_loopback

COOKIE = "yida_session"
SESSION_S = 12 * 3600
"""A shift."""
_PUBLIC = ("/static/",)
_PUBLIC_PAGES = frozenset({"/", "/v1/session"})


class Guard:
    """ASGI middleware that lets nobody in without a key."""

    def __init__(
        self, app: ASGIApp, keys: Sequence[SecretStr], proves_itself: Callable[[HTTPConnection], bool]
    ) -> None:
        self._app = app
        self._keys = tuple(keys)
        self._proves_itself = proves_itself
        """Whether a socket's caller has another way to prove who it is; see `api.carriers`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = None if scope["type"] == "lifespan" else self._refusal(HTTPConnection(scope))
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).send_denial_response(refusal)
        else:
            await refusal(scope, receive, send)

    def _refusal(self, connection: HTTPConnection) -> Json | None:
        if self._keys and self._has_key(connection):
            return None  # a program with a key is not led here by somebody else's page
        host = connection.headers.get("host", "")
        if not self._keys and not is_loopback(_name(host)):
            # a page from elsewhere can give its own name our address (DNS rebinding); the Host header shows it
            return error_answer(
                403, "forbidden", f"Host: got {host!r}; without YIDA_API_KEYS only localhost is served"
            )
        origin = connection.headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            message = f"Origin: got {origin!r}, expected the page of {host!r} (a proxy must pass the Host header on)"
            return error_answer(403, "forbidden", message)
        if not self._keys or self._is_public(connection) or self._has_session(connection):
            return None
        return error_answer(401, "unauthorized", "a valid key is needed", {"WWW-Authenticate": "Bearer"})

    def _is_public(self, connection: HTTPConnection) -> bool:
        path = connection.scope["path"]
        if connection.scope["type"] == "websocket":
            return self._proves_itself(connection)
        return path in _PUBLIC_PAGES or path.startswith(_PUBLIC)

    def _has_key(self, connection: HTTPConnection) -> bool:
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and is_key(given.strip(), self._keys)

    def _has_session(self, connection: HTTPConnection) -> bool:
        return is_session(connection.cookies.get(COOKIE, ""), self._keys, time.time())


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    return host.rpartition("]")[0][1:] if host.startswith("[") else host.partition(":")[0]


def is_key(given: str, keys: Sequence[SecretStr]) -> bool:
    """Whether `given` is one of `keys`; the time it takes does not tell how much of it is right."""
    found = [hmac.compare_digest(given.encode(), key.get_secret_value().encode()) for key in keys]
    return any(found)


def make_session(key: SecretStr, now_s: float) -> str:
    """What the browser keeps in place of `key`: when it ends, signed."""
    ends = str(int(now_s) + SESSION_S)
    return f"{ends}.{_sign(ends, key)}"


def is_session(token: str, keys: Sequence[SecretStr], now_s: float) -> bool:
    """Whether `make_session` made `token` with one of `keys`, and it has not ended."""
    ends, _, signature = token.partition(".")
    found = [hmac.compare_digest(signature.encode(), _sign(ends, key).encode()) for key in keys]
    return any(found) and int(ends) > now_s


def _sign(ends: str, key: SecretStr) -> str:
    return hmac.new(key.get_secret_value().encode(), f"{COOKIE} {ends}".encode(), hashlib.sha256).hexdigest()


router = APIRouter(prefix="/v1/session", tags=["service"])


class Session(msgspec.Struct, frozen=True):
    """Whether this browser needs a key, and whether it has given one."""

    required: bool
    open: bool


@router.get("", summary="Whether a key is needed", responses=answers(Session, Session(required=True, open=False)))
async def get_session(request: Request, services: Opened) -> Json:
    """What the operator page asks before anything else."""
    keys = services.settings.api_keys
    return Json(Session(bool(keys), not keys or is_session(request.cookies.get(COOKIE, ""), keys, time.time())))


class Login(BaseModel):
    """The key that the operator types in."""

    key: SecretStr = Field(examples=["s3cret"])


@router.post("", status_code=204, summary="Let a browser in", responses=refusals(400, 401, 422))
async def log_in(login: Login, request: Request, services: Opened) -> Response:
    """Gives the browser a cookie for its WebSocket and requests; it ends after twelve hours."""
    if not is_key(login.key.get_secret_value(), services.settings.api_keys):
        return error_answer(401, "unauthorized", "that is not a valid key")
    answer = Response(status_code=204)
    secure = request.url.scheme == "https"
    token = make_session(login.key, time.time())
    answer.set_cookie(COOKIE, token, max_age=SESSION_S, httponly=True, samesite="strict", secure=secure)
    return answer


@router.delete("", status_code=204, summary="Let the browser out again")
async def log_out() -> Response:
    """Takes the cookie back."""
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE)
    return answer
