"""What happens around and to a digit in its field on the page: neighbours, cuts, and things that cover it.

Every function takes pictures ``(N, H, W)`` ``uint8``, the share of them that it happens to, and a generator, and
gives pictures of the same shape. Each draws one array with one row a picture, so that pictures may come in blocks
of any size.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["cut", "erasing", "neighbour"]

Pictures = NDArray[np.uint8]


def neighbour(images: Pictures, share: float, rng: np.random.Generator, others: Pictures) -> Pictures:
    """At one edge of a ``share`` of the pictures, the outermost ink of one of the ``others``, or a ruled line."""
    draws = rng.random((len(images), 6))
    out = images.copy()
    for index in np.flatnonzero(draws[:, 0] < share):
        _, turn, kind, which, depth, place = draws[index]
        quarter_turns = int(4 * turn)
        field = np.rot90(out[index], quarter_turns)  # a view, so that every edge can be the right-hand one
        if kind < 0.5:
            ink = np.rot90(others[int(which * len(others))], quarter_turns)
            columns = np.flatnonzero(ink.any(axis=0))
            most = max(1, round(field.shape[1] / 6 * depth))
            remains = ink[:, columns[0] : columns[0] + most] if len(columns) else ink[:, :most]
        else:
            edge = 1 + int(field.shape[1] / 9 * place)  # a line of one or two pixels, and paper beyond it
            remains = np.zeros((len(field), edge + 1), np.uint8)
            remains[:, : 1 + int(2 * which)] = 90 + int(165 * depth)
        across = min(remains.shape[1], field.shape[1])
        np.maximum(field[:, -across:], remains[:, :across], out=field[:, -across:])
    return out


def cut(images: Pictures, share: float, rng: np.random.Generator) -> Pictures:
    """A ``share`` of the pictures loses up to a sixth of the digit at one side, as at the edge of a field."""
    draws = rng.random((len(images), 3))
    out = images.copy()
    for index in np.flatnonzero(draws[:, 0] < share):
        _, turn, depth = draws[index]
        field = np.rot90(out[index], int(4 * turn))
        columns = np.flatnonzero(field.any(axis=0))
        if len(columns):
            field[:, columns[-1] + 1 - round(depth * (columns[-1] + 1 - columns[0]) / 6) :] = 0
    return out


def erasing(images: Pictures, share: float, rng: np.random.Generator) -> Pictures:
    """A ``share`` of the pictures loses a rectangle, each side a seventh to a third of the picture's.

    Z. Zhong et al., "Random erasing data augmentation", arXiv 1708.04896 (2017); filled with paper, as in
    T. DeVries and G. Taylor's cutout, arXiv 1708.04552.
    """
    chance, *draws = rng.random((len(images), 5)).T
    holes = []
    for side, size, place in zip(images.shape[1:], draws[:2], draws[2:], strict=True):
        length = np.round(side * (1 / 7 + (1 / 3 - 1 / 7) * size))[:, None]
        start = np.floor(place[:, None] * (side - length + 1))
        pixel = np.arange(side)
        holes.append((start <= pixel) & (pixel < start + length))
    hidden = holes[0][:, :, None] & holes[1][:, None, :] & (chance < share)[:, None, None]
    return np.where(hidden, np.uint8(0), images)
