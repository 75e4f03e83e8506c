"""How the C library gives memory back.

glibc gives every thread a heap of its own, and each keeps what its largest call once needed: a service that decodes
in many threads grows by tens of megabytes without leaking any (docs/performance.md).
"""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
"""Of malloc.h, see mallopt(3)."""
_HEAPS = 2
_TRIM_BYTES = 64 * 1024
_MAPPED_BYTES = 128 * 1024
"""glibc's own threshold, which it raises up to 32 MB by itself with what a program frees."""


def share_heaps() -> bool:
    """Lets all threads share two heaps, and free memory go back to the system at once; call before threads start.

    Returns:
        Whether the C library agreed; False where it is not glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    wishes = ((_M_ARENA_MAX, _HEAPS), (_M_MMAP_THRESHOLD, _MAPPED_BYTES), (_M_TRIM_THRESHOLD, _TRIM_BYTES))
    return mallopt is not None and sum(mallopt(*wish) for wish in wishes) == len(wishes)
