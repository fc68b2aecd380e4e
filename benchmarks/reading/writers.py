"""Who writes: shapes of digits in any size, from paths drawn by code and from real digits of MNIST.

A glyph is an array ``(h, w)`` of floats, 1 where ink is and 0 on paper, cut out tightly. The real digits are rows
50,000 to 59,999 of MNIST's training part. What is bundled learned from all rows in the end; runs by which networks
are chosen did not learn from these.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.data import open_path
from glassnet.data.strokes.alphabets import alphabet
from glassnet.data.strokes.hand import PRINT, Hand
from glassnet.reading.pen import stroke_width

__all__ = [
    "Drawing",
    "Glyph",
    "Hand",
    "Pen",
    "Printed",
    "Real",
    "Writer",
    "crop",
    "own_pen",
    "real_digits",
    "redrawn",
    "render",
    "write_with",
]

STEADY = replace(Hand().at_level(0.8), tremor=0.001)
"""28 × 28 pixels hide how the dots of a path tremble; a page does not."""

MNIST = Path(os.environ.get("GLASSNET_DATA", Path(__file__).parents[3] / "shared" / "data" / "mnist"))
HELD_BACK = slice(50_000, 60_000)
_rows = HELD_BACK

Glyph = NDArray[np.float32]
Paths = list[NDArray[np.float64]]


@dataclass(frozen=True)
class Pen:
    """``width`` in pixels; ``pressure`` is how much it varies; ``nib`` how flat the tip is, 1 for round."""

    width: float
    pressure: float = 0.15
    nib: float = 1.0
    pixels: bool = False
    """Hard pixels without grey edges, from the few points that a mouse sends."""


@dataclass
class Writer:
    """Somebody who writes digits of a height."""

    rng: np.random.Generator
    pen: Pen = field(default_factory=lambda: Pen(3))

    def glyph(self, shown: str, height: float) -> Glyph:
        raise NotImplementedError


@dataclass
class Drawing(Writer):
    """Paths drawn by code. One style for each digit throughout, as people have."""

    letters: str = "handwriting"
    habits: Hand = STEADY
    broken: bool = False
    _styles: dict[str, int] = field(default_factory=dict)

    def glyph(self, shown: str, height: float) -> Glyph:
        return render(self.paths(shown, height), self.pen, self.rng)

    def take_style(self, shown: str, style: int) -> None:
        """Write ``shown`` in this one of the alphabet's styles."""
        self._styles[shown] = style

    def paths(self, shown: str, height: float) -> Paths:
        """The strokes in pixels, ``(k, 2)`` each, ``height`` from top to bottom, however wide that is."""
        table = alphabet(self.letters)
        if shown not in self._styles:
            styles = np.flatnonzero(np.array(table.shows) == shown)
            share = table.paths.probability[styles]
            self._styles[shown] = int(self.rng.choice(styles, p=share / share.sum()))
        style = np.array([self._styles[shown]])
        x, y, _, down = table.write(style, self.habits, self.rng)
        dots = np.stack([x[0], y[0]], axis=1).astype(np.float64)
        cuts = np.flatnonzero(down[0] == 0) + 1
        low, high = dots.min(axis=0), dots.max(axis=0)
        scale = height / max(high[1] - low[1], 0.45 * (high[0] - low[0]), 1e-3)
        strokes = [_smooth(part) for part in np.split((dots - low) * scale, cuts) if len(part) > 1]
        if self.broken and len(strokes) > 1:  # the cap of a five that flies off
            strokes[-1] = strokes[-1] + self.rng.uniform((-0.02, -0.14), (0.08, -0.03)) * height
        return strokes


@dataclass
class Real(Writer):
    """Digits of MNIST, enlarged without a trace of their pixels; ``weight`` times as wide a pen."""

    weight: float = 1.0

    def glyph(self, shown: str, height: float) -> Glyph:
        images, rows = real_digits()
        image = images[self.rng.choice(rows[int(shown)])]
        glyph = redrawn(image, height, self.weight)
        turn = cv2.getRotationMatrix2D((glyph.shape[1] / 2, glyph.shape[0] / 2), self.rng.normal(0, 3), 1)
        pad = int(0.1 * height) + 2
        return crop(cv2.warpAffine(np.pad(glyph, pad), turn, None))


