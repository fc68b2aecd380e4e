"""The matrix products of dense layers, in blocks that BLAS takes as they are.

BLAS copies its matrices into an order of its own before it multiplies them. For the products of a dense layer that
copying costs a seventh of the time, and with ten columns half of it. OpenBLAS leaves it out for products of up to
10⁶ multiplications, so a larger product is taken in blocks of rows, and ``np.matmul`` does all the blocks in one
call.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["product", "transposed_product"]

Array: TypeAlias = NDArray[Any]

SMALL = 10**6
MOST_ROWS = 100
FEW_COLUMNS = 12


def product(inputs: Array, weight: Array) -> Array:
    """``inputs @ weight``, shapes ``(N, D)`` and ``(D, H)``."""
    count, features = inputs.shape
    units = weight.shape[1]
    rows = _block(count, features * units)
    if rows < 4:
        outputs: Array = inputs @ weight
        return outputs
    if units <= FEW_COLUMNS:
        weight = np.ascontiguousarray(weight.T).T  # such small products want both sides to run along D
    stack: Array = inputs.reshape(-1, rows, features) @ weight
    return stack.reshape(count, units)


def transposed_product(inputs: Array, gradient: Array, out: Array) -> None:
    """``inputs.T @ gradient`` into ``out``, shapes ``(N, D)``, ``(N, H)`` and ``(D, H)``."""
    count, features = inputs.shape
    units = gradient.shape[1]
    if units <= FEW_COLUMNS and (samples := _block(count, features * units)) >= 4:
        # So few columns that the sum over many samples is what costs: block by block of them.
        parts = gradient.reshape(-1, samples, units).transpose(0, 2, 1) @ inputs.reshape(-1, samples, features)
        out[...] = parts.sum(axis=0).T  # (N / samples, H, D) summed over the blocks
        return
    rows = _block(features, count * units)
    if rows < 8 or not out.flags.c_contiguous:
        np.matmul(inputs.T, gradient, out=out)
        return
    blocks = inputs.reshape(count, -1, rows).transpose(1, 2, 0)  # (D / rows, rows, N)
    np.matmul(blocks, gradient, out=out.reshape(-1, rows, units))


@lru_cache(maxsize=256)
def _block(count: int, cost: int) -> int:
    """Rows of a block: a multiple of 4 that divides ``count``, each row costing so many multiplications.

    0 where no such block is small enough, or where the whole product is.
    """
    if count * cost <= SMALL:
        return 0
    most = min(MOST_ROWS, SMALL // cost)
    return next((rows for rows in range(most // 4 * 4, 0, -4) if count % rows == 0), 0)
