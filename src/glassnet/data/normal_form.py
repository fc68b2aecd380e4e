"""From ink of any size and place to the 28 × 28 pixels that a network for MNIST expects.

A network reads what it was trained on. MNIST's digits were all scaled and centred by one rule, so every digit
from elsewhere, drawn, photographed or scanned, has to go through the same rule, or it is misread: a digit that
is shrunk together with its canvas is read correctly one time in five. The rule is that of MNIST's makers as
Yadav and Bottou reconstructed it ("Cold Case: The Lost MNIST Digits", arXiv 1905.10498).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import PictureError

__all__ = ["NoInkError", "NormalFormSteps", "normal_form"]

SIDE = 28
BOX = 20
"""The ink's longer side becomes 20 of the 28 pixels."""
SMALLEST = 10
"""Ink smaller than this in both directions is not blown up to the full box: a dot stays a dot."""
DUST = 1e-6
"""Less ink than this is rounding error, not ink."""
FOOTPRINT = 0.99
"""A pixel of the small picture averages slightly less than its share of the large one."""


class NoInkError(PictureError):
    """A blank picture: there is nothing on it to bring into the normal form."""


@dataclass(frozen=True)
class NormalFormSteps:
    """What :func:`normal_form` did, in order, for people who want to see it. Pairs are (down, across)."""

    box: tuple[int, int, int, int]
    """First row, first column, end row, end column of the ink in the picture given."""
    square: NDArray[np.float64]
    """(m, m): the ink in the middle of a square, 0 to 1."""
    shrunk: NDArray[np.uint8]
    """(20, 20): the square averaged down, 0 to 255."""
    centre_of_mass: tuple[float, float]
    """Of ``shrunk``, in pixels from its upper left corner."""
    offset: tuple[int, int]
    """Where the upper left corner of ``shrunk`` lies in ``digit``."""
    digit: NDArray[np.uint8]
    """(28, 28): the normal form."""


@overload
def normal_form(ink: NDArray[np.generic], *, steps: Literal[False] = False) -> NDArray[np.uint8]: ...
@overload
def normal_form(ink: NDArray[np.generic], *, steps: Literal[True]) -> NormalFormSteps: ...


def normal_form(ink: NDArray[np.generic], *, steps: bool = False) -> NDArray[np.uint8] | NormalFormSteps:
    """Bring one digit into MNIST's normal form: ``(H, W)`` in, ``(28, 28)`` ``uint8`` out.

    ``ink`` is bright on black: ``uint8`` from 0 to 255, booleans, or floats from 0 to 1. Everything above 0
    counts as ink, so paper has to be exactly 0: removing its colour is the business of whoever took the picture.
    With ``steps=True`` the stages in between come back as well.

    1. cut out the ink and put it in the middle of a square of side m = max(height, width, 10);
    2. average the square down to 20 × 20, scaled so that full ink is 255;
    3. with b the centre of mass, put it into the 28 × 28 at int(15 - b) in each direction: afterwards the
       centre of mass lies at most a pixel above or to the left of the middle of pixel 14.

    Raises :class:`NoInkError` for a blank picture, :class:`~glassnet.errors.PictureError` for what is no picture.

    >>> canvas = np.zeros((280, 280), np.uint8)
    >>> canvas[40:200, 70:90] = 255
    >>> normal_form(canvas)[4:6, 12:17].tolist()
    [[0, 0, 0, 0, 0], [0, 63, 255, 255, 63]]
    """
    picture = _as_fractions(ink)
    box, square = _square_around(picture)
    shrunk = _shrink(square)
    middles = np.arange(BOX) + 0.5
    mass = shrunk.sum(dtype=float)
    centre = float(middles @ shrunk.sum(axis=1) / mass), float(middles @ shrunk.sum(axis=0) / mass)
    offset = int(15 - centre[0]), int(15 - centre[1])
    digit = _paste(shrunk, offset)
    return NormalFormSteps(box, square, shrunk, centre, offset, digit) if steps else digit


def _as_fractions(ink: NDArray[np.generic]) -> NDArray[np.float64]:
    if ink.ndim != 2 or 0 in ink.shape:
        raise PictureError(
            f"a digit must be an array of shape (height, width), got {ink.shape}",
            hint="one picture at a time, in grey: average or drop the colours first",
        )
    if ink.dtype == np.uint8:
        return ink.astype(np.float64) / 255
    if ink.dtype.kind not in "bf":
        raise PictureError(f"a digit must be uint8, boolean or floating point, got {ink.dtype}")
    picture = ink.astype(np.float64)
    if not (np.isfinite(picture).all() and picture.min() >= 0 and picture.max() <= 1):
        raise PictureError(
            f"ink must lie between 0 (paper) and 1 (ink), got {picture.min():g} to {picture.max():g}",
            hint="divide grey levels by 255, or pass them as uint8",
        )
    picture[picture < DUST] = 0
    return picture


def _square_around(picture: NDArray[np.float64]) -> tuple[tuple[int, int, int, int], NDArray[np.float64]]:
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    if not len(rows):
        raise NoInkError(
            f"no ink in a picture of {picture.shape[0]} × {picture.shape[1]} pixels",
            hint="ink must be brighter than the paper, and the paper 0: perhaps the picture has to be inverted",
        )
    top, left, bottom, right = int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1
    height, width = bottom - top, right - left
    side = max(height, width, SMALLEST)
    square = np.zeros((side, side))
    down, across = (side - height) // 2, (side - width) // 2
    square[down : down + height, across : across + width] = picture[top:bottom, left:right]
    return (top, left, bottom, right), square


def _shrink(square: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Average ``(m, m)`` to ``(20, 20)``, up or down; ink that nowhere fills a pixel is not made darker for it."""
    weights = _footprints(len(square))
    average = weights @ square @ weights.T
    grey = 255 * average / min(1.0, float(average.max()))
    return np.asarray(np.floor(grey + 0.5), np.uint8)


def _footprints(side: int) -> NDArray[np.float64]:
    """``(20, side)``: how much of each large pixel every small one covers; rows add up to 1."""
    scale = side / BOX
    middle = (np.arange(BOX)[:, None] + 0.5) * scale
    pixel = np.arange(side)
    half = FOOTPRINT * scale / 2
    covered = np.minimum(pixel + 1, middle + half) - np.maximum(pixel, middle - half)
    return np.asarray(np.maximum(covered, 0) / (2 * half))


def _paste(shrunk: NDArray[np.uint8], offset: tuple[int, int]) -> NDArray[np.uint8]:
    """The small picture on black at the given offset; what sticks out is cut off."""
    margin = BOX  # more than any offset, so that negative ones need no care
    canvas = np.zeros((SIDE + 2 * margin, SIDE + 2 * margin), np.uint8)
    down, across = offset[0] + margin, offset[1] + margin
    canvas[down : down + BOX, across : across + BOX] = shrunk
    return canvas[margin : margin + SIDE, margin : margin + SIDE].copy()
