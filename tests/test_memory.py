"""Freed memory stays: arrays that are made and dropped again and again cost no page faults."""

from __future__ import annotations

import subprocess
import sys

import pytest

from glassnet.memory import keep_freed_memory

SCRIPT = """
import resource
import sys
import numpy as np
from glassnet.memory import keep_freed_memory

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def step():
    return [np.ones(300_000) for _ in range(8)]

if len(sys.argv) > 1:
    assert keep_freed_memory()
step()
before = faults()
for _ in range(10):
    step()
print(faults() - before)
"""


def test_the_same_arrays_again_cost_no_pages():
    if not keep_freed_memory():
        pytest.skip("needs the C library of GNU")

    def pages(*arguments: str) -> int:
        command = [sys.executable, "-c", SCRIPT, *arguments]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    assert pages("keep") < 1000
    assert pages() > 10_000  # where this fails, the C library has learned to do it by itself
