"""One picture of one digit, from a file to what a network reads.

A drawing, a scan or a screenshot has any size and any colours, dark ink on light paper or the other way round. A
picture that looks like MNIST's already is taken as it is; every other one goes through the normal form.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from glassnet.data.normal_form import normal_form
from glassnet.errors import PictureError

__all__ = ["load_digit"]

MNIST_SIZE = (28, 28)

_MOST_PIXELS = 100_000_000
"""A good phone's camera has half of that. The size stands in the first bytes: nothing is decoded to learn it."""
_LONGEST_SIDE = 1000
"""Larger pictures are shrunk to this first: a digit ends in 20 pixels, and memory stays small."""
_LEAST_CONTRAST = 32
"""Grey levels, of 256, between paper and ink. Paper alone has up to a dozen in a photograph."""
_PAPER = 0.2
"""Up to this share of the contrast is paper: its grain would otherwise count as ink."""


def load_digit(path: str | os.PathLike[str], size: tuple[int, int] = MNIST_SIZE) -> NDArray[np.uint8]:
    """Read the digit in a picture file as ``size`` (height, width) pixels of ``uint8``, ink bright on black.

    A picture of exactly that size with a dark border is taken as it is. Of any other one the grey level of the
    border, by its median, is taken for paper, what differs from it for ink, and the ink is brought into MNIST's
    :func:`~glassnet.data.normal_form.normal_form`. Transparent pixels count as white paper.

    Raises :class:`PictureError` for what is missing, no picture, too large, or blank, and where ``size`` is not
    28 × 28 and the picture would have to be brought to it.
    """
    grey = _read_grey(Path(path).expanduser())
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
        return grey
    if size != MNIST_SIZE:
        raise PictureError(
            f"{path}: {grey.shape[1]} × {grey.shape[0]} pixels, "
            f"but the model reads {size[1]} × {size[0]}, bright on black",
            hint="only for models that read 28 × 28 pixels can a picture be brought to their size",
        )
    ink /= contrast
    ink[ink < _PAPER] = 0
    return normal_form(ink)


def _read_grey(path: Path) -> NDArray[np.uint8]:
    """The picture as ``(H, W)`` grey levels, upright, not larger than need be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # ours is the stricter limit
            picture = Image.open(path)
        with picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise PictureError(
                    f"{path}: {picture.width:,} × {picture.height:,} pixels: too large for the picture of a digit",
                    hint="cut the digit out, or save the picture smaller",
                )
            return _grey(picture)
    except UnidentifiedImageError as error:
        raise PictureError(
            f"{path}: not a picture in any format that Pillow knows", hint="save it as PNG or JPEG"
        ) from error
    except Image.DecompressionBombError as error:
        raise PictureError(f"{path}: too large to be the picture of a digit ({error})") from error
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise PictureError(f"cannot read the picture {path}: {(error.strerror or str(error)).lower()}") from error
    except (OSError, SyntaxError, ValueError) as error:  # all of these come from damaged files
        raise PictureError(f"{path}: the picture is damaged ({error})", hint="save it again") from error


def _grey(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode.startswith(("I", "F")):  # more than 8 bits: brought to 0 … 255 by the brightest pixel
        levels = np.asarray(picture, np.float64)
        picture = Image.fromarray((levels.clip(0) * (255 / max(levels.max(), 1))).astype(np.uint8))
    elif picture.has_transparency_data:
        coloured = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured)
    grey = ImageOps.exif_transpose(picture).convert("L")
    grey.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return np.asarray(grey)
