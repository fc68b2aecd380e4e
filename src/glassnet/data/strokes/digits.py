"""Digits drawn by code, as many as you like: the data set that is always there.

Digits come in blocks of 256, and every block has random numbers of its own (a counter-based generator, set to a
place that depends on the seed and the block's number alone). So digit number i of a seed is the same digit
whether you ask for ten or for ten million, in one go or in pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from glassnet.data.dataset import DIGITS, Dataset
from glassnet.data.strokes import brush, hand
from glassnet.data.strokes.hand import Hand
from glassnet.data.strokes.splines import PathTable, path_table
from glassnet.data.strokes.templates import read_templates
from glassnet.errors import DataError

__all__ = ["BLOCK", "LEVELS", "generate", "stream"]

BLOCK = 256
"""Digits that share random numbers; also what fits into a core's cache while it is drawn."""

LEVELS = {"neat": 0.5, "natural": 1.0, "wild": 1.5}
"""How strongly hands vary, by name: what ``level`` understands beside a number."""

PEN_RADII = (1.24, 1.19, 1.14, 1.10, 1.02, 1.05, 1.07, 1.13, 1.01, 1.00)
"""Half the width of a common pen for the digits 0 to 9, in pixels of the 28 × 28 picture.

A pen is the same for all digits, but a crowded shape is written larger and shrunk more. This and the next two
are set so that mean line width, aspect and slant of each digit are about those of MNIST's training part.
"""

WIDTHS = (1.07, 1.0, 1.07, 1.02, 1.11, 1.15, 0.94, 1.05, 0.98, 1.0)
"""How much wider than the templates the digits 0 to 9 are written on average."""

LEANS = (0.19, 0.26, 0.10, 0.06, 0.16, 0.15, 0.12, 0.02, 0.07, 0.12)
"""How far the digits 0 to 9 lean to the right on average, as a tangent: most people write with the right hand."""


def generate(count: int, seed: int = 0, *, level: str | float = "natural", start: int = 0) -> Dataset:
    """Draw ``count`` digits: pictures ``(count, 28, 28)`` in MNIST's normal form, classes at random.

    ``level`` is ``"neat"``, ``"natural"``, ``"wild"`` or a factor on everything that varies. The digits are
    numbers ``start`` to ``start + count`` of the endless row that belongs to the seed and level.

    >>> digits = generate(100, seed=1)
    >>> digits.images.shape, digits.images.dtype
    ((100, 28, 28), dtype('uint8'))
    """
    strength = _strength(level)
    for name, value in (("count", count), ("seed", seed), ("start", start)):
        if value < 0:
            raise DataError(f"{name} of the digits to draw must be 0 or more, got {value}")
    images = np.empty((count, brush.SIDE, brush.SIDE), np.uint8)
    labels = np.empty(count, np.uint8)
    with threadpool_limits(1, user_api="blas"):  # many small products: BLAS threads cost 12 times what they gain
        for block in range(start // BLOCK, -(-(start + count) // BLOCK)):
            first = block * BLOCK
            drawn, shown = _draw_block(seed, block, strength)
            low, high = max(first, start), min(first + BLOCK, start + count)
            images[low - start : high - start] = drawn[low - first : high - first]
            labels[low - start : high - start] = shown[low - first : high - first]
    return Dataset(images, labels, name=f"strokes, {count:,} digits drawn by code ({level}, seed {seed})")


def stream(chunk: int, seed: int = 0, *, level: str | float = "natural", start: int = 0) -> Iterator[Dataset]:
    """The endless row of digits of a seed, ``chunk`` at a time."""
    if chunk < 1:
        raise DataError(f"a chunk of digits must hold 1 or more, got {chunk}")
    while True:
        yield generate(chunk, seed, level=level, start=start)
        start += chunk


def _strength(level: str | float) -> float:
    if isinstance(level, str):
        if level not in LEVELS:
            raise DataError(
                f"no level {level!r}", hint=f"choose one of {', '.join(LEVELS)}, or a number such as 1.2"
            )
        return LEVELS[level]
    if not 0 <= level <= 3:
        raise DataError(
            f"a level of {level} is out of range", hint="0 is the bare templates, 1 natural, 3 the limit"
        )
    return float(level)


@cache
def _handwriting() -> tuple[PathTable, NDArray[np.uint8], NDArray[np.float64]]:
    """All styles as paths, the digit that each shows, and the running sum of their probabilities by digit."""
    table = path_table([style for digit in DIGITS for style in read_templates(f"{digit}.txt")])
    shows = np.array([int(style.shows) for style in table.styles], np.uint8)
    share = table.probability / np.bincount(shows, table.probability)[shows] / len(DIGITS)
    return table, shows, np.cumsum(share)


def _draw_block(seed: int, block: int, strength: float) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    rng = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, block]))
    table, shows, upto = _handwriting()
    styles = np.minimum(np.searchsorted(upto, rng.random(BLOCK)), len(shows) - 1)
    digit = shows[styles]
    pens, widths, leans = (np.array(values, np.float32)[digit, None] for values in (PEN_RADII, WIDTHS, LEANS))
    x, y, radii = hand.write(table, styles, pens, widths, leans, Hand().at_level(strength), rng)
    brush.fit(x, y, radii)
    steps = brush.step_lengths(x, y, table.pen_down[styles])
    edge = np.float32(0.85) + np.float32(0.4) * rng.random((BLOCK, 1), np.float32)
    return brush.set_in(brush.draw(x, y, radii, steps, edge)), digit
