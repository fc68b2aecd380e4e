"""Matrix products on one core at a time.

NumPy hands matrix products to a BLAS library, which likes to start a thread per core and lets them spin while
they wait. For small products on a shared machine that is ruinous: two spinning threads on a busy two-core
machine turned epochs of 0.27 s into 1 to 15 s. Glassnet keeps BLAS at one thread around its own work and takes
its parallelism from shards of a batch (``training/parallel.py``).
"""

from __future__ import annotations

import contextlib
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

__all__ = ["one_blas_thread"]


def one_blas_thread() -> contextlib.AbstractContextManager[object]:
    """``with one_blas_thread(): …`` — BLAS uses one thread inside, and what it used before outside."""
    limit: contextlib.AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limit


@cache
def _controller() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()  # looking for the loaded libraries takes a millisecond: once is enough
