"""How long until the first word: ``glassnet --help``, ``import glassnet`` against NumPy and PyTorch, a prediction.

    python benchmarks/startup.py [--runs 15] [--json]

Every figure is the median wall time of so many fresh processes, taken in turns so that a busy moment of the
machine falls on all of them. ``glassnet predict digit.png`` reads a picture of one digit with the bundled model.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from turns import ratio

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import numpy": ["-c", "import numpy"],
    "import glassnet": ["-c", "import glassnet"],
    "import glassnet.engine": ["-c", "import glassnet.engine"],
    "glassnet --version": ["-m", "glassnet", "--version"],
    "glassnet --help": ["-m", "glassnet", "--help"],
    "glassnet train --help": ["-m", "glassnet", "train", "--help"],
    "glassnet predict digit.png": ["-m", "glassnet", "predict", "digit.png", "--model", "quick"],
    "import torch": ["-c", "import torch"],
}


def seconds(arguments: list[str], folder: str) -> float:
    """Wall time of one fresh process, started in a folder with a picture of a seven."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    return time.perf_counter() - began


def draw(path: Path) -> None:
    """A seven, dark on white, as a pen would leave it."""
    from PIL import Image, ImageDraw

    picture = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(picture).line([(60, 50), (140, 50), (95, 150)], fill=0, width=14)
    picture.save(path)


def measure(runs: int) -> dict[str, list[float]]:
    """Seconds of every command, ``runs`` times each, in turns."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder) / "digit.png")
        for arguments in COMMANDS.values():
            seconds(arguments, folder)  # the first one compiles bytecode and warms the disk's cache
        for _ in range(runs):
            for name, arguments in COMMANDS.items():
                times[name].append(seconds(arguments, folder))
    return times


def main() -> None:
    """Measure in turns and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, help="processes for each figure")
    parser.add_argument("--json", action="store_true", help="every single figure, for machines")
    options = parser.parse_args()
    times = measure(options.runs)
    torch = times["import torch"]
    if options.json:
        print(json.dumps({name: {"seconds": each, "ratio": ratio(each, torch)} for name, each in times.items()}))
        return
    print(
        f"Python {platform.python_version()} on {platform.machine()}, median of {options.runs} (fastest) in ms\n"
    )
    for name, measured in times.items():
        fastest = f"({1000 * min(measured):.0f})"
        share = f"{ratio(measured, torch):8.2f} of import torch"
        print(f"{name:<28}{1000 * statistics.median(measured):>7.0f}{fastest:>8}{share}")


if __name__ == "__main__":
    main()
