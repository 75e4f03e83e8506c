"""The call-audio protocols that Yida speaks; a server mounts them all the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from voice.wire import asterisk, audiohook, audiohook_client, freeswitch, funasr, vosk
from voice.wire.base import Connection, Wire
from voice.wire.client import CallSetup, Client
from voice.wire.telnyx import TelnyxClient, TelnyxWire
from voice.wire.twilio import TwilioClient, TwilioWire


class Proof(StrEnum):
    """How a peer proves who it is, besides the service's own bearer key, which every protocol may use."""

    BEARER = "bearer"
    """`Authorization: Bearer KEY`, or `?token=KEY` where a peer cannot set headers."""
    TWILIO = "twilio"
    """X-Twilio-Signature, or `Started.token`."""
    BASIC = "basic"
    """HTTP Basic."""
    AUDIOHOOK = "audiohook"
    """X-API-KEY and an HTTP message signature; told in the protocol itself when it fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One way to connect calls."""

    name: str
    title: str
    """As its makers call it."""
    path: str
    example: str
    """What to paste on the other side, KEY and HOST put in; docs/connect.md has more of it."""
    wire: Callable[[Connection], Wire]
    client: Callable[[CallSetup], Client]
    proof: Proof = Proof.BEARER
    says_token: bool = False
    """A key may also come in its first message: `Started.token`."""
    subprotocols: tuple[str, ...] = ()
    """WebSocket subprotocols that its clients ask for."""
    port: int | None = None
    """Where its clients expect a server of their own, at `/`."""
    answers_start: bool = False
    """We answer its first message; audio flows only then."""
    says_goodbye: bool = True
    """It has a message for the end of the call; else its peers hang up by closing the connection in good order."""
    sends_silence: bool = True
    """Audio keeps coming while nobody speaks; else pauses on the clock are pauses in the call."""


PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {
        p.name: p
        for p in (
            Protocol(
                name="twilio",
                title="Twilio Media Streams",
                path="/v1/twilio",
                example="""\
<Response><Start><Stream url="wss://HOST/v1/twilio" track="both_tracks">
  <Parameter name="token" value="KEY"/></Stream></Start><Dial>+861012345678</Dial></Response>""",
                wire=TwilioWire,
                client=TwilioClient,
                proof=Proof.TWILIO,
                says_token=True,
            ),
            Protocol(
                name="telnyx",
                title="Telnyx media streaming",
                path="/v1/telnyx",
                example="""\
{"stream_url": "wss://HOST/v1/telnyx?track=both_tracks", "stream_auth_token": "KEY",
 "stream_track": "both_tracks", "stream_codec": "PCMU"}""",
                wire=TelnyxWire,
                client=TelnyxClient,
                says_token=True,
            ),
            Protocol(
                name="funasr",
                title="FunASR runtime",
                path="/v1/funasr",
                example="""\
python funasr_wss_client.py --host HOST --port 10095 --ssl 0 --mode 2pass --audio_fs 8000 --audio_in call.wav""",
                wire=funasr.FunAsrWire,
                client=funasr.FunAsrClient,
                subprotocols=("binary",),
                port=funasr.PORT,
            ),
            Protocol(
                name="freeswitch",
                title="FreeSWITCH mod_audio_stream",
                path="/v1/freeswitch",
                example="""\
uuid_setvar UUID STREAM_EXTRA_HEADERS {"Authorization":"Bearer KEY"}
uuid_audio_stream UUID start wss://HOST/v1/freeswitch?rate=8000&mix=stereo&call_id=UUID stereo 8k""",
                wire=freeswitch.AudioStreamWire,
                client=freeswitch.AudioStreamClient,
                says_goodbye=False,
                says_token=True,
            ),
            Protocol(
                name="jambonz",
                title="jambonz listen, FreeSWITCH mod_audio_fork",
                path="/v1/jambonz",
                example="""\
{"verb": "listen", "url": "wss://HOST/v1/jambonz", "wsAuth": {"username": "yida", "password": "KEY"},
 "mixType": "stereo", "sampleRate": 8000, "passDtmf": true}""",
                wire=freeswitch.AudioForkWire,
                client=freeswitch.AudioForkClient,
                says_goodbye=False,
                proof=Proof.BASIC,
                says_token=True,
                subprotocols=(freeswitch.SUBPROTOCOL,),
            ),
            Protocol(
                name="audiohook",
                title="Genesys AudioHook v2",
                path="/v1/audiohook",
                example="""\
Connection URI: wss://HOST/v1/audiohook   Channel: both
API Key: KEY   Client Secret: that of YIDA_AUDIOHOOK_SECRET""",
                wire=audiohook.AudioHookWire,
                client=audiohook_client.AudioHookClient,
                answers_start=True,
                proof=Proof.AUDIOHOOK,
            ),
            Protocol(
                name="asterisk",
                title="Asterisk chan_websocket",
                path="/v1/asterisk",
                example="""\
; websocket_client.conf
[yida]
type = websocket_client
uri = wss://HOST/v1/asterisk
protocols = media
username = yida
password = KEY
connection_type = per_call_config
tls_enabled = yes
; extensions.conf
same => n,Dial(WebSocket/yida/c(ulaw)v(call_id=${UNIQUEID},from=${CALLERID(num)},to=${EXTEN},mode=guide))""",
                wire=asterisk.AsteriskWire,
                client=asterisk.AsteriskClient,
                says_goodbye=False,
                proof=Proof.BASIC,
                subprotocols=(asterisk.SUBPROTOCOL,),
                sends_silence=False,
            ),
            Protocol(
                name="vosk",
                title="Vosk server",
                path="/v1/vosk",
                example="./test.py call.wav   # any client of vosk-server, at ws://HOST:2700",
                wire=vosk.VoskWire,
                client=vosk.VoskClient,
                port=vosk.PORT,
            ),
        )
    }
)
"""By name."""
