"""Pictures for the reader's tests: neat digits drawn by code, enlarged and set on paper."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.data.strokes import generate
from glassnet.models import bundled

Ink = NDArray[np.float32]
Picture = NDArray[np.uint8]


@cache
def _neat() -> dict[int, list[NDArray[np.uint8]]]:
    """Plain ones, which the network tells apart with ease: the tests are about finding them."""
    drawn = generate(400, seed=3, level=0.3)
    sure = bundled("reader").probabilities(drawn.images)
    return {digit: list(drawn.images[(drawn.labels == digit) & (sure[:, digit] > 0.99)]) for digit in range(10)}


def digit_ink(digit: int, height: int, which: int = 0) -> Ink:
    """A digit's ink, 0 to 1, cut out tightly, its longer side about ``height`` pixels."""
    image = _neat()[digit][which]
    large = cv2.resize(np.pad(image, 2), None, fx=12, fy=12, interpolation=cv2.INTER_CUBIC)
    ink = (cv2.GaussianBlur(large, (0, 0), 4) > 110).astype(np.float32)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = height / max(ink.shape)
    return np.asarray(cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def write(lines: list[str], height: int = 48, gap: int = 14, slope: float = 0.0) -> Ink:
    """Lines of digits as ink on an empty sheet; a space leaves the place of a digit empty."""
    rows = [
        [None if one == " " else digit_ink(int(one), height, i % 3) for i, one in enumerate(line)]
        for line in lines
    ]
    width = max(sum(height if ink is None else ink.shape[1] + gap for ink in row) for row in rows) + 4 * height
    sheet = np.zeros((int(2 * height * (len(lines) + 1) + slope * width), width), np.float32)
    for number, row in enumerate(rows):
        left = 2 * height
        for ink in row:
            if ink is not None:
                top = int(height + 2 * height * number + slope * left) + (height - ink.shape[0])
                sheet[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
            left += height if ink is None else ink.shape[1] + gap
    return sheet


def on_paper(
    ink: Ink,
    pen: tuple[int, int, int] = (30, 30, 40),
    paper: tuple[int, int, int] = (245, 245, 240),
    light: NDArray[np.float32] | float = 1.0,
    grain: float = 0.0,
) -> Picture:
    """Ink ``(H, W)`` as a picture ``(H, W, 3)``, under a light that may differ from place to place."""
    share = ink[..., None]
    colours = np.asarray(paper) * (1 - share) + np.asarray(pen) * share
    colours = colours * np.broadcast_to(light, ink.shape)[..., None]
    noise = np.random.default_rng(0).normal(0, grain, ink.shape)[..., None] if grain else 0
    return np.asarray((colours + noise).clip(0, 255), np.uint8)
