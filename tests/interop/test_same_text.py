"""The same recording gives the same text, whatever protocol brings it.

On a virtual clock: on a live call, what the first pass had time to hear decides which names the second one expects.
"""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from api.carrier_client import carried
from api.recording import Recording
from api.services import Engine
from api.transcription import transcribe
from models.call import Channel
from voice.wire import PROTOCOLS, Protocol
from voice.wire.base import Audio, Connection, Frame, Ready, Started
from voice.wire.client import CallSetup


@pytest.fixture(scope="session")
def citizen(call_recording: Recording) -> Recording:
    """Something that the citizen says."""
    rate = call_recording.sample_rate
    samples = np.frombuffer(call_recording.data, "<i2").reshape(-1, 2)[14 * rate : 21 * rate, 0]
    call = msgspec.structs.replace(call_recording.call, channels=(Channel.CITIZEN,))
    return Recording(call, call_recording.encoding, rate, samples.tobytes())


@pytest.fixture(scope="session")
def expected(citizen: Recording, engine: Engine) -> list[str]:
    return [u.text for u in transcribe(citizen, engine).utterances]


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_every_protocol_gives_the_same_text(
    protocol: Protocol, citizen: Recording, engine: Engine, expected: list[str]
) -> None:
    assert expected
    arrived = _sent_and_received(protocol, citizen)
    assert [u.text for u in transcribe(arrived, engine).utterances] == expected


def _sent_and_received(protocol: Protocol, recording: Recording) -> Recording:
    """The recording as it arrives behind the wire."""
    client = protocol.client(CallSetup(call_id="c1", channels=recording.call.channels))
    wire = protocol.wire(Connection(query=client.connect()))
    started: list[Started] = []
    audio = bytearray()

    def receive(frames: list[Frame]) -> None:
        for frame in frames:
            for event in wire.receive(frame):
                if isinstance(event, Started):
                    started.append(event)
                    for answer in wire.send(Ready("c1")):
                        client.receive(answer)
                elif isinstance(event, Audio):
                    audio.extend(event.data)

    receive(client.open())
    for chunk in carried(client, recording):
        receive(client.audio(chunk))
    receive(client.close())
    (said,) = started
    call = msgspec.structs.replace(recording.call, channels=said.channels)
    return Recording(call, said.encoding, said.sample_rate, bytes(audio))
