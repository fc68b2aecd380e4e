"""Memory that is freed is soon asked for again: keep it.

A training step makes large arrays and drops them, hundreds of times a second. The C library of Linux hands the
larger ones back to the system at once, and the system clears every page before it gives it out again: on a small
convolutional network, up to half of the step. Glassnet asks the library to keep what is freed while it trains.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

__all__ = ["keep_freed_memory"]

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)
_MOST_KEPT = 512 * 2**20
_LARGEST_ARRAY = 32 * 2**20  # beyond this the library asks the system for each array by itself, and always did


@cache
def keep_freed_memory() -> bool:
    """From now on up to 512 MB of freed memory stay with the process; ``False`` where we have no say in it.

    The setting belongs to the process and costs it nothing but what it used at its largest. It exists in glibc;
    elsewhere nothing happens.
    """
    if sys.platform != "linux":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # another C library
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST_ARRAY) and mallopt(_TRIM_THRESHOLD, _MOST_KEPT))
