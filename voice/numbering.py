"""The Chinese telephone numbering plan: which digits are a number, and of which kind.

Source: Telecommunications Network Numbering Plan, 2017 edition, with later allocations.
"""

from __future__ import annotations

import re
from enum import Enum

MOBILE_DIGITS = 11


class Kind(Enum):
    """What a complete number is."""

    MOBILE = re.compile(r"1(?!4[0-4]|54|6[013489]|79|94)[3-9]\d{9}")
    UNASSIGNED = re.compile(r"1[3-9]\d{9}")
    """A mobile number with a prefix that no carrier sells: most likely misheard."""
    LANDLINE = re.compile(r"0(?:10|2\d)[2-9]\d{7}|0[3-9]\d\d[2-9]\d{6,7}")
    """With its area code."""
    LOCAL = re.compile(r"[2-9]\d{7}")
    CLIPPED = re.compile(r"0?0[2-9]\d{7}")
    """A landline of 010: the short 幺 in the middle is what recognition loses."""
    SERVICE = re.compile(r"[48]00\d{7}")


def kind(digits: str) -> Kind | None:
    """Of a complete number; None when `digits` are none."""
    return next((k for k in Kind if k.value.fullmatch(digits)), None)


def is_number(digits: str) -> bool:
    """A complete telephone number."""
    return kind(digits) is not None


def begins_mobile(digits: str) -> bool:
    """A mobile number may begin so."""
    return re.match(r"1[3-9]", digits) is not None
