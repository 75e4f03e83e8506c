"""How carriers prove who they are when they connect. Pure: time comes in as a number, comparison takes constant time.

Sources: https://www.twilio.com/docs/usage/security#validating-requests; RFC 9421 (HTTP Message Signatures) as far as
AudioHook uses it, purecloudlabs/audiohook-reference-implementation httpsignature; RFC 7617 (Basic)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_AGE_S = 10
"""Seconds that an AudioHook signature is good for after its creation."""
CLOCK_SKEW_S = 3
MIN_NONCE = 22
"""Characters: 128 bits in base64"""
MAX_NONCES = 100_000
_SIGNED = (
    "@request-target",
    "@authority",
    "audiohook-organization-id",
    "audiohook-session-id",
    "audiohook-correlation-id",
    "x-api-key",
)
"""Components that the signature must cover."""
_INPUT = re.compile(
    r'(?P<label>[a-z*][\w.*-]*)=(?P<params>\((?P<names>(?:"[^"\\]+"(?: "[^"\\]+")*)?)\)(?P<rest>(?:;[^;]+)*))'
)
_PARAMETER = re.compile(r';(?P<name>[a-z]+)=(?:"(?P<text>[^"\\]*)"|(?P<number>\d{1,15}))')
_MAX_HEADER = 4096


def basic_password(encoded: str) -> str:
    """The password in what HTTP Basic sends, USER:PASSWORD in base64; "" when it cannot be read."""
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def twilio_signature(auth_token: str, url: str, parameters: Mapping[str, str] | None = None) -> str:
    """The X-Twilio-Signature of a request: HMAC-SHA1 over the URL and the sorted POST parameters, in base64."""
    signed = url + "".join(name + value for name, value in sorted((parameters or {}).items()))
    return base64.b64encode(hmac.digest(auth_token.encode(), signed.encode(), hashlib.sha1)).decode("ascii")


def twilio_matches(signature: str | None, auth_token: str, url: str) -> bool:
    """Whether `signature` signs a WebSocket's `url`, written with wss or https, with or without the port."""
    variants = {url, re.sub("^wss:", "https:", url), re.sub("^ws:", "http:", url)}
    variants |= {re.sub(r"^(\w+://[^/:]+):(?:443|80)(?=/|$)", r"\1", v) for v in variants}
    given = (signature or "").encode()
    matches = [hmac.compare_digest(given, twilio_signature(auth_token, v).encode()) for v in sorted(variants)]
    return any(matches)


@dataclass(slots=True)
class Nonces:
    """The nonces of signatures seen lately: none is good twice."""

    _expires: dict[str, float] = field(default_factory=dict)

    def is_fresh(self, nonce: str, *, now: float, expires: float) -> bool:
        """Whether `nonce` was not seen before; it is remembered until `expires`."""
        if len(self._expires) >= MAX_NONCES or (self._expires and next(iter(self._expires.values())) < now):
            self._expires = {n: t for n, t in self._expires.items() if t >= now}
        if nonce in self._expires or len(self._expires) >= MAX_NONCES:
            return False
        self._expires[nonce] = expires
        return True


def audiohook_fault(
    headers: Mapping[str, str], target: str, *, api_key: str, secret: bytes | None, now: float, nonces: Nonces
) -> str | None:
    """What is wrong with an AudioHook request; None when nothing is.

    Args:
        headers: names in lower case.
        target: path and query as requested.
        api_key: the one that X-API-KEY must show.
        secret: the client secret, decoded; None when requests are not signed.
        now: seconds since 1970.
        nonces: those seen before.
    """
    if not hmac.compare_digest(headers.get("x-api-key", "").encode(), api_key.encode()):
        return "wrong X-API-KEY"
    if secret is None:
        return None
    given, described = headers.get("signature", ""), headers.get("signature-input", "")
    match = _INPUT.fullmatch(described) if len(described) <= _MAX_HEADER else None
    if match is None:
        return "no readable Signature-Input"
    names = re.findall(r'"([^"]+)"', match["names"])
    parameters = {m["name"]: m["text"] or m["number"] or "" for m in _PARAMETER.finditer(match["rest"])}
    if fault := _parameter_fault(names, parameters, api_key, now):
        return fault
    lines = []
    for name in names:
        value = {"@request-target": target, "@authority": headers.get("host", "")}.get(name, headers.get(name))
        if value is None:
            return f"signed header {name} is missing"
        lines.append(f'"{name}": {value.strip()}')
    base = "\n".join([*lines, f'"@signature-params": {match["params"]}'])
    expected = base64.b64encode(hmac.digest(secret, base.encode(), hashlib.sha256)).decode("ascii")
    if not hmac.compare_digest(given.encode(), f"{match['label']}=:{expected}:".encode()):
        return "signature does not match"
    if not nonces.is_fresh(parameters["nonce"], now=now, expires=int(parameters["created"]) + MAX_AGE_S):
        return "signature was used before"
    return None


def _parameter_fault(names: list[str], parameters: Mapping[str, str], api_key: str, now: float) -> str | None:
    """What is wrong with what a signature says of itself."""
    uncovered = [name for name in _SIGNED if name not in names]
    created = int(parameters["created"]) if parameters.get("created", "").isdecimal() else None
    expires = int(parameters["expires"]) if parameters.get("expires", "").isdecimal() else None
    faults = {
        f"signature does not cover {', '.join(uncovered)}": bool(uncovered),
        "a component is signed twice": len(set(names)) != len(names),
        "algorithm is not hmac-sha256": parameters.get("alg", "hmac-sha256") != "hmac-sha256",
        "keyid differs from X-API-KEY": not hmac.compare_digest(
            parameters.get("keyid", "").encode(), api_key.encode()
        ),
        "nonce is missing or too short": len(parameters.get("nonce", "")) < MIN_NONCE,
        "signature has no age": created is None,
        "signature is from the future": created is not None and created > now + CLOCK_SKEW_S,
        "signature is too old": created is not None and created + MAX_AGE_S + CLOCK_SKEW_S < now,
        "signature has expired": expires is not None and expires + CLOCK_SKEW_S < now,
    }
    return next((fault for fault, found in faults.items() if found), None)
