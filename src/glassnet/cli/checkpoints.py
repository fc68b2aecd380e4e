"""When a run under way is saved: often enough that little is lost, seldom enough that it costs nothing."""

from __future__ import annotations

import copy
import math
import time
from dataclasses import replace
from pathlib import Path

from glassnet.training import TrainingState, save_checkpoint

__all__ = ["Checkpoints"]

_SECONDS_BETWEEN = 2.0
"""What a power cut may cost, beside the epoch at hand. A small network has ten epochs in this time."""


class Checkpoints:
    """Keeps the last state between two epochs: on disk where that is due, else as a copy that can be written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = -math.inf
        self._waiting: TrainingState | None = None

    def keep(self, state: TrainingState) -> None:
        """``state`` stands between two epochs now; it will change after this call."""
        if time.monotonic() - self._written >= _SECONDS_BETWEEN:
            self._write(state)
        else:
            self._waiting = replace(
                state,
                network=copy.copy(state.network),
                optimizer=copy.deepcopy(state.optimizer),
                history=list(state.history),  # records never change, and there may be thousands
                reported=set(state.reported),
            )

    def flush(self) -> None:
        """Write what waits, where something does."""
        if self._waiting is not None:
            self._write(self._waiting)

    def _write(self, state: TrainingState) -> None:
        save_checkpoint(self._path, state)
        self._written, self._waiting = time.monotonic(), None
