"""Where the sheet of paper lies, on a photo that shows the desk as well: wood grain is not writing."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["find_sheet", "shrink"]

Image = NDArray[Any]
FloatImage = NDArray[np.float32]
Mask = NDArray[np.bool_]

_OTHER_HUE = 0.25
"""In logarithms of the shares of red and blue: shadows and lamps change less between places, wood is at 0.6."""
_LEAST, _LARGE = 0.15, 0.35
"""A sheet fills this share of the picture at least. So does a bold digit in white on a black canvas, up to..."""
_RECTANGULAR = 0.88
"""...this or more, but a sheet also fills this share of the tightest rectangle around it..."""
_GRAIN = 0.2
"""...and a canvas is of one colour, while of a desk at least this share of neighbouring pixels differ."""
_DARKER = 0.4
"""Times the brightness of the sheet: paper in a shadow is lighter, a dark desk is not."""
_DIM = 0.65
"""So is a desk in all four corners of the picture, around what is as rectangular as..."""
_SHEET_LIKE = 0.92
"""...a sheet: no shadow falls like that, and a lamp's cone is round."""


def shrink(picture: Image, longest: int) -> Image:
    """The picture with its longer side at most ``longest``; one that is small already is returned as it is."""
    height, width = picture.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return picture
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def find_sheet(overview: Image) -> Mask:
    """(h, w): where the sheet is that is written on, if it is seen to lie on something of another hue or dark.

    A desk fills a corner of the picture at least, and no shadow has another hue or is as dark. What is written is
    too little to matter: the median of the surroundings knows nothing of it.
    """
    height, width = overview.shape[:2]
    small = shrink(overview, 160)
    around = cv2.medianBlur(small, max(min(small.shape[:2]) // 8, 1) | 1).astype(np.float32) + 8
    hue = np.log(around[..., [0, 2]] / around[..., 1:2])
    down, across = small.shape[0] // 4, small.shape[1] // 4
    middle = hue[down : small.shape[0] - down, across : small.shape[1] - across]
    other = np.abs(hue - np.median(middle, axis=(0, 1))).max(axis=2) > _OTHER_HUE
    bright = around.max(axis=2)
    bright /= np.median(bright[down : small.shape[0] - down, across : small.shape[1] - across])
    desk, corners = _from_the_corners(other | (bright < _DIM))
    if corners < 4 or _fills_its_rectangle(1 - desk) < _SHEET_LIKE:
        desk, _ = _from_the_corners(other | (bright < _DARKER))
    sheet = _without_dents(1 - cv2.dilate(desk, np.ones((3, 3), np.uint8)), small, around)
    return np.asarray(cv2.resize(sheet, (width, height), interpolation=cv2.INTER_NEAREST) > 0)


def _from_the_corners(mask: Mask) -> tuple[NDArray[np.uint8], int]:
    """The parts of a mask that reach into a corner of the picture, and into how many they do."""
    _, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    corners = labels[[0, 0, -1, -1], [0, -1, 0, -1]]
    return ((labels > 0) & np.isin(labels, corners)).astype(np.uint8), int((corners > 0).sum())


def _fills_its_rectangle(sheet: NDArray[np.uint8]) -> float:
    """Which share of the tightest rectangle around it, whichever way it is turned."""
    if not sheet.any():
        return 0.0
    _, (long, broad), _ = cv2.minAreaRect(cv2.findNonZero(sheet))
    return float(sheet.sum() / ((long + 1) * (broad + 1)))


def _without_dents(sheet: NDArray[np.uint8], picture: Image, colours: FloatImage) -> NDArray[np.uint8]:
    """The sheet with its dents filled: bold writing near the desk is part of it.

    A sheet is large, has few dents, and is lighter than the desk. What is not, a bold digit in another colour or
    in white on a black canvas, lies on no desk: then all is paper.
    """
    everything = np.ones_like(sheet)
    if not _LEAST < sheet.mean() < 1:
        return everything
    differs = (picture[:, 1:] != picture[:, :-1])[sheet[:, 1:] == 0]
    like_a_digit = sheet.mean() < _LARGE or _fills_its_rectangle(sheet) < _RECTANGULAR
    if like_a_digit and differs.sum() < _GRAIN * differs.size:
        return everything
    hull = cv2.convexHull(cv2.findNonZero(sheet))
    dented = sheet.sum() < 0.85 * cv2.contourArea(hull)
    if dented or colours[sheet > 0].mean() <= colours[sheet == 0].mean():
        return everything
    reach = max(min(sheet.shape) // 8, 1)
    framed = cv2.copyMakeBorder(sheet, *(reach,) * 4, cv2.BORDER_CONSTANT, value=0)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.morphologyEx(framed, cv2.MORPH_CLOSE, disc)[reach:-reach, reach:-reach])
