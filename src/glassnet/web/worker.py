"""The process in which a run is at work, as the server sees it: a pipe to command and a pipe to hear from."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from glassnet.errors import TrainingError

__all__ = ["Worker"]

SECONDS_TO_END = 2.0


class Worker:
    """Starts a process that imports what it will need and waits for work. It ends when this process does."""

    def __init__(self) -> None:
        # -P: a file called numpy.py in the folder that one happens to be in is not what is imported. A session of
        # its own: the terminal sends Ctrl-C to all of the server's, and this one may still be importing.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "glassnet.web.trainee"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same, on Windows
        )
        self.run: str | None = None
        self.state = "waiting"
        self.step: int | None = None
        self._listener: threading.Thread | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def work(self, folder: Path, *, paused: bool, hear: Callable[[dict[str, Any]], None]) -> None:
        """Work on the run in ``folder``; ``hear`` is called, in a thread, with everything that it tells."""
        self.run, self.state = folder.name, "starting"
        self.command({"folder": str(folder.resolve()), "paused": paused})
        self._listener = threading.Thread(target=self._listen, args=(hear,), daemon=True)
        self._listener.start()

    def recompute(self, folder: Path, step: int, patience: float) -> dict[str, Any]:
        """Recompute a step of the run in ``folder``, wait for it, end; :class:`TrainingError` where it fails."""
        self.command({"folder": str(folder.resolve()), "recompute": step})
        assert self._process.stdout is not None
        told: dict[str, Any] = {}
        too_late = threading.Timer(patience, self._process.kill)
        too_late.start()
        try:
            with self._process.stdout as lines:
                for line in lines:
                    told = json.loads(line)
            self._process.wait()
        finally:
            too_late.cancel()
            self.end()
        if told.pop("kind", None) == "recomputed":
            return told
        error = told.get("error") or {}
        raise TrainingError(
            error.get("what", f"step {step:,} was not recomputed within {patience:.0f} s"),
            hint=error.get("do", "choose a snapshot, with the slider"),
        )

    def command(self, command: dict[str, Any]) -> None:
        """Send one; a process that has ended hears nothing."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()

    def end(self) -> None:
        """Have the process end: kindly at first, then by closing its input, then by force."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if self.run is not None:
            self.command({"do": "stop"})
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(SECONDS_TO_END)
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._listener is None:
            self._process.stdout.close()
        elif self._listener is not threading.current_thread():
            self._listener.join(SECONDS_TO_END)
        self.state = "ended"

    def _listen(self, hear: Callable[[dict[str, Any]], None]) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                message = json.loads(line)
                self.step = message.get("step", self.step)
                if message["kind"] == "state":
                    self.state = message["state"]
                hear(message)
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        code = self._process.wait()
        if self.state in ("starting", "running", "paused"):  # it was killed, or had a mistake of ours
            self.state = "ended"
            if code:
                what = f"the training process ended by itself, with the code {code}"
                error = {
                    "kind": "TrainingError",
                    "what": what,
                    "do": "run it again: it goes on from its last epoch",
                }
                hear({"kind": "state", "state": "failed", "error": error})