@dataclass
class Printed(Writer):
    """Digits of the typefaces that come with Matplotlib."""

    face: str = ""

    def glyph(self, shown: str, height: float) -> Glyph:
        from PIL import Image, ImageDraw, ImageFont

        if not self.face:
            self.face = str(self.rng.choice(_faces()))
        font = ImageFont.truetype(self.face, max(6, round(height * 1.37)))
        left, top, right, bottom = font.getbbox(shown)
        picture = Image.new("L", (int(right - left) + 8, int(bottom - top) + 8))
        ImageDraw.Draw(picture).text((4 - left, 4 - top), shown, 255, font)
        return crop(np.asarray(picture, np.float32) / 255)


def print_writer(rng: np.random.Generator, pen: Pen) -> Drawing:
    """The typefaces of ``strokes``."""
    return Drawing(rng, pen, letters="print", habits=PRINT)


@cache
def _faces() -> list[str]:
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    names = (
        "DejaVuSans",
        "DejaVuSans-Bold",
        "DejaVuSansMono",
        "DejaVuSerif",
        "DejaVuSans-Oblique",
        "cmr10",
        "cmss10",
    )
    return [str(folder / f"{name}.ttf") for name in names]


def write_with(rows: slice) -> None:
    """Take the real digits from other rows of MNIST's training part: from those that may be learned from."""
    global _rows
    _rows = rows
    real_digits.cache_clear()


@cache
def real_digits() -> tuple[NDArray[np.uint8], list[NDArray[np.intp]]]:
    """MNIST's held-back digits ``(10000, 28, 28)``, or those to write with, and the rows of each class."""
    train = open_path(MNIST).train
    labels = train.labels[_rows]
    return train.images[_rows], [np.flatnonzero(labels == digit) for digit in range(10)]


def own_pen(image: NDArray[np.uint8]) -> float:
    """The width of a 28 × 28 digit's strokes, as a share of its longer side."""
    ink = _enlarged(image)
    return stroke_width(np.pad(ink, 1)) / max(crop(ink.astype(np.float32)).shape)


