"""The voice guide on the telephone: a synthetic caller talks with it over a real socket, nothing left out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from listening import callers_voice
from serving import Served, real_guide, serving

from api.bench.caller import Caller, calling
from api.bench.dialogues import PATIENT_S, REPORTERS, ask, report
from api.bench.guide import save_recording
from api.settings import Settings
from ivr.intake import heard_digits
from ivr.speech import NeuralVoice
from models.desk import Reason
from models.workorder import FieldName

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def voice() -> NeuralVoice:
    return callers_voice()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path, workers=2), guide=real_guide()) as running:
        yield running


def dial(served: Served, voice: NeuralVoice, call_id: str) -> AsyncIterator[Caller]:
    return calling(f"{served.ws}/v1/calls/stream", voice, call_id=call_id)


async def test_asks_interrupts_reports_and_is_put_through(served: Served, voice: NeuralVoice, tmp_path: Path) -> None:
    async with dial(served, voice, "c1") as caller:
        await caller.hear("一二三四五热线")
        await caller.let_finish(quiet_s=PATIENT_S)
        await ask(caller, "请问今年暖气什么时候停？", "采暖期")
        told = await report(caller, REPORTERS[0])  # into the answer
        await caller.say("转人工。")
        transfer = await caller.wait_for("transfer")
        await caller.hang_up()
    assert transfer.message["to"] == "operator"
    [order] = await served.services.store.orders()
    assert order.order_id in heard_digits(told)
    assert order.call_id == "c1"
    assert order.fields[FieldName.DISTRICT] == "朝阳区"
    assert order.fields[FieldName.CALLER_PHONE] == "13911086755"
    call = await served.services.store.snapshot("c1")
    assert call.transfer is not None
    assert len(call.transfer.answered) == 1
    cut = next(said for said in call.said if "采暖期" in said.text)
    assert cut.heard is not None
    assert cut.heard < len(cut.text)
    [code] = re.findall(r"查询口令(\S{4})。", told)
    found = await served.services.store.find_order(order_id=order.order_id, phone=None, code=heard_digits(code))
    assert found == order
    save_recording(caller, tmp_path, "guide-call")
    assert order.order_id in heard_digits((tmp_path / "guide-call.md").read_text("utf-8"))


@pytest.mark.parametrize("wish", ["转人工。", "人工。"])
async def test_the_wish_for_a_person_is_granted_from_the_first_syllable(
    served: Served, voice: NeuralVoice, wish: str
) -> None:
    async with dial(served, voice, "c2") as caller:
        await caller.hear("一二三四五热线")
        await caller.say(wish)
        assert (await caller.wait_for("transfer")).message["to"] == "operator"
        await caller.hang_up()


async def test_whoever_hangs_up_in_the_queue_is_called_back(voice: NeuralVoice, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, workers=2, operators="present")
    async with serving(settings, guide=real_guide()) as served:
        async with dial(served, voice, "c3") as caller:
            await caller.hear("一二三四五热线")
            await caller.press("0")
            await caller.hear("都在忙")
            await caller.hang_up()
        [callback] = await served.services.store.callbacks()
    assert (callback.phone, callback.reason, callback.call_id) == ("13911086755", Reason.MISSED, "c3")
