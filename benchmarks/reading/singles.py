"""Pictures of one digit, by where they come from."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.camera import encoded, photograph, scanned
from benchmarks.reading.paper import (
    BALLPOINTS,
    Mark,
    Random,
    Sample,
    Sheet,
    lay,
    paper,
    pencil,
    ruled,
    squared,
)
from benchmarks.reading.placing import ballpoint, placed
from benchmarks.reading.trouble import TROUBLE
from benchmarks.reading.writers import Drawing, Pen, Printed, any_writer, crop, print_writer

__all__ = ["SINGLES"]


def flat(
    sheet: Sheet, ink: tuple[float, float, float], under: tuple[float, float, float], quality: int = 100
) -> Sample:
    page = np.full((*sheet.ink.shape, 3), under, np.float32)
    return Sample(encoded(lay(sheet.ink, page, ink), quality), sheet.lines)


def paint_28(rng: Random) -> Sample:
    """A paint program with a canvas of 28 × 28: pens of one to three hard pixels."""
    pen = Pen(float(rng.choice([1, 2, 2, 3])), pressure=0, pixels=bool(rng.random() < 0.6))
    sheet = placed(rng, Drawing(rng, pen), (28, 28), (0.55, 0.85))
    return flat(sheet, (0, 0, 0), (255, 255, 255)) if rng.random() < 0.7 else flat(sheet, (255,) * 3, (0,) * 3)


def mouse(rng: Random) -> Sample:
    """A mouse on a canvas of 280 × 280 with a pen of one pixel."""
    sheet = placed(rng, Drawing(rng, Pen(1, pixels=True)), (280, 280), (0.25, 0.8))
    return flat(sheet, (0, 0, 0), (255, 255, 255))


def brush_280(rng: Random) -> Sample:
    """A page in a browser: a round brush on a canvas of 200 to 400 pixels, often bright on black."""
    side = int(rng.integers(200, 400))
    sheet = placed(rng, Drawing(rng, Pen(side * rng.uniform(0.03, 0.09), pressure=0)), (side, side), (0.4, 0.8))
    return flat(sheet, (255,) * 3, (0,) * 3) if rng.random() < 0.6 else flat(sheet, (0,) * 3, (255,) * 3)


def tablet(rng: Random) -> Sample:
    """A stylus with pressure on a large canvas, in any colour."""
    side = int(rng.integers(500, 1200))
    pen = Pen(side * rng.uniform(0.008, 0.03), pressure=0.35)
    sheet = placed(rng, any_writer(rng, pen), (side, side), (0.15, 0.6))
    colour = tuple(float(v) for v in rng.integers(0, 150, 3))
    return flat(sheet, colour, (255, 255, 255))


def marker(rng: Random) -> Sample:
    """A thick marker on paper, photographed."""
    tall = rng.uniform(140, 320)
    writer = Drawing(rng, Pen(tall * rng.uniform(0.12, 0.24), pressure=0.05, nib=rng.uniform(0.5, 1)))
    sheet = placed(rng, writer, (480, 640), (tall / 480, tall / 480))
    colour = [(20, 20, 22), (20, 40, 130), (170, 25, 35), (20, 110, 50)][rng.integers(4)]
    return photograph(lay(sheet.ink, paper(rng, sheet.ink.shape), colour, density=0.92), sheet, rng)


def ballpoint_scan(rng: Random) -> Sample:
    """A ballpoint, scanned, with the scanner's dark edges."""
    side = int(rng.integers(200, 600))
    under, sheet = ballpoint(rng, (side, int(side * rng.uniform(0.8, 1.3))), (0.25, 0.6))
    colour = BALLPOINTS[rng.integers(len(BALLPOINTS))]
    return scanned(lay(sheet.ink, under, colour, rng, density=rng.uniform(0.75, 0.95)), sheet, rng)


def ballpoint_photo(rng: Random) -> Sample:
    """A ballpoint, photographed by telephone."""
    under, sheet = ballpoint(rng, (600, 800), (0.15, 0.5))
    colour = BALLPOINTS[rng.integers(len(BALLPOINTS))]
    page = lay(sheet.ink, under, colour, rng, density=rng.uniform(0.7, 0.92))
    return photograph(page, sheet, rng, desk=0.15)


def hard_light(rng: Random) -> Sample:
    """The same under a lamp at night: shadows, noise, much JPEG."""
    under, sheet = ballpoint(rng, (600, 800), (0.2, 0.5))
    page = lay(sheet.ink, under, BALLPOINTS[rng.integers(5)], rng, density=rng.uniform(0.75, 0.95))
    return photograph(page, sheet, rng, hard=1.3, desk=0.3)


