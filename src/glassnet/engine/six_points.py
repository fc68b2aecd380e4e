"""Four rows of outputs for six rows of products instead of twelve: how convolution halves its arithmetic.

Under a kernel of three rows lies, for every row of outputs, one row of products for each row of the kernel:
twelve for four. But outputs and kernel are related as the coefficients of polynomials are when two are
multiplied, and a polynomial of degree five is known when its values at six points are. To multiply values
instead of coefficients takes one product for each point: six. This is Toom's and Cook's way of multiplying long
numbers, brought to convolution by Winograd (1980) and to neural networks by Lavin and Gray (2016, "Fast
Algorithms for Convolutional Neural Networks").

Each of the three steps around the products is a small matrix, the same for all columns and channels::

    values of six rows of inputs         V = B · inputs       (6, 6)
    values of kh rows of a kernel        U = G · kernel       (6, kh)
    m = 7 − kh rows of outputs           Y = A · (V ⊛ U)      (m, 6), ⊛ being the convolution along the row

and the way back goes through their transposes. The points are 0, 1, −1, 2, −2 and infinity (where a
polynomial's value is its leading coefficient): small numbers, so that float32 loses no more than one digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from glassnet.engine.layers import Array
from glassnet.engine.sliding import overlapping

__all__ = ["SixPoints"]

POINTS = (0, 1, -1, 2, -2)  # and infinity


@dataclass(frozen=True)
class SixPoints:
    """Convolution down a picture for kernels of ``kernel_rows`` = 2 to 5 rows that move one row at a time.

    The same steps as in ``stacked_rows.py``, with six kinds of rows.
    """

    kernel_rows: int

    kinds = len(POINTS) + 1

    @property
    def tile(self) -> int:
        """Rows of outputs that come out of six rows of products."""
        return self.kinds + 1 - self.kernel_rows

    def rows_needed(self, height: int) -> int:
        """Rows of inputs for ``height`` rows of outputs: those of whole tiles."""
        return self.places(height) * self.tile + self.kernel_rows - 1

    def places(self, height: int) -> int:
        """How many rows of products of each kind a picture has: one for every tile."""
        return -(-height // self.tile)

    def spread(self, inputs: Array, height: int) -> Array:
        """Inputs ``(N, rows_needed, W, C)`` as values ``(N·tiles, 6, W, C)``."""
        count, _, width, channels = inputs.shape
        shape = count, self.places(height), self.kinds, width * channels
        picture, row, _, number = inputs.strides
        tiles = overlapping(inputs, shape, (picture, row * self.tile, row, number))
        to_values, _, _ = _matrices(self.kernel_rows, inputs.dtype)
        values: Array = np.matmul(to_values, tiles).reshape(-1, self.kinds, width, channels)
        return values

    def spread_kernels(self, weight: Array) -> Array:
        """Kernels ``(kh, kw, C, F)`` as values ``(6, kw, C, F)``."""
        _, kernel_to_values, _ = _matrices(self.kernel_rows, weight.dtype)
        values: Array = kernel_to_values @ weight.reshape(self.kernel_rows, -1)
        return values.reshape(self.kinds, *weight.shape[1:])

    def collect(self, products: Array, height: int) -> Array:
        """Products ``(N·tiles, 6, W', F)`` as outputs ``(N, H', W', F)``."""
        _, kinds, width, filters = products.shape
        _, _, to_outputs = _matrices(self.kernel_rows, products.dtype)
        tiles = np.matmul(to_outputs, products.reshape(-1, kinds, width * filters))  # (N·tiles, tile, W'·F)
        outputs: Array = tiles.reshape(-1, self.places(height) * self.tile, width, filters)
        return outputs[:, :height]

    # -- the way back: each step by the transpose of its matrix ------------------------------------------------

    def collect_back(self, gradient: Array, out: Array | None = None) -> Array:
        """The gradient for the outputs ``(N, H', W', F)`` as that for the products ``(N·tiles, 6, W', F)``."""
        _, height, width, filters = gradient.shape
        missing = self.places(height) * self.tile - height
        if missing:
            gradient = np.pad(gradient, ((0, 0), (0, missing), (0, 0), (0, 0)))
        _, _, to_outputs = _matrices(self.kernel_rows, gradient.dtype)
        if out is None:
            out = np.empty((len(gradient) * self.places(height), self.kinds, width, filters), gradient.dtype)
        flat = out.reshape(-1, self.kinds, width * filters)
        np.matmul(to_outputs.T, gradient.reshape(-1, self.tile, width * filters), out=flat)
        return out

    def spread_kernels_back(self, gradient: Array) -> Array:
        """The gradient for the kernels' values as that for the kernels ``(kh, kw, C, F)``."""
        _, kernel_to_values, _ = _matrices(self.kernel_rows, gradient.dtype)
        kernels: Array = kernel_to_values.T @ gradient.reshape(self.kinds, -1)
        return kernels.reshape(self.kernel_rows, *gradient.shape[1:])

    def spread_back(self, gradient: Array, out: Array, height: int) -> None:
        """The gradient for the values as that for the inputs ``(N, rows_needed, W, C)``, into ``out``."""
        count, rows, width, channels = out.shape
        tiles = self.places(height)
        to_rows = _values_to_rows(self.kernel_rows, tiles, gradient.dtype)
        values = gradient.reshape(count, tiles * self.kinds, width * channels)
        np.matmul(to_rows, values, out=out.reshape(count, rows, width * channels))


@cache
def _matrices(kernel_rows: int, dtype: DTypeLike) -> tuple[Array, Array, Array]:
    """B (6, 6), G (6, kh) and A (m, 6).

    With L_p for the polynomial that is zero at all finite points but p, B's row for p are the coefficients of
    L_p, and G's are the powers of p divided by L_p(p): Lagrange's interpolation, transposed.
    """
    values = len(POINTS) + 1
    outputs = values + 1 - kernel_rows
    to_values, kernel_to_values = np.zeros((values, values)), np.zeros((values, kernel_rows))
    to_outputs = np.zeros((outputs, values))
    for row, point in enumerate(POINTS):
        others = [other for other in POINTS if other != point]
        to_values[row, : values - 1] = np.poly(others)[::-1]
        kernel_to_values[row] = point ** np.arange(kernel_rows) / np.prod(np.subtract(point, others))
        to_outputs[:, row] = point ** np.arange(outputs)
    to_values[-1] = np.poly(POINTS)[::-1]
    kernel_to_values[-1, -1] = to_outputs[-1, -1] = 1
    return to_values.astype(dtype), kernel_to_values.astype(dtype), to_outputs.astype(dtype)


@cache
def _values_to_rows(kernel_rows: int, tiles: int, dtype: np.dtype[Any]) -> Array:
    """Bᵀ for all tiles of a picture, ``(rows_needed, tiles · 6)``: neighbours share rows, and add up there.

    Most of it is zeros, and still three times as fast as to multiply tile by tile and then add what overlaps.
    """
    to_values, _, _ = _matrices(kernel_rows, dtype)
    kinds, tile = len(to_values), len(to_values) + 1 - kernel_rows
    result = np.zeros((tiles * tile + kernel_rows - 1, tiles, kinds), dtype)
    for place in range(tiles):
        result[place * tile : place * tile + kinds, place] = to_values.T
    return result.reshape(len(result), -1)
