"""The FunASR runtime protocol, with the messages of its documentation."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.call import CallInfo, Channel, Encoding, Word
from models.events import Body, CallStarted, Event, PartialHeard, UtteranceHeard
from voice.errors import AudioFormatError, ProtocolError
from voice.wire.base import Audio, Connection, End, Fail, Started, Stopped, Tell
from voice.wire.funasr import FunAsrWire, hotwords

START = (
    '{"mode":"%s","wav_name":"call-1","wav_format":"pcm","is_speaking":true,"chunk_size":[5,10,5],"chunk_interval":10,'
    '"encoder_chunk_look_back":4,"decoder_chunk_look_back":0,"audio_fs":8000,"itn":%s,'
    '"hotwords":"{\\"回龙观\\":20,\\"霍营街道\\":30}","svs_lang":"auto","svs_itn":true}'
)


def tell(body: Body) -> Tell:
    return Tell(Event("c1", 1, datetime(2026, 1, 1, tzinfo=UTC), body))


def partial(stable: str, rest: str = "") -> Tell:
    return tell(
        PartialHeard(utterance="u1", channel=Channel.MIXED, start_s=0.0, end_s=1.0, text=stable + rest, stable=stable)
    )


def final(text: str, raw: str = "", words: tuple[Word, ...] = ()) -> Tell:
    return tell(
        UtteranceHeard(
            utterance="u1",
            channel=Channel.MIXED,
            start_s=0.1,
            end_s=1.5,
            text=text,
            raw=raw or text,
            confidence=0.9,
            words=words,
        )
    )


def started(mode: str = "2pass", *, itn: str = "true") -> FunAsrWire:
    wire = FunAsrWire()
    wire.receive(START % (mode, itn))
    return wire


def results(wire: FunAsrWire, *actions: Tell | End | Fail) -> list[dict[str, Any]]:
    return [json.loads(f) for a in actions for f in wire.send(a)]


def test_the_documented_call() -> None:
    wire = FunAsrWire(Connection(query={"channel": "citizen", "call_id": "c7", "from": "sip:138@pbx"}))
    assert wire.receive(START % ("2pass", "true")) == [
        Started(
            encoding=Encoding.PCM16,
            sample_rate=8000,
            channels=(Channel.CITIZEN,),
            call_id="c7",
            caller="138",
            hotwords=("霍营街道", "回龙观"),
        )
    ]
    assert wire.receive(b"\x01\x00" * 480) == [Audio(b"\x01\x00" * 480)]
    assert wire.receive('{"is_speaking": false}') == [Stopped()]
    assert wire.receive('{"is_speaking": false}') == []
    assert wire.receive(b"\x01\x00") == []


def test_in_two_passes_stable_text_is_appended_and_the_final_replaces_it() -> None:
    wire = started()
    got = results(
        wire, partial("我想", "反"), partial("我想", "反映"), partial("我想反映"), final("我想反映一下，"), End("c1")
    )
    assert [(r["mode"], r["text"], r["is_final"]) for r in got] == [
        ("2pass-online", "我想", False),
        ("2pass-online", "反映", False),
        ("2pass-offline", "我想反映一下，", False),
        ("2pass-offline", "", True),
    ]
    assert got[-1]["is_end"] is True
    assert all(r["wav_name"] == "call-1" for r in got)


def test_online_text_is_only_appended() -> None:
    got = results(started("online"), partial("我想"), final("我想反映。"), final("好。"), End("c1"))
    assert "".join(r["text"] for r in got if r["mode"] == "online") == "我想反映。好。"
    assert [r["is_final"] for r in got] == [False, False, False, True]


def test_offline_gives_one_message() -> None:
    (got,) = results(started("offline"), partial("我"), final("我想。"), final("好。"), End("c1"))
    assert (got["mode"], got["text"], got["is_final"], got["is_end"]) == ("offline", "我想。好。", True, True)


def test_without_itn_the_text_is_as_spoken() -> None:
    (got,) = results(started(itn="false"), final("9号楼。", "九号楼"))
    assert got["text"] == "九号楼"


def test_stamps() -> None:
    words = tuple(Word(c, 0.1 + i / 10, 0.2 + i / 10, 0.9) for i, c in enumerate("我想反映"))
    (got,) = results(started(), final("我想，反映。", "我想，反映。", words))
    assert json.loads(got["timestamp"]) == [[100, 200], [200, 300], [300, 400], [400, 500]]
    assert got["stamp_sents"] == [
        {"text_seg": "我 想", "punc": "，", "start": 100, "end": 300, "ts_list": [[100, 200], [200, 300]]},
        {"text_seg": "反 映", "punc": "。", "start": 300, "end": 500, "ts_list": [[300, 400], [400, 500]]},
    ]


def test_a_failure_ends_the_official_client() -> None:
    (got,) = results(started(), Fail("busy", "no room"))
    assert (got["is_end"], got["is_final"], got["error"]) == (True, False, "busy: no room")


def test_what_is_no_transcript_is_not_told() -> None:
    info = CallInfo(call_id="c1", channels=(Channel.MIXED,), received_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert results(started(), tell(CallStarted(info)), final("")) == []


def test_audio_alone_starts_a_call_at_16_khz() -> None:
    first, audio = FunAsrWire().receive(b"\x00\x00")
    assert isinstance(first, Started)
    assert first.sample_rate == 16000
    assert audio == Audio(b"\x00\x00")


def wav(rate: int, channels: int = 1) -> bytes:
    fmt = b"fmt " + (16).to_bytes(4, "little") + (1).to_bytes(2, "little") + channels.to_bytes(2, "little")
    fmt += rate.to_bytes(4, "little") + (rate * 2).to_bytes(4, "little") + b"\x02\x00\x10\x00"
    return b"RIFF\x00\x00\x00\x00WAVE" + fmt + b"data\x04\x00\x00\x00\x01\x00\x02\x00"


def test_a_wav_header_is_left_out_and_must_fit() -> None:
    assert started().receive(wav(8000)) == [Audio(b"\x01\x00\x02\x00")]
    for header in (wav(16000), wav(8000, 2), b"RIFF", wav(8000)[:30]):
        with pytest.raises(AudioFormatError, match="wav header"):
            started().receive(header)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ('{"阿里巴巴":20,"通义实验室":30}', ("通义实验室", "阿里巴巴")),
        ("回龙观 霍营，方庄", ("回龙观", "霍营", "方庄")),
        ("回龙观 20\n霍营 30", ("回龙观", "霍营")),
        ({"a": 1.0, "b": 2.0}, ("b", "a")),
        ("x" * 41, ()),
    ],
)
def test_hotwords(text: str | dict[str, float], words: tuple[str, ...]) -> None:
    assert hotwords(text) == words


@given(st.text())
def test_any_hotwords_text(text: str) -> None:
    try:
        assert len(hotwords(text)) <= 100
    except ProtocolError:
        assert text.lstrip().startswith("{")


@pytest.mark.parametrize("frame", ['{"mode":"3pass"}', '{"audio_fs":"8k"}', '{"wav_format":"mp3"}', "[]", "hello"])
def test_a_wrong_start_is_refused(frame: str) -> None:
    with pytest.raises(ProtocolError):
        FunAsrWire().receive(frame)
