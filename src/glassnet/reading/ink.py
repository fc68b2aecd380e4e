"""Telling ink from paper: how much darker than the paper around it every pixel is.

Grey levels mean nothing by themselves: paper in a shadow is darker than pencil in the sun, chalk is lighter than
its board, and red ink may be exactly as dark as the green paper under it. So everything here is relative: to the
paper right there, in the colour in which ink and paper differ most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.reading.light import in_even_light
from glassnet.reading.sheet import find_sheet, shrink

__all__ = ["Ink", "find_ink"]

Image = NDArray[Any]
FloatImage = NDArray[np.float32]
Mask = NDArray[np.bool_]

_OVERVIEW = 640
"""Longest side of the small copy on which the paper is estimated: paper has no fine detail."""
_DARKEST_PAPER = 0.35
"""Paper in a deep shadow has this share of the lit paper's brightness; what is darker is a desk."""
_NOTHING = 0.3
"""Grain alone is one-sided by less than this, of 4 or more..."""
_HARDLY = 0.5
"""...and a colour in which ink and paper are alike by less than this share of what another one is."""
_RIM, _PLAIN_RIM = 1, 3
"""What lies along the picture's edge tells as much as what surrounds each pixel in so many of three sizes. If it
is all of one colour it is paper, and no desk..."""
_PLAIN, _ALIKE = 0.85, 10
"""...that is if in so much of it the grey levels differ from the middle one by so little."""
_DARKEST_DIVISOR = 50
"""Grey levels: relative to less than this, the grain of dark paper would look like ink."""
_FADING = 0.5
"""Light that fades towards the edge darkens paper by at most this share."""
_LEAST_CONTRAST = 0.10
"""Between paper and ink, as a share of the paper's brightness: faint pencil has 0.15."""
_NOISES = 6.0
"""Ink stands out of the paper's grain by so many standard deviations somewhere in every stroke..."""
_ROUGHEST = 3.0
"""Times the usual grain: what is rougher is no grain but writing."""
_FEWER_NOISES = 3.5
"""...and by so many all along it."""


@dataclass(frozen=True, eq=False)
class Ink:
    """The ink of a picture, and how it was told from paper."""

    contrast: FloatImage
    """(H, W): by what share of the paper's brightness each pixel differs from paper; about 0 on paper."""
    mask: Mask
    """(H, W): where there is ink."""
    sheet: Mask
    """(H, W): the paper, and not the desk on which it lies."""
    noise: float
    """Standard deviation of ``contrast`` on paper."""
    light_on_dark: bool


