"""Matrix products on one core at a time.

NumPy hands matrix products to a BLAS library, which likes to start a thread per core and lets them spin while
they wait. For small products on a shared machine that is ruinous: two spinning threads on a busy two-core
machine turned epochs of 0.27 s into 1 to 15 s. Glassnet keeps BLAS at one thread while it trains, evaluates and
draws, and takes its parallelism from shards of a batch (``training/parallel.py``).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

__all__ = ["one_blas_thread"]

_lock = threading.Lock()
_inside = 0
_limit: Any = None


@contextlib.contextmanager
def one_blas_thread() -> Iterator[None]:
    """``with one_blas_thread(): …`` — BLAS uses one thread inside, and what it used before outside.

    The setting belongs to the process. Blocks may overlap in any order, as those of two runs that take turns do:
    the first to begin sets it, and the last to end restores it.
    """
    global _inside, _limit
    with _lock:
        if _inside == 0:
            _let_any_thread_set_it()
            _limit = _controller().limit(limits=1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _let_any_thread_set_it()
                _limit.restore_original_limits()
                _let_any_thread_set_it()


def _let_any_thread_set_it() -> None:
    """From 3.8 on, threadpoolctl lets the first thread alone set it, and in silence ignores all others.

    Whoever trains in a second thread would train with other bits, and slowly. Here the lock sees to it that they
    do not set it at the same time.
    """
    for library in _controller().lib_controllers:
        if hasattr(library, "clear_controlling_thread"):
            library.clear_controlling_thread(force=True)


@cache
def _controller() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()  # looking for the loaded libraries takes a millisecond: once is enough
