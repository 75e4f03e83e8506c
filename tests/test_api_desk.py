"""What the voice guide leaves for people, over HTTP, against a running server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from serving import Served, deaf_engine, serving
from telling import info

from api.settings import Settings
from models.desk import Reason


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path), deaf_engine()) as running:
        await running.services.store.start_call(info("c1"))
        yield running


@pytest.fixture
async def http(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.http) as client:
        yield client


async def test_callers_to_ring_back_in_pages(served: Served, http: httpx.AsyncClient) -> None:
    for n in range(3):
        await served.services.store.request_callback("c1", f"1369310772{n}", Reason.REQUESTED)
    first = (await http.get("/v1/callbacks", params={"limit": 2})).json()
    rest = (await http.get("/v1/callbacks", params={"limit": 2, "after": first["next"]})).json()
    phones = [entry["phone"] for page in (first, rest) for entry in page["callbacks"]]
    assert phones == ["13693107720", "13693107721", "13693107722"]
    assert rest["next"] is None
    assert first["callbacks"][0]["reason"] == "requested"


async def test_who_was_rung_back_is_off_the_list(served: Served, http: httpx.AsyncClient) -> None:
    waiting = await served.services.store.request_callback("c1", "13693107725", Reason.MISSED)
    closed = await http.post(f"/v1/callbacks/{waiting.number}/done")
    assert closed.json()["done_at"] is not None
    assert (await http.get("/v1/callbacks")).json()["callbacks"] == []
    assert [c["number"] for c in (await http.get("/v1/callbacks", params={"done": True})).json()["callbacks"]] == [
        waiting.number
    ]


@pytest.mark.parametrize(("number", "status"), [("4711", 404), ("0", 422), ("x", 422)])
async def test_a_callback_that_is_none(http: httpx.AsyncClient, number: str, status: int) -> None:
    assert (await http.post(f"/v1/callbacks/{number}/done")).status_code == status


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 201}, {"after": -1}, {"done": "maybe"}])
async def test_a_page_that_cannot_be(http: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    assert (await http.get("/v1/callbacks", params=wrong)).status_code == 422


async def test_questions_without_an_answer_those_asked_most_often_first(
    served: Served, http: httpx.AsyncClient
) -> None:
    for text in ("夜里能放烟花吗", "护照怎么办", "护照怎么办"):
        await served.services.store.note_unanswered(text)
    questions = (await http.get("/v1/unanswered")).json()["questions"]
    assert [(q["text"], q["times"]) for q in questions] == [("护照怎么办", 2), ("夜里能放烟花吗", 1)]
    assert len((await http.get("/v1/unanswered", params={"limit": 1})).json()["questions"]) == 1
