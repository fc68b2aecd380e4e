"""The part of a picture that is looked at: without a margin around it, and not larger than need be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.reading.result import Box

__all__ = ["View", "look_at"]

_MOST_PIXELS = 2_200_000
"""A larger picture is shrunk to this: a page's digits are still 30 pixels high."""
_ALIKE = 8
"""Grey levels: JPEG makes such differences in what was of one colour."""
_HARDLY_ANY = 0.1
"""A picture with a margin has its colour in so few other places; a drawing has that of its paper in most..."""
_SMALLEST = 64
"""...and a bold 1 on a canvas is narrower than so many pixels, or nothing..."""
_DISTINCT = 48
"""...so many grey levels from the colour of its own middle is drawn on it."""


@dataclass(frozen=True, eq=False)
class View:
    """What is looked at, and where in the picture it lies."""

    pixels: NDArray[np.uint8]
    """(h, w, 3)"""
    size: tuple[int, int]
    """Height and width of the picture."""
    corner: tuple[int, int] = (0, 0)
    """Top and left of the part, in pixels of the picture."""
    scale: tuple[float, float] = (1.0, 1.0)
    """So many pixels of the picture does one of ``pixels`` stand for, down and across."""

    def in_picture(self, box: Box) -> Box:
        """A box in ``pixels`` as one in the picture."""
        (height, width), (top, left), (down, across) = self.size, self.corner, self.scale
        return Box(
            left + int(box.left * across),
            top + int(box.top * down),
            min(left + math.ceil(box.right * across), width),
            min(top + math.ceil(box.bottom * down), height),
        )


def look_at(picture: NDArray[np.uint8]) -> View:
    """The part of a picture ``(H, W, 3)`` that has something on it, in a size that can be worked with."""
    size = picture.shape[0], picture.shape[1]
    corner, part = _without_margin(picture)
    height, width = part.shape[:2]
    scale = (height * width / _MOST_PIXELS) ** 0.5
    if scale <= 1:
        return View(part, size, corner)
    smaller = max(int(width / scale), 1), max(int(height / scale), 1)
    pixels = np.asarray(cv2.resize(part, smaller, interpolation=cv2.INTER_AREA), np.uint8)
    return View(pixels, size, corner, (height / smaller[1], width / smaller[0]))


def _without_margin(picture: NDArray[np.uint8]) -> tuple[tuple[int, int], NDArray[np.uint8]]:
    """Top and left of what a margin of one colour encloses, and its pixels: a photograph on a page, in a window.

    Beside such white, all paper is dark.
    """
    colour = picture[0, 0].astype(np.int16)

    def differs(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
        return np.asarray((np.abs(pixels - colour) > _ALIKE).any(axis=-1))

    rim = picture[0], picture[-1], picture[:, 0], picture[:, -1]
    if any(differs(side).any() for side in rim):
        return (0, 0), picture
    other = differs(picture)
    rows, columns = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
    if not len(rows):
        return (0, 0), picture
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    if other[part].mean() < 1 - _HARDLY_ANY or not _has_something_on_it(picture[part]):
        return (0, 0), picture
    return (int(rows[0]), int(columns[0])), np.ascontiguousarray(picture[part])


def _has_something_on_it(picture: NDArray[np.uint8]) -> bool:
    """Is it a picture of something, not a blot or a bar?"""
    height, width = picture.shape[:2]
    if min(height, width) < _SMALLEST:
        return False
    inner = picture[height // 16 : height - height // 16, width // 16 : width - width // 16].astype(np.int16)
    usual = np.median(inner[::4, ::4], axis=(0, 1))
    return bool((np.abs(inner - usual) > _DISTINCT).any())
