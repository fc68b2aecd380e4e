"""Is the normal form faithful? MNIST's digits, drawn anew on a large canvas, must read as well as untouched.

Digits are enlarged smoothly, put at a random place of a canvas of 280 × 280 in a random size, with pens from half
to twice as wide as usual, and read from there. While anything is being chosen they are rows 50,000 to 59,999 of
the training part; ``--model`` should then name one that has not learned from them, or they read better untouched
than they would. For the figures that are published they are the test part.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.writers import HELD_BACK, MNIST, own_pen, redrawn
from glassnet.data import open_path
from glassnet.models import Committee, Model
from glassnet.reading.reader import read_digit

__all__ = ["run"]

PENS = (0.5, 0.7, 1.0, 1.4, 2.0)
USUAL = 0.11
"""Width of the usual pen, as a share of the digit's longer side: the median of MNIST's training part."""
CANVAS = 280


def run(model: Model | Committee | None, count: int, *, test: bool = False) -> str:
    """A table: how many are read right, untouched, and with each pen."""
    mnist = open_path(MNIST)
    digits = mnist.test if test else mnist.train.subset(HELD_BACK)
    assert digits is not None, f"{MNIST} has no test part"
    chosen = np.random.default_rng(0).choice(len(digits), count, replace=False)
    images, labels = digits.images[chosen], digits.labels[chosen]
    read = [read_digit(image, model=model).digit for image in images]
    untouched = _right(read, labels)
    whose = "of MNIST's test part" if test else "held back"
    lines = ["| pen | read right | against untouched |", "| --- | --- | --- |"]
    lines.append(f"| untouched ({count:,} digits {whose}) | {untouched:.2%} | |")
    print(lines[-1], flush=True)
    for pen in PENS:
        rng = np.random.default_rng(1)
        read = [read_digit(on_canvas(image, pen, rng), model=model).digit for image in images]
        share = _right(read, labels)
        lines.append(f"| {pen:g} × | {share:.2%} | {100 * (share - untouched):+.2f} points |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def on_canvas(image: NDArray[np.uint8], pen: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Dark on white, ``(280, 280)``, with a pen of ``pen`` times the usual width."""
    glyph = redrawn(image, rng.uniform(60, 200), pen * USUAL / own_pen(image))
    canvas = np.zeros((CANVAS, CANVAS), np.float32)
    glyph = glyph[: CANVAS - 10, : CANVAS - 10]
    top, left = (int(rng.integers(4, CANVAS - side - 3)) for side in glyph.shape)
    canvas[top : top + glyph.shape[0], left : left + glyph.shape[1]] = glyph
    return np.asarray(np.rint(255 * (1 - canvas)), np.uint8)


def _right(read: Sequence[int | None], labels: NDArray[np.uint8]) -> float:
    return float(np.mean([answer == label for answer, label in zip(read, labels, strict=True)]))
