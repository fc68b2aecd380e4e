"""Pictures of one digit, by where they come from."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.paper import (
    BALLPOINTS,
    Floats,
    Mark,
    Random,
    Sample,
    Sheet,
    encoded,
    lay,
    paper,
    pencil,
    photograph,
    ruled,
    scanned,
    squared,
)
from benchmarks.reading.writers import Drawing, Pen, Printed, Writer, any_writer, crop, print_writer

__all__ = ["SINGLES"]


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


def ballpoint(rng: Random, size: tuple[int, int], share: tuple[float, float]) -> tuple[Floats, Sheet]:
    tall = rng.uniform(*share) * size[0]
    sheet = placed(
        rng, any_writer(rng, Pen(max(1.3, tall * rng.uniform(0.025, 0.07)))), size, (tall / size[0],) * 2
    )
    under = paper(rng, sheet.ink.shape, tuple(rng.uniform(225, 252) + rng.normal(0, 4, 3)))
    return under, sheet


def ballpoint_scan(rng: Random) -> Sample:
    """A ballpoint, scanned, with the scanner's dark edges."""
    side = int(rng.integers(200, 600))
    under, sheet = ballpoint(rng, (side, int(side * rng.uniform(0.8, 1.3))), (0.25, 0.6))
    colour = BALLPOINTS[rng.integers(len(BALLPOINTS))]
    return inside(scanned(lay(sheet.ink, under, colour, rng, density=rng.uniform(0.75, 0.95)), sheet, rng), sheet)


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


def small_in_large(rng: Random) -> Sample:
    """A small digit on a large photograph."""
    tall = rng.uniform(35, 70)
    sheet = placed(rng, ball(rng, tall), (1200, 1600), (tall / 1200,) * 2)
    page = lay(sheet.ink, paper(rng, sheet.ink.shape), BALLPOINTS[rng.integers(5)], rng, density=0.9)
    return photograph(page, sheet, rng, desk=0)


def tiny_blurred(rng: Random) -> Sample:
    """A digit of 14 to 28 pixels, out of focus: a photograph that was shrunk for sending."""
    tall = rng.uniform(14, 28) * 3
    sheet = placed(rng, ball(rng, tall, thick=1.3), (270, 360), (tall / 270,) * 2)
    page = lay(sheet.ink, paper(rng, sheet.ink.shape), BALLPOINTS[rng.integers(5)], rng, density=0.9)
    taken = inside(photograph(page, sheet, rng, hard=0.7, desk=0), sheet)
    small = cv2.resize(taken.picture, (120, 90), interpolation=cv2.INTER_AREA)
    marks = [Mark(m.digit, m.left / 3, m.top / 3, m.right / 3, m.bottom / 3) for m in taken.lines[0]]
    return Sample(encoded(small.astype(np.float32), int(rng.integers(40, 80))), [marks])


def out_of_a_line(rng: Random) -> Sample:
    """Cut out of a line by hand: what its neighbours have left stands at the edges."""
    tall = rng.uniform(60, 120)
    writer, sheet = ball(rng, tall), Sheet(round(1.5 * tall), round(6 * tall), [[]])
    sheet.write("".join(map(str, rng.integers(0, 10, 3))), writer, 0.8 * tall, 1.25 * tall, tall, gap=(0.15, 0.35))
    before, mark, after = sheet.lines[-1]
    left = before.right - rng.uniform(-0.1, 0.3) * (before.right - before.left)
    right = after.left + rng.uniform(-0.1, 0.3) * (after.right - after.left)
    page = lay(sheet.ink, paper(rng, sheet.ink.shape), BALLPOINTS[rng.integers(5)], rng, density=0.9)
    page = np.ascontiguousarray(page[:, round(left) : round(right)])
    marks = [Mark(mark.digit, mark.left - left, mark.top, mark.right - left, mark.bottom)]
    return Sample(encoded(cv2.GaussianBlur(page, (0, 0), 0.6), int(rng.integers(50, 95))), [marks])


