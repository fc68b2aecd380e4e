"""A digit looked at askew: a little turned, a little nearer. A network that errs on one view may read another.

A view is written like a layer, a word and its value: ``"rotate 8"`` (degrees, anticlockwise), ``"scale 1.06"``,
and ``"plain"`` for the picture as it is.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from glassnet.engine.layers import Array
from glassnet.errors import ModelError

__all__ = ["PLAIN", "ROTATED_AND_SCALED", "resampled", "view"]

PLAIN = ("plain",)
ROTATED_AND_SCALED = ("plain", "rotate 8", "rotate -8", "scale 1.06", "scale 0.94")
"""The views that did most for convolutional networks on validation data; shifts did less than rotations."""

_CHUNK = 1000


def view(images: NDArray[np.uint8], notation: str) -> NDArray[np.uint8]:
    """``images (N, H, W)`` as ``notation`` says; :class:`ModelError` for a view that does not exist."""
    if notation == "plain":
        return images
    match notation.split():
        case ["rotate", value] if math.isfinite(number := _number(value)):
            return resampled(images, degrees=number)
        case ["scale", value] if 0 < (number := _number(value)) < math.inf:
            return resampled(images, scale=number)
    raise ModelError(
        f"there is no view '{notation}'", hint="views are 'plain', 'rotate 8', 'scale 1.06' and the like"
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def resampled(images: NDArray[np.uint8], *, degrees: float = 0.0, scale: float = 1.0) -> NDArray[np.uint8]:
    """``images (N, H, W)`` turned anticlockwise and enlarged about their middle; outside is paper (0)."""
    count, height, width = images.shape
    places, weights = _samples(height, width, degrees, scale)
    flat = images.reshape(count, height * width)
    out = np.empty_like(flat)
    for start in range(0, count, _CHUNK):
        rows = flat[start : start + _CHUNK]
        grey = sum(rows[:, place] * weight for place, weight in zip(places, weights, strict=True))
        out[start : start + _CHUNK] = np.rint(grey)
    return out.reshape(images.shape)


@lru_cache(maxsize=64)
def _samples(height: int, width: int, degrees: float, scale: float) -> tuple[Array, Array]:
    """For every pixel the four that it lies between in the original, ``(4, H·W)``, and their shares (bilinear)."""
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    rows, columns = np.indices((height, width)).reshape(2, -1)
    y, x = rows - middle_y, columns - middle_x
    cosine, sine = math.cos(math.radians(degrees)) / scale, math.sin(math.radians(degrees)) / scale
    source_y = cosine * y + sine * x + middle_y  # rows count downwards, so this turns anticlockwise
    source_x = cosine * x - sine * y + middle_x
    top, left = np.floor(source_y), np.floor(source_x)
    down, right = source_y - top, source_x - left
    places, weights = [], []
    for step_y, share_y in ((0, 1 - down), (1, down)):
        for step_x, share_x in ((0, 1 - right), (1, right)):
            row, column = (top + step_y).astype(int), (left + step_x).astype(int)
            inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
            places.append(np.where(inside, row * width + column, 0))
            weights.append(np.where(inside, share_y * share_x, 0))
    return np.array(places), np.array(weights, np.float32)
