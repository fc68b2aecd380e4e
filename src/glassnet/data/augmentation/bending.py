"""Where the ink moves: shift, rotation, scale, shear and elastic deformation in one resampling.

Every pixel of the new picture asks: from where in the old picture do I come? The answers, two coordinates for
each pixel, are a field. A field is a sum of a few fixed patterns, and only their amounts differ from picture to
picture:

* "as far right as I am", "as far down as I am" and "everywhere the same" are the three patterns of an affine map;
* a smooth bump around each of the 25 knots of a 5 × 5 grid gives the elastic part.

So the fields of many pictures are one matrix product: amounts ``(2 N, 28)`` times patterns ``(28, H W)``. Then the
old pictures are read at these places, once, between their pixels.

Elastic deformation of handwriting: P. Simard, D. Steinkraus and J. Platt, "Best practices for convolutional neural
networks applied to visual document analysis", ICDAR 2003. They smooth a random field; here a coarse random grid is
interpolated, which is as smooth and far cheaper.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["KNOTS", "PATTERNS", "affine_amounts", "bend", "elastic_amounts", "patterns_of"]

KNOTS = 5
"""Knots of the elastic grid along each side; the outermost lie on the outermost pixels."""

PATTERNS = 3 + KNOTS * KNOTS

BEFORE, AFTER = 1, 2
"""Rows and columns of paper added to a picture, so that its four neighbours always exist."""


def affine_amounts(
    shift: NDArray[np.float64],
    degrees: NDArray[np.float64],
    scale: NDArray[np.float64],
    shear: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Amounts ``(N, 2, 3)`` of the affine patterns: where a pixel comes from, as (x, y), from the centre.

    The ink is scaled by ``scale (N, 2)``, then sheared (x grows by ``shear (N,)`` times y), turned clockwise by
    ``degrees (N,)`` and shifted by ``shift (N, 2)`` pixels, x first. A pixel goes that way backwards:
    ``p → S⁻¹ K⁻¹ R⁻¹ (p − t)``.
    """
    sine, cosine = np.sin(np.deg2rad(degrees)), np.cos(np.deg2rad(degrees))
    back = np.stack([cosine + shear * sine, sine - shear * cosine, -sine, cosine], axis=1).reshape(-1, 2, 2)
    back /= scale[:, :, None]
    return np.concatenate([back, -back @ shift[:, :, None]], axis=2).astype(np.float32)


def elastic_amounts(deviation: float, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Amounts ``(N, 2, 25)`` of the bumps: normal, with a standard deviation in pixels."""
    return rng.standard_normal((count, 2, KNOTS * KNOTS), dtype=np.float32) * np.float32(deviation)


def bend(images: NDArray[np.uint8], amounts: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Pictures ``(N, H, W)``, read anew at the places that ``amounts (N, 2, 28)`` of the patterns say.

    Bilinear interpolation; beyond the edge there is paper (0).
    """
    count, height, width = images.shape
    paper = np.zeros((count, height + BEFORE + AFTER, width + BEFORE + AFTER), np.float32)
    paper[:, BEFORE:-AFTER, BEFORE:-AFTER] = images
    row = paper.shape[2]

    field = (amounts.reshape(-1, PATTERNS) @ patterns_of(height, width)).reshape(count, 2, height * width)
    x, y = field[:, 0], field[:, 1]  # measured on the paper, whose first row and column are blank
    x += (width - 1) / 2 + BEFORE
    y += (height - 1) / 2 + BEFORE
    np.clip(x, 0, width + BEFORE, out=x)  # all that lies beyond the edge is blank alike
    np.clip(y, 0, height + BEFORE, out=y)
    whole = field.astype(np.intp)
    field -= whole  # what is left is how far to the right of, and below, a pixel
    place = whole[:, 1] * row
    place += whole[:, 0]
    place += np.arange(count)[:, None] * paper[0].size

    # Four neighbours of each place: mix left with right above and below, then above with below.
    above = _between(paper, place, x)
    place += row
    below = _between(paper, place, x)
    below -= above
    below *= y
    above += below
    above += 0.5  # so that cutting off the decimals rounds
    return above.astype(np.uint8).reshape(images.shape)


def _between(
    paper: NDArray[np.float32], place: NDArray[np.intp], right: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The grey ``right`` (0 to 1) of a pixel to the right of ``place``."""
    flat = paper.reshape(-1)
    near = flat.take(place, mode="clip")  # no index is out of bounds, and "clip" is the mode that does not copy
    place += 1
    far = flat.take(place, mode="clip")
    place -= 1
    far -= near
    far *= right
    near += far
    return near


@cache
def patterns_of(height: int, width: int) -> NDArray[np.float32]:
    """The patterns ``(28, H W)``: x and y from the centre, 1 everywhere, and the bump around each knot."""
    y, x = np.indices((height, width), np.float64)
    affine = [x - (width - 1) / 2, y - (height - 1) / 2, np.ones((height, width))]
    bumps = np.einsum("hi,wj->ijhw", _bumps(height), _bumps(width))
    patterns = np.concatenate([np.stack(affine), bumps.reshape(-1, height, width)])
    return patterns.reshape(PATTERNS, -1).astype(np.float32)


def _bumps(pixels: int) -> NDArray[np.float64]:
    """How much each knot counts at each pixel of a side, ``(pixels, KNOTS)``: cubic convolution.

    R. Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = −1/2. Beyond the last
    knot its value goes on, so every row sums to 1.
    """
    weights = np.zeros((pixels, KNOTS))
    at = np.linspace(0, KNOTS - 1, pixels)
    left = np.minimum(at.astype(int), KNOTS - 2)
    for knot in range(-1, 3):
        d = np.abs(at - (left + knot))
        near, far = ((1.5 * d - 2.5) * d) * d + 1, ((-0.5 * d + 2.5) * d - 4) * d + 2
        np.add.at(
            weights,
            (np.arange(pixels), np.clip(left + knot, 0, KNOTS - 1)),
            np.where(d <= 1, near, np.where(d < 2, far, 0)),
        )
    return weights
