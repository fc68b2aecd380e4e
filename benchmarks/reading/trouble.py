"""Pictures of one digit that have something else wrong with them: too small, cut badly, not alone."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.reading.camera import encoded, photograph, scanned
from benchmarks.reading.paper import (
    BALLPOINTS,
    Mark,
    Random,
    Sample,
    Sheet,
    lay,
    paper,
)
from benchmarks.reading.placing import ball, ballpoint, placed

__all__ = ["TROUBLE"]


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
    taken = photograph(page, sheet, rng, hard=0.7, desk=0)
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
    return scanned(page, sheet, rng, edges=False)


TROUBLE: dict[str, Callable[[Random], Sample]] = {
    "small in a large photograph": small_in_large,
    "tiny and blurred": tiny_blurred,
    "cut out of a line": out_of_a_line,
    "crumpled paper": crumpled,
    "a pen beside it": pen_beside,
    "over its box": over_its_box,
}
"""Every kind by name."""