def notebook(rng: Random) -> Sample:
    """Ruled paper, photographed."""
    under, sheet = ballpoint(rng, (480, 640), (0.2, 0.5))
    tall = sheet.lines[0][0].bottom - sheet.lines[0][0].top
    ruled(
        under, tall * rng.uniform(1.0, 1.6), rng, margin=False, start=sheet.lines[0][0].bottom + rng.normal(0, 4)
    )
    page = lay(sheet.ink, under, BALLPOINTS[rng.integers(5)], rng, density=rng.uniform(0.75, 0.95))
    return photograph(page, sheet, rng, hard=0.7)


def squares(rng: Random) -> Sample:
    """Squared paper, photographed or scanned."""
    under, sheet = ballpoint(rng, (480, 640), (0.2, 0.5))
    tall = sheet.lines[0][0].bottom - sheet.lines[0][0].top
    squared(under, tall * rng.uniform(0.45, 1.1), rng)
    page = lay(sheet.ink, under, BALLPOINTS[rng.integers(5)], rng, density=rng.uniform(0.75, 0.95))
    return photograph(page, sheet, rng, hard=0.7) if rng.random() < 0.6 else scanned(page, sheet, rng, edges=False)


def box(rng: Random) -> Sample:
    """One digit in a printed box of a form, scanned."""
    side = int(rng.integers(60, 160))
    pad = int(side * rng.uniform(0.1, 0.5))
    writer = any_writer(rng, Pen(max(1.3, side * rng.uniform(0.03, 0.07))))
    inner = placed(rng, writer, (side, round(side * rng.uniform(0.7, 1.1))), (0.55, 0.8))
    sheet = Sheet(side + 2 * pad, inner.width + 2 * pad, [[]])
    mark = inner.lines[0][0]
    sheet.digit(mark.digit, crop(inner.ink), mark.left + pad, mark.top + pad)
    under = paper(rng, sheet.ink.shape, (248, 248, 246), grain=0.5)
    colour = [(40, 40, 40), (90, 90, 90), (210, 120, 90), (110, 160, 120)][rng.integers(4)]
    thick = max(1, round(side * rng.uniform(0.01, 0.035)))
    cv2.rectangle(under, (pad, pad), (pad + inner.width, pad + side), tuple(map(float, colour)), thick)
    page = lay(sheet.ink, under, BALLPOINTS[rng.integers(5)], rng, density=0.9)
    return scanned(page, sheet, rng, edges=False)


def coloured(rng: Random) -> Sample:
    """Coloured ink on coloured paper, photographed: told apart by colour as much as by lightness."""
    pairs = (
        ((200, 40, 60), (250, 225, 120)), ((40, 70, 190), (250, 190, 205)), ((30, 110, 60), (255, 245, 160)),
        ((190, 30, 40), (190, 220, 245)), ((120, 40, 140), (215, 240, 205)), ((235, 235, 245), (60, 90, 160)),
        ((250, 240, 120), (40, 100, 70)), ((230, 110, 30), (245, 240, 230)), ((60, 60, 200), (225, 200, 160)),
    )  # fmt: skip
    ink, under = pairs[rng.integers(len(pairs))]
    tall = rng.uniform(100, 260)
    writer = any_writer(rng, Pen(tall * rng.uniform(0.04, 0.12)))
    sheet = placed(rng, writer, (480, 640), (tall / 480,) * 2)
    return photograph(lay(sheet.ink, paper(rng, sheet.ink.shape, under), ink, density=0.92), sheet, rng, hard=0.6)


def board(rng: Random) -> Sample:
    """Chalk on a blackboard, photographed."""
    tall = rng.uniform(100, 280)
    sheet = placed(
        rng, Drawing(rng, Pen(tall * rng.uniform(0.05, 0.1), pressure=0.2)), (480, 640), (tall / 480,) * 2
    )
    under = paper(rng, sheet.ink.shape, [(38, 58, 48), (42, 44, 46), (52, 70, 60)][rng.integers(3)], grain=3)
    chalk = pencil(sheet.ink, np.zeros_like(under), rng, 1.0)[..., 0] / 58
    page = lay(np.clip(chalk, 0, 1), under, (232, 232, 222), density=rng.uniform(0.6, 0.95))
    return photograph(page, sheet, rng, hard=0.7, desk=0)


def whiteboard(rng: Random) -> Sample:
    """A marker on a whiteboard with a reflection of the lamp."""
    tall = rng.uniform(100, 280)
    sheet = placed(
        rng, Drawing(rng, Pen(tall * rng.uniform(0.05, 0.1), pressure=0.05)), (480, 640), (tall / 480,) * 2
    )
    under = np.full((480, 640, 3), 215, np.float32)
    spot = np.zeros((480, 640), np.float32)
    cv2.circle(spot, (int(rng.integers(640)), int(rng.integers(480))), int(rng.integers(20, 80)), 1, -1)
    under += 40 * cv2.GaussianBlur(spot, (0, 0), 40)[..., None]
    colour = [(25, 25, 30), (30, 50, 160), (190, 35, 45), (25, 120, 70)][rng.integers(4)]
    return photograph(
        lay(sheet.ink, under, colour, rng, density=rng.uniform(0.6, 0.9)), sheet, rng, hard=0.7, desk=0
    )


