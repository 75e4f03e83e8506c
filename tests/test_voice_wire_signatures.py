"""Carriers' proofs, with the examples of their documentation."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.wire.signatures import Nonces, audiohook_fault, basic_password, twilio_matches, twilio_signature

KEY = "SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh"
SECRET = base64.b64decode("TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=")
CREATED = 1641013200
TARGET = "/api/v1/voicebiometrics/ws"
PARAMETERS = (
    '("@request-target" "@authority" "audiohook-organization-id" "audiohook-session-id" "audiohook-correlation-id" '
    f'"x-api-key");keyid="{KEY}";nonce="VGhpc0lzQVVuaXF1ZU5vbmNl";alg="hmac-sha256";created={CREATED};expires=3282026430'
)
HEADERS = {
    "host": "audiohook.example.com",
    "audiohook-organization-id": "d7934305-0972-4844-938e-9060eef73d05",
    "audiohook-session-id": "30b0e395-84d3-4570-ac13-9a62d8f514c0",
    "audiohook-correlation-id": "e160e428-53e2-487c-977d-96989bf5c99d",
    "x-api-key": KEY,
    "signature": "sig1=:NZBwyBHRRyRoeLqy1IzOa9VYBuI8TgMFt2GRDkDuJh4=:",
    "signature-input": f"sig1={PARAMETERS}",
}
"""The example of the AudioHook documentation, signature and all."""


def fault(
    headers: dict[str, str] | None = None,
    *,
    now: float = CREATED + 1,
    nonces: Nonces | None = None,
    target: str = TARGET,
) -> str | None:
    return audiohook_fault(
        HEADERS | (headers or {}), target, api_key=KEY, secret=SECRET, now=now, nonces=nonces or Nonces()
    )


def test_the_documented_audiohook_signature() -> None:
    assert fault() is None


def test_a_signature_is_good_once() -> None:
    nonces = Nonces()
    assert fault(nonces=nonces) is None
    assert fault(nonces=nonces) == "signature was used before"


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"x-api-key": "other"}, "X-API-KEY"),
        ({"signature": "sig1=:AAAA:"}, "does not match"),
        ({"signature": ""}, "does not match"),
        ({"host": "evil.example.com"}, "does not match"),
        ({"signature-input": ""}, "readable"),
        ({"signature-input": "sig1=" + PARAMETERS.replace(' "@authority"', "")}, "cover @authority"),
        ({"signature-input": "sig1=" + PARAMETERS.replace('"x-api-key")', '"x-api-key" "x-api-key")')}, "twice"),
        ({"signature-input": "sig1=" + PARAMETERS.replace(f'keyid="{KEY}"', 'keyid="me"')}, "keyid"),
        ({"signature-input": "sig1=" + PARAMETERS.replace("VGhpc0lzQVVuaXF1ZU5vbmNl", "short")}, "nonce"),
        ({"signature-input": "sig1=" + PARAMETERS.replace("hmac-sha256", "none")}, "hmac-sha256"),
        ({"signature-input": "sig1=" + PARAMETERS.replace(f"created={CREATED};", "")}, "no age"),
        ({"signature-input": "sig1=" + PARAMETERS.replace('"x-api-key")', '"x-api-key" "date")')}, "date is missing"),
        ({"signature-input": "s" * 5000}, "readable"),
    ],
)
def test_what_is_wrong_is_said(headers: dict[str, str], said: str) -> None:
    assert said in (fault(headers) or "")


def test_age() -> None:
    assert "future" in (fault(now=CREATED - 4) or "")
    assert fault(now=CREATED + 12) is None
    assert "too old" in (fault(now=CREATED + 14) or "")
    assert fault(target="/other") == "signature does not match"


def test_without_a_secret_the_key_is_enough() -> None:
    assert audiohook_fault({"x-api-key": KEY}, "/", api_key=KEY, secret=None, now=0, nonces=Nonces()) is None
    assert audiohook_fault({}, "/", api_key=KEY, secret=None, now=0, nonces=Nonces()) is not None


@given(st.dictionaries(st.sampled_from(sorted(HEADERS)), st.text()), st.text())
def test_any_headers(headers: dict[str, str], target: str) -> None:
    unchanged = all(HEADERS[name] == value for name, value in headers.items())
    assert (fault(headers, target=target) is None) <= (unchanged and target == TARGET)


def test_nonces_are_forgotten_in_time() -> None:
    nonces = Nonces()
    assert nonces.is_fresh("a", now=0, expires=10)
    assert not nonces.is_fresh("a", now=10, expires=20)
    assert nonces.is_fresh("b", now=11, expires=21)
    assert nonces.is_fresh("a", now=11, expires=21)


def test_the_documented_twilio_signature() -> None:
    """The example that Twilio's own libraries are tested with."""
    parameters = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert twilio_signature("12345", url, parameters) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize("signed", ["wss://yida.example.com/v1/twilio", "https://yida.example.com/v1/twilio"])
@pytest.mark.parametrize("host", ["yida.example.com", "yida.example.com:443"])
def test_a_websocket_may_be_signed_under_either_scheme(signed: str, host: str) -> None:
    signature = twilio_signature("secret", signed)
    assert twilio_matches(signature, "secret", f"wss://{host}/v1/twilio")
    assert not twilio_matches(signature, "other", f"wss://{host}/v1/twilio")
    assert not twilio_matches(signature, "secret", f"wss://{host}/v1/other")
    assert not twilio_matches(None, "secret", f"wss://{host}/v1/twilio")


def test_basic() -> None:
    assert basic_password(base64.b64encode(b"media:s3cret:too").decode()) == "s3cret:too"
    for wrong in ("", "???", base64.b64encode(b"no colon").decode(), base64.b64encode(b"\xff:\xff").decode()):
        assert basic_password(wrong) == ""


@given(st.text())
def test_any_basic_header(header: str) -> None:
    assert isinstance(basic_password(header), str)
