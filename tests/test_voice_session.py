"""One call through the pure session, with the real engine and on virtual time."""

from datetime import datetime

import msgspec
import numpy as np
import pytest

from api.recording import Recording
from api.services import Engine
from api.transcription import Transcription, transcribe
from models.call import CallInfo, Channel, Encoding, Partial, Utterance
from models.events import AlertRaised, AudioLost, DraftChanged, FieldEdited, MatterBegun, UtteranceHeard
from models.workorder import Candidate, FieldName, Source
from voice.audio import AudioDecoder
from voice.session import CallSession
from voice.transcriber import Decode


def _short(recording: Recording, seconds: float) -> Recording:
    data = recording.data[: round(seconds * recording.sample_rate) * recording.frame_bytes]
    return Recording(recording.call, recording.encoding, recording.sample_rate, data)


def _session(engine: Engine, channels: tuple[Channel, ...] = (Channel.CITIZEN,)) -> CallSession:
    call = CallInfo(call_id="c", channels=channels, received_at=datetime.fromisoformat("2026-01-13T08:52:00+08:00"))
    return CallSession(call, AudioDecoder(Encoding.MULAW, 8000, len(channels)), engine.resources)


@pytest.fixture(scope="module")
def heard(engine: Engine, call_recording: Recording) -> Transcription:
    return transcribe(call_recording, engine)


def test_both_speakers_are_heard_and_the_phone_is_found(heard: Transcription) -> None:
    assert {u.channel for u in heard.utterances} == {Channel.CITIZEN, Channel.OPERATOR}
    assert len(heard.utterances) >= 12
    assert "小区" in "".join(u.text for u in heard.utterances)
    assert heard.draft[FieldName.CALLER_PHONE].value == "13693107725"


def test_evidence_points_at_what_was_heard(heard: Transcription) -> None:
    by_id = {u.id: u for u in heard.utterances}
    quoted = [e for field in heard.draft.values() for e in field.evidence]
    assert quoted
    for e in quoted:
        utterance = by_id[e.utterance]
        assert utterance.raw[e.span[0] : e.span[1]] == e.quote
        assert utterance.start_s - 0.5 <= e.start_s <= e.end_s <= utterance.end_s + 0.5


def test_the_same_recording_gives_the_same_result_however_it_is_cut(
    engine: Engine, call_recording: Recording
) -> None:
    part = _short(call_recording, 14)
    first, *others = (
        msgspec.structs.replace(transcribe(part, engine, chunk_s=s), cpu_seconds=0.0) for s in (0.1, 0.1, 0.013, 5.0)
    )
    assert first.utterances
    assert all(other == first for other in others)


@pytest.mark.parametrize("noise", [0.0, 0.003, 0.05])
def test_silence_and_noise_are_no_speech(engine: Engine, noise: float) -> None:
    wave = np.random.default_rng(1).normal(0, noise, 8000 * 20) if noise else np.zeros(8000 * 20)
    data = (np.clip(wave, -1, 1) * 32767).astype("<i2").tobytes()
    call = CallInfo(
        call_id="n", channels=(Channel.MIXED,), received_at=datetime.fromisoformat("2026-01-13T08:52+08:00")
    )
    result = transcribe(Recording(call, Encoding.PCM16, 8000, data), engine)
    assert not result.utterances
    assert not result.draft


def test_an_edit_is_never_overwritten_by_what_is_heard_later(engine: Engine, call_recording: Recording) -> None:
    session = CallSession(call_recording.call, AudioDecoder(Encoding.PCM16, 8000, 2), engine.resources)
    edits = list(session.edit(FieldName.CALLER_PHONE, "01012345678"))
    assert [type(e) for e in edits] == [FieldEdited, DraftChanged]
    spoken = UtteranceHeard(
        utterance="u1",
        channel=Channel.CITIZEN,
        start_s=0.0,
        end_s=3.0,
        text="我电话13693107725。",
        raw="我电话幺三六九三幺零七七二五",
        confidence=0.9,
    )
    list(session._tell([spoken.to_utterance()]))
    field = session.draft.fields[FieldName.CALLER_PHONE]
    assert (field.value, field.source) == ("01012345678", Source.EDITED)
    assert "13693107725" in [a.value for a in field.alternatives]


def test_a_gap_keeps_the_times_true_and_is_told(engine: Engine) -> None:
    session = _session(engine)
    list(session.receive_audio(b"\xff" * 8000))
    events = list(session.receive_gap(2.0))
    assert events == [AudioLost(start_s=1.0, end_s=3.0)]


def test_a_carrier_that_sends_nothing_in_silence_ends_the_utterance(
    engine: Engine, call_recording: Recording
) -> None:
    session = CallSession(call_recording.call, AudioDecoder(Encoding.PCM16, 8000, 2), engine.resources)
    outputs = list(session.receive_audio(_short(call_recording, 8.0).data))
    assert session.speaking
    outputs += list(session.receive_nothing())
    assert not session.speaking
    assert session.waiting, "the final of what was said is still to come"
    last = [o for o in outputs if isinstance(o, Decode)][-1]
    (hypothesis,) = engine.decoder.decode([last.window])
    assert any(isinstance(e, UtteranceHeard) for e in session.heard(last, hypothesis))


