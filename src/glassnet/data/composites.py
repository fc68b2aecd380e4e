"""What is made of digits but is no digit: two or three of them in one picture, or half of one.

A reader that cuts a page into digits will now and then cut wrongly. Shown what that looks like, as two classes
beside the ten, a network can say so: of several digits, that they are to be cut apart, of half a digit, that
another cut is to be tried. Drawn digits make such pictures too
(:func:`glassnet.data.strokes.generate_nondigits`); these are made of whatever digits there are, real ones as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glassnet.data.dataset import DIGITS, Dataset
from glassnet.data.normal_form import normal_form
from glassnet.errors import DataError

__all__ = ["CLASSES", "HALVES", "NONE", "SEVERAL", "make_composites"]

NONE = "none"
"""The class of what is no digit, beside the ten..."""
SEVERAL = "several"
"""...and that of several digits in one picture."""
CLASSES = (*DIGITS, NONE, SEVERAL)
"""All that a reader's network can answer with."""

Picture = NDArray[np.uint8]

HALVES = (("upper", "045"), ("lower", "0235"), ("left", "25"))
"""Which halves are taken of which digits: the others might pass for a digit (half an 8 is a 3 or a 0)."""
_SHARE_OF_HALVES = 0.25
_SHARE_OF_THREES = 0.25
"""Of the pictures that are no halves."""
_FAINTEST = 64
"""Ink below this is the rim of a stroke: two digits stand as close as their strokes do."""


def make_composites(digits: Dataset, count: int, seed: int = 0, *, start: int = 0) -> Dataset:
    """Make ``count`` pictures of class "several" or "none" ``(count, 28, 28)`` from digits ``(N, 28, 28)``.

    Picture number i of a seed is always the same; ``start`` is the number of the first. Raises
    :class:`DataError` for data that do not hold the ten digits, or none of those that can be halved.
    """
    if digits.classes[: len(DIGITS)] != DIGITS or digits.images.shape[1:] != (28, 28):
        raise DataError(f"{digits.name}: composites are made of digits 0 to 9 of 28 × 28 pixels")
    whole = np.flatnonzero((digits.labels < len(DIGITS)) & digits.images.any(axis=(1, 2)))
    sides = [
        (side, rows)
        for side, shown in HALVES
        if len(rows := whole[np.isin(digits.labels[whole], [int(digit) for digit in shown])])
    ]
    if not sides:
        raise DataError(f"{digits.name}: there is no digit in it that could be halved")
    images = np.empty((count, 28, 28), np.uint8)
    labels = np.full(count, CLASSES.index(SEVERAL), np.uint8)
    for number in range(count):
        rng = np.random.default_rng([seed, start + number])
        if rng.random() < _SHARE_OF_HALVES:
            side, rows = sides[rng.integers(len(sides))]
            images[number] = _half(digits.images[rng.choice(rows)], side, rng)
            labels[number] = CLASSES.index(NONE)
        else:
            together = 3 if rng.random() < _SHARE_OF_THREES else 2
            images[number] = _beside([digits.images[row] for row in rng.choice(whole, together)], rng)
    name = f"{count:,} pictures of several digits or half of one (seed {seed}) made of {digits.name}"
    return Dataset(images, labels, name, CLASSES)


def _half(picture: Picture, side: str, rng: np.random.Generator) -> Picture:
    """One side of a digit, up to a straight cut near its middle."""
    ink = _cut_out(picture)
    height, width = ink.shape
    share = rng.uniform(0.4, 0.55)
    if side == "left":
        return normal_form(_at_least(ink[:, : max(int(share * width), 2)]))
    rows = max(int(share * height), 2)
    return normal_form(_at_least(ink[:rows] if side == "upper" else ink[-rows:]))


def _beside(pictures: list[Picture], rng: np.random.Generator) -> Picture:
    """Digits in a row: apart, touching, or one over the other's edge, not quite on one line."""
    inks = [_cut_out(picture) for picture in pictures]
    page = np.zeros((40, 4 * 28), np.uint8)
    edge = 4
    for ink in inks:
        height, width = ink.shape
        top = (len(page) - height) // 2 + int(rng.integers(-3, 4))
        field = page[top : top + height, edge : edge + width]
        np.maximum(field, ink, out=field)
        edge = max(edge + width + int(rng.integers(-2, 3)), 0)
    return normal_form(page)


def _cut_out(picture: Picture) -> Picture:
    strokes = picture >= min(_FAINTEST, int(picture.max()))
    rows, columns = np.flatnonzero(strokes.any(axis=1)), np.flatnonzero(strokes.any(axis=0))
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _at_least(ink: Picture) -> Picture:
    """What was cut off may hold no ink at all; a dot then stands for it."""
    if not ink.any():
        ink = ink.copy()
        ink[len(ink) // 2, ink.shape[1] // 2] = 255
    return ink
