"""Call-center systems connect as they are: every protocol of `voice.wire`, with its own proof of who calls.

A carrier may always use an API key: as a bearer token, as `?token=KEY`, or as the password of HTTP Basic, with any
user. Twilio and AudioHook sign their requests; Twilio, Telnyx and FreeSWITCH may also say the key in their first
message.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from typing import TypeAlias

from fastapi import APIRouter
from pydantic import SecretStr
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.auth import is_key
from api.calls import serve_call
from api.errors import error_answer
from api.live_call import SILENT_CARRIER_S
from api.services import Opened, Services
from api.settings import Settings
from voice.errors import ProtocolError, VoiceError
from voice.wire import PROTOCOLS, Proof, Protocol
from voice.wire.base import Audio, CallEvent, Connection, Fail, Started
from voice.wire.signatures import Nonces, audiohook_fault, basic_password, twilio_matches

REFUSAL_S = 0.5
"""A wrong signature is answered no sooner, so that the time it takes tells nothing."""
REFUSED_S = 5.0
"""How long a refused peer may take to say goodbye."""
_BY_PATH = {protocol.path: protocol for protocol in PROTOCOLS.values()}

Events: TypeAlias = AsyncIterator[CallEvent]

log = logging.getLogger(__name__)


def protocol_at(connection: HTTPConnection, settings: Settings) -> Protocol | None:
    """The protocol that is spoken where the peer connects: by path, or at `/` on a port of its own."""
    path = connection.scope["path"]
    if path != "/":
        return _BY_PATH.get(path)
    port = (connection.scope.get("server") or ("", None))[1]
    name = {settings.funasr_port: "funasr", settings.vosk_port: "vosk"}.get(port) if port else None
    return PROTOCOLS[name] if name else None


def make_router() -> APIRouter:
    """The sockets of all protocols."""
    router = APIRouter()
    nonces = Nonces()

    async def endpoint(socket: WebSocket, services: Opened) -> None:
        protocol = protocol_at(socket, services.settings)
        if protocol is None:
            await socket.send_denial_response(error_answer(404, "not_found", "no protocol is served here"))
        else:
            await _serve(protocol, socket, services, nonces)

    for path in ("/", *_BY_PATH):
        router.add_api_websocket_route(path, endpoint)
    return router


async def _serve(protocol: Protocol, socket: WebSocket, services: Services, nonces: Nonces) -> None:
    wire = protocol.wire(Connection(dict(socket.query_params), dict(socket.headers)))
    offered = socket.scope.get("subprotocols") or []
    subprotocol = next((s for s in protocol.subprotocols if s in offered), None)
    fault = proof_fault(protocol, socket, services.settings, nonces, time.time())
    filters: list[Callable[[Events], Events]] = []
    if fault is not None and protocol.says_token:
        filters.append(_token_check(services.settings.api_keys, fault))
    elif fault is not None and protocol.proof is Proof.AUDIOHOOK:
        await _refuse_audiohook(protocol, socket, fault)
        return
    elif fault is not None:
        await socket.send_denial_response(error_answer(401, "unauthorized", fault, _challenge(protocol)))
        return
    if not protocol.sends_silence:
        filters.append(_with_pauses)

    def filtered(events: Events) -> Events:
        for each in filters:
            events = each(events)
        return events

    await serve_call(socket, wire, services, subprotocol, filtered, says_goodbye=protocol.says_goodbye)
    if wire.ignored:
        log.info("%s: %d messages of unknown kinds ignored", protocol.name, wire.ignored)


def proof_fault(
    protocol: Protocol, connection: HTTPConnection, settings: Settings, nonces: Nonces, now_s: float
) -> str | None:
    """What is wrong with how the peer proves itself; None when nothing is."""
    headers, keys = connection.headers, settings.api_keys
    scheme, _, given = headers.get("authorization", "").partition(" ")
    shown = {"bearer": given.strip(), "basic": basic_password(given)}.get(scheme.lower(), "")
    if any(is_key(secret, keys) for secret in (shown, connection.query_params.get("token", "")) if secret):
        return None
    target = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
    if protocol.proof is Proof.TWILIO and settings.twilio_auth_token is not None:
        url = f"wss://{headers.get('host', '')}{target}"
        token = settings.twilio_auth_token.get_secret_value()
        return None if twilio_matches(headers.get("x-twilio-signature"), token, url) else "wrong X-Twilio-Signature"
    if protocol.proof is Proof.AUDIOHOOK and (keys or settings.audiohook_secret is not None):
        key = headers.get("x-api-key", "")
        if not is_key(key, keys):
            return "wrong X-API-KEY"
        secret = _decoded(settings.audiohook_secret)
        return audiohook_fault(dict(headers), target, api_key=key, secret=secret, now=now_s, nonces=nonces)
    return "a valid key is needed" if keys else None


def _token_check(keys: tuple[SecretStr, ...], fault: str) -> Callable[[Events], Events]:
    """Lets a call pass whose first message carries a key."""

    async def checked(events: Events) -> AsyncGenerator[CallEvent]:
        async for event in events:
            if isinstance(event, Started) and not is_key(event.token or "", keys):
                raise ProtocolError(fault, code="unauthorized", close_code=1008)
            yield event

    return checked


async def _with_pauses(events: Events) -> AsyncGenerator[CallEvent]:
    """Puts silence where the carrier sent nothing because nobody spoke, so that times stay true."""
    started: Started | None = None
    began_s = 0.0
    heard_bytes = 0
    async for event in events:
        if isinstance(event, Started):
            started = event
        elif isinstance(event, Audio) and started is not None:
            now_s = time.monotonic()
            began_s = began_s or now_s
            sample = started.encoding.silence * len(started.channels)
            behind = int((now_s - began_s) * started.sample_rate) - heard_bytes // len(sample)
            if behind > SILENT_CARRIER_S * started.sample_rate:
                heard_bytes += behind * len(sample)
                yield Audio(sample * behind)
            heard_bytes += len(event.data)
        yield event


async def _refuse_audiohook(protocol: Protocol, socket: WebSocket, fault: str) -> None:
    """AudioHook tells of a wrong signature in its own words, once connected, and waits for the goodbye."""
    wire = protocol.wire(Connection(headers=dict(socket.headers)))
    await asyncio.sleep(REFUSAL_S)
    await socket.accept()
    frames = wire.send(Fail("unauthorized", fault, 1008))
    with suppress(TimeoutError, WebSocketDisconnect, VoiceError, KeyError):
        async with asyncio.timeout(REFUSED_S):
            while True:
                for frame in frames:
                    await socket.send_text(str(frame))
                wire.receive(await socket.receive_text())
                frames = wire.replies()
    with suppress(RuntimeError):  # the peer has gone already
        await socket.close(1008)


def _challenge(protocol: Protocol) -> dict[str, str]:
    basic = protocol.proof is Proof.BASIC
    return {"WWW-Authenticate": 'Basic realm="yida"' if basic else "Bearer"}


def _decoded(secret: SecretStr | None) -> bytes | None:
    """The client secret of AudioHook, which Genesys shows in base64."""
    return base64.b64decode(secret.get_secret_value()) if secret is not None else None
