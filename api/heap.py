"""Memory: what the garbage collector looks through, and what the C library does with what is free again.

glibc gives every thread a heap of its own, and each keeps what its largest call once needed: a service that decodes
in many threads grows by tens of megabytes without leaking any (docs/performance.md). So threads share, and what is
free goes back to the system when a call has ended. Letting it go at once instead (M_TRIM_THRESHOLD) makes decoding
1.7 x as slow: every tensor is mapped anew.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def settled() -> Iterator[None]:
    """While this is open, the garbage collector leaves alone what had been loaded before.

    Looking through all of it stops every call for half a second, and is therefore done so seldom that what calls
    leave behind piles up meanwhile.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def give_back() -> None:
    """Returns free memory to the system; takes some milliseconds."""
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)
