"""What answers look like, for the documentation; values of the real types, so that they cannot grow stale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.choices import Choices
from models.call import HOTLINE_TIME_ZONE, CallInfo, Channel, Partial, Utterance, Word
from models.events import CardShown
from models.repeat import SameMatter
from models.snapshot import CallSummary, Snapshot, Status
from models.workorder import CHOICES as FIXED
from models.workorder import Alternative, Draft, Evidence, Field, FieldName, Source, WorkOrder

_RECEIVED = datetime(2026, 1, 13, 8, 52, tzinfo=HOTLINE_TIME_ZONE)
_STARTED = _RECEIVED.astimezone(UTC)
_INFO = CallInfo(
    call_id="c-42",
    channels=(Channel.CITIZEN, Channel.OPERATOR),
    received_at=_RECEIVED,
    caller="13800001234",
    callee="12345",
)
_SAID = Utterance(
    id="u1",
    channel=Channel.CITIZEN,
    start_s=5.5,
    end_s=6.7,
    text="丰台区的。",
    raw="丰台区的",
    confidence=0.91,
    words=tuple(Word(w, 5.5 + 0.3 * i, 5.8 + 0.3 * i, 0.91) for i, w in enumerate("丰台区的")),
)
_CARD = CardShown(
    entry="faq-002",
    question="供暖期间室内温度应该达到多少度？",
    answer="正常天气下，采暖期里卧室和起居室的温度不应该低于18度。",
    office="北京市城市管理委员会",
    source="北京暖气温度低于多少退费？附退费比例（北京本地宝）",
    url="http://bj.bendibao.com/zffw/2021119/303099.shtm",
    as_of="2021-11-09",
    utterance="u1",
    confidence=0.94,
)

DRAFT = Draft(
    {
        FieldName.DISTRICT: Field(
            value="丰台区",
            confidence=0.93,
            evidence=(Evidence(utterance="u1", start_s=5.5, end_s=6.4, quote="丰台区", span=(0, 3)),),
            alternatives=(Alternative("大兴区", 0.12),),
        ),
        FieldName.CALLER_PHONE: Field(value="13693107725", confidence=1.0, source=Source.EDITED),
    }
)
CALL = Snapshot(
    info=_INFO,
    started_at=_STARTED,
    ended=None,
    ended_at=None,
    utterances=(_SAID,),
    partials=(
        Partial(utterance="u2", channel=Channel.OPERATOR, start_s=7.0, end_s=8.0, text="请问您的电", stable="请问"),
    ),
    draft=DRAFT,
    alerts=(),
    cards=(_CARD,),
    gaps=(),
    said=(),
    transfer=None,
    order_id=None,
    orders=(),
    seq=9,
)
SUMMARY = CallSummary(
    number=42,
    info=_INFO,
    status=Status.LIVE,
    started_at=_STARTED,
    ended_at=None,
    alert=None,
    transfer=None,
    fields={name: field.value for name, field in DRAFT.fields.items()},
    order_id=None,
)
ORDER = WorkOrder(
    order_id="20260113000007",
    call_id="c-42",
    submitted_at=_STARTED + timedelta(minutes=3),
    fields=SUMMARY.fields,
)
SAME_MATTER = SameMatter(ORDER, "同一联系电话，同类问题")
CHOICES = Choices(
    request_type=FIXED[FieldName.REQUEST_TYPE],
    urgency=FIXED[FieldName.URGENCY],
    emergency_number=FIXED[FieldName.EMERGENCY_NUMBER],
    category=(("供暖", "温度不达标"),),
    district=("丰台区", "大兴区"),
)
