"""How pictures lie in memory between the layers that work on pictures.

To everyone outside, a batch of pictures has the shape (N, H, W, C): sample, row, column, channel. Inside, what
counts is which numbers lie side by side, because long unbroken runs are what a processor reads fast. The
picture layers keep theirs in the order (H, C, W, N): a row of all channels of all samples is one block, and
the samples of one pixel are neighbours. Both are true at once: NumPy can show any order under any shape.

A layer calls :func:`by_rows` on what it gets, which costs nothing where the layer before was a picture layer
too (and one copy where not), and :func:`by_samples` on what it returns, which never costs anything.
Element-wise layers such as ReLU keep whatever order they meet.
"""

from __future__ import annotations

import numpy as np

from glassnet.engine.layers import Array

__all__ = ["by_rows", "by_samples"]


def by_rows(pictures: Array) -> Array:
    """Pictures (N, H, W, C) as a contiguous array (H, C, W, N); a copy only where they do not lie so already."""
    return np.ascontiguousarray(pictures.transpose(1, 3, 2, 0))


def by_samples(rows: Array) -> Array:
    """The way back: a view of the shape (N, H, W, C) on an array (H, C, W, N)."""
    return rows.transpose(3, 0, 2, 1)
