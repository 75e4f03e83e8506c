"""What operators key in, in the words that they use: a time may be written as it was said."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import datetime

from models.call import HOTLINE_TIME_ZONE
from models.workorder import FieldName, FieldValue
from voice.fields.dates import moments

_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_ABOUT = re.compile(r"大?约|大概|左右|前后|[\s，。,]")
"""A work order has one time; that it is not exact says the summary."""
_DAY_OR_TIME = re.compile(r"\d\d?\.\d\d")
"""Alone it may be the 22nd of November, or 11:22."""


def keyed_in(name: FieldName, value: FieldValue, received_at: datetime) -> FieldValue:
    """`value` in the field's format where it is a time in other words (昨天晚上八点, 2026/1/9); else as it is.

    Args:
        received_at: when the call came in; 昨天 is the day before.
    """
    if name is not FieldName.OCCURRED_AT or not isinstance(value, str):
        return value
    with suppress(ValueError):
        datetime.fromisoformat(value.strip())
        return value
    now = received_at.astimezone(HOTLINE_TIME_ZONE).replace(tzinfo=None)
    plain = _ABOUT.sub("", _DATE.sub(r"\1年\2月\3日", unicodedata.normalize("NFKC", value)))
    if _DAY_OR_TIME.fullmatch(plain):
        return value
    said = list(moments(plain, now.date()))
    if len(said) != 1 or (said[0].start, said[0].end) != (0, len(plain)):
        return value
    return said[0].value(now) or value
