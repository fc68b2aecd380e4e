"""Convolution as it is usually computed: for every row of outputs, the rows of inputs under the kernel.

They are written side by side, and a kernel of kh rows and C channels becomes one of a single row and kh · C
channels. This serves any kernel and any stride, and is what ``six_points.py`` must agree with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.engine.layers import Array

__all__ = ["StackedRows"]


@dataclass(frozen=True)
class StackedRows:
    """Convolution down a picture for kernels of ``kernel_rows`` rows that move ``stride`` rows at a time."""

    kernel_rows: int
    stride: int = 1

    kinds = 1

    def rows_needed(self, height: int) -> int:
        """Rows of inputs for ``height`` rows of outputs."""
        return (height - 1) * self.stride + self.kernel_rows

    def places(self, height: int) -> int:
        """How many rows of products a picture has."""
        return height

    def spread(self, inputs: Array, height: int) -> Array:
        """Inputs ``(N, rows_needed, W, C)`` as stacked rows ``(N·H', 1, W, kh·C)``."""
        count, _, width, channels = inputs.shape
        stacked = np.empty((count, height, width, self.kernel_rows, channels), inputs.dtype)
        for row in range(self.kernel_rows):
            stacked[..., row, :] = inputs[:, self._seen_by(row, height)]
        return stacked.reshape(count * height, 1, width, -1)

    def spread_kernels(self, weight: Array) -> Array:
        """Kernels ``(kh, kw, C, F)`` as ``(1, kw, kh·C, F)``."""
        rows, width, channels, filters = weight.shape
        return weight.swapaxes(0, 1).reshape(1, width, rows * channels, filters)

    def collect(self, products: Array, height: int) -> Array:
        """Products ``(N·H', 1, W', F)`` as outputs ``(N, H', W', F)``."""
        return products.reshape(-1, height, *products.shape[2:])

    # -- the way back ------------------------------------------------------------------------------------------

    def collect_back(self, gradient: Array, out: Array | None = None) -> Array:
        """The gradient for the outputs ``(N, H', W', F)`` as that for the products, copied only into ``out``."""
        rows = gradient.reshape(-1, 1, *gradient.shape[2:])
        if out is None:
            return rows
        out[...] = rows
        return out

    def spread_kernels_back(self, gradient: Array) -> Array:
        """The gradient for the stacked kernels as that for the kernels ``(kh, kw, C, F)``."""
        _, width, _, filters = gradient.shape
        return gradient.reshape(width, self.kernel_rows, -1, filters).swapaxes(0, 1)

    def spread_back(self, gradient: Array, out: Array, height: int) -> None:
        """The gradient for the stacked rows as that for the inputs ``(N, rows_needed, W, C)``, into ``out``."""
        count, _, width, channels = out.shape
        out[...] = 0
        stacked = gradient.reshape(count, height, width, self.kernel_rows, channels)
        for row in range(self.kernel_rows):
            out[:, self._seen_by(row, height)] += stacked[..., row, :]

    def _seen_by(self, row: int, height: int) -> slice:
        """The rows of inputs that one row of the kernel sees."""
        return slice(row, row + height * self.stride, self.stride)
