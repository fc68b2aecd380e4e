"""Pictures of many digits: a notebook, squared paper, forms, whole pages; and the lines."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.reading.camera import photograph, scanned
from benchmarks.reading.lines import LINES, digits, inked, phone
from benchmarks.reading.paper import (
    Floats,
    Random,
    Sample,
    Sheet,
    paper,
    ruled,
    squared,
)
from benchmarks.reading.placing import ball

__all__ = ["PAGES"]


def notebook(rng: Random) -> Sample:
    """A notebook's ruled page with five to nine lines."""
    pitch = rng.uniform(70, 95)
    sheet, under = Sheet(1000, 1333), paper(rng, (1000, 1333))
    ruled(under, pitch, rng)
    tall = pitch * rng.uniform(0.5, 0.75)
    writer = ball(rng, tall)
    for number in range(1, 1 + int(rng.integers(5, 10))):
        sheet.write(phone(rng), writer, 170, (number + 1) * pitch - rng.uniform(0, 0.12) * pitch, tall)
    return photograph(inked(rng, sheet, under), sheet, rng, hard=0.9, turn=6)


def squares(rng: Random) -> Sample:
    """Squared paper, one digit in every other square or in every one."""
    pitch = rng.uniform(38, 60)
    under = paper(rng, (800, 1067))
    squared(under, pitch, rng)
    sheet = Sheet(800, 1067)
    tall = pitch * rng.uniform(0.7, 1.0)
    writer, step = ball(rng, tall), pitch * rng.choice([1, 2])
    for row in range(int(rng.integers(2, 5))):
        sheet.lines.append([])
        for place in range(int(rng.integers(5, 10))):
            glyph = writer.glyph(text := digits(rng, 1), tall * float(np.exp(rng.normal(0, 0.06))))
            if glyph.shape[1] > 0.95 * pitch:
                glyph = cv2.resize(glyph, (int(0.95 * pitch), glyph.shape[0]), interpolation=cv2.INTER_AREA)
            x, y = 90 + place * step, 120 + row * 2.5 * pitch
            sheet.digit(int(text), glyph, x + (pitch - glyph.shape[1]) / 2 + rng.normal(0, 2), y - glyph.shape[0])
    page = inked(rng, sheet, under)
    return photograph(page, sheet, rng, hard=0.8, turn=5) if rng.random() < 0.7 else scanned(page, sheet, rng)


def form(rng: Random) -> Sample:
    """Rows of printed boxes or combs, a digit in each."""
    side = rng.uniform(44, 80)
    wide, count, rows = side * rng.uniform(0.75, 1), int(rng.integers(5, 12)), int(rng.integers(1, 4))
    height, width = round(side * (1.6 * rows + 1.2)), round(wide * count * 1.12 + 2 * side)
    under, sheet = paper(rng, (height, width), (250, 250, 248), grain=0.5), Sheet(height, width)
    colour = tuple(
        float(v) for v in [(40, 40, 40), (100, 100, 100), (215, 130, 100), (120, 165, 210)][rng.integers(4)]
    )
    thick, kind, apart = max(1, round(side * rng.uniform(0.015, 0.04))), rng.integers(3), rng.choice([1.0, 1.12])
    writer = ball(rng, side * 0.65)
    for row in range(rows):
        top = side * (0.6 + 1.6 * row)
        sheet.lines.append([])
        for place, text in enumerate(digits(rng, count)):
            left = side + place * wide * (1.0 if kind == 1 else apart)
            if kind == 1:  # a comb: ticks and a line below
                for x in (left, left + wide):
                    cv2.line(
                        under, (round(x), round(top + 0.6 * side)), (round(x), round(top + side)), colour, thick
                    )
                cv2.line(
                    under, (round(left), round(top + side)), (round(left + wide), round(top + side)), colour, thick
                )
            else:
                corner = round(left + wide), round(top + side)
                cv2.rectangle(under, (round(left), round(top)), corner, colour, thick)
            tall = side * rng.uniform(0.55, 0.75)
            glyph = writer.glyph(text, tall)
            if glyph.shape[1] > 0.8 * wide:
                glyph = cv2.resize(glyph, (int(0.8 * wide), glyph.shape[0]), interpolation=cv2.INTER_AREA)
            middle = left + (wide - glyph.shape[1]) / 2 + rng.normal(0, 0.05) * wide
            sheet.digit(int(text), glyph, middle, top + (side - glyph.shape[0]) / 2 + rng.normal(0, 0.04) * side)
    page = inked(rng, sheet, under)
    return (
        scanned(page, sheet, rng, edges=False)
        if rng.random() < 0.6
        else photograph(page, sheet, rng, hard=0.6, turn=3, desk=0)
    )


def page(rng: Random, rows: int, across: int, size: tuple[int, int]) -> tuple[Sheet, Floats]:
    pitch, room = size[0] / (rows + 1.5), (size[1] * 0.86) / across
    tall = min(0.62 * pitch, 0.95 * room)
    sheet, under = Sheet(*size), paper(rng, size)
    if rng.random() < 0.3:
        ruled(under, pitch, rng, margin=False, start=1.05 * pitch)
    writer = ball(rng, tall)
    for row in range(rows):
        sheet.lines.append([])
        low, slope = (row + 1.2) * pitch, rng.normal(0, 0.006)
        for place, text in enumerate(digits(rng, across)):
            glyph = writer.glyph(text, tall * float(np.exp(rng.normal(0, 0.07))))
            x = 0.07 * size[1] + (place + 0.5) * room - glyph.shape[1] / 2 + rng.normal(0, 0.05 * room)
            sheet.digit(int(text), glyph, x, low + slope * x - glyph.shape[0] + rng.normal(0, 0.03 * tall))
    return sheet, inked(rng, sheet, under)


def page_100(rng: Random) -> Sample:
    """A page of 100 digits, ten by ten, photographed."""
    sheet, made = page(rng, 10, 10, (1400, 1050))
    return photograph(made, sheet, rng, hard=0.8, turn=4, desk=0.2)


def page_200(rng: Random) -> Sample:
    """A page of 200 digits, 14 or 15 lines close together, scanned or photographed."""
    sheet, made = page(rng, 15 if rng.random() < 0.5 else 20, 13 if rng.random() < 0.5 else 10, (1754, 1240))
    return scanned(made, sheet, rng) if rng.random() < 0.5 else photograph(made, sheet, rng, hard=0.7, turn=3)


PAGES: dict[str, Callable[[Random], Sample]] = {
    **LINES,
    "ruled notebook, lines": notebook,
    "squared paper, lines": squares,
    "form, boxes and combs": form,
    "page of 100 digits": page_100,
    "page of 200 digits": page_200,
}
"""Every kind by name."""
