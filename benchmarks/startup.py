"""How long until the first word: ``glassnet --help``, and ``import glassnet`` against ``import numpy``.

    python benchmarks/startup.py [--runs 15]

Every figure is the median wall time of so many fresh processes, taken in turns so that a busy moment of the
machine falls on all of them. The goals: help well under half a second, the import close to NumPy's own.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import numpy": ["-c", "import numpy"],
    "import glassnet": ["-c", "import glassnet"],
    "import glassnet.engine": ["-c", "import glassnet.engine"],
    "glassnet --version": ["-m", "glassnet", "--version"],
    "glassnet --help": ["-m", "glassnet", "--help"],
    "glassnet train --help": ["-m", "glassnet", "train", "--help"],
}


def seconds(arguments: list[str]) -> float:
    """Wall time of one fresh process."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Measure in turns and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, help="processes for each figure")
    runs = parser.parse_args().runs
    for arguments in COMMANDS.values():
        seconds(arguments)  # the first one compiles bytecode and warms the disk's cache
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs):
        for name, arguments in COMMANDS.items():
            times[name].append(seconds(arguments))
    print(f"Python {platform.python_version()} on {platform.machine()}, median of {runs} (fastest) in ms\n")
    for name, measured in times.items():
        print(f"{name:<24}{1000 * statistics.median(measured):>7.0f}{f'({1000 * min(measured):.0f})':>8}")


if __name__ == "__main__":
    main()