def test_half_a_sample_at_the_end_is_dropped(engine: Engine) -> None:
    session = _session(engine, (Channel.CITIZEN, Channel.OPERATOR))
    list(session.receive_audio(b"\xff" * 801))
    assert list(session.finish()) == []
    assert session.end("stop").audio_s == 0.05


def test_danger_to_life_is_told_once_and_from_partials(engine: Engine) -> None:
    session = _session(engine)

    def heard(text: str, *, final: bool, channel: Channel = Channel.CITIZEN) -> list[AlertRaised]:
        common = {"channel": channel, "start_s": 0.0, "end_s": 3.0, "text": text}
        told = (
            Utterance(id="u1", raw=text, confidence=0.9, **common)  # type: ignore[arg-type]
            if final
            else Partial(utterance="u1", stable="", **common)  # type: ignore[arg-type]
        )
        return [e for e in session._tell([told]) if isinstance(e, AlertRaised)]

    assert heard("我家厨房着火了", final=False, channel=Channel.OPERATOR) == []
    assert heard("上次着火以后我真怕再着火", final=True) == []
    (alert,) = heard("你们快来我家厨房着火了烟特别", final=False)
    assert (alert.number, alert.utterance) == ("119", "u1")
    assert "着火" in alert.quote
    assert heard("你们快来我家厨房着火了烟特别大", final=True) == []


def test_a_suggestion_fills_what_nobody_else_found_and_is_replaced_by_the_next(engine: Engine) -> None:
    session = _session(engine)
    suggested = Candidate(field=FieldName.RESPONDENT, value="恒泰物业", confidence=0.6)
    (changed,) = session.suggest([suggested])
    assert isinstance(changed, DraftChanged)
    assert session.draft.value(FieldName.RESPONDENT) == "恒泰物业"
    assert list(session.suggest([suggested])) == [], "nothing new"
    list(session.suggest([]))
    assert session.draft.value(FieldName.RESPONDENT) is None


def _say(session: CallSession, name: str, text: str, at_s: float) -> None:
    said = Utterance(
        id=name, channel=Channel.CITIZEN, start_s=at_s, end_s=at_s + 3, text=text, raw=text, confidence=0.9
    )
    list(session._tell([said]))


def test_what_is_settled_fills_in_nothing_and_is_still_remembered(engine: Engine) -> None:
    session = _session(engine)
    _say(session, "u1", "我在海淀区中关村街道，暖气什么时候停", 0.0)
    list(session.edit(FieldName.CALLER_NAME, "王先生"))
    assert session.draft.value(FieldName.DISTRICT) == "海淀区"
    (changed,) = session.settle()
    assert isinstance(changed, DraftChanged)
    assert session.draft.value(FieldName.DISTRICT) is None
    assert session.draft.value(FieldName.CALLER_NAME) == "王先生"
    _say(session, "u2", "朝阳区望京街道的路灯坏了，你们派人来修", 5.0)
    assert session.draft.value(FieldName.DISTRICT) == "朝阳区"
    assert session.draft.value(FieldName.CATEGORY) == ("市政", "路灯照明")
    assert [u.id for u in session.utterances] == ["u1", "u2"]


def test_another_matter_starts_from_the_words_that_begin_it(engine: Engine) -> None:
    session = _session(engine)
    _say(session, "u1", "海淀区中关村街道的路灯坏了，你们派人来修", 0.0)
    list(session.edit(FieldName.CALLER_NAME, "王先生"))
    _say(session, "u2", "还有个事，垃圾好几天没人清运了", 5.0)
    session.asked("g1", "还有别的问题吗？")
    begun, *changed = session.begin_matter(handed_in=True)
    assert begun == MatterBegun()
    assert changed
    assert session.draft.value(FieldName.DISTRICT) is None
    assert session.draft.value(FieldName.CALLER_NAME) is None
    assert session.draft.value(FieldName.CATEGORY) == ("市容环卫", "垃圾清运")
    assert [u.id for u in session.utterances if u.channel is Channel.CITIZEN] == ["u1", "u2"]


def test_what_a_person_keyed_in_stays_when_nothing_was_handed_in(engine: Engine) -> None:
    session = _session(engine)
    list(session.edit(FieldName.CALLER_NAME, "李女士"))
    assert not any(isinstance(body, MatterBegun) for body in session.begin_matter(handed_in=False))
    assert session.draft.value(FieldName.CALLER_NAME) == "李女士"
    list(session.begin_matter(handed_in=True))
    assert session.draft.value(FieldName.CALLER_NAME) is None


def test_another_matter_can_begin_before_anything_was_said(engine: Engine) -> None:
    assert list(_session(engine).begin_matter(handed_in=True)) == [MatterBegun()]
