"""Ctrl-C as a wish instead of an accident: the run sees it between two steps and ends in good order."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType

__all__ = ["Interruption"]


class Interruption:
    """``with Interruption() as stop: …`` — the first Ctrl-C sets ``stop.wished``, a second one aborts at once."""

    def __init__(self) -> None:
        self.wished = False
        self._before: signal._HANDLER = None

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread():  # nowhere else can a signal be caught
            self._before = signal.signal(signal.SIGINT, self._wish)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _wish(self, number: int, frame: FrameType | None) -> None:
        if self.wished:
            raise KeyboardInterrupt
        self.wished = True
