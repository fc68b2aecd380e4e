"""MNIST for the benchmarks: four IDX files, read without anybody's library."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np

BESIDE = Path(__file__).parents[2] / "shared" / "data" / "mnist"
FOLDER = os.environ.get("GLASSNET_DATA", str(BESIDE) if BESIDE.is_dir() else "")


def part(name: str, folder: str = FOLDER) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, 28, 28) and labels of the part "train" or "t10k"; noise of the same size without a folder."""
    if not folder:
        random, count = np.random.default_rng(0), 60_000 if name == "train" else 10_000
        return random.integers(0, 256, (count, 28, 28), np.uint8), random.integers(0, 10, count, np.uint8)
    images = _numbers(Path(folder) / f"{name}-images-idx3-ubyte.gz", 3)
    return images.reshape(-1, 28, 28), _numbers(Path(folder) / f"{name}-labels-idx1-ubyte.gz", 1)


def _numbers(path: Path, dimensions: int) -> np.ndarray:
    """What follows the header, read into its place: benchmarks of memory read with this."""
    with gzip.open(path) as file:
        header = np.frombuffer(file.read(4 + 4 * dimensions), ">u4")
        numbers = np.empty(int(np.prod(header[1:])), np.uint8)
        rest = memoryview(numbers)
        while rest:
            rest = rest[file.readinto(rest) :]
    return numbers
