"""The signs of sums: a plus and a times stand beside digits, and speak neither for a word nor against one.

Both are two straight strokes that cross in the middle, at about a right angle. Seen from there their ink lies in
four directions a quarter of a turn apart, whichever way they are turned: the fourth circular harmonic of the ink's
angles is nearly as large as it can be (Mardia and Jupp, *Directional Statistics*, 2000, section 2.4). What is
narrow is first spread to be as wide as high: then the strokes of a steep × are at right angles, too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["crosses"]

_AWAY = 3.5
"""Pixels: nearer to the middle all directions are alike."""
_FOUR_WAYS = 0.6
"""Of 1: so large is the harmonic of a plus that somebody wrote in a hurry, and of one digit in 2,000."""
_ARM = 0.12
"""Every arm has so large a share of the ink at least."""


def crosses(tiles: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """``(N,)``: which of the pictures ``(N, 28, 28)`` in the normal form show two strokes that cross, + or ×."""
    ink = tiles.astype(np.float32)
    across, down = _from_the_middle(ink, 2), _from_the_middle(ink, 1)
    far = np.hypot(across, down)
    across *= _spread(ink, down) / np.maximum(_spread(ink, across), 1e-9)
    way = across + 1j * down
    ink[far < _AWAY] = 0
    ink /= np.maximum(ink.sum(axis=(1, 2), keepdims=True), 1e-9)
    way /= np.maximum(np.abs(way), 1e-9)
    harmonic = (ink * (way * way) ** 2).sum(axis=(1, 2))
    turn = np.exp(-0.25j * np.angle(harmonic)).astype(np.complex64)
    way *= turn[:, None, None]  # its arms now lie along the axes
    level = np.abs(way.real) > np.abs(way.imag)
    arms = (level & (way.real > 0), level & (way.real < 0), ~level & (way.imag > 0), ~level & (way.imag < 0))
    weakest = np.min([(ink * arm).sum(axis=(1, 2)) for arm in arms], axis=0)
    return np.asarray((np.abs(harmonic) >= _FOUR_WAYS) & (weakest >= _ARM))


def _from_the_middle(ink: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """How far each pixel lies from its picture's centre of mass along ``axis``."""
    place = np.indices(ink.shape[1:], np.float32)[axis - 1]
    mass = np.maximum(ink.sum(axis=(1, 2)), 1e-9)
    return np.asarray(place - ((ink * place).sum(axis=(1, 2)) / mass)[:, None, None])


def _spread(ink: NDArray[np.float32], away: NDArray[np.float32]) -> NDArray[np.float32]:
    """``(N, 1, 1)``: the sum of squares of the ink's distances, its root."""
    return np.asarray(np.sqrt((ink * away * away).sum(axis=(1, 2), keepdims=True)))
