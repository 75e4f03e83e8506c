"""The messages that Genesys sends in AudioHook v2.

Source: purecloudlabs/audiohook-reference-implementation app/audiohook/src/protocol
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from voice.wire.messages import Messages


class Media(msgspec.Struct, kw_only=True):
    type: str
    format: str
    channels: list[str]
    rate: int


class Participant(msgspec.Struct):
    id: str
    ani: str = ""
    dnis: str = ""


class OpenBody(msgspec.Struct, rename="camel", kw_only=True):
    organization_id: str
    conversation_id: str
    participant: Participant
    media: list[Media]
    supported_languages: bool = False
    custom_config: dict[str, Any] = msgspec.field(default_factory=dict)
    input_variables: dict[str, Any] = msgspec.field(default_factory=dict)


class Discard(msgspec.Struct):
    start: str
    discarded: str


class DtmfBody(msgspec.Struct):
    digit: str


class Message(msgspec.Struct, kw_only=True, tag_field="type"):
    """The envelope of the client's messages."""

    version: str
    id: str
    seq: int
    serverseq: int
    position: str = "PT0S"


class Open(Message, tag="open"):
    parameters: OpenBody


class Close(Message, tag="close"):
    parameters: dict[str, Any]


class Ping(Message, tag="ping"):
    parameters: dict[str, Any]


class Update(Message, tag="update"):
    parameters: dict[str, Any]


class Paused(Message, tag="paused"):
    parameters: dict[str, Any]


class Resumed(Message, tag="resumed"):
    parameters: Discard


class Discarded(Message, tag="discarded"):
    parameters: Discard


class ClientError(Message, tag="error"):
    parameters: dict[str, Any]


class DtmfPressed(Message, tag="dtmf"):
    parameters: DtmfBody


class PlaybackStarted(Message, tag="playback_started"):
    parameters: dict[str, Any]


class PlaybackCompleted(Message, tag="playback_completed"):
    parameters: dict[str, Any]


ClientMessage: TypeAlias = (
    Open
    | Close
    | Ping
    | Update
    | Paused
    | Resumed
    | Discarded
    | ClientError
    | DtmfPressed
    | PlaybackStarted
    | PlaybackCompleted
)
MESSAGES: Messages[ClientMessage] = Messages(ClientMessage, tag_field="type")
