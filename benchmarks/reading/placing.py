"""A digit somewhere on a sheet: what the pictures of one digit have in common."""

from __future__ import annotations

import cv2

from benchmarks.reading.paper import (
    Floats,
    Random,
    Sheet,
    paper,
)
from benchmarks.reading.writers import Pen, Writer, any_writer, crop

__all__ = ["ball", "ballpoint", "placed"]


def placed(rng: Random, writer: Writer, size: tuple[int, int], share: tuple[float, float]) -> Sheet:
    """A random digit on a canvas, ``share`` of its height high, anywhere it fits."""
    height, width = size
    sheet = Sheet(height, width, [[]])
    digit = int(rng.integers(10))
    tall = rng.uniform(*share) * height
    glyph = writer.glyph(str(digit), tall)
    if glyph.shape[1] > 0.9 * width or glyph.shape[0] > 0.96 * height:
        scale = min(0.85 * width / glyph.shape[1], 0.9 * height / glyph.shape[0])
        glyph = crop(cv2.resize(glyph, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    free = height - glyph.shape[0], width - glyph.shape[1]
    spot = [rng.uniform(0.04, 0.96) * room for room in free]
    sheet.digit(digit, glyph, spot[1], spot[0])
    return sheet


def ballpoint(rng: Random, size: tuple[int, int], share: tuple[float, float]) -> tuple[Floats, Sheet]:
    tall = rng.uniform(*share) * size[0]
    sheet = placed(
        rng, any_writer(rng, Pen(max(1.3, tall * rng.uniform(0.025, 0.07)))), size, (tall / size[0],) * 2
    )
    under = paper(rng, sheet.ink.shape, tuple(rng.uniform(225, 252) + rng.normal(0, 4, 3)))
    return under, sheet


def ball(rng: Random, tall: float, thick: float = 1.0) -> Writer:
    return any_writer(rng, Pen(max(1.4, tall * thick * rng.uniform(0.035, 0.08))))
