"""One number for each channel, everywhere in a picture, without a short loop.

A batch of pictures lies in memory as its shape says, (N, H, W, C): the channels of a pixel side by side, then
the next pixel. NumPy works in loops over what lies side by side, and a loop over 16 channels is over before it
is at speed. So where a number per channel meets every pixel, a row of the picture is taken as one run of W · C
numbers, and the channels' numbers are repeated W times: two to three times as fast. A vector (N, D) is a
picture of one pixel, so all of this holds for vectors too. And where every second pixel of a row is wanted,
whole pixels are copied out first.
"""

from __future__ import annotations

import numpy as np

from glassnet.engine.layers import Array

__all__ = ["along_rows", "apart", "as_rows", "channel_products", "channel_sums", "together"]


def as_rows(pictures: Array) -> Array:
    """Pictures ``(N, H, W, C)`` as ``(N·H, W·C)``, vectors ``(N, D)`` as they are: where possible, a view."""
    if pictures.ndim == 2:
        return pictures
    count, height, width, channels = pictures.shape
    return pictures.reshape(count * height, width * channels)


def along_rows(values: Array, rows: Array) -> Array:
    """One value for each channel ``(C,)`` as one for each place in a row ``(W·C,)``."""
    repeated = np.empty((rows.shape[-1] // len(values), len(values)), values.dtype)
    repeated[...] = values  # np.tile takes five times as long
    return repeated.reshape(-1)


def channel_sums(rows: Array, channels: int) -> Array:
    """The sum of each channel over all pixels, ``(C,)``."""
    ones = np.ones(len(rows), rows.dtype)
    sums: Array = (ones @ rows).reshape(-1, channels).sum(axis=0)  # a product, which is twice as fast as a sum
    return sums


def channel_products(rows: Array, others: Array, channels: int) -> Array:
    """The sum of the products of two arrays of rows, for each channel, ``(C,)``."""
    sums: Array = np.einsum("rp,rp->p", rows, others).reshape(-1, channels).sum(axis=0)
    return sums


def apart(pictures: Array, count: int) -> list[Array]:
    """Columns 0, count, 2·count, … of ``(N, H, W, C)``, then columns 1, count + 1, …: ``count`` arrays.

    Copied pixel by pixel, 36 µs for 1.2 MB; as views, one comparison of two of them takes 85.
    """
    samples, height, width, channels = pictures.shape
    pixels, shape = _pixels(pictures), (samples, height, width // count, channels)
    return [pixels[place::count].copy().view(pictures.dtype).reshape(shape) for place in range(count)]


def together(columns: list[Array]) -> Array:
    """What :func:`apart` took apart."""
    samples, height, width, channels = columns[0].shape
    result = np.empty((samples, height, width * len(columns), channels), columns[0].dtype)
    pixels = _pixels(result)
    for place, some in enumerate(columns):
        pixels[place :: len(columns)] = _pixels(some)
    return result


def _pixels(pictures: Array) -> Array:
    """All pixels in a row, each taken as a single thing of so many bytes: where possible, a view."""
    return pictures.reshape(-1).view(np.dtype((np.void, pictures.shape[-1] * pictures.itemsize)))
