"""The page and the documentation come from this server alone."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest
from serving import deaf_engine, serving

from api import examples
from api.app import create_app
from api.settings import Settings
from models.snapshot import CallSummary, Snapshot
from models.workorder import Draft, WorkOrder


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(Settings(data_dir=tmp_path), deaf_engine()) as served,
        httpx.AsyncClient(base_url=served.http) as client,
    ):
        yield client


@pytest.mark.parametrize("page", ["/", "/docs"])
async def test_pages_need_nothing_from_elsewhere(http: httpx.AsyncClient, page: str) -> None:
    answer = await http.get(page)
    assert answer.status_code == 200
    linked = re.findall(r'(?:src|href)="([^"#]+)"', answer.text)
    assert linked
    for address in linked:
        assert address.startswith("/"), address
        assert (await http.get(address)).status_code == 200, address


async def test_the_api_is_described_with_examples(http: httpx.AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (path, method)
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    assert content.get("example") or "$ref" in content["schema"], (path, method)
    text = json.dumps(described)
    for name in re.findall(r"#/components/schemas/([^\"]+)", text):
        assert name in described["components"]["schemas"], name
    assert "security" not in described
    locked = create_app(Settings(api_keys="k"), deaf_engine()).openapi()
    assert locked["security"] == [{"key": []}]
    assert locked["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


@pytest.mark.parametrize(
    ("example", "kind"),
    [
        (examples.CALL, Snapshot),
        (examples.DRAFT, Draft),
        (examples.SUMMARY, CallSummary),
        (examples.ORDER, WorkOrder),
    ],
)
def test_examples_are_what_the_types_say(example: object, kind: type) -> None:
    assert msgspec.json.decode(msgspec.json.encode(example), type=kind) == example


async def test_an_unforeseen_error_tells_nothing_about_the_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        serving(Settings(data_dir=tmp_path), deaf_engine()) as served,
        httpx.AsyncClient(base_url=served.http) as client,
    ):

        async def broken(call_id: str) -> None:
            raise RuntimeError("the password is swordfish")

        monkeypatch.setattr(served.services.store, "snapshot", broken)
        answer = await client.get("/v1/calls/c1")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert "swordfish" not in answer.text