def find_ink(picture: NDArray[np.uint8]) -> Ink:
    """Ink of a picture ``(H, W, 3)``: dark on light or light on dark, in any colour, in uneven light."""
    sheet = find_sheet(shrink(picture, _OVERVIEW))
    even = in_even_light(picture)
    overview = _overview(even, sheet)
    inverted = _lighter_ink(overview, sheet)
    if even is not picture and inverted.all():
        # A shadow on a dark board is darker than no ink; what is left of one on paper may be lighter than any.
        uneven = _overview(picture, sheet)
        inverted = _lighter_ink(uneven, sheet)
        if inverted.all():
            even, overview = picture, uneven
    picture = even
    if inverted.any():
        flip = np.where(inverted, 255, 0).astype(np.uint8)
        picture, overview = picture ^ flip, overview ^ flip  # 255 - x is x ^ 255
    paper = _paper(overview)
    sheet &= ~_too_dark(paper)
    weights = _ink_colour(_relative(overview, paper)[sheet])
    contrast, noise = _centre(_levelled(_contrast(picture, paper, weights, sheet)))
    height, width = contrast.shape
    sheet = cv2.resize(sheet.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
    light_on_dark = bool((weights * inverted).sum() > 0.5)
    return Ink(contrast, _hysteresis(contrast, noise), sheet, noise, light_on_dark)


def _overview(picture: NDArray[np.uint8], sheet: Mask) -> NDArray[np.uint8]:
    """A small copy ``(h, w, 3)``; what is no paper is painted over with paper: nothing is learned from it."""
    overview = shrink(picture, _OVERVIEW)
    usual = np.median(_thin_out(overview)[_thin_out(sheet)], axis=0).astype(np.uint8)
    return np.where(sheet[..., None], overview, usual)


def _lighter_ink(overview: Image, sheet: Mask) -> NDArray[np.bool_]:
    """For each colour, ``(3,)``: does ink stand out lighter than the paper?

    Paper is what most of the surroundings are, their median; ink is the minority that lies far away on one side.
    Wide surroundings mix light with shadow, and narrow ones are filled by a broad pen. So three sizes are asked
    how one-sided the picture is, from -1 for dark ink alone to 1 for light ink alone, and what lies along the
    picture's edge is asked as well: there is paper even where a bold digit is cut out tightly.
    A colour that hardly tells goes with the one that tells most.
    """
    small = shrink(overview, 160)
    rim = _rim(small)
    usual = np.median(rim, axis=0)
    plain = sheet.all() and (np.abs(rim - usual).max(axis=1) <= _ALIKE).mean() >= _PLAIN
    one_sided = (_PLAIN_RIM if plain else _RIM) * _one_sided(small, usual)
    for share in (0.1, 0.2, 0.3):
        reach = max(int(share * min(small.shape[:2])), 1)
        # Mirrored beyond its edges: repeated, a dark edge would be half of what surrounds a corner.
        mirrored = cv2.copyMakeBorder(small, *(reach,) * 4, cv2.BORDER_REFLECT)
        one_sided += _one_sided(small, cv2.medianBlur(mirrored, 2 * reach + 1)[reach:-reach, reach:-reach])
    telling = np.abs(one_sided)
    if telling.max() <= _NOTHING:
        return np.asarray(np.median(small, axis=(0, 1)) < 128)  # chalk rather than ink on dark paper
    lighter = one_sided > 0
    return np.where(telling > _HARDLY * telling.max(), lighter, lighter[telling.argmax()])


def _one_sided(picture: Image, paper: Image) -> NDArray[np.float64]:
    """For each colour, ``(3,)``: from -1 where all that differs from paper is darker to 1 where it is lighter."""
    cubes = (picture.astype(np.float64) - paper) ** 3
    return np.asarray(cubes.sum(axis=(0, 1)) / (np.abs(cubes).sum(axis=(0, 1)) + 1))


def _rim(picture: Image) -> Image:
    """The pixels ``(n, 3)`` along the picture's four edges."""
    wide = max(min(picture.shape[:2]) // 25, 1)
    sides = picture[:wide], picture[-wide:], picture[:, :wide], picture[:, -wide:]
    return np.concatenate([side.reshape(-1, 3) for side in sides])


def _paper(overview: Image) -> FloatImage:
    """What each pixel's paper looks like without ink, ``(h, w, 3)``.

    A closing fills every dark thing thinner than its kernel and leaves the edge of a shadow where it is. The
    kernel has to be wider than the pen: a first look with a very wide one tells the pen's width.
    """
    smooth = cv2.medianBlur(overview, 3) if min(overview.shape[:2]) >= 100 else overview
    widest = max(min(overview.shape[:2]) * 3 // 5, 3) | 1
    paper = _closed(smooth, widest)
    kernel = int(3 * _pen(_largest(_relative(smooth, paper)))) + 5 | 1
    return paper if kernel >= widest else _closed(smooth, kernel)


def _pen(darkness: FloatImage) -> float:
    """About how wide the broadest strokes are, in pixels. A broad thing at the picture's edge may be a shadow."""
    height, width = darkness.shape
    darkest = float(np.quantile(_thin_out(darkness), 0.995))
    dark = (darkness > max(_LEAST_CONTRAST, 0.6 * darkest)).astype(np.uint8)
    depth = cv2.distanceTransform(dark, cv2.DIST_L2, 3)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    left, top, across, down = stats[:, :4].T
    at_the_edge = (left == 0) | (top == 0) | (left + across == width) | (top + down == height)
    crests = (depth > 0) & (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)))
    ridge, owner = depth[crests], labels[crests]
    deepest = np.zeros(count)
    np.maximum.at(deepest, owner, ridge)
    ridge = ridge[~(at_the_edge & (deepest > 0.06 * min(height, width)))[owner]]
    if len(ridge):
        return 2 * float(np.quantile(ridge, 0.95))
    # Nothing but dark things at the edge: bold ink of a digit cut out tightly, or light that fades.
    return float(max(height, width)) if darkest > _FADING else min(height, width) / 24


def _closed(overview: Image, kernel: int) -> FloatImage:
    square = cv2.getStructuringElement(cv2.MORPH_RECT, (kernel, kernel))
    closed = cv2.morphologyEx(overview, cv2.MORPH_CLOSE, square, borderType=cv2.BORDER_REPLICATE)
    smooth: FloatImage = cv2.blur(closed, (kernel // 8 | 1,) * 2).astype(np.float32)
    return smooth


def _relative(overview: Image, paper: FloatImage) -> FloatImage:
    """By what share of its paper's brightness each pixel is darker, ``(h, w, 3)``."""
    return np.asarray((paper - overview) / np.maximum(paper, _DARKEST_DIVISOR), np.float32)


def _too_dark(paper: FloatImage) -> Mask:
    """Where there is something far darker than paper in a shadow: the desk, the edge of a scan."""
    brightest = np.quantile(_thin_out(paper), 0.95, axis=(0, 1)).astype(np.float32)
    return _largest(np.asarray(paper / brightest, np.float32)) < _DARKEST_PAPER


def _largest(colours: FloatImage) -> FloatImage:
    """(H, W): the largest of three colours (``max(axis=2)`` takes ten times as long)."""
    return np.asarray(np.maximum(np.maximum(colours[..., 0], colours[..., 1]), colours[..., 2]))


def _thin_out(picture: Image) -> Image:
    """Some 20,000 of its pixels, for statistics."""
    step = max(int((picture.shape[0] * picture.shape[1] / 20_000) ** 0.5), 1)
    return picture[::step, ::step]


def _ink_colour(difference: FloatImage) -> NDArray[np.float32]:
    """The mixture of colours, ``(3,)`` adding up to 1, in which ink stands out most from the paper's grain.

    ``difference`` is ``(n, 3)``: that of every pixel from its paper.
    """
    flat = difference[:: max(len(difference) // 20_000, 1)]
    if not len(flat):
        return np.full(3, 1 / 3, np.float32)
    grain = np.median(np.abs(flat - np.median(flat, axis=0)), axis=0) * 1.48 + 0.01
    strongest = flat.max(axis=1)
    level = max(_LEAST_CONTRAST, 0.5 * float(np.quantile(strongest, 0.995)))
    ink = flat[strongest >= level]
    if not len(ink):
        return np.full(3, 1 / 3, np.float32)
    weights = np.maximum(ink.mean(axis=0), 0) / grain**2
    weights /= max(float(weights.sum()), 1e-9)
    return np.asarray(weights, np.float32)


def _contrast(picture: Image, paper: FloatImage, weights: NDArray[np.float32], sheet: Mask) -> FloatImage:
    """(H, W): the weighted difference from paper in full size; 0 where there is no paper but a desk."""
    height, width = picture.shape[:2]
    gain = np.asarray(weights / np.maximum(paper, _DARKEST_DIVISOR), np.float32)
    gain[~sheet] = 0
    level = cv2.resize((gain * paper).sum(axis=2), (width, height), interpolation=cv2.INTER_LINEAR)
    gain = cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR)
    weighted = cv2.multiply(gain, picture, dtype=cv2.CV_32F)
    contrast: FloatImage = level - cv2.transform(weighted, np.ones((1, 3), np.float32))
    return contrast


def _levelled(contrast: FloatImage) -> FloatImage:
    """Contrast without what is left of the light: where light fades, a closing takes paper for too light."""
    height, width = contrast.shape
    small = shrink(contrast, 240)
    paper = (np.abs(small) < 1.5 * _LEAST_CONTRAST).astype(np.float32)
    window = (max(min(small.shape) // 12, 1) | 1,) * 2
    share = cv2.blur(paper, window, borderType=cv2.BORDER_REPLICATE)
    mean = cv2.blur(small * paper, window, borderType=cv2.BORDER_REPLICATE) / np.maximum(share, 0.2)
    contrast -= cv2.resize(mean, (width, height), interpolation=cv2.INTER_LINEAR)
    return contrast


def _centre(contrast: FloatImage) -> tuple[FloatImage, float]:
    """Contrast with its middle on paper at 0, and the standard deviation of the paper's grain.

    The grain is read off the differences between pixels close to one another: shadows change more slowly.
    """
    contrast -= np.float32(np.median(_thin_out(contrast)))
    sample = contrast[:: max(contrast.size // 50_000, 1)]
    apart = min(2, sample.shape[1] - 1)
    grain = np.abs(sample[:, apart:] - sample[:, : sample.shape[1] - apart])
    return contrast, 1.05 * float(np.median(grain))  # 1.48 / √2


def _hysteresis(contrast: FloatImage, noise: float) -> Mask:
    """Ink is where contrast is clear, and all that is connected with it and still visible.

    Both thresholds follow the strongest ink nearby, so that the ripples that JPEG leaves around a bold stroke are
    paper and a pencil's line further away is not.
    """
    nearby, grain = _strongest_nearby(contrast), _grain_nearby(contrast, noise)
    weak = contrast > np.maximum(0.3 * nearby, np.maximum(0.6 * _LEAST_CONTRAST, _FEWER_NOISES * grain))
    clear = contrast > np.maximum(0.5 * nearby, np.maximum(_LEAST_CONTRAST, _NOISES * grain))
    count, labels = cv2.connectedComponents(weak.astype(np.uint8), connectivity=8)
    kept = np.zeros(count, bool)
    kept[labels[clear]] = True
    kept[0] = False
    mask: Mask = kept[labels]
    return mask


def _strongest_nearby(contrast: FloatImage) -> FloatImage:
    """(H, W): the strongest contrast in the surroundings, smooth."""
    height, width = contrast.shape
    cell = max(min(height, width) // 40, 3)
    rows, columns = -(-height // cell), -(-width // cell)
    padded = cv2.copyMakeBorder(contrast, 0, rows * cell - height, 0, columns * cell - width, cv2.BORDER_REPLICATE)
    cells = padded.reshape(rows, cell, columns, cell).max(axis=(1, 3))
    cells = cv2.blur(cv2.dilate(cells, np.ones((3, 3), np.uint8)), (3, 3))
    nearby: FloatImage = cv2.resize(cells, (width, height), interpolation=cv2.INTER_LINEAR)
    return nearby


def _grain_nearby(contrast: FloatImage, noise: float) -> FloatImage:
    """(H, W): the standard deviation of the paper's grain there, at least ``noise``, smooth.

    A lamp's light, a telephone's sharpening and the wood of a desk make one part of a picture rougher than the
    rest. Where writing is dense its edges are not more than half of all pixels.
    """
    height, width = contrast.shape
    cell = max(min(height, width) // 10, 16)
    if min(height, width) < 2 * cell:
        return np.full((1, 1), noise, np.float32)
    thin = contrast[: height // cell * cell : 4, : width // cell * cell]
    differences = np.abs(thin[:, 2:] - thin[:, :-2])
    differences = np.pad(differences, ((0, -len(differences) % (cell // 4)), (0, 2)), mode="edge")
    rows, columns = len(differences) // (cell // 4), width // cell
    cells = differences[: rows * (cell // 4)].reshape(rows, cell // 4, columns, cell)
    grain = 1.05 * np.median(cells, axis=(1, 3)).astype(np.float32)
    grain = np.minimum(cv2.blur(grain, (3, 3)), _ROUGHEST * noise)
    return np.asarray(np.maximum(cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR), noise))
