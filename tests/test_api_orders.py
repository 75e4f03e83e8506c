"""Calls, drafts and orders over HTTP, against a running server."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from serving import Served, deaf_engine, serving
from telling import draft, final, info

from api.settings import Settings
from models.events import CallEnded, DraftChanged, FieldEdited
from models.store import Store
from models.workorder import Draft, FieldName, FieldValue


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path), deaf_engine()) as running:
        yield running


@pytest.fixture
async def http(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.http) as client:
        yield client


@pytest.fixture
async def ended(served: Served) -> str:
    store = served.services.store
    await store.start_call(info("c1"))
    await store.append("c1", [final("u1", "丰台区的"), draft(district="丰台区"), CallEnded("stop", 2.0)])
    return "c1"


async def test_a_call_with_its_draft(http: httpx.AsyncClient, ended: str) -> None:
    call = (await http.get(f"/v1/calls/{ended}")).json()
    assert call["info"]["call_id"] == "c1"
    assert call["info"]["received_at"] == "2026-01-13T08:52:00+08:00"
    assert [u["text"] for u in call["utterances"]] == ["丰台区的。"]
    assert call["utterances"][0]["words"][0] == {"text": "丰", "start": 0.0, "end": 0.2, "confidence": 0.9}
    assert call["ended"] == {"type": "ended", "reason": "stop", "seconds": 2.0}
    field = (await http.get(f"/v1/calls/{ended}/draft")).json()["fields"]["district"]
    assert (field["value"], field["source"]) == ("丰台区", "heard")
    assert field["evidence"][0] == {"utterance": "u1", "start": 0.0, "end": 1.0, "quote": "丰台区", "span": [0, 3]}


async def test_calls_in_pages(http: httpx.AsyncClient, served: Served) -> None:
    for n in range(5):
        await served.services.store.start_call(info(f"c{n}"))
    seen: list[str] = []
    before: dict[str, int] = {}
    for _ in range(5):
        page = (await http.get("/v1/calls", params={"limit": 2, **before})).json()
        seen += [call["info"]["call_id"] for call in page["calls"]]
        if page["next"] is None:
            break
        before = {"before": page["next"]}
    assert seen == ["c4", "c3", "c2", "c1", "c0"]
    assert (await http.get("/v1/calls", params={"status": "ended"})).json()["calls"] == []


async def test_an_edit_is_stored_and_shown(http: httpx.AsyncClient, served: Served, ended: str) -> None:
    answer = await http.patch(f"/v1/calls/{ended}/draft/district", json={"value": "大兴区"})
    field = answer.json()["fields"]["district"]
    assert (answer.status_code, field["value"], field["source"]) == (200, "大兴区", "edited")
    assert field["alternatives"] == [{"value": "丰台区", "confidence": 0.8}]
    bodies = [e.body for e in await served.services.store.events(ended)]
    assert FieldEdited(FieldName.DISTRICT, "大兴区") in bodies
    pair = await http.patch(f"/v1/calls/{ended}/draft/category", json={"value": ["供暖", "温度不达标"]})
    assert pair.json()["fields"]["category"]["value"] == ["供暖", "温度不达标"]
    spoken = await http.patch(f"/v1/calls/{ended}/draft/occurred_at", json={"value": "昨天晚上八点"})
    assert spoken.json()["fields"]["occurred_at"]["value"] == "2026-01-12T20:00"
    emptied = await http.patch(f"/v1/calls/{ended}/draft/district", json={"value": None})
    assert emptied.json()["fields"]["district"]["value"] is None


@dataclass(slots=True)
class Session:
    """A live call's session, as far as an edit needs one."""

    store: Store
    draft: Draft

    async def edit(self, name: FieldName, value: FieldValue) -> None:
        self.draft = self.draft.edit(name, value)
        await self.store.append("c2", [FieldEdited(name, value), DraftChanged(self.draft.fields)])


