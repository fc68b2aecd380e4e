"""Digits drawn by code, as many as you like: the data set that is always there.

Digits come in blocks of 256, and every block has random numbers of its own (a counter-based generator, set to a
place that depends on the seed and the block's number alone). So digit number i of a seed is the same digit
whether you ask for ten or for ten million, in one go or in pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from glassnet.blas import one_blas_thread
from glassnet.data.dataset import Dataset
from glassnet.data.strokes.alphabets import alphabet, ink
from glassnet.data.strokes.hand import PRINT, Hand
from glassnet.errors import DataError

__all__ = ["BLOCK", "LEVELS", "Block", "draw_blocks", "generate", "random_numbers", "stream", "strength"]

BLOCK = 256
"""Digits that share random numbers; also what fits into a core's cache while it is drawn."""

LEVELS = {"neat": 0.5, "natural": 1.0, "wild": 1.5}
"""How strongly hands vary, by name: what ``level`` understands beside a number."""

Block = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Pictures ``(256, 28, 28)`` and labels ``(256,)``."""


def generate(
    count: int, seed: int = 0, *, level: str | float = "natural", printed: float = 0.0, start: int = 0
) -> Dataset:
    """Draw ``count`` digits: pictures ``(count, 28, 28)`` in MNIST's normal form, classes at random.

    ``level`` is ``"neat"``, ``"natural"``, ``"wild"`` or a factor on everything that varies; ``printed`` is the
    share of digits in the shapes of typefaces. The digits are numbers ``start`` to ``start + count`` of the
    endless row that belongs to seed, level and share.

    >>> digits = generate(100, seed=1)
    >>> digits.images.shape, digits.images.dtype
    ((100, 28, 28), dtype('uint8'))
    """
    size = strength(level)
    if not 0 <= printed <= 1:
        raise DataError(f"the share of printed digits must be between 0 and 1, got {printed}")
    images, labels = draw_blocks(lambda block: _draw_block(seed, block, size, printed), count, seed, start)
    return Dataset(images, labels, name=f"strokes, {count:,} digits drawn by code (level {level}, seed {seed})")


def stream(
    chunk: int, seed: int = 0, *, level: str | float = "natural", printed: float = 0.0, start: int = 0
) -> Iterator[Dataset]:
    """The endless row of digits of a seed, ``chunk`` at a time; the arguments are those of :func:`generate`."""
    if chunk < 1:
        raise DataError(f"a chunk of digits must hold 1 or more, got {chunk}")
    while True:
        yield generate(chunk, seed, level=level, printed=printed, start=start)
        start += chunk


def strength(level: str | float) -> float:
    """The factor that a level stands for; :class:`DataError` for an unknown name or a number out of range."""
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


def random_numbers(seed: int, block: int, purpose: int = 0) -> np.random.Generator:
    """The random numbers of one block: 2¹⁹² of them before those of the next block begin."""
    return np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, purpose, block]))


def draw_blocks(draw: Callable[[int], Block], count: int, seed: int, start: int) -> Block:
    """Pictures and labels ``start`` to ``start + count`` of the endless row of blocks that ``draw`` makes."""
    for name, value in (("count", count), ("seed", seed), ("start", start)):
        if value < 0:
            raise DataError(f"{name} of the digits to draw must be 0 or more, got {value}")
    images, labels = np.empty((count, 28, 28), np.uint8), np.empty(count, np.uint8)
    with one_blas_thread():  # many small products: BLAS threads cost 12 times what they gain
        for block in range(start // BLOCK, -(-(start + count) // BLOCK)):
            first = block * BLOCK
            drawn, shown = draw(block)
            low, high = max(first, start), min(first + BLOCK, start + count)
            images[low - start : high - start] = drawn[low - first : high - first]
            labels[low - start : high - start] = shown[low - first : high - first]
    return images, labels


def _draw_block(seed: int, block: int, size: float, printed: float) -> Block:
    rng = random_numbers(seed, block)
    typeset = int(rng.binomial(BLOCK, printed))
    parts = []
    for name, habits, count in (("handwriting", Hand(), BLOCK - typeset), ("print", PRINT, typeset)):
        if count:
            letters, habits = alphabet(name), habits.at_level(size)
            styles = letters.choose(count, rng)
            pictures = ink(*letters.write(styles, habits, rng), habits, rng)
            parts.append((pictures, np.array([int(letters.shows[style]) for style in styles], np.uint8)))
    if len(parts) == 1:
        return parts[0]
    order = rng.permutation(BLOCK)
    images, labels = (np.concatenate(column)[order] for column in zip(*parts, strict=True))
    return images, labels
