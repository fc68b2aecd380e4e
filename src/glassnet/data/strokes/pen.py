"""What pen, ink and paper do to a shape: no line is of one width, no rim is smooth, and there is dirt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glassnet.data.strokes.brush import ALONE
from glassnet.data.strokes.hand import Hand, slopes, smooth_bumps

__all__ = ["radii", "ragged_rim", "soil"]

FloatArray = NDArray[np.float32]


def radii(x: FloatArray, y: FloatArray, mean: FloatArray, hand: Hand, rng: np.random.Generator) -> FloatArray:
    """Half the pen's width at every dot, ``(n, M)`` in pixels of the finished picture, ``mean`` ``(n, 1)``."""
    n = len(x)
    width = mean * np.exp(np.float32(hand.width) * rng.standard_normal((n, 1), np.float32))
    np.clip(width, np.float32(0.5) * mean, np.float32(2.1) * mean, out=width)
    felt = rng.random((n, 1), np.float32) < hand.felt
    width *= np.where(felt, np.float32(1.3) + np.float32(0.5) * rng.random((n, 1), np.float32), np.float32(1))
    np.minimum(width, np.float32(2.3) * mean, out=width)
    pressure = rng.standard_normal((n, len(_PRESSURE)), np.float32) * np.float32(hand.pressure)
    widths: FloatArray = np.matmul(pressure, _PRESSURE)
    dx, dy = slopes(x), slopes(y)
    dx *= dx
    dy *= dy
    upright = dy / (dx + dy + np.float32(1e-9))
    upright -= np.float32(0.5)
    widths += np.float32(2 * hand.nib) * rng.standard_normal((n, 1), np.float32) * upright
    np.exp(widths, out=widths)
    np.clip(widths, 0.5, 1.7, out=widths)
    widths *= width
    return widths


_PRESSURE = smooth_bumps(5)


def ragged_rim(count: int, pixels: int, hand: Hand, rng: np.random.Generator) -> FloatArray:
    """How many pixels further in than it should the rim of the ink lies at each pixel, ``(count, pixels)``."""
    size = rng.random((count, 1), np.float32) * np.float32(hand.ragged / 128)
    stray = np.frombuffer(rng.bytes(count * pixels), np.int8)  # a fifth of the time of random float32
    return np.asarray(stray.reshape(count, pixels) * size)


def soil(
    x: FloatArray, y: FloatArray, radii: FloatArray, steps: FloatArray, hand: Hand, rng: np.random.Generator
) -> None:
    """Some digits get a gap in the ink, some a speck beside it; all arrays are in pixels, in place."""
    n, dots = x.shape
    gapped = np.flatnonzero(rng.random(n) < hand.gap)
    middle = rng.integers(4, dots - 4, (len(gapped), 1))
    half = rng.integers(1, 3, (len(gapped), 1))
    steps[gapped] *= np.abs(np.arange(dots) - middle) > half
    specked = np.flatnonzero(rng.random(n) < hand.speck)
    for values, low, high in ((x, 0.5, 19.5), (y, 0.5, 19.5), (radii, 0.4, 1.0)):
        values[specked, 0] = rng.uniform(low, high, len(specked))  # the first dot is spent on it
    steps[specked, 0] = ALONE
