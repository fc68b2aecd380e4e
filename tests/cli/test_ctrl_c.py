"""Ctrl-C, pressed at any moment: no traceback, exit code 130, and nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PRESS = """
import _signal, sys

_signal.signal(_signal.SIGINT, _signal.default_int_handler)  # a job in the background begins deaf to Ctrl-C

class Finger:
    '''Presses Ctrl-C when a module is about to be imported: a moment that a test can name.'''

    def __init__(self, moment, times):
        self.moment, self.times = moment, times

    def find_spec(self, name, path=None, target=None):
        if name == self.moment:
            sys.meta_path.remove(self)
            try:
                _signal.raise_signal(_signal.SIGINT)
                for _ in range(3):  # until the interpreter has seen it
                    pass
            finally:
                if self.times > 1:
                    _signal.raise_signal(_signal.SIGINT)

sys.meta_path.insert(0, Finger(sys.argv[1], int(sys.argv[2])))
from glassnet.__main__ import main
sys.argv[:] = ["glassnet", *sys.argv[3:]]
sys.exit(main())
"""


def press_at(module: str, *words: str, times: int = 1, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PRESS, module, str(times), *words],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )


@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("signal", "models"),
        ("glassnet.cli", "models"),
        ("typer", "models"),
        ("glassnet.cli.recipes", "models"),
        ("glassnet.models", "models"),
        ("numpy", "models"),
        ("rich.text", "models"),
        ("pydantic", "recipes"),
        ("glassnet.data.strokes.digits", "data show strokes"),
    ],
)
def test_while_a_command_still_imports(module: str, command: str, tmp_path: Path) -> None:
    ended = press_at(module, *command.split(), folder=tmp_path)
    assert (ended.returncode in (130, -signal.SIGINT), ended.stderr) == (True, "")


@pytest.mark.skipif(os.name == "nt", reason="a process ends otherwise there")
def test_a_second_time_while_the_first_is_being_obeyed(tmp_path: Path) -> None:
    ended = press_at("glassnet.models", "models", times=2, folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, "")


@pytest.mark.skipif(os.name == "nt", reason="a process ends otherwise there")
@pytest.mark.parametrize("moment", ["del", "exit"])
def test_where_python_drops_exceptions_or_is_leaving(moment: str, tmp_path: Path) -> None:
    """In a destructor, whose exceptions go nowhere, and when the command is over."""
    script = f"""
import atexit, signal, sys
import glassnet.cli
from glassnet.__main__ import main

class Late:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def run():
    late = Late() if {moment == "del"} else None
    del late
    return 0

glassnet.cli.main = run
if {moment == "exit"}:
    atexit.register(signal.raise_signal, signal.SIGINT)
sys.exit(main())
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, "")
