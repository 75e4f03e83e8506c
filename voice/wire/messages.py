"""JSON messages of a peer: decoded into typed values or refused with a reason that names the place."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Generic, TypeVar

import msgspec

from voice.errors import ProtocolError
from voice.wire.base import MAX_FRAME_BYTES, Frame

M = TypeVar("M")
_EXCERPT = 80
"""Characters of the peer's own words in an error message."""


class Messages(Generic[M]):
    """The messages of a protocol: structs told apart by the value of one field."""

    def __init__(self, union: Any, *, tag_field: str) -> None:
        self._decoder: msgspec.json.Decoder[M] = msgspec.json.Decoder(union)
        self._tag = msgspec.json.Decoder(msgspec.defstruct("Tag", [("tag", str, msgspec.field(name=tag_field))]))
        members = getattr(union, "__args__", (union,))
        self._known = {struct.__struct_config__.tag for struct in members}
        self._tag_field = tag_field

    def decode(self, frame: Frame) -> M | None:
        """The message in `frame`; None when it is of a kind that this protocol does not know.

        Raises:
            ProtocolError: not JSON, or a known kind with wrong fields.
        """
        check_size(frame)
        try:
            return self._decoder.decode(frame)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            tag = self._tag_of(frame)
            if tag is not None and tag not in self._known:
                return None
            kind = f"{self._tag_field} {tag!r}: " if tag is not None else ""
            raise ProtocolError(f"{kind}{error} in {excerpt(frame)}") from error

    def _tag_of(self, frame: Frame) -> str | None:
        try:
            tag: str = self._tag.decode(frame).tag  # type: ignore[attr-defined]
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return None
        return tag


def decode_json(kind: type[M], frame: Frame) -> M:
    """`frame` as the one struct that it must be.

    Raises:
        ProtocolError: it is not.
    """
    check_size(frame)
    try:
        return msgspec.json.decode(frame, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ProtocolError(f"{error} in {excerpt(frame)}") from error


def encode_json(value: Any) -> str:
    """The JSON text of `value`."""
    return msgspec.json.encode(value).decode()


def unpack_base64(payload: str, place: str) -> bytes:
    """The bytes of a base64 field.

    Raises:
        ProtocolError: not base64; the message names `place`.
    """
    try:
        return base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProtocolError(f"{place}: {error}") from error


def pack_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def check_size(frame: Frame, limit: int = MAX_FRAME_BYTES) -> None:
    """Raises ProtocolError, close code 1009, when `frame` is longer than `limit`."""
    if len(frame) > limit:
        raise ProtocolError(f"frame of {len(frame)} bytes, limit {limit}", code="too_big", close_code=1009)


def excerpt(frame: Frame) -> str:
    """The beginning of `frame`, for error messages."""
    return repr(frame[:_EXCERPT]) + ("…" if len(frame) > _EXCERPT else "")
