"""What was told of a run, for whoever asks later: numbered, the last thousand kept."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

__all__ = ["Ring"]

KEPT = 1000


class Ring:
    """Events with numbers from 1 on. Any thread may add, any may ask."""

    def __init__(self) -> None:
        self._events: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._count = 0
        self._lock = threading.Lock()

    def add(self, kind: str, content: dict[str, Any]) -> None:
        """Keep an event; the oldest one is forgotten where there are too many."""
        with self._lock:
            self._count += 1
            self._events.append({"id": self._count, "kind": kind, **content})

    def after(self, number: int) -> list[dict[str, Any]]:
        """The events with higher numbers that are still kept. A number to come is from another session."""
        with self._lock:
            if number > self._count:
                number = 0
            return [event for event in self._events if event["id"] > number]

    @property
    def oldest(self) -> int:
        """The number of the oldest event that is kept; 1 where there is none yet."""
        with self._lock:
            return int(self._events[0]["id"]) if self._events else 1
