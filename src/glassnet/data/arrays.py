"""From any array of numbers to pictures and labels, or a clear refusal.

Formats that carry their own types and shapes (IDX, npz) can hold anything; a data set holds bytes only. A cast
that would change a value in silence is refused here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.dataset import DIGITS
from glassnet.errors import DataError

__all__ = ["as_labels", "as_pictures"]


def as_pictures(array: NDArray[Any], where: str) -> NDArray[np.uint8]:
    """Pictures as ``(N, H, W)`` ``uint8``, from ``(N, H, W)``, ``(N, H, W, 1)`` or square ones in ``(N, H*W)``.

    ``where`` begins the message of the :class:`DataError` that any other array gets.
    """
    if array.ndim == 4 and array.shape[3] == 1:
        array = array[..., 0]
    if array.ndim == 2 and (side := math.isqrt(array.shape[1])) ** 2 == array.shape[1]:
        array = array.reshape(len(array), side, side)
    if array.ndim != 3:
        raise DataError(
            f"{where}: an array of shape {array.shape} is no set of pictures; expected (N, height, width)",
            hint="if these are the labels, the two files may have been swapped" if array.ndim == 1 else None,
        )
    if array.size == 0:
        raise DataError(f"{where}: holds no pictures (shape {array.shape})")
    return _as_bytes(array, where, "pixel")


def as_labels(array: NDArray[Any], where: str, classes: int = len(DIGITS)) -> NDArray[np.uint8]:
    """Labels as ``(N,)`` ``uint8`` below ``classes``, from whole numbers of any width, ``(N,)`` or ``(N, 1)``."""
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise DataError(
            f"{where}: an array of shape {array.shape} is no list of labels; expected (N,)",
            hint="if these are the pictures, the two files may have been swapped" if array.ndim == 3 else None,
        )
    labels = _as_bytes(array, where, "label")
    wrong = np.flatnonzero(labels >= classes)
    if len(wrong):
        expected = "labels are digits, 0 to 9" if classes == len(DIGITS) else f"there are {classes} classes"
        raise DataError(
            f"{where}: label {labels[wrong[0]]} at row {wrong[0]}; {expected}",
            hint="a set with other classes, such as letters, has to be cut down to its digits first",
        )
    return labels


def _as_bytes(array: NDArray[Any], where: str, noun: str) -> NDArray[np.uint8]:
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if array.dtype.kind not in "ui":
        raise DataError(
            f"{where}: {noun}s of type {array.dtype}; expected whole numbers (uint8)",
            hint="pixels scaled to 0..1 have to be multiplied by 255 and rounded" if noun == "pixel" else None,
        )
    wrong = (array < 0) | (array > 255)
    if wrong.any():
        place = tuple(int(index) for index in np.unravel_index(int(np.argmax(wrong)), array.shape))
        raise DataError(f"{where}: {noun} {array[place]} at row {place[0]}; expected 0 to 255")
    return array.astype(np.uint8, order="C")