def crumpled(rng: Random) -> Sample:
    """Paper that was crumpled and smoothed out again."""
    under, sheet = ballpoint(rng, (600, 800), (0.2, 0.5))
    y, x = np.indices(under.shape[:2], dtype=np.float32)
    for _ in range(int(rng.integers(8, 25))):  # every crease tilts the paper on one side of it
        way, far = rng.uniform(0, np.pi), rng.uniform(-300, 300)
        away = (x - 400) * np.cos(way) + (y - 300) * np.sin(way) - far
        reach = np.exp(
            -(((x - rng.uniform(0, 800)) ** 2 + (y - rng.uniform(0, 600)) ** 2) / rng.uniform(80, 250) ** 2)
        )
        under += (rng.normal(0, 14) * np.sign(away) * np.exp(-np.abs(away) / rng.uniform(5, 60)) * reach)[
            ..., None
        ]
    page = lay(sheet.ink, under, BALLPOINTS[rng.integers(5)], rng, density=0.9)
    return photograph(page, sheet, rng, hard=0.8, desk=0.2)


def pen_beside(rng: Random) -> Sample:
    """The pen lies on the paper, beside what it wrote."""
    tall = rng.uniform(90, 200)
    sheet = Sheet(600, 800, [[]])
    digit = int(rng.integers(10))
    glyph = ball(rng, tall).glyph(str(digit), tall)
    sheet.digit(digit, glyph, rng.uniform(60, 300), rng.uniform(60, 560 - glyph.shape[0]))
    page = lay(sheet.ink, paper(rng, sheet.ink.shape), BALLPOINTS[rng.integers(5)], rng, density=0.9)
    start, end = np.array([rng.uniform(640, 780), rng.uniform(-80, 80)]), np.array([rng.uniform(560, 760), 690.0])
    colour = [(30, 30, 35), (25, 60, 170), (200, 200, 205), (190, 30, 40)][rng.integers(4)]
    thick = int(rng.uniform(22, 38))
    shade = np.zeros(page.shape[:2], np.float32)
    cv2.line(shade, tuple(map(int, start + 9)), tuple(map(int, end + 9)), 1.0, thick)
    page *= 1 - 0.35 * cv2.GaussianBlur(shade, (0, 0), 9)[..., None]
    cv2.line(page, tuple(map(int, start)), tuple(map(int, end)), tuple(map(float, colour)), thick, cv2.LINE_AA)
    shine = tuple(min(255.0, value + 70.0) for value in colour)
    cv2.line(page, tuple(map(int, start - 4)), tuple(map(int, end - 4)), shine, max(2, thick // 6), cv2.LINE_AA)
    return photograph(page, sheet, rng, hard=0.7, desk=0, turn=5)


def over_its_box(rng: Random) -> Sample:
    """A digit that runs over the printed box it was meant for."""
    side = int(rng.integers(60, 140))
    tall = side * rng.uniform(0.85, 1.15)
    sheet = placed(rng, ball(rng, tall), (2 * side, 2 * side), (tall / (2 * side),) * 2)
    mark = sheet.lines[0][0]
    middle = (mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2
    left, top = (round(place - side / 2 + rng.normal(0, 0.12 * side)) for place in middle)
    under = paper(rng, sheet.ink.shape, (248, 248, 246), grain=0.5)
    colour = [(60, 60, 60), (110, 110, 110), (210, 130, 100), (120, 165, 210)][rng.integers(4)]
    cv2.rectangle(under, (left, top), (left + side, top + side), tuple(map(float, colour)), max(1, side // 50))
    page = lay(sheet.ink, under, BALLPOINTS[rng.integers(5)], rng, density=0.92)
    return inside(scanned(page, sheet, rng, edges=False), sheet)


def ball(rng: Random, tall: float, thick: float = 1.0) -> Writer:
    return any_writer(rng, Pen(max(1.4, tall * thick * rng.uniform(0.035, 0.08))))


def inside(sample: Sample, sheet: Sheet) -> Sample:
    """The digit was not lost at the picture's edge: else its box before the picture was taken."""
    return sample if sample.lines else Sample(sample.picture, sheet.lines)


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
    "small in a large photograph": small_in_large,
    "tiny and blurred": tiny_blurred,
    "cut out of a line": out_of_a_line,
    "crumpled paper": crumpled,
    "a pen beside it": pen_beside,
    "over its box": over_its_box,
}
"""Every origin by name: a generator of random numbers makes a sample."""
