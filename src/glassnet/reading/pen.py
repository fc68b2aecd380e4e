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
_THIN, _THICK = 0.088, 0.16
"""Width of the strokes, as a share of the digit's longer side: four in five of MNIST's lie between."""
_USUAL = 0.115
"""So wide become thinner ones, about as MNIST's middle digit: made only just wide enough, more were misread."""


def as_digit(ink: FloatImage) -> NDArray[np.uint8]:
    """The normal form ``(28, 28)`` of soft ink ``(h, w)``, 0 to 1, its pen brought to the usual width before."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows):
        ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    side = max(ink.shape)
    if side <= 4:  # a dot has no strokes
        return normal_form(ink)
    # A line of one pixel would be shrunk to a grey one with gaps, so each becomes as wide as what it is shrunk to.
    wider = max(round(side / _DRAWN), 1)
    drawn = _resized(cv2.dilate(ink, np.ones((wider, wider), np.uint8)) if wider > 1 else ink)
    strokes = (drawn >= 0.5 * drawn.max()).astype(np.uint8)
    width_now = stroke_width(strokes)
    width = width_now - (wider - 1) * _DRAWN / side
    wanted = _USUAL * _DRAWN if width < _THIN * _DRAWN else min(width, _THICK * _DRAWN)
    if wanted == width:
        return normal_form(_resized(ink) if wider > 1 else drawn)
    return normal_form(_redraw(strokes, (wanted - width_now) / 2))


def _resized(ink: FloatImage) -> FloatImage:
    """``ink`` with its longer side at ``_DRAWN`` pixels, and room around it for a wider pen."""
    height, width = ink.shape
    scale = _DRAWN / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(ink, size, interpolation=smooth)
    padded = cv2.copyMakeBorder(resized, *(_DRAWN // 8,) * 4, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(padded.clip(0, 1), np.float32)


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
