"""The same recording gives the same text, whatever protocol brings it."""

from __future__ import annotations

import asyncio

import msgspec
import numpy as np
import pytest
from serving import Served

from api.carrier_client import replay_as
from api.client import replay
from api.recording import Recording
from models.call import Channel
from models.events import CallEnded, UtteranceHeard
from models.snapshot import Status
from voice.wire import PROTOCOLS

SPEED = 2.0


@pytest.fixture(scope="session")
def citizen(call_recording: Recording) -> Recording:
    """Two things that the citizen says."""
    rate = call_recording.sample_rate
    samples = np.frombuffer(call_recording.data, "<i2").reshape(-1, 2)[5 * rate : 21 * rate, 0]
    call = msgspec.structs.replace(call_recording.call, channels=(Channel.CITIZEN,))
    return Recording(call, call_recording.encoding, rate, samples.tobytes())


async def _texts(served: Served, call_id: str) -> list[str]:
    async with asyncio.timeout(30):
        while True:
            bodies = [e.body for e in await served.services.store.events(call_id)]
            if any(isinstance(b, CallEnded) for b in bodies):
                return [b.text for b in bodies if isinstance(b, UtteranceHeard) and b.text]
            await asyncio.sleep(0.1)


async def test_every_protocol_gives_the_same_text(served: Served, citizen: Recording) -> None:
    key = served.services.settings.api_keys[0].get_secret_value()
    native = await replay(citizen, f"{served.ws}/v1/calls/stream", key=key, speed=SPEED, call_id="native")
    assert native.ended
    expected = await _texts(served, "native")
    assert len(expected) >= 2
    for name, protocol in PROTOCOLS.items():
        result = await replay_as(protocol, citizen, served.ws + protocol.path, key=key, speed=SPEED)
        assert (name, result.error, result.ended) == (name, None, True)
        (call, *_) = await served.services.store.calls()
        assert call.status in (Status.ENDED, Status.LIVE)
        assert (name, await _texts(served, call.info.call_id)) == (name, expected)
        told = "".join(f["text"] for f in result.finals)
        if told and protocol.says_goodbye:
            assert (name, told) == (name, "".join(expected))
        assert "".join(expected).startswith(told)  # who just hangs up may miss the last words