async def test_an_edit_of_a_live_call_goes_through_its_session(http: httpx.AsyncClient, served: Served) -> None:
    await served.services.store.start_call(info("c2"))
    assert (await http.patch("/v1/calls/c2/draft/district", json={"value": "大兴区"})).status_code == 409
    session = Session(served.services.store, Draft())
    with served.services.live.entered("c2", session):
        answer = await http.patch("/v1/calls/c2/draft/district", json={"value": "大兴区"})
        assert answer.json()["fields"]["district"]["value"] == "大兴区"
        assert session.draft.value(FieldName.DISTRICT) == "大兴区"
        bad = await http.patch("/v1/calls/c2/draft/caller_phone", json={"value": "abc"})
        assert (bad.status_code, bad.json()["error"]["code"]) == (422, "invalid_field")
    assert served.services.live.get("c2") is None


async def test_choices_are_values_that_the_fields_take(http: httpx.AsyncClient, ended: str) -> None:
    choices = (await http.get("/v1/choices")).json()
    assert set(choices) == {"request_type", "urgency", "emergency_number", "category", "district"}
    assert "丰台区" in choices["district"]
    for field, values in choices.items():
        answer = await http.patch(f"/v1/calls/{ended}/draft/{field}", json={"value": values[-1]})
        assert answer.json()["fields"][field]["value"] == values[-1]


async def test_the_same_matter_again(http: httpx.AsyncClient, served: Served, ended: str) -> None:
    for call_id in ("c2", "c3"):
        await served.services.store.start_call(info(call_id))
        await served.services.store.append(call_id, [draft(caller_phone="13693107725")])
    assert (await http.get("/v1/calls/c2/same-matter")).json() == {"matters": []}
    order = (await http.post("/v1/calls/c3/submit")).json()
    found = (await http.get("/v1/calls/c2/same-matter")).json()
    assert found == {"matters": [{"order": order, "reason": "同一联系电话"}]}


async def test_submitting_makes_an_order_once(http: httpx.AsyncClient, ended: str) -> None:
    order = (await http.post(f"/v1/calls/{ended}/submit")).json()
    assert order["fields"] == {"district": "丰台区"}
    assert (await http.get(f"/v1/orders/{order['order_id']}")).json() == order
    assert (await http.get("/v1/orders")).json() == {"orders": [order], "next": None}
    again = await http.post(f"/v1/calls/{ended}/submit")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
    late = await http.patch(f"/v1/calls/{ended}/draft/district", json={"value": "大兴区"})
    assert late.status_code == 409


@pytest.mark.parametrize(
    ("request_line", "body", "status", "says"),
    [
        ("GET /v1/calls/c9", None, 404, "c9"),
        ("GET /v1/calls/c9/draft", None, 404, "c9"),
        ("GET /v1/calls/c9/same-matter", None, 404, "c9"),
        ("POST /v1/calls/c9/submit", None, 404, "c9"),
        ("PATCH /v1/calls/c9/draft/district", {"value": "大兴区"}, 404, "c9"),
        ("PATCH /v1/calls/c1/draft/shoe_size", {"value": "44"}, 422, "field"),
        ("PATCH /v1/calls/c1/draft/district", {}, 422, "value"),
        ("PATCH /v1/calls/c1/draft/urgency", {"value": "很急"}, 422, "一般 紧急 突发"),
        ("PATCH /v1/calls/c1/draft/wants_callback", {"value": "是"}, 422, "true or false"),
        ("GET /v1/calls?limit=0", None, 422, "limit"),
        ("GET /v1/calls?limit=10000", None, 422, "limit"),
        ("GET /v1/calls?before=99999999999999999999", None, 422, "before"),
        ("GET /v1/calls/%00", None, 422, "call_id"),
        ("GET /v1/orders?before=%00", None, 422, "before"),
        ("GET /v1/orders/1", None, 404, "order '1'"),
        ("GET /v1/nothing", None, 404, "Not Found"),
        ("DELETE /v1/calls/c1", None, 405, "Method Not Allowed"),
    ],
)
async def test_errors_say_what_is_wrong(  # noqa: PLR0917 - a table of cases
    http: httpx.AsyncClient, ended: str, request_line: str, body: object, status: int, says: str
) -> None:
    answer = await http.request(*request_line.split(), json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert says in answer.json()["error"]["message"]
