"""Whether a picture that should show one digit shows several: a look at the gaps between its strokes.

It reads nothing, costs next to nothing and rather says nothing than something wrong. Telling digits apart that
touch, lines from writing and dirt from digits is the work of ``reading``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["seems_several"]

TALL = 0.6
"""The share of a line's height that a piece of ink has to reach to be taken for a digit."""
WIDE = 2.5
"""Writing so many times wider than high is no single digit, even if nothing in it is apart."""


def seems_several(ink: NDArray[np.floating[Any]]) -> bool:
    """Whether ``ink`` ``(H, W)``, above 0 where there is some, seems to hold more than one digit side by side.

    Only the line with most ink is looked at: it holds two tall pieces with an empty column between them, or is far
    wider than high. Pieces that touch the picture's edge are lines, shadows or neighbours, and do not count.
    """
    mask = ink > 0
    rows = _runs(mask, along=0)
    if not rows:
        return False
    top, bottom = max(rows, key=lambda run: int(mask[run[0] : run[1]].sum()))
    height = bottom - top
    if top == 0 or bottom == len(mask):
        return False
    digits = 0
    for left, right in _runs(mask[top:bottom], along=1):
        if left == 0 or right == mask.shape[1]:
            continue
        filled = np.flatnonzero(mask[top:bottom, left:right].any(axis=1))
        if filled[-1] - filled[0] + 1 >= TALL * height:
            digits += 2 if right - left >= WIDE * height else 1
    return digits >= 2


def _runs(mask: NDArray[np.bool_], along: int) -> list[tuple[int, int]]:
    """Where stretches of rows (0) or columns (1) with ink begin and end."""
    filled = np.pad(mask.sum(axis=1 - along) > 0, 1)
    edges = np.flatnonzero(np.diff(filled.astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
