"""Competitors in processes of their own that take turns: what the benchmarks share.

The number of threads is settled when a library is loaded, so everybody gets a process; and a shared machine is
faster at one moment than at the next, so they take turns (A B C A B C …): what counts is the ratio of
neighbours. A script starts itself again with ``--serve NAME``; there it calls :func:`serve`, here :func:`rivals`.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

PAUSE = 0.2  # seconds between two turns: threads that spin while they wait have then gone to sleep


def serve(turn: Callable[[Any], Any]) -> None:
    """In the child: answer every request with what ``turn`` says to it."""
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(turn(json.loads(line))), flush=True)


class Rival:
    """A competitor's process, as its parent sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def turn(self, request: Any = None) -> Any:
        """Ask, and wait for the answer."""
        print(json.dumps(request), file=self.process.stdin, flush=True)
        answer = self._read()
        time.sleep(PAUSE)
        return answer

    def _read(self) -> Any:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("a competitor failed; its message stands above")
        return json.loads(line)


@contextmanager
def rivals(script: str, names: Sequence[str], threads: int, *arguments: str) -> Iterator[dict[str, Rival]]:
    """Start ``script --serve NAME ARGUMENTS`` for everybody, with so many threads, and wait for all of them."""
    with ExitStack() as stack:
        started = {name: stack.enter_context(_started(script, name, threads, arguments)) for name in names}
        for rival in started.values():
            rival._read()
        yield started


@contextmanager
def _started(script: str, name: str, threads: int, arguments: Sequence[str]) -> Iterator[Rival]:
    variables = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    command = [sys.executable, script, "--serve", name, *arguments]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env={**os.environ, **variables})
    try:
        yield Rival(process)
    finally:
        process.stdin.close()
        process.wait()


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of ours over theirs, turn by turn."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def most_memory() -> float:
    """The most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