def faint_pencil(rng: Random) -> Sample:
    """A hard pencil, lightly."""
    tall = rng.uniform(80, 240)
    writer = any_writer(rng, Pen(max(1.5, tall * rng.uniform(0.025, 0.06)), pressure=0.3))
    sheet = placed(rng, writer, (400, 500), (tall / 400,) * 2)
    page = pencil(sheet.ink, paper(rng, sheet.ink.shape), rng, rng.uniform(0.35, 0.8))
    if rng.random() < 0.5:
        return photograph(page, sheet, rng, hard=0.5)
    return scanned(page, sheet, rng, edges=False)


def screenshot(rng: Random) -> Sample:
    """A printed digit on a screen."""
    size = int(rng.integers(24, 120)), int(rng.integers(30, 160))
    sheet = placed(rng, Printed(rng), size, (0.4, 0.7))
    dark = float(rng.integers(0, 90)), float(rng.integers(0, 90)), float(rng.integers(0, 90))
    light = tuple(float(v) for v in rng.integers(215, 256, 3))
    return flat(sheet, dark, light) if rng.random() < 0.6 else flat(sheet, light, dark, int(rng.integers(60, 100)))


def printed(rng: Random) -> Sample:
    """A printed digit on paper, photographed."""
    tall = rng.uniform(60, 220)
    writer = (
        Printed(rng) if rng.random() < 0.6 else print_writer(rng, Pen(tall * rng.uniform(0.08, 0.16), pressure=0))
    )
    sheet = placed(rng, writer, (400, 500), (tall / 400,) * 2)
    return photograph(lay(sheet.ink, paper(rng, sheet.ink.shape), (35, 35, 38)), sheet, rng, hard=0.8)


def broken(rng: Random) -> Sample:
    """Strokes with gaps: a pen that fails, a cap that flies off."""
    side = int(rng.integers(150, 400))
    writer = any_writer(rng, Pen(side * rng.uniform(0.015, 0.04)))
    if isinstance(writer, Drawing):
        writer.broken = True
    sheet = placed(rng, writer, (side, side), (0.45, 0.75))
    sheet.ink *= 1 - gap(rng, sheet)
    return flat(sheet, BALLPOINTS[rng.integers(5)], (250, 249, 245), int(rng.integers(70, 100)))


def gap(rng: Random, sheet: Sheet) -> NDArray[np.float32]:
    """A band through the digit in which the pen did not write."""
    mark: Mark = sheet.lines[0][0]
    tall = mark.bottom - mark.top
    middle = rng.uniform(mark.left, mark.right), mark.top + rng.uniform(0.2, 0.8) * tall
    way = rng.uniform(0, np.pi)
    y, x = np.indices(sheet.ink.shape, dtype=np.float32)
    away = np.abs((x - middle[0]) * np.cos(way) + (y - middle[1]) * np.sin(way))
    return np.clip(tall * rng.uniform(0.015, 0.04) - away + 0.5, 0, 1)


def cut_out(rng: Random) -> Sample:
    """The digit fills its picture to the border, tiny or large."""
    tall = float(np.exp(rng.uniform(np.log(16), np.log(300))))
    writer = any_writer(rng, Pen(max(1.2, tall * rng.uniform(0.05, 0.12))))
    digit = int(rng.integers(10))
    glyph = writer.glyph(str(digit), tall)
    pad = round(tall * rng.uniform(0.03, 0.15)) + 1
    sheet = Sheet(glyph.shape[0] + 2 * pad, glyph.shape[1] + 2 * pad, [[]])
    sheet.digit(digit, glyph, pad, pad)
    return flat(sheet, BALLPOINTS[rng.integers(5)], (250, 249, 245), int(rng.integers(70, 100)))


SINGLES: dict[str, Callable[[Random], Sample]] = {
    "paint program, 28 × 28": paint_28,
    "mouse, pen of 1 pixel": mouse,
    "brush on a canvas": brush_280,
    "stylus on a tablet": tablet,
    "thick marker": marker,
    "ballpoint, scanned": ballpoint_scan,
    "ballpoint, photographed": ballpoint_photo,
    "ballpoint, hard light": hard_light,
    "ruled notebook": notebook,
    "squared paper": squares,
    "form box": box,
    "coloured on coloured": coloured,
    "chalk on a blackboard": board,
    "whiteboard": whiteboard,
    "faint pencil": faint_pencil,
    "screenshot": screenshot,
    "printed, photographed": printed,
    "broken strokes": broken,
    "cut out tightly": cut_out,
    **TROUBLE,
}
"""Every origin by name: a generator of random numbers makes a sample."""
