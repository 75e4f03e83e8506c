"""The operator's page in a real browser, on a real service: what an operator sees and does during a call."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from serving import Served, deaf_engine, serving
from telling import card, draft, final, info, partial

from api.settings import Settings
from models.call import Channel
from models.events import AlertRaised, AudioLost, CallEnded, DraftChanged, FieldEdited, MatterBegun
from models.store import Store
from models.workorder import Alternative, Draft, Evidence, Field, FieldName, FieldValue, Source

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PHONE = "13693107725"


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(Settings(data_dir=tmp_path), deaf_engine()) as running:
        yield running


class Call:
    """A call in progress, told by hand; its session takes edits like a real one."""

    def __init__(self, store: Store, call_id: str = "c1") -> None:
        self.store = store
        self.call_id = call_id
        self.draft = Draft()
        self.edits = 0

    async def tell(self, *bodies: object) -> None:
        await self.store.append(self.call_id, bodies)  # type: ignore[arg-type]

    async def hear(self, name: FieldName, field: Field) -> None:
        self.draft = Draft({**self.draft.fields, name: field})
        await self.tell(DraftChanged(self.draft.fields))

    async def edit(self, name: FieldName, value: FieldValue) -> None:
        self.draft = self.draft.edit(name, value)
        self.edits += 1
        await self.tell(FieldEdited(name, value), DraftChanged(self.draft.fields))


@pytest_asyncio.fixture(loop_scope="module")
async def call(served: Served) -> AsyncIterator[Call]:
    await served.services.store.start_call(info())
    session = Call(served.services.store)
    with served.services.live.entered("c1", session):
        yield session


def phone_heard() -> Field:
    spoken = Evidence(utterance="u2", start_s=6.0, end_s=8.0, quote="幺三六九三幺零七七二五", span=(3, 14))
    return Field(PHONE, 0.79, (spoken,), (Alternative("13693107752", 0.21),), Source.HEARD)


async def test_words_appear_while_they_are_spoken(served: Served, call: Call, page: Page) -> None:
    await page.goto(served.http)
    await expect(page).to_have_title("一打就通")
    await expect(page.locator("#line")).to_have_text("已连接")
    await expect(page.locator("#live .call")).to_have_count(1)
    await call.tell(partial("u1", "我家暖气"))
    turn = page.locator("[data-utterance=u1]")
    await expect(turn).to_have_class(re.compile("is-partial"))
    await expect(turn.locator(".turn-text")).to_have_text("我家暖气")
    await expect(turn.locator(".unstable")).to_have_text("气")
    await call.tell(final("u1", "我家暖气不热"), final("u2", "您住哪儿", 3.0, Channel.OPERATOR, confidence=0.3))
    await expect(turn.locator(".turn-text")).to_have_text("我家暖气不热。")
    await expect(turn).not_to_have_class(re.compile("is-partial"))
    answer = page.locator("[data-utterance=u2]")
    await expect(answer.locator(".unsure")).to_have_text("您住哪儿")
    left, right = await turn.bounding_box(), await answer.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] < right["x"]
    await call.tell(partial("u3", "喂", 9.0), final("u3", "", 9.0))
    await expect(page.locator("[data-utterance=u3]")).to_have_count(0)


async def test_a_field_shows_the_words_that_it_comes_from(served: Served, call: Call, page: Page) -> None:
    said = final("u2", "电话是幺三六九三幺零七七二五", 6.0)
    spoken = type(said)(**{**{f: getattr(said, f) for f in said.__struct_fields__}, "text": f"电话是{PHONE}。"})
    await call.tell(final("u1", "我姓赵", 5.0), spoken)
    await call.hear(FieldName.CALLER_PHONE, phone_heard())
    await page.goto(f"{served.http}/#/calls/c1")
    field = page.locator("[data-field=caller_phone]")
    await expect(field.locator("input")).to_have_value(PHONE)
    await expect(field.locator(".trust")).to_have_text("79%")
    await expect(page.locator("mark")).to_have_count(0)
    await field.locator("input").focus()
    await expect(page.locator("[data-utterance=u2] mark")).to_have_text(PHONE)
    await page.locator("#field-caller_name").focus()
    await expect(page.locator("mark")).to_have_count(0)


async def test_correcting_a_draft_and_submitting_it(served: Served, call: Call, page: Page) -> None:
    await call.tell(final("u1", "丰台区的"))
    await call.hear(FieldName.CALLER_PHONE, phone_heard())
    await page.goto(f"{served.http}/#/calls/c1")
    phone = page.locator("[data-field=caller_phone]")
    await phone.locator(".chip").click()
    await expect(phone.locator("input")).to_have_value("13693107752")
    await expect(phone.locator(".badge.edited")).to_be_visible()
    await phone.locator("input").fill("call me")
    await phone.locator("input").press("Enter")
    await expect(phone.locator(".problem")).to_have_text("电话应为 3 到 20 位数字")
    await phone.locator("input").press("Escape")
    await page.locator("#field-district").fill("大兴区")
    await page.locator("#field-district").press("Enter")
    await expect(page.locator("#field-street")).to_be_focused()
    await page.locator("#field-category").select_option(label="供暖 / 温度不达标")
    await page.locator("[data-field=wants_callback]").get_by_text("是", exact=True).click()
    await page.locator("#field-summary").fill("暖气不热")
    await page.locator("#field-summary").press("Control+Enter")
    await expect(page.locator("#submit")).to_contain_text("已提交")
    [order] = await served.services.store.orders()
    assert order.fields == {
        FieldName.CALLER_PHONE: "13693107752",
        FieldName.DISTRICT: "大兴区",
        FieldName.CATEGORY: ("供暖", "温度不达标"),
        FieldName.WANTS_CALLBACK: True,
        FieldName.SUMMARY: "暖气不热",
    }
    await expect(page.locator("#field-district")).to_be_disabled()
    await expect(page.locator("#live .badge.done")).to_be_visible()


async def test_another_matter_in_a_call_gets_a_draft_of_its_own(served: Served, call: Call, page: Page) -> None:
    await call.hear(FieldName.CALLER_PHONE, phone_heard())
    order = await served.services.store.submit("c1")
    await page.goto(f"{served.http}/#/calls/c1")
    await expect(page.locator("#submit")).to_contain_text(order.order_id)
    await call.tell(MatterBegun())
    await expect(page.locator("#submit")).to_be_enabled()
    await expect(page.locator("#draft-progress")).to_contain_text(f"本次通话已提交 {order.order_id}")
    await expect(page.locator("[data-field=caller_phone] input")).to_have_value("")


async def test_what_is_heard_never_disturbs_who_types(served: Served, call: Call, page: Page) -> None:
    await page.goto(f"{served.http}/#/calls/c1")
    district = page.locator("[data-field=district]")
    await district.locator("input").click()
    await district.locator("input").press_sequentially("大兴")
    await call.hear(FieldName.DISTRICT, Field("丰台区", 0.9))
    await call.hear(FieldName.STREET, Field("方庄街道", 0.9))
    await expect(page.locator("#field-street")).to_have_value("方庄街道")
    await expect(district.locator("input")).to_have_value("大兴")
    await expect(district.locator("input")).to_be_focused()
    await district.locator("input").press_sequentially("区")
    await district.locator("input").press("Enter")  # saves, and leaving the field must not save once more
    await expect(district.locator(".badge.edited")).to_be_visible()
    await expect(district.locator(".chip")).to_contain_text("丰台区")
    assert call.edits == 1
    assert call.draft.value(FieldName.DISTRICT) == "大兴区"


TIME_HEARD = Field("2026-01-10", 0.9)


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("occurred_at", "2026-13-40", "时间请写成"),
        ("caller_phone", "不清楚", "3 到 20 位数字"),
        ("summary", "长" * 2100, "最多 2000 字，现在有 2100 字"),
    ],
)
async def test_what_is_refused_stays_until_it_is_mended(  # noqa: PLR0917 - a table of cases
    served: Served, call: Call, page: Page, name: str, typed: str, says: str
) -> None:
    await call.hear(FieldName.CATEGORY, Field(("供暖", "温度不达标"), 0.9))
    await page.goto(f"{served.http}/#/calls/c1")
    field, control = page.locator(f"[data-field={name}]"), page.locator(f"#field-{name}")
    await control.fill(typed)
    await control.press("Enter")
    await expect(field.locator(".problem")).to_contain_text(says)
    heard = {"occurred_at": TIME_HEARD, "caller_phone": phone_heard()}.get(name, Field("暖气不热", 0.9))
    await call.hear(FieldName(name), heard)
    await expect(field.locator(".chip").first).to_contain_text(str(heard.value))  # he may take it
    await expect(control).to_have_value(typed)
    await page.locator("#field-street").press("Control+Enter")
    await expect(page.locator("#draft-problem")).to_contain_text("还没有提交")
    await expect(control).to_be_focused()
    assert await served.services.store.orders() == []
    await control.press("Escape")
    await expect(control).to_have_value(str(heard.value))
    for problem in (field.locator(".problem"), page.locator("#draft-problem")):
        await expect(problem).to_have_text("")
    await control.press("Control+Enter")
    await expect(page.locator("#submit")).to_contain_text("已提交")
    [order] = await served.services.store.orders()
    assert order.fields[FieldName(name)] == heard.value


async def test_a_time_may_be_typed_as_it_was_said(served: Served, call: Call, page: Page) -> None:
    await page.goto(f"{served.http}/#/calls/c1")
    await page.locator("#field-occurred_at").fill("昨天晚上八点")
    await page.locator("#field-occurred_at").press("Enter")
    await expect(page.locator("#field-occurred_at")).to_have_value("2026-01-12 20:00")
    assert call.draft.value(FieldName.OCCURRED_AT) == "2026-01-12T20:00"


async def test_going_to_another_call_loses_nothing_that_was_typed(served: Served, call: Call, page: Page) -> None:
    await served.services.store.start_call(info("c2"))
    await page.goto(f"{served.http}/#/calls/c1")
    await page.locator("#field-occurred_at").fill("2026-13-40")
    await page.locator("#field-occurred_at").press("Enter")
    await expect(page.locator("[data-field=occurred_at] .problem")).to_contain_text("时间请写成")
    await page.locator("#field-caller_name").click()  # waits until it can be typed into
    await page.locator("#field-caller_name").press_sequentially("赵先生")
    await page.locator("#field-caller_name").press("Alt+ArrowUp")
    await expect(page.locator(".call[data-id=c2]")).to_have_attribute("aria-current", "true")
    await expect(page.locator("#field-occurred_at")).to_have_value("")
    await expect(page.locator("[data-field=occurred_at] .problem")).to_have_text("")
    await page.locator(".call[data-id=c1]").click()
    await expect(page.locator("#field-occurred_at")).to_have_value("2026-13-40")
    await expect(page.locator("[data-field=occurred_at] .problem")).to_contain_text("时间请写成")
    await expect(page.locator("#field-caller_name")).to_have_value("赵先生")
    assert call.draft.value(FieldName.CALLER_NAME) == "赵先生"


async def test_closing_the_page_asks_first_when_something_is_not_saved(
    served: Served, call: Call, page: Page
) -> None:
    await page.goto(f"{served.http}/#/calls/c1")
    await page.locator("#field-occurred_at").click()  # waits until it can be typed into
    await page.locator("#field-occurred_at").press_sequentially("2026-13-40")
    await page.locator("#field-occurred_at").press("Enter")
    await expect(page.locator("[data-field=occurred_at] .problem")).to_contain_text("时间请写成")
    async with page.expect_event("dialog") as asked:
        await page.close(run_before_unload=True)
    question = await asked.value
    assert question.type == "beforeunload"
    await question.accept()


async def test_an_order_that_does_not_say_what_it_is_about_is_asked_about(
    served: Served, call: Call, page: Page
) -> None:
    await page.goto(f"{served.http}/#/calls/c1")
    await page.locator("#field-street").fill("方庄街道")
    await page.locator("#field-street").press("Control+Enter")
    await expect(page.locator("#draft-problem")).to_contain_text("都是空的")
    assert call.draft.value(FieldName.STREET) == "方庄街道"
    assert await served.services.store.orders() == []
    await page.locator("#field-caller_name").fill("赵先生")
    await page.locator("#field-caller_name").press("Enter")
    await expect(page.locator("#draft-problem")).to_have_text("")
    await page.locator("#submit").click()
    await expect(page.locator("#draft-problem")).to_contain_text("都是空的")
    await page.get_by_role("button", name="仍然提交").click()
    await expect(page.locator("#submit")).to_contain_text("已提交")
    assert len(await served.services.store.orders()) == 1


async def test_unlikely_values_are_pointed_out_and_taken(served: Served, call: Call, page: Page) -> None:
    await page.goto(f"{served.http}/#/calls/c1")
    for name, value, doubt in (
        ("district", "月球区", "地名库里没有这个区，请核对"),
        ("district", "大兴区", ""),
        ("caller_phone", "1391", "号码好像不完整，请核对"),
        ("caller_phone", "13911086755", ""),
        ("caller_phone", "1391108675", "号码好像不完整，请核对"),
        ("caller_phone", "01082190000", ""),
    ):
        field, control = page.locator(f"[data-field={name}]"), page.locator(f"#field-{name}")
        await control.fill(value)
        await control.press("Enter")
        await expect(field.locator(".doubt")).to_have_text(doubt)
        assert call.draft.value(FieldName(name)) == value


async def _show_ended_call(served: Served, page: Page) -> None:
    await served.services.store.start_call(info())
    await served.services.store.append("c1", [draft(summary="暖气不热"), CallEnded("stop", 2.0)])
    await page.goto(f"{served.http}/#/calls/c1")
    await expect(page.locator("#field-summary")).to_have_value("暖气不热")


async def test_what_could_not_be_saved_is_saved_when_the_service_is_back(tmp_path: Path, page: Page) -> None:
    settings = Settings(data_dir=tmp_path)
    async with serving(settings, deaf_engine()) as served:
        await _show_ended_call(served, page)
        port = int(served.address.rpartition(":")[2])
    await expect(page.locator("#line")).to_contain_text("重连")
    name = page.locator("[data-field=caller_name]")
    await name.locator("input").fill("赵先生")
    await name.locator("input").press("Enter")
    await expect(name.locator(".problem")).to_contain_text("连不上服务")
    await page.locator("#submit").click()
    await expect(page.locator("#draft-problem")).to_contain_text("姓名没有存上")
    async with serving(settings, deaf_engine(), port=port) as served:
        await expect(name.locator(".badge.edited")).to_be_visible(timeout=15_000)
        for problem in (name.locator(".problem"), page.locator("#draft-problem")):
            await expect(problem).to_have_text("")
        saved = (await served.services.store.snapshot("c1")).draft
        assert saved.value(FieldName.CALLER_NAME) == "赵先生"


async def test_an_order_that_could_not_be_submitted_is_asked_for_again(tmp_path: Path, page: Page) -> None:
    settings = Settings(data_dir=tmp_path)
    async with serving(settings, deaf_engine()) as served:
        await _show_ended_call(served, page)
        port = int(served.address.rpartition(":")[2])
    await expect(page.locator("#line")).to_contain_text("重连")
    await page.locator("#submit").click()
    await expect(page.locator("#draft-problem")).to_contain_text("连不上服务")
    async with serving(settings, deaf_engine(), port=port):
        await expect(page.locator("#draft-problem")).to_contain_text("请再试一次", timeout=15_000)
        await page.locator("#submit").click()
        await expect(page.locator("#submit")).to_contain_text("已提交")
        await expect(page.locator("#draft-problem")).to_have_text("")


async def test_a_submitted_order_offers_nothing_to_change(served: Served, call: Call, page: Page) -> None:
    await call.hear(FieldName.CALLER_PHONE, phone_heard())
    await page.goto(f"{served.http}/#/calls/c1")
    await expect(page.locator(".chip")).to_be_visible()
    await served.services.store.submit("c1")
    await expect(page.locator("#submit")).to_contain_text("已提交")
    await expect(page.locator(".chip")).to_be_hidden()
    await expect(page.locator("#draft-note")).to_be_hidden()


async def test_a_long_address_can_be_read(served: Served, call: Call, page: Page) -> None:
    await page.goto(f"{served.http}/#/calls/c1")
    address = page.locator("#field-address_detail")
    await call.hear(FieldName.ADDRESS_DETAIL, Field("芳星园二区9号楼", 0.9))
    await expect(address).to_have_value("芳星园二区9号楼")
    one_line = await address.bounding_box()
    await call.hear(FieldName.ADDRESS_DETAIL, Field("芳星园二区9号楼3单元402室北边大铁门进来左手第二家", 0.9))
    await expect(address).to_have_value(re.compile("第二家"))
    grown = await address.bounding_box()
    assert one_line is not None
    assert grown is not None
    assert grown["height"] > 1.5 * one_line["height"]
    assert await address.evaluate("box => box.scrollHeight <= box.clientHeight")


async def test_the_same_matter_again(served: Served, call: Call, page: Page) -> None:
    store = served.services.store
    await store.start_call(info("c0"))
    await store.append("c0", [final("u1", "暖气不热"), draft(caller_phone=PHONE), CallEnded("stop", 2.0)])
    order = await store.submit("c0")
    await page.goto(f"{served.http}/#/calls/c1")
    await expect(page.locator("#fields")).to_be_visible()
    await expect(page.locator("#repeat")).to_be_hidden()
    await call.hear(FieldName.CALLER_PHONE, phone_heard())
    await expect(page.locator("#repeat")).to_contain_text("同一联系电话")
    await page.get_by_role("button", name="标为重复来电").click()
    await expect(page.locator("[data-field=repeat_call] .badge.edited")).to_be_visible()
    assert call.draft.value(FieldName.REPEAT_CALL) is True
    await page.get_by_role("link", name=order.order_id).click()
    await expect(page.locator("#submit")).to_contain_text(order.order_id)
    await expect(page.locator("#repeat")).to_be_hidden()


async def test_lost_audio_is_shown_where_words_may_be_missing(served: Served, call: Call, page: Page) -> None:
    await page.goto(f"{served.http}/#/calls/c1")
    await call.tell(final("u1", "我家暖气"), AudioLost(start_s=2.0, end_s=5.1), final("u2", "不热", 6.0))
    texts = page.locator(".turn-text, .lost")
    await expect(texts).to_have_text(["我家暖气。", "线路丢失约 3 秒，可能漏字", "不热。"])
    await page.reload()
    await expect(texts).to_have_count(3)


async def test_answers_are_at_hand_while_the_citizen_asks(served: Served, call: Call, page: Page) -> None:
    await page.goto(f"{served.http}/#/calls/c1")
    await expect(page.locator("#transcript")).to_be_visible()
    await expect(page.locator("#cards")).to_be_hidden()
    await call.tell(final("u1", "今年几号来暖气"), card("u1", "什么时候供暖？", "十一月十五号。<b>"))
    first = page.locator(".card").filter(has_text="什么时候供暖")
    await expect(first.locator(".card-answer")).to_have_text("十一月十五号。<b>")
    await expect(first.get_by_role("link")).to_have_attribute("href", "https://www.beijing.gov.cn/")
    await call.tell(final("u2", "不热能退钱吗", 9.0), card("u2", "不热能退费吗？", "可以退。"))
    await expect(page.locator(".card summary")).to_have_text(["不热能退费吗？", "什么时候供暖？"])
    await expect(page.locator(".card[open]")).to_have_count(1)
    await page.reload()
    await expect(page.locator(".card")).to_have_count(2)


async def test_danger_is_impossible_to_overlook(served: Served, call: Call, page: Page) -> None:
    await page.goto(served.http)
    await call.tell(
        final("u1", "楼下煤气漏了"),
        AlertRaised(number="119", reason="燃气泄漏", utterance="u1", quote="煤气漏了"),
    )
    alarm = page.get_by_role("alert").filter(has_text="119")
    await expect(alarm).to_contain_text("燃气泄漏")
    await expect(page.locator("#live .badge.alert")).to_have_text("119")
    await expect(alarm).to_contain_text("立即转接")
    doubt = AlertRaised(number="120", reason="可能有人受伤，请核实", utterance="u1", quote="楼下", sure=False)
    await call.tell(doubt)
    unsure = page.locator(".alarm.unsure")
    await expect(unsure).to_contain_text("可能有人受伤，请核实")
    await expect(unsure).not_to_contain_text("立即转接")
    await call.tell(CallEnded("stop", 9.0))
    await expect(page.locator(".closing")).to_have_text("通话结束")
    await expect(page.locator("#recent .call")).to_have_count(1)
    await expect(page.locator("#no-live")).to_be_visible()


async def test_comes_back_by_itself_when_the_service_does(tmp_path: Path, page: Page) -> None:
    settings = Settings(data_dir=tmp_path)
    async with serving(settings, deaf_engine()) as served:
        await served.services.store.start_call(info())
        await served.services.store.append("c1", [final("u1", "我家暖气不热"), partial("u2", "芳星", 3.0)])
        port = int(served.address.rpartition(":")[2])
        await page.goto(f"{served.http}/#/calls/c1")
        await expect(page.locator("[data-utterance=u1]")).to_be_visible()
    await expect(page.locator("#line")).to_contain_text("重连")
    async with serving(settings, deaf_engine(), port=port):
        await expect(page.locator("#line")).to_have_text("已连接", timeout=15_000)
        await expect(page.locator(".closing")).to_contain_text("服务重启")
        await expect(page.locator("[data-utterance=u1] .turn-text")).to_have_text("我家暖气不热。")
        await expect(page.locator("[data-utterance=u2]")).to_have_class(re.compile("is-cut"))


async def test_logging_in_with_a_key(tmp_path: Path, page: Page) -> None:
    async with serving(Settings(data_dir=tmp_path, api_keys="correct-horse"), deaf_engine()) as served:
        await served.services.store.start_call(info())
        await page.goto(served.http)
        await page.locator("#login-key").fill("wrong")
        await page.get_by_role("button", name="进入工作台").click()
        await expect(page.locator("#login-problem")).to_have_text("密钥不对")
        await expect(page.locator("#live .call")).to_have_count(0)
        await page.locator("#login-key").fill("correct-horse")
        await page.get_by_role("button", name="进入工作台").click()
        await expect(page.locator("#live .call")).to_have_count(1)
        await page.get_by_role("button", name="退出").click()
        await expect(page.locator("#login-key")).to_be_visible()
        assert (await page.request.get(f"{served.http}/v1/calls")).status == 401


async def test_the_docs_page_works_without_the_internet(served: Served, page: Page) -> None:
    await page.goto(f"{served.http}/docs")
    await expect(page.locator(".opblock").first).to_be_visible()
    async with httpx.AsyncClient(base_url=served.http) as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    assert await page.locator(".opblock").count() == sum(len(operations) for operations in paths.values())


WRITTEN = [  # as spoken, as written, a stretch of the spoken form, and where it is found
    ("电话是幺三六九三幺零", "电话是，1369310。", (3, 10), "1369310"),
    ("我家在芳星园二区九号楼", "我家在芳星园二区，9号楼。", (3, 8), "芳星园二区"),
    ("我家在芳星园二区九号楼", "我家在芳星园二区，9号楼。", (8, 11), "9号楼"),
    ("今天是二零二六年一月十日", "今天是2026年1月10日。", (3, 12), "2026年1月10日"),
    ("你好", "你好。", (0, 2), "你好"),
    ("你好", "你好。", (0, 0), ""),
    ("啊", "", (0, 1), ""),
]


async def test_spoken_words_are_found_in_the_written_text(served: Served, page: Page) -> None:
    await page.goto(served.http)
    found = await page.evaluate(
        """async (cases) => {
            const { boundaries, shown } = await import("/static/js/align.js");
            return cases.map(([raw, text, span]) => text.slice(...shown(boundaries(raw, text), text, span)));
        }""",
        [(raw, text, list(span)) for raw, text, span, _ in WRITTEN],
    )
    assert found == [shown for *_, shown in WRITTEN]
