"""What happens to the ink: pens thin and thick, coarse screens, blur, faded ink, grain.

Every function takes pictures ``(N, H, W)`` ``uint8``, a largest magnitude and a generator, and gives pictures of
the same shape. Each draws one array with one row a picture, so that pictures may come in blocks of any size.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["blur", "contrast", "noise", "pixelate", "thickness"]

Pictures = NDArray[np.uint8]


def thickness(images: Pictures, most: float, rng: np.random.Generator) -> Pictures:
    """Strokes wider or narrower by up to ``most`` pixels.

    Half of that on either side: each edge moves by a share of a pixel at a time, towards the largest grey of a
    pixel and its four neighbours, or the smallest. Thinning leaves a stroke that would vanish as it is.
    """
    moved = (rng.random(len(images)) - 0.5) * most
    out = images.copy()
    for chosen, step in ((moved > 0, _wider), (moved < 0, _narrower)):
        out[chosen] = _step_by_step(images[chosen], np.abs(moved[chosen]), step)
    return out


def _step_by_step(images: Pictures, pixels: NDArray[np.float64], step: Callable[[Pictures], Pictures]) -> Pictures:
    while pixels.max(initial=0) > 0:
        share = np.minimum(pixels, 1).astype(np.float32)[:, None, None]
        grey = images.astype(np.float32)
        images = _rounded(grey + share * (step(images) - grey))
        pixels = np.maximum(pixels - 1, 0)
    return images


def _wider(images: Pictures) -> Pictures:
    """The brightest of each pixel and its four neighbours: dilation."""
    out = images.copy()
    np.maximum(out[:, 1:], images[:, :-1], out=out[:, 1:])
    np.maximum(out[:, :-1], images[:, 1:], out=out[:, :-1])
    np.maximum(out[:, :, 1:], images[:, :, :-1], out=out[:, :, 1:])
    np.maximum(out[:, :, :-1], images[:, :, 1:], out=out[:, :, :-1])
    return out


def _narrower(images: Pictures) -> Pictures:
    """Erosion, plus what dilation could not bring back afterwards: the strokes too thin to lose more."""
    eroded = 255 - _wider(255 - images)
    return eroded + (images - _wider(eroded))


def pixelate(images: Pictures, share: float, rng: np.random.Generator) -> Pictures:
    """A ``share`` of the pictures as a coarse screen shows them: square dots of 1.25 to 2.5 pixels, ink or no ink.

    A dot is ink where enough of it was. A stroke of width w that runs along the border between two rows of dots of
    size s covers w / 2 s of either, so a little less than that, and than a half, is enough: strokes stay whole.
    """
    chance, size, place_x, place_y, least = rng.random((len(images), 5)).T
    chosen = chance < share
    size = 1.25 + 1.25 * size[chosen]
    down, across = (
        _dots(side, size, place[chosen]) for side, place in zip(images.shape[1:], (place_y, place_x), strict=True)
    )
    ink = images[chosen].astype(np.float32) / 255
    covered = down @ ink @ across.transpose(0, 2, 1) / (size * size)[:, None, None].astype(np.float32)
    enough = (0.7 + 0.25 * least[chosen]) * np.minimum(1, _stroke_width(ink) / size) / 2
    lit = (covered > enough[:, None, None]).astype(np.float32)
    out = images.copy()
    out[chosen] = _rounded(255 * (down.transpose(0, 2, 1) @ lit @ across))
    return out


def _stroke_width(ink: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean width of the strokes of each picture, in pixels: twice the area over the length of the outline.

    The outline of soft-edged ink is as long as its greys' slopes are steep in sum (the coarea formula).
    """
    paper = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    slopes = np.hypot(np.diff(paper, axis=1)[:, :, 1:], np.diff(paper, axis=2)[:, 1:])
    outline = slopes.sum(axis=(1, 2), dtype=np.float64)
    return np.asarray(2 * ink.sum(axis=(1, 2), dtype=np.float64) / np.maximum(outline, 1e-9))


def _dots(pixels: int, size: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float32]:
    """How much of each pixel lies in each dot of one side: ``(N, dots, pixels)``."""
    start = size[:, None] * (np.arange(pixels) - place[:, None])  # more dots than are needed, whatever their size
    end = start + size[:, None]
    pixel = np.arange(pixels)
    common = np.minimum(end[:, :, None], pixel + 1) - np.maximum(start[:, :, None], pixel)
    return np.asarray(np.maximum(common, 0), np.float32)


def blur(images: Pictures, most: float, rng: np.random.Generator) -> Pictures:
    """Out of focus: a Gaussian of a standard deviation of up to ``most`` pixels, different in each picture.

    A blur is a matrix product from either side: ``K_down @ picture @ K_across``.
    """
    sigma = np.maximum(most * rng.random((len(images), 1)), 1e-3)
    kernels = []
    for side in images.shape[1:]:
        bell = np.exp(-0.5 * (np.arange(side) / sigma) ** 2)
        bell /= 2 * bell.sum(axis=1, keepdims=True) - bell[:, :1]  # the bell has two sides and one middle
        distance = np.abs(np.arange(side)[:, None] - np.arange(side))
        kernels.append(bell.astype(np.float32)[:, distance])
    return _rounded(kernels[0] @ images.astype(np.float32) @ kernels[1])


def contrast(images: Pictures, most: float, rng: np.random.Generator) -> Pictures:
    """Ink as faint as ``1 − most`` of what it was, and its greys lighter or darker (gamma 2^±most)."""
    fade, gamma = rng.random((len(images), 2)).T
    greys = (np.arange(256) / 255) ** 2.0 ** (most * (2 * gamma[:, None] - 1))
    table = _rounded((255 * (1 - most * fade[:, None]) * greys).astype(np.float32))
    return table[np.arange(len(images))[:, None, None], images]


def noise(images: Pictures, most: float, rng: np.random.Generator) -> Pictures:
    """Grain: every grey is off by chance, with a standard deviation of up to ``most`` of the whole scale."""
    count = len(images)
    drawn = rng.random((count, 1 + images[0].size), dtype=np.float32)
    deviation = 255 * most * drawn[:, :1]
    grain = (drawn[:, 1:] - 0.5) * deviation * np.float32(12**0.5)  # uniform, which costs a tenth of normal
    return _rounded(np.clip(images + grain.reshape(images.shape), 0, 255))


def _rounded(values: NDArray[np.float32]) -> Pictures:
    return (values + 0.5).astype(np.uint8)
