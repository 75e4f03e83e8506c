"""What the C library does with memory that is free again.

glibc gives every thread a heap of its own, and each keeps what its largest call once needed: a service that decodes
in many threads grows by tens of megabytes without leaking any (docs/performance.md). So threads share, and what is
free goes back to the system when a call has ended. Letting it go at once instead (M_TRIM_THRESHOLD) makes decoding
1.7 x as slow: every tensor is mapped anew.
"""

from __future__ import annotations

import ctypes

_M_ARENA_MAX = -8
"""Of malloc.h, see mallopt(3)."""
_HEAPS = 2


def share_heaps() -> bool:
    """Lets all threads share two heaps; call before they start.

    Returns:
        Whether the C library agreed; False where it is not glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_M_ARENA_MAX, _HEAPS) == 1


def give_back() -> None:
    """Returns free memory to the system; takes some milliseconds."""
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)
