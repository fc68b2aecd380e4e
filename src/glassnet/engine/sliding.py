"""A kernel slides along rows: all its products with the windows that it passes, and not one window copied.

A row of a picture is W pixels of C numbers each, one after the other. Under a kernel kw pixels wide lie kw · C
neighbouring numbers, and the next window begins C numbers later: NumPy can show all windows of a row as a
matrix whose rows overlap. For one place x, the windows of all rows of a batch are such a matrix (rows × kw·C),
and one product with the kernels (kw·C × F) gives the outputs of that place in all rows. The products are small
on purpose: up to 10⁶ multiplications, OpenBLAS reads its matrices where they lie instead of copying them first.

Rows come as ``(R, P, W, C)``, R of each of P kinds, kernels as ``(P, kw, C, F)``, because ``six_points.py`` has
six kinds of rows with a kernel for each; otherwise P is 1. Products are ``(R, P, W', F)``, W' = (W − kw) //
stride + 1.
"""

from __future__ import annotations

import numpy as np

from glassnet.engine.layers import Array, Shape

__all__ = ["kernel_gradient", "overlapping", "slide", "turned"]


def slide(rows: Array, kernels: Array, stride: int = 1) -> Array:
    """``products[r, p, x, f] = Σ_jc rows[r, p, x·stride + j, c] · kernels[p, j, c, f]``."""
    kinds, width, channels, filters = kernels.shape
    windows = _windows(rows, width, stride)
    products = np.empty((len(rows), kinds, windows.shape[1], filters), rows.dtype)
    np.matmul(windows, kernels.reshape(kinds, 1, width * channels, filters), out=_by_place(products))
    return products


def kernel_gradient(rows: Array, gradient: Array, width: int, stride: int = 1) -> Array:
    """The gradient for the kernels ``(P, kw, C, F)``, where ``gradient`` is that for the products of ``slide``."""
    windows = _windows(rows, width, stride)
    total: Array = np.matmul(windows.swapaxes(2, 3), _by_place(gradient)).sum(axis=1)
    return total.reshape(len(total), width, rows.shape[3], -1)


def turned(kernels: Array) -> Array:
    """Kernels ``(P, kw, F, C)`` that send gradients back: from right to left, and from filters to channels.

    A number in a row was seen through the last column of the kernel first and through the first column last. So
    the gradient for the rows is ``slide(gradient, turned(kernels))``, with kw − 1 zeros before and behind the
    gradient, and stride − 1 between its places.
    """
    return np.ascontiguousarray(kernels[:, ::-1].swapaxes(2, 3))


def _windows(rows: Array, width: int, stride: int) -> Array:
    """All windows of all rows, ``(P, W', R, kw·C)``: a view in which neighbours overlap."""
    count, kinds, pixels, channels = rows.shape
    row, kind, pixel, number = rows.strides
    places = (pixels - width) // stride + 1
    shape, strides = (kinds, places, count, width * channels), (kind, stride * pixel, row, number)
    return overlapping(rows, shape, strides)


def overlapping(values: Array, shape: Shape, strides: Shape) -> Array:
    """A view of ``values``, which are contiguous, where a number may appear several times.

    It is ``as_strided`` in 2 µs instead of 10, and refuses what would reach beyond the end.
    """
    return np.ndarray(shape, values.dtype, values, strides=strides)


def _by_place(products: Array) -> Array:
    """``(R, P, W', F)`` as ``(P, W', R, F)``: a view."""
    return products.transpose(1, 2, 0, 3)
