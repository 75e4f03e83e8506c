"""Nobody gets in without a key; without keys, nobody but this machine."""

import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from serving import Served, deaf_engine, serving
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from api.app import create_app
from api.auth import COOKIE, SESSION_S, is_key, is_session, make_session
from api.settings import Settings

KEY = "correct-horse"
KEYS = (SecretStr("battery"), SecretStr(KEY))


@pytest.fixture
async def locked(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path, api_keys=f"battery,{KEY}"), deaf_engine()) as running:
        yield running


@pytest.fixture
async def unlocked(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path), deaf_engine()) as running:
        yield running


async def test_every_endpoint_is_locked_but_the_page_and_the_login(locked: Served) -> None:
    paths = create_app(Settings(api_keys=KEY)).openapi()["paths"]
    tried = {(method, path) for path, operations in paths.items() for method in operations}
    tried |= {("get", p) for p in ("/", "/static/x", "/docs", "/docs/assets/x", "/openapi.json", "/v1/nothing")}
    async with httpx.AsyncClient(base_url=locked.http) as client:
        public = {(m, p) for m, p in tried if (await client.request(m, p)).status_code != 401}
    assert public == {("get", "/"), ("get", "/static/x"), *((m, "/v1/session") for m in ("get", "post", "delete"))}


@pytest.mark.parametrize("path", ["/v1/console", "/v1/calls/stream", "/", "/v1/session", "/static/x", "/nothing"])
async def test_every_socket_is_locked(locked: Served, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(locked.ws + path)
    assert refused.value.response.status_code == 401


async def test_a_refusal_is_no_error_in_the_log(locked: Served, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(InvalidStatus):
        await connect(locked.ws + "/v1/calls/stream")
    log = logging.getLogger("uvicorn.error")
    log.error("this one is")
    handler = logging.getLogger("uvicorn").handlers[0]  # pytest adds others
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in errors if handler.filter(record)] == ["this one is"]
    assert len(errors) == 2, "uvicorn does not complain any more: api.server.DropRefusals has no use"


@pytest.mark.parametrize("header", ["Bearer", "Bearer wrong", f"Basic {KEY}", KEY, f"Bearer {KEY}x", "Bearer \xff"])
async def test_wrong_keys(locked: Served, header: str) -> None:
    async with httpx.AsyncClient(base_url=locked.http, headers={"Authorization": header.encode("latin-1")}) as client:
        answer = await client.get("/v1/calls")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("key", ["battery", KEY])
async def test_each_key_opens_requests_and_sockets(locked: Served, key: str) -> None:
    headers = {"Authorization": f"bearer {key}"}
    async with httpx.AsyncClient(base_url=locked.http, headers=headers) as client:
        assert (await client.get("/v1/calls")).status_code == 200
    async with connect(locked.ws + "/v1/console", additional_headers=headers):
        pass


async def test_a_browser_logs_in_with_a_cookie_and_out_again(locked: Served) -> None:
    async with httpx.AsyncClient(base_url=locked.http) as client:
        wrong = await client.post("/v1/session", json={"key": "wrong"})
        assert (wrong.status_code, client.cookies.get(COOKIE)) == (401, None)
        assert (await client.get("/v1/session")).json() == {"required": True, "open": False}
        assert (await client.post("/v1/session", json={"key": KEY})).status_code == 204
        assert (await client.get("/v1/session")).json() == {"required": True, "open": True}
        assert (await client.get("/v1/calls")).status_code == 200
        cookie = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
        async with connect(locked.ws + "/v1/console", additional_headers=cookie, origin=Origin(locked.http)):
            pass
        with pytest.raises(InvalidStatus, match="403"):
            await connect(locked.ws + "/v1/console", additional_headers=cookie, origin=Origin("http://evil.example"))
        await client.delete("/v1/session")
        assert (await client.get("/v1/calls")).status_code == 401


async def test_without_keys_only_this_machine_and_its_own_pages_are_served(unlocked: Served) -> None:
    async with httpx.AsyncClient(base_url=unlocked.http) as client:
        assert (await client.get("/v1/session")).json() == {"required": False, "open": True}
        assert (await client.get("/v1/calls")).status_code == 200
        for headers in (
            {"Host": "evil.example"},
            {"Host": ""},
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
        ):
            answer = await client.get("/v1/calls", headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
        assert (await client.get("/v1/calls", headers={"Host": "localhost:8000"})).status_code == 200
        assert (await client.get("/v1/calls", headers={"Host": "[::1]:8000"})).status_code == 200
    with pytest.raises(InvalidStatus, match="403"):
        await connect(unlocked.ws + "/v1/console", origin=Origin("http://evil.example"))


def test_a_session_ends_and_cannot_be_forged() -> None:
    now = time.time()
    token = make_session(KEYS[1], now)
    assert is_session(token, KEYS, now)
    assert is_session(token, KEYS, now + SESSION_S - 1)
    assert not is_session(token, KEYS, now + SESSION_S + 1)
    assert not is_session(token, KEYS[:1], now)
    ends, signature = token.split(".")
    assert not is_session(f"{int(ends) + 9999}.{signature}", KEYS, now)
    assert KEY not in token


@given(st.text())
def test_any_text_is_judged(given_text: str) -> None:
    assert is_key(given_text, KEYS) == (given_text in {"battery", KEY})
    assert not is_session(given_text, KEYS, 0)
