"""One pen for all: digits from any pen, brought to the stroke width that a network for MNIST knows.

A digit drawn with a pen of one pixel in a large canvas is a digit to every eye, but shrunk to 20 pixels it is a
grey thread that the network has never seen; a felt pen's digit is a blot. So thin strokes are drawn anew with a
wider pen along the same path, and thick ones with a narrower, before the normal form.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.data.normal_form import normal_form

__all__ = ["as_digit", "stroke_width"]

FloatImage = NDArray[np.float32]

_DRAWN = 100
"""Longest side of the picture in which the pen is changed: one pixel is a fifth of one in the normal form."""
_THINNEST, _WIDEST = 0.095, 0.16
"""Width of the strokes, as a share of the digit's longer side: three in four of MNIST's lie between."""


def as_digit(ink: FloatImage) -> NDArray[np.uint8]:
    """The normal form ``(28, 28)`` of soft ink ``(h, w)``, 0 to 1, its pen brought to the usual width before."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows):
        ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = ink.shape
    if max(height, width) <= 4:  # a dot has no strokes
        return normal_form(ink)
    scale = _DRAWN / max(height, width)
    margin = _DRAWN // 8
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    padded = cv2.copyMakeBorder(
        cv2.resize(ink, size, interpolation=smooth), *(margin,) * 4, cv2.BORDER_CONSTANT, value=0
    ).clip(0, 1)
    strokes = (padded >= 0.5 * padded.max()).astype(np.uint8)
    width_now = stroke_width(strokes)
    wanted = float(np.clip(width_now, _THINNEST * _DRAWN, _WIDEST * _DRAWN))
    return normal_form(padded if wanted == width_now else _redraw(strokes, (wanted - width_now) / 2))


def stroke_width(strokes: NDArray[np.uint8]) -> float:
    """How wide the pen was, in pixels: twice the usual distance from the middle of a stroke to its edge."""
    depth = cv2.distanceTransform(strokes, cv2.DIST_L2, 5)
    ridge = depth[(depth > 0) & (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)) - 1e-3)]
    return 2 * float(np.median(ridge)) - 1 if len(ridge) else 0.0


def _redraw(strokes: NDArray[np.uint8], growth: float) -> NDArray[Any]:
    """Strokes grown by ``growth`` pixels all around, or shrunk where it is negative, with soft edges."""
    if growth > 0:
        outside = cv2.distanceTransform(1 - strokes, cv2.DIST_L2, 5)
        return np.asarray(np.clip(growth + 1 - outside, 0, 1))
    inside = cv2.distanceTransform(strokes, cv2.DIST_L2, 5)
    return np.asarray(np.clip(inside + growth, 0, 1))
