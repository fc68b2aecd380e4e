"""Taking the light out of a photograph: shadows have soft edges, ink has sharp ones.

Where the shadow of a hand crosses a digit no threshold parts them: ink in the sun may be lighter than paper in the
shadow. What does tell them apart is how fast brightness changes. Edges of ink are as sharp as the camera can show,
a shadow's edge is soft. So the picture's gradients are sorted: those of sharp edges are ink's, all others are the
light's, and the light is the picture that has these gradients and no others. Divided by it, paper is equally
bright everywhere. A shadow may have a hard edge as well; but it is wider than a stroke, and a closing, which fills
whatever is thinner than itself, leaves it where it is. This is Horn's "Determining lightness from an image"
(1974), with the gradients put together by a cosine transform.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.reading.sheet import shrink

__all__ = ["in_even_light"]

Image = NDArray[Any]
FloatImage = NDArray[np.float32]
Mask = NDArray[np.bool_]

_OVERVIEW = 640
"""Longest side of the copy on which the light is found: at half of it a shadow's edge is as sharp as ink's."""
_SMALLEST = 64
"""Pixels: in a smaller picture all edges are alike."""
_EVEN = 0.8
"""Light that is nowhere weaker than this, as a share of the strongest, is even."""
_LIT = 0.95
"""What is brighter than this share of the picture is a lamp's reflection; all else becomes as bright as this."""
_BLACK = 8
"""Grey levels added before logarithms are taken: ratios of what is almost black mean nothing."""
_BLUR = 4.0
"""Pixels, the standard deviation of the blur that takes edges of ink apart from soft ones..."""
_SHARP, _STILL_SHARP = 2.0, 1.4
"""...as so many times steeper without it than with it: somewhere along each edge, and all along it."""
_GRAINS, _STEEP = 5.0, 0.015
"""An edge is as many times as steep as the paper's grain, and as much, in logarithms for each pixel."""
_SHORTEST = 6
"""Pixels: what is shorter is grain."""
_WIDEST = 0.2
"""Strokes are narrower than this, as a share of the picture's shorter side; what is wider is a shadow."""
_DEEPEST = 0.8
"""In logarithms: paper in a shadow with a sharp edge has half of the brightness beside it, a dark desk less."""
_RIM = 3
"""Pixels beside an edge that belong to it."""


def in_even_light(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture ``(H, W, 3)`` as if the same light fell everywhere; the same picture where it does already."""
    colours = shrink(picture, _OVERVIEW)
    overview = cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY)
    if min(overview.shape) < _SMALLEST or _is_even(overview):
        return picture
    light = _light(overview)
    if np.ptp(np.quantile(light[::4, ::4], (1 - _LIT, _LIT))) < -np.log(_EVEN):
        return picture
    gain = np.exp(np.maximum(np.float32(np.quantile(light[::4, ::4], _LIT)) - light, 0))
    # What becomes lighter than white loses its colour.
    gain /= max(float(np.quantile(colours[::4, ::4] * gain[::4, ::4, None], 0.995)) / 255, 1)
    height, width = picture.shape[:2]
    gain = cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(picture, cv2.merge([gain] * 3), dtype=cv2.CV_8U))


def _is_even(overview: NDArray[np.uint8]) -> bool:
    """Are all parts of the picture about as bright as one another, whatever is written on them?

    A lamp's reflection is smaller than a shadow, and a bold digit darker than what is around it.
    """
    small = shrink(overview, 160)
    narrow, wide = (cv2.medianBlur(small, max(min(small.shape) // part, 1) | 1) for part in (8, 4))
    return float(np.quantile(wide, 0.03)) >= _EVEN * float(narrow.max())


def _light(overview: NDArray[np.uint8]) -> FloatImage:
    """(h, w): the logarithm of the light that falls on each pixel, up to a constant."""
    height, width = overview.shape
    even = cv2.copyMakeBorder(overview, 0, height & 1, 0, width & 1, cv2.BORDER_REPLICATE)
    levels = np.log(np.arange(256, dtype=np.float32) + _BLACK)
    brightness = cv2.LUT(cv2.GaussianBlur(even, (0, 0), 0.7), levels)
    sharp = _sharp_edges(brightness).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _RIM + 1,) * 2)
    ink = cv2.dilate(sharp, disc)
    paper, desk = _paper(brightness)
    across = np.where(ink[:, 1:] | ink[:, :-1], np.diff(paper, axis=1), np.diff(brightness, axis=1))
    down = np.where(ink[1:] | ink[:-1], np.diff(paper, axis=0), np.diff(brightness, axis=0))
    across[desk[:, 1:] & desk[:, :-1]] = 0
    down[desk[1:] & desk[:-1]] = 0
    return _with_gradients(across, down)[:height, :width]


def _paper(brightness: FloatImage) -> tuple[FloatImage, Mask]:
    """What there is besides strokes, and where it changes by too much at once for a shadow: a desk is darker."""
    square = np.ones((max(int(_WIDEST * min(brightness.shape)), 3),) * 2, np.uint8)
    paper = cv2.morphologyEx(brightness, cv2.MORPH_CLOSE, square)
    step = cv2.morphologyEx(paper, cv2.MORPH_GRADIENT, np.ones((2 * _RIM + 3,) * 2, np.uint8))
    return np.asarray(paper, np.float32), step > _DEEPEST


def _sharp_edges(brightness: FloatImage) -> Mask:
    """Where brightness changes as fast as only the edges of strokes do."""
    steepness = _steepness(brightness)
    blurred = _steepness(cv2.GaussianBlur(brightness, (0, 0), _BLUR))
    least = max(_GRAINS * float(np.median(steepness[::3, ::3])), _STEEP)
    clear = (steepness > _SHARP * blurred) & (steepness > least)
    weak = (steepness > _STILL_SHARP * blurred) & (steepness > 0.6 * least)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(weak.astype(np.uint8), connectivity=8)
    kept = np.zeros(count, bool)
    kept[labels[clear]] = True
    kept &= stats[:, cv2.CC_STAT_AREA] >= _SHORTEST
    kept[0] = False
    return np.asarray(kept[labels])


def _steepness(brightness: FloatImage) -> FloatImage:
    across = cv2.Sobel(brightness, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(brightness, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _with_gradients(across: FloatImage, down: FloatImage) -> FloatImage:
    """(h, w), even numbers: the picture whose differences ``(h, w - 1)``, ``(h - 1, w)`` are closest to these.

    The solution of Poisson's equation: a cosine transform makes each frequency a division.
    """
    height, width = len(across), down.shape[1]
    sources = np.zeros((height, width), np.float32)
    sources[:, :-1] += across
    sources[:, 1:] -= across
    sources[:-1] += down
    sources[1:] -= down
    waves = [2 * np.cos(np.pi * np.arange(side) / side) - 2 for side in (height, width)]
    divisor = (waves[0][:, None] + waves[1]).astype(np.float32)
    divisor[0, 0] = 1
    frequencies = cv2.dct(sources) / divisor
    frequencies[0, 0] = 0
    return np.asarray(cv2.idct(frequencies), np.float32)
