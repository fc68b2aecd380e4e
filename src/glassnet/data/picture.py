"""One picture of one digit, from a file to what a network reads.

A drawing, a scan or a screenshot has any size and any colours, dark ink on light paper or the other way round. A
picture that looks like MNIST's already is taken as it is; every other one goes through the normal form.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glassnet.data.decoding import open_picture
from glassnet.data.normal_form import normal_form
from glassnet.data.several import seems_several
from glassnet.errors import PictureError

__all__ = ["DigitPicture", "load_digit", "open_digit"]

MNIST_SIZE = (28, 28)

_LONGEST_SIDE = 1000
"""Larger pictures are shrunk to this first: a digit ends in 20 pixels, and memory stays small."""
_LEAST_CONTRAST = 32
"""Grey levels, of 256, between paper and ink. Paper alone has up to a dozen in a photograph."""
_PAPER = 0.2
"""Up to this share of the contrast is paper: its grain would otherwise count as ink."""


@dataclass(frozen=True, eq=False)
class DigitPicture:
    """What came out of a picture file."""

    pixels: NDArray[np.uint8]
    """(H, W): the digit as a network reads it, ink bright on black."""
    several: bool
    """Whether the picture seems to show several digits, so that as one it makes no sense."""


def load_digit(path: str | os.PathLike[str], size: tuple[int, int] = MNIST_SIZE) -> NDArray[np.uint8]:
    """Read the digit in a picture file as ``size`` (height, width) pixels of ``uint8``, ink bright on black.

    A picture of exactly that size with a dark border is taken as it is. Of any other one the grey level of the
    border, by its median, is taken for paper, what differs from it for ink, and the ink is brought into MNIST's
    :func:`~glassnet.data.normal_form.normal_form`. Every format, transparency and photographs on their side: see
    :func:`~glassnet.data.decoding.open_picture`.

    Raises :class:`PictureError` for what is missing, no picture, too large, or blank, and where ``size`` is not
    28 × 28 and the picture would have to be brought to it.
    """
    return open_digit(path, size).pixels


def open_digit(path: str | os.PathLike[str], size: tuple[int, int] = MNIST_SIZE) -> DigitPicture:
    """The same, and whether it was one digit at all."""
    grey = _grey(path)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = float(np.median(border))
    ink = grey - paper if paper < 128 else paper - grey.astype(np.float64)
    contrast = float(ink.max())
    if contrast < _LEAST_CONTRAST:
        raise PictureError(
            f"{path}: blank: nothing on it differs from its border",
            hint="the digit must be darker or lighter than the paper around it, and must not touch the border",
        )
    if grey.shape == size and paper < 128:
        return DigitPicture(grey, several=False)
    if size != MNIST_SIZE:
        raise PictureError(
            f"{path}: {grey.shape[1]} × {grey.shape[0]} pixels, "
            f"but the model reads {size[1]} × {size[0]}, bright on black",
            hint="only for models that read 28 × 28 pixels can a picture be brought to their size",
        )
    ink /= contrast
    ink[ink < _PAPER] = 0
    return DigitPicture(normal_form(ink), seems_several(ink))


def _grey(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """The picture as ``(H, W)`` grey levels, not larger than need be."""
    grey = Image.fromarray(open_picture(path)).convert("L")
    grey.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return np.asarray(grey)
