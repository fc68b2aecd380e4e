"""Is the normal form faithful? MNIST's digits, drawn anew on a large canvas, must read as well as untouched.

Held-back digits (rows 50,000 to 59,999 of the training part) are enlarged smoothly, put at a random place of a
canvas of 280 × 280 in a random size, with pens from half to twice as wide as they were, and read from there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.writers import real_digits, redrawn
from glassnet.models import Committee, Model
from glassnet.reading.reader import read_digit

__all__ = ["run"]

PENS = (0.5, 0.7, 1.0, 1.4, 2.0)
CANVAS = 280


def run(model: Model | Committee | None, count: int) -> str:
    """A table: how many are read right, untouched, and with each pen."""
    images, rows = real_digits()
    labels = np.empty(len(images), int)
    for digit, where in enumerate(rows):
        labels[where] = digit
    chosen = np.random.default_rng(0).choice(len(images), count, replace=False)
    images, labels = images[chosen], labels[chosen]
    read = [read_digit(image, model=model).digit for image in images]
    lines = ["| pen | read right | against untouched |", "| --- | --- | --- |"]
    untouched = _right(read, labels)
    lines.append(f"| untouched ({count:,} digits) | {untouched:.2%} | |")
    for pen in PENS:
        rng = np.random.default_rng(1)
        read = [read_digit(on_canvas(image, pen, rng), model=model).digit for image in images]
        share = _right(read, labels)
        lines.append(f"| {pen:g} × | {share:.2%} | {100 * (share - untouched):+.2f} points |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def on_canvas(image: NDArray[np.uint8], pen: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Dark on white, ``(280, 280)``."""
    glyph = redrawn(image, rng.uniform(60, 200), pen)
    canvas = np.zeros((CANVAS, CANVAS), np.float32)
    glyph = glyph[: CANVAS - 10, : CANVAS - 10]
    top, left = (int(rng.integers(4, CANVAS - side - 3)) for side in glyph.shape)
    canvas[top : top + glyph.shape[0], left : left + glyph.shape[1]] = glyph
    return np.asarray(np.rint(255 * (1 - canvas)), np.uint8)


def _right(read: Sequence[int | None], labels: NDArray[np.int_]) -> float:
    return float(np.mean([answer == label for answer, label in zip(read, labels, strict=True)]))
