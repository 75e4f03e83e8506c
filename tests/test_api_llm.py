"""A second opinion: only what the transcript bears out, never a delay that lasts."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from dialogue import call, dialogue
from fastapi import FastAPI, Request, Response
from hypothesis import given, settings
from hypothesis import strategies as st

from api.llm import CONFIDENCE, FAILURES, PAUSE_S, SecondOpinion
from models.call import Utterance
from models.workorder import Candidate, FieldName, Source

SPOKEN = dialogue("o:您贵姓", "c:免贵姓佟，住忠实里东区", "c:电话是幺三七幺八零六五五三二")


class Endpoint:
    """An OpenAI-compatible server that answers with `answer`, and keeps what it was asked."""

    def __init__(self, answer: object, status: int = 200) -> None:
        self.answer = answer
        self.status = status
        self.requests: list[dict[str, Any]] = []
        self.authorization: str | None = None
        self.app = FastAPI()
        self.app.add_api_route("/v1/chat/completions", self.complete, methods=["POST"])

    async def complete(self, request: Request) -> Any:
        self.requests.append(await request.json())
        self.authorization = request.headers.get("authorization")
        if self.status != 200:
            return Response(status_code=self.status)
        content = self.answer if isinstance(self.answer, str) else json.dumps(self.answer, ensure_ascii=False)
        return {"choices": [{"message": {"role": "assistant", "content": content}}]}


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def opinion(endpoint: Endpoint, clock: Clock | None = None, key: str | None = None) -> SecondOpinion:
    transport = httpx.ASGITransport(endpoint.app)
    return SecondOpinion("http://model/v1", "m", key, transport=transport, clock=clock or Clock())


async def ask(answer: object, spoken: tuple[Utterance, ...] = SPOKEN) -> tuple[Candidate, ...]:
    return await opinion(Endpoint(answer)).ask(call(), spoken)


async def test_a_quoted_value_becomes_a_candidate() -> None:
    (found,) = await ask({"caller_name": {"value": "佟女士", "quote": "免贵姓佟"}})
    assert (found.field, found.value, found.confidence) == (FieldName.CALLER_NAME, "佟女士", CONFIDENCE)
    assert (found.evidence[0].utterance, found.evidence[0].span) == ("u2", (0, 4))
    assert found.source is Source.INFERRED


@pytest.mark.parametrize(
    "answer",
    [
        {"caller_name": {"value": "佟女士", "quote": "我叫佟女士"}},
        {"caller_name": {"value": "佟女士", "quote": ""}},
        {"caller_name": {"value": "佟女士"}},
        {"caller_name": "佟女士"},
        {"caller_phone": {"value": "电话", "quote": "电话"}},
        {"urgency": {"value": "很急", "quote": "电话"}},
        {"category": {"value": ["供暖", "其他"], "quote": "电话"}},
        {"colour": {"value": "红", "quote": "电话"}},
        {"caller_name": {"value": None, "quote": "免贵姓佟"}},
        {},
    ],
)
async def test_what_the_transcript_does_not_bear_out_is_dropped(answer: object) -> None:
    assert await ask(answer) == ()


async def test_the_question_carries_the_transcript_and_the_key() -> None:
    endpoint = Endpoint({})
    await opinion(endpoint, key="secret").ask(call(), SPOKEN)
    (request,) = endpoint.requests
    assert "市民：免贵姓佟，住忠实里东区" in request["messages"][1]["content"]
    assert "2026-01-13 08:52" in request["messages"][1]["content"]
    assert endpoint.authorization == "Bearer secret"


async def test_nothing_said_nothing_asked() -> None:
    endpoint = Endpoint({})
    assert await opinion(endpoint).ask(call(), ()) == ()
    assert endpoint.requests == []


@pytest.mark.parametrize(
    "broken", [Endpoint({}, 500), Endpoint("no JSON"), Endpoint([1])], ids=["500", "text", "list"]
)
async def test_after_failures_the_endpoint_is_left_alone_for_a_while(broken: Endpoint) -> None:
    clock = Clock()
    second = opinion(broken, clock)
    for _ in range(FAILURES + 2):
        assert await second.ask(call(), SPOKEN) == ()
    assert len(broken.requests) == FAILURES
    broken.status, broken.answer = 200, {"caller_name": {"value": "佟女士", "quote": "免贵姓佟"}}
    clock.now += PAUSE_S
    assert len(await second.ask(call(), SPOKEN)) == 1


async def test_an_endpoint_that_is_not_there() -> None:
    second = SecondOpinion("http://127.0.0.1:9/v1", "m")
    assert await second.ask(call(), SPOKEN) == ()
    await second.aclose()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


entries = json_values | st.fixed_dictionaries({"value": json_values, "quote": st.sampled_from(["电话", "住", ""])})
answers = json_values | st.dictionaries(st.sampled_from([*FieldName, "x"]), entries, max_size=4)


@settings(max_examples=40)
@given(answers)
def test_any_answer(answer: Any) -> None:
    found = asyncio.run(ask(answer))
    assert all(c.evidence[0].quote in "电话住" for c in found)
