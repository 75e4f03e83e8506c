"""How carriers get in, and what differs from protocol to protocol on the socket."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from serving import Served, deaf_engine, serving
from starlette.requests import HTTPConnection
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from api import carriers
from api.settings import Settings
from models.call import Channel, Encoding
from models.events import CallEnded
from voice.wire import PROTOCOLS, Protocol
from voice.wire.base import Audio, CallEvent, Started
from voice.wire.client import CallSetup
from voice.wire.signatures import twilio_signature

KEY = "correct-horse"
SECRET = base64.b64encode(b"battery staple").decode()
SETUP = CallSetup(call_id="3f1de7a5-31cb-4c3a-9a43-0a3a2b1c0d4e", channels=(Channel.CITIZEN,))
EVERY = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)


@pytest.fixture
async def locked(tmp_path: Path) -> AsyncIterator[Served]:
    settings = Settings(data_dir=tmp_path, api_keys=KEY, twilio_auth_token="twilio-token", audiohook_secret=SECRET)
    async with serving(settings, deaf_engine()) as running:
        yield running


async def _is_taken(
    served: Served, protocol: Protocol, headers: dict[str, str], query: str = "", token: str | None = None
) -> bool:
    """Whether the service takes a call that comes like this."""
    client = protocol.client(CallSetup(call_id=SETUP.call_id, channels=SETUP.channels, token=token))
    frames = [*client.open(), *([] if protocol.answers_start else client.audio(b"\0" * 320))]
    taken = asyncio.create_task(_stored(served))
    try:
        async with connect(f"{served.ws}{protocol.path}{query}", additional_headers=headers) as socket:
            with suppress(ConnectionClosed):
                for frame in frames:
                    await socket.send(frame)
            closed = asyncio.create_task(socket.wait_closed())
            await asyncio.wait({taken, closed}, return_when=asyncio.FIRST_COMPLETED, timeout=5)
            closed.cancel()
            return taken.done() and taken.result()
    except InvalidStatus as refused:
        return refused.response.status_code != 401
    finally:
        taken.cancel()


async def _stored(served: Served) -> bool:
    for _ in range(300):
        if await served.services.store.calls():
            return True
        await asyncio.sleep(0.02)
    return False


def _basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"any:{password}".encode()).decode()}


@EVERY
async def test_nobody_gets_in_without_a_key(locked: Served, protocol: Protocol) -> None:
    assert not await _is_taken(locked, protocol, {})
    assert not await _is_taken(locked, protocol, {"Authorization": "Bearer wrong"})
    assert not await _is_taken(locked, protocol, _basic("wrong"), "?token=wrong", token="wrong")


@EVERY
async def test_a_bearer_key_opens_every_protocol(locked: Served, protocol: Protocol) -> None:
    assert await _is_taken(locked, protocol, {"Authorization": f"Bearer {KEY}"})


@EVERY
async def test_so_does_a_basic_password(locked: Served, protocol: Protocol) -> None:
    assert await _is_taken(locked, protocol, _basic(KEY))


@EVERY
async def test_so_does_a_token_in_the_url(locked: Served, protocol: Protocol) -> None:
    assert await _is_taken(locked, protocol, {}, f"?token={KEY}")


@pytest.mark.parametrize("name", ["twilio", "telnyx"])
async def test_some_may_say_the_key_in_their_first_message(locked: Served, name: str) -> None:
    assert await _is_taken(locked, PROTOCOLS[name], {}, token=KEY)


async def test_telnyx_shows_its_streaming_auth_token(locked: Served) -> None:
    for token, taken in (("other", False), (KEY, True)):
        headers = {"X-Telnyx-Streaming-Auth-Token": token}
        assert await _is_taken(locked, PROTOCOLS["telnyx"], headers) is taken


async def test_twilio_signs_its_requests(locked: Served) -> None:
    for token, taken in (("other", False), ("twilio-token", True)):
        signature = twilio_signature(token, f"wss://{locked.address}/v1/twilio")
        assert await _is_taken(locked, PROTOCOLS["twilio"], {"X-Twilio-Signature": signature}) is taken


def _audiohook_headers(served: Served, secret: bytes, nonce: str) -> dict[str, str]:
    named = {
        "@request-target": "/v1/audiohook",
        "@authority": served.address,
        "audiohook-organization-id": "d7934305-0972-4844-938e-9060eef73d05",
        "audiohook-session-id": SETUP.call_id,
        "audiohook-correlation-id": "e160e428-53e2-487c-977d-96989bf5c99d",
        "x-api-key": KEY,
    }
    covered = " ".join(f'"{name}"' for name in named)
    described = f'({covered});keyid="{KEY}";nonce="{nonce}";alg="hmac-sha256";created={int(time.time())}'
    base = "\n".join([*(f'"{k}": {v}' for k, v in named.items()), f'"@signature-params": {described}'])
    signature = base64.b64encode(hmac.digest(secret, base.encode(), hashlib.sha256)).decode()
    headers = {name: value for name, value in named.items() if not name.startswith("@")}
    return {**headers, "Signature-Input": f"sig1={described}", "Signature": f"sig1=:{signature}:"}


async def test_audiohook_tells_of_a_wrong_signature_in_its_own_words(locked: Served) -> None:
    headers = _audiohook_headers(locked, b"guessed", "n" * 22)
    began = time.monotonic()
    async with connect(f"{locked.ws}/v1/audiohook", additional_headers=headers) as socket:
        message = json.loads(await socket.recv())
        assert (message["type"], message["parameters"]["reason"]) == ("disconnect", "unauthorized")
        assert time.monotonic() - began >= carriers.REFUSAL_S
        close = {"version": "2", "id": SETUP.call_id, "type": "close", "seq": 1, "serverseq": 1, "position": "PT0S"}
        await socket.send(json.dumps({**close, "parameters": {"reason": "disconnect"}}))
        assert json.loads(await socket.recv())["type"] == "closed"
    assert await locked.services.store.calls() == []


async def test_an_audiohook_signature_is_good_once(locked: Served) -> None:
    headers = _audiohook_headers(locked, b"battery staple", "n" * 22)
    async with connect(f"{locked.ws}/v1/audiohook", additional_headers=headers):
        pass
    async with connect(f"{locked.ws}/v1/audiohook", additional_headers=headers) as socket:
        assert "used before" in json.loads(await socket.recv())["parameters"]["info"]


@EVERY
async def test_subprotocols_are_accepted_where_the_protocol_has_some(locked: Served, protocol: Protocol) -> None:
    offered = [Subprotocol("other"), *map(Subprotocol, protocol.subprotocols)]
    headers = {"Authorization": f"Bearer {KEY}"}
    async with connect(locked.ws + protocol.path, additional_headers=headers, subprotocols=offered) as socket:
        assert socket.subprotocol == (protocol.subprotocols[0] if protocol.subprotocols else None)


@pytest.mark.parametrize(("port", "name"), [(10095, "funasr"), (2700, "vosk"), (8000, None)])
def test_a_protocol_may_have_a_port_of_its_own(port: int, name: str | None) -> None:
    settings = Settings(funasr_port=10095, vosk_port=2700)
    peer = HTTPConnection({"type": "websocket", "path": "/", "server": ("127.0.0.1", port), "headers": []})
    assert carriers.protocol_at(peer, settings) is (PROTOCOLS[name] if name else None)
    assert carriers.protocol_at(peer, Settings()) is None


async def test_nothing_is_spoken_at_the_root_of_the_main_port(tmp_path: Path) -> None:
    async with serving(Settings(data_dir=tmp_path), deaf_engine()) as running:
        with pytest.raises(InvalidStatus) as refused:
            await connect(running.ws + "/")
        assert refused.value.response.status_code == 404


async def _ending(served: Served, call_id: str) -> str:
    """Why the call ended, once it has."""
    async with asyncio.timeout(15):
        while True:
            events = await served.services.store.events(call_id)
            if events and isinstance(events[-1].body, CallEnded):
                return events[-1].body.reason
            await asyncio.sleep(0.02)


@EVERY
@pytest.mark.parametrize("how", ["closes", "vanishes", "sends too much"])
async def test_however_a_carrier_goes_the_call_is_closed(locked: Served, protocol: Protocol, how: str) -> None:
    client = protocol.client(SETUP)
    url = f"{locked.ws}{protocol.path}?{urlencode(client.connect())}".rstrip("?")
    async with connect(url, additional_headers={"Authorization": f"Bearer {KEY}"}) as socket:
        for frame in [*client.open(), *([] if protocol.answers_start else client.audio(b"\0" * 320))]:
            await socket.send(frame)
        assert await _stored(locked)
        (call,) = await locked.services.store.calls()
        match how:
            case "closes":
                await socket.close()
                expected = "closed" if protocol.says_goodbye else "stop"
            case "vanishes":
                socket.transport.abort()
                expected = "closed"
            case _:
                with suppress(ConnectionClosed):
                    await socket.send("x" * 2_000_000)
                expected = "closed"
    assert await _ending(locked, call.info.call_id) == expected
    assert len(locked.services.live) == 0


async def test_a_peer_that_never_answers_pings_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.server.PING_S", 0.2)
    async with serving(Settings(data_dir=tmp_path), deaf_engine()) as running:
        socket = await connect(running.ws + "/v1/vosk?call_id=mute")
        await socket.send(b"\0" * 320)
        assert await _stored(running)
        socket.transport.pause_reading()  # nothing is read any more, so no ping is answered
        assert await _ending(running, "mute") == "closed"
        socket.transport.abort()


async def test_keys_are_in_no_log(locked: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "uvicorn.error")
    assert await _is_taken(locked, PROTOCOLS["vosk"], {}, f"?token={KEY}&channel=citizen")
    assert not await _is_taken(locked, PROTOCOLS["asterisk"], {}, "?channel=citizen&token=guessed")
    assert '/v1/vosk?token=…&channel=citizen" [accepted]' in caplog.text
    assert '/v1/asterisk?channel=citizen&token=…" 401' in caplog.text
    assert KEY not in caplog.text
    assert "guessed" not in caplog.text


async def _listed(events: list[tuple[float, CallEvent]]) -> AsyncIterator[CallEvent]:
    for pause_s, event in events:
        await asyncio.sleep(pause_s)
        yield event


async def test_silence_that_a_carrier_does_not_send_is_put_in() -> None:
    started = Started(encoding=Encoding.MULAW, sample_rate=8000, channels=(Channel.CITIZEN,))
    frame = Audio(b"\x01" * 160)
    events = [(0.0, started), (0.0, frame), (0.02, frame), (1.2, frame), (0.0, frame)]
    heard = [e async for e in carriers._with_pauses(_listed(events))]
    assert heard[:3] == [started, frame, frame]
    silence = heard[3]
    assert isinstance(silence, Audio)
    assert set(silence.data) == {0xFF}
    assert len(silence.data) / 8000 == pytest.approx(1.2, abs=0.1)
    assert heard[4:] == [frame, frame]
