"""What the server wants of a run at work: go on, go so far, wait, or end."""

from __future__ import annotations

import json
import os
import queue
import threading
from dataclasses import dataclass, field
from typing import Any, TextIO

__all__ = ["Control", "Ended"]


class Ended(Exception):  # noqa: N818 - it is what happened, not a mistake
    """The server told the run to stop."""


@dataclass
class Control:
    """``goal`` is the step to pause at; ``None`` is the run's end."""

    goal: int | None = None
    commands: queue.SimpleQueue[dict[str, Any]] = field(default_factory=queue.SimpleQueue)

    def listen(self, stream: TextIO) -> None:
        """Take commands in the background. The end of the stream, with the server's, is that of the process."""

        def read() -> None:
            for line in stream:
                self.commands.put(json.loads(line))
            os._exit(0)  # at whatever moment: every file of a run is whole, or trimmed when it is taken up

        threading.Thread(target=read, daemon=True).start()

    def obey_all(self, step: int, steps_per_epoch: int) -> None:
        """Obey what has come in, without waiting."""
        while not self.commands.empty():
            self.obey(self.commands.get(), step, steps_per_epoch)

    def obey(self, command: dict[str, Any], step: int, steps_per_epoch: int) -> None:
        """Set the goal as a command says, the run being at ``step``; :class:`Ended` where it says so."""
        if command["do"] == "stop":
            raise Ended
        if command["do"] == "run":
            self.goal = None
        elif command["do"] == "pause":
            self.goal = step
        elif command["unit"] == "batch":
            self.goal = step + command["n"]
        else:
            self.goal = (step // steps_per_epoch + command["n"]) * steps_per_epoch

    def pauses_at(self, step: int) -> bool:
        """Whether the run is to wait at ``step``."""
        return self.goal is not None and step >= self.goal