def redrawn(image: NDArray[np.uint8], height: float, weight: float = 1.0) -> Glyph:
    """A 28 × 28 digit with its ink's longer side at ``height``, smooth, its pen ``weight`` times as wide."""
    ink = _enlarged(image)
    if weight != 1:
        ink = _other_pen(ink, weight)
    box = crop(ink.astype(np.float32))
    scale = height / max(box.shape)
    size = max(1, round(box.shape[1] * scale)), max(1, round(box.shape[0] * scale))
    if scale < 1:
        return cv2.resize(box, size, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(box, size, interpolation=cv2.INTER_LINEAR)
    smooth = cv2.GaussianBlur(smooth, (0, 0), 0.6 * scale)
    return np.clip((smooth - 0.5) * 2.5 + 0.5, 0, 1)


def _enlarged(image: NDArray[np.uint8], fine: int = 6) -> NDArray[np.uint8]:
    """The ink of a 28 × 28 digit, 0 and 1, so many times as large and smooth."""
    large = cv2.resize(
        np.pad(image, 2).astype(np.float32) / 255, None, fx=fine, fy=fine, interpolation=cv2.INTER_CUBIC
    )
    return (cv2.GaussianBlur(large, (0, 0), 0.35 * fine) > 0.42).astype(np.uint8)


def _other_pen(ink: NDArray[np.uint8], weight: float) -> NDArray[np.uint8]:
    """The same centre line with another pen: every point within ``weight`` times the local radius of it."""
    grown = np.pad(crop(ink.astype(np.float32)) > 0, round(12 * weight) + 2).astype(np.uint8)
    radius = cv2.distanceTransform(grown, cv2.DIST_L2, 5)
    line = skeleton(grown)
    away, nearest = cv2.distanceTransformWithLabels(1 - line, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    local = np.zeros(nearest.max() + 1, np.float32)
    local[nearest[line > 0]] = radius[line > 0]
    return (away <= np.maximum(weight * local[nearest], 1)).astype(np.uint8)


def skeleton(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The centre line of ``ink``, 0 and 1, one pixel wide (Zhang and Suen, 1984)."""
    line = ink.copy()
    while True:
        before = int(line.sum())
        for first in (True, False):
            n = [
                np.roll(line, move, (0, 1))
                for move in ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
            ]
            around = sum(values.astype(np.int8) for values in n)
            steps = sum(((a == 0) & (b == 1)).astype(np.int8) for a, b in zip(n, [*n[1:], n[0]], strict=True))
            up, right, down, left = n[0], n[2], n[4], n[6]
            free = (
                (up * right * down == 0) & (right * down * left == 0)
                if first
                else ((up * right * left == 0) & (up * down * left == 0))
            )
            line[(line == 1) & (around >= 2) & (around <= 6) & (steps == 1) & free] = 0
        if int(line.sum()) == before:
            return line


def _smooth(dots: NDArray[np.float64], fold: int = 6) -> NDArray[np.float64]:
    """Dots on the smooth curve through ``dots``: a polygon of 64 corners is seen as one when it is large."""
    n = len(dots)
    places = np.linspace(0, n - 1, fold * (n - 1) + 1)
    first = np.clip(places.astype(int), 0, n - 2)
    f = (places - first)[:, None]
    before, p, q, after = (dots[np.clip(first + step, 0, n - 1)] for step in (-1, 0, 1, 2))
    return 0.5 * (
        2 * p + f * (q - before + f * (2 * before - 5 * p + 4 * q - after + f * (3 * (p - q) + after - before)))
    )


def render(strokes: Paths, pen: Pen, rng: np.random.Generator) -> Glyph:
    """Strokes in pixels, drawn with a pen and cut out."""
    margin = pen.width + 3
    low = np.min([stroke.min(axis=0) for stroke in strokes], axis=0) - margin
    width, height = np.ceil(np.max([stroke.max(axis=0) for stroke in strokes], axis=0) - low + margin).astype(int)
    if pen.pixels:
        canvas = np.zeros((height, width), np.uint8)
        for stroke in strokes:
            sent = np.rint(stroke[:: rng.integers(8, 20)] - low).astype(np.int32)  # as often as a mouse is asked
            cv2.polylines(canvas, [sent], False, 1, max(1, round(pen.width)), cv2.LINE_8)
        return crop(canvas.astype(np.float32))
    fine = 4 if height < 500 else 2
    canvas = np.zeros((height * fine, width * fine), np.uint8)
    for stroke in strokes:
        dots = (stroke - low) * fine
        wave = np.interp(np.linspace(0, 1, len(dots)), np.linspace(0, 1, 6), rng.standard_normal(6))
        thick = pen.width * fine * np.exp(pen.pressure * wave)
        if pen.nib != 1:
            way = np.arctan2(*np.gradient(dots, axis=0).T[::-1])
            thick *= np.abs(np.sin(way + 0.7)) * (1 - pen.nib) + pen.nib
        for a, b, t in zip(dots[:-1], dots[1:], thick[:-1], strict=True):
            ends = [tuple(int(v) for v in np.rint(point * 16)) for point in (a, b)]
            cv2.line(canvas, ends[0], ends[1], 255, max(1, round(float(t))), cv2.LINE_8, 4)
    return crop(cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255)


def crop(glyph: Glyph) -> Glyph:
    """Without the empty rows and columns around it."""
    ink = glyph > 0.05
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return glyph
    return np.ascontiguousarray(glyph[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def any_writer(rng: np.random.Generator, pen: Pen) -> Writer:
    """A person: half of them write by code, half as people did for MNIST."""
    if rng.random() < 0.5:
        return Drawing(rng, pen)
    return Real(rng, pen, weight=float(np.exp(rng.normal(-0.15, 0.25))))


def with_pen(writer: Writer, pen: Pen) -> Writer:
    return replace(writer, pen=pen)
