"""Clients that nobody here wrote, run against the service."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import funasr_client
import numpy as np
import pytest
from serving import Served
from streamdouble import api as streamdouble
from streamdouble.audio import wav_to_ulaw_frames
from streamdouble.chaos import Impairments
from streamdouble.scenario import parse
from streamdouble.session import SessionConfig

from api.recording import Recording
from models.call import Channel
from models.events import Body, CallEnded, KeyPressed, UtteranceHeard

FROM_S, TO_S = 45.0, 57.0
"""The operator asks for the phone number, the citizen says it."""


def _cut(recording: Recording, channel: Channel, from_s: float, to_s: float, file: Path) -> Path:
    """What one speaker says in that time, as a WAV file."""
    rate = recording.sample_rate
    samples = np.frombuffer(recording.data, "<i2").reshape(-1, 2)[int(from_s * rate) : int(to_s * rate)]
    with wave.open(str(file), "wb") as written:
        written.setparams((1, 2, rate, 0, "NONE", "NONE"))
        written.writeframes(samples[:, recording.call.channels.index(channel)].tobytes())
    return file


@pytest.fixture
def wavs(call_recording: Recording, tmp_path: Path) -> dict[Channel, Path]:
    """A part of the call, one file per speaker."""
    channels = call_recording.call.channels
    return {c: _cut(call_recording, c, FROM_S, TO_S, tmp_path / f"{c}.wav") for c in channels}


@pytest.fixture
def report(call_recording: Recording, tmp_path: Path) -> Path:
    """The citizen says how cold it is: nothing that would end a call with the guide."""
    return _cut(call_recording, Channel.CITIZEN, 14.0, 21.0, tmp_path / "report.wav")


@pytest.fixture
def key(served: Served) -> str:
    return served.services.settings.api_keys[0].get_secret_value()


async def _told(served: Served) -> list[Body]:
    """Everything that happened in the only call, once it has ended."""
    (call,) = await served.services.store.calls()
    async with asyncio.timeout(30):
        while True:
            bodies = [e.body for e in await served.services.store.events(call.info.call_id)]
            if any(isinstance(b, CallEnded) for b in bodies):
                return bodies
            await asyncio.sleep(0.1)


def _finals(bodies: list[Body]) -> list[tuple[Channel, str]]:
    return [(b.channel, b.text) for b in bodies if isinstance(b, UtteranceHeard) and b.text]


@pytest.mark.interop("Twilio", "streamdouble", "one-way fork of both tracks, 2 % loss, 20 ms jitter, token")
async def test_streamdouble_fork(served: Served, key: str, wavs: dict[Channel, Path]) -> None:
    config = SessionConfig(
        custom_parameters={"token": key, "from": "13800138000"},
        fork=True,
        strict_fork=True,
        tracks=["inbound", "outbound"],
        agent_frames=wav_to_ulaw_frames(wavs[Channel.OPERATOR]),
        impairments=Impairments(loss=0.02, jitter_ms=20),
    )
    report = await streamdouble.call(f"{served.ws}/v1/twilio", audio_path=wavs[Channel.CITIZEN], config=config)
    assert report.violations == []
    finals = _finals(await _told(served))
    assert {channel for channel, _ in finals} == {Channel.CITIZEN, Channel.OPERATOR}


@pytest.mark.interop("Twilio", "streamdouble", "scenario: speech, silence, keys, abrupt hang-up")
async def test_streamdouble_scenario(served: Served, key: str, wavs: dict[Channel, Path]) -> None:
    steps = [{"say": str(wavs[Channel.CITIZEN])}, {"dtmf": "5#"}, {"wait": 0.5}, "hangup"]
    scenario = parse({"name": "report", "steps": steps})
    config = SessionConfig(custom_parameters={"token": key}, max_drain_s=1.0)
    await streamdouble.run_scenario(f"{served.ws}/v1/twilio", scenario, config=config)
    bodies = await _told(served)
    assert [b.digit for b in bodies if isinstance(b, KeyPressed)] == ["5", "#"]
    assert _finals(bodies)


@pytest.mark.interop("Twilio", "streamdouble", "wrong token: refused")
async def test_streamdouble_with_a_wrong_token(served: Served, wavs: dict[Channel, Path]) -> None:
    config = SessionConfig(custom_parameters={"token": "wrong"}, fork=True, max_drain_s=1.0)
    await streamdouble.call(f"{served.ws}/v1/twilio", audio_path=wavs[Channel.CITIZEN], config=config)
    assert await served.services.store.calls() == []


@pytest.mark.interop("Twilio", "streamdouble", "voice guide: greets, marks, falls silent when interrupted")
async def test_streamdouble_guide(guided: Served, report: Path) -> None:
    key = guided.services.settings.api_keys[0].get_secret_value()
    steps = [{"wait_for": "audio"}, {"wait_for": "mark"}, {"wait": 1.0}, {"say": str(report)}]
    interrupted = [{"wait_for": "audio"}, {"wait": 1.0}, {"say": str(report)}, {"expect": "clear"}]
    config = SessionConfig(custom_parameters={"token": key, "mode": "guide"}, response_timeout_s=30, max_drain_s=1.0)
    for number, scenario in enumerate((steps, interrupted)):
        found = await streamdouble.run_scenario(
            f"{guided.ws}/v1/twilio", parse({"name": f"guide {number}", "steps": scenario}), config=config
        )
        assert found.violations == []
        assert found.result.failed_expectations == []
        assert len(found.audio_received) > 8000  # a second of speech


@pytest.mark.interop("FunASR", "funasr-client", "2pass at full speed, 8 kHz, hotwords, timestamps, itn")
async def test_funasr_client(served: Served, key: str, wavs: dict[Channel, Path]) -> None:
    result = await funasr_client.async_file_asr(
        wavs[Channel.CITIZEN], f"{served.ws}/v1/funasr?token={key}", mode="2pass", hotwords={"方庄": 20}
    )
    assert result["is_final"]
    assert result["text"] == "".join(text for _, text in _finals(await _told(served)))
    assert len(result["timestamp"]) > 5
