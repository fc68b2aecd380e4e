"""Pictures of a line of digits, or a few lines."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.reading.camera import encoded, photograph, scanned
from benchmarks.reading.paper import (
    BALLPOINTS,
    Floats,
    Mark,
    Random,
    Sample,
    Sheet,
    lay,
    paper,
    pencil,
)
from benchmarks.reading.placing import ball
from benchmarks.reading.writers import Drawing, Pen, Printed, Writer, any_writer, render

__all__ = ["LINES", "digits", "inked", "phone"]


def digits(rng: Random, count: int) -> str:
    return "".join(map(str, rng.integers(0, 10, count)))


def phone(rng: Random) -> str:
    number = "0" + digits(rng, int(rng.integers(6, 12)))
    return f"{number[:4]} {number[4:]}" if rng.random() < 0.5 else number


def inked(rng: Random, sheet: Sheet, under: Floats) -> Floats:
    return lay(sheet.ink, under, BALLPOINTS[rng.integers(len(BALLPOINTS))], rng, density=rng.uniform(0.78, 0.95))


def line_on(rng: Random, size: tuple[int, int], tall: float, text: str, **options: object) -> Sheet:
    sheet = Sheet(*size)
    left, low = rng.uniform(0.04, 0.1) * size[1], rng.uniform(0.4, 0.75) * size[0]
    sheet.write(text, ball(rng, tall), left, low, tall, **options)  # type: ignore[arg-type]
    return sheet


def phone_photo(rng: Random) -> Sample:
    """A phone number on plain paper: a photograph of two megapixels."""
    sheet = line_on(rng, (1224, 1632), rng.uniform(70, 120), phone(rng))
    return photograph(inked(rng, sheet, paper(rng, sheet.ink.shape)), sheet, rng)


def phone_scan(rng: Random) -> Sample:
    """A phone number, scanned, with dark edges."""
    sheet = line_on(rng, (300, 1200), rng.uniform(45, 90), phone(rng))
    return scanned(inked(rng, sheet, paper(rng, sheet.ink.shape)), sheet, rng)


def screen_line(rng: Random) -> Sample:
    """Numbers on a screen, printed or drawn with a mouse."""
    tall = float(rng.integers(14, 60))
    sheet = Sheet(int(tall * 2.5), int(tall * 12))
    writer: Writer = Printed(rng) if rng.random() < 0.6 else Drawing(rng, Pen(max(1, tall / 16), pixels=True))
    gap = (0.08, 0.12) if isinstance(writer, Printed) else (0.2, 0.4)
    unsteady = 0 if isinstance(writer, Printed) else 0.05
    sheet.write(phone(rng), writer, tall * 0.6, tall * 1.75, tall, gap=gap, unsteady=unsteady)
    colours = ((20, 20, 20), (255, 255, 255)) if rng.random() < 0.6 else ((230, 230, 235), (32, 33, 40))
    return Sample(
        encoded(lay(sheet.ink, np.full((*sheet.ink.shape, 3), colours[1], np.float32), colours[0]), 100),
        sheet.lines,
    )


def sloping(rng: Random) -> Sample:
    """Two to four lines that climb or fall."""
    sheet = Sheet(900, 1200)
    tall, slope = rng.uniform(50, 80), rng.choice([-1, 1]) * rng.uniform(0.05, 0.16)
    writer, pitch = ball(rng, tall), rng.uniform(1.9, 2.6) * tall
    for number in range(int(rng.integers(2, 5))):
        low = (280 if slope < 0 else 130) + number * pitch
        sheet.write(digits(rng, int(rng.integers(5, 11))), writer, 90, low, tall, slope=slope)
    return photograph(inked(rng, sheet, paper(rng, sheet.ink.shape)), sheet, rng, hard=0.7, turn=3)


def touching(rng: Random) -> Sample:
    """A line in which every third digit touches the next."""
    sheet = Sheet(260, 1100, [[]])
    tall, x = rng.uniform(60, 100), 40.0
    writer, before = ball(rng, tall), None
    for digit in digits(rng, int(rng.integers(4, 9))):
        glyph = writer.glyph(digit, tall * float(np.exp(rng.normal(0, 0.05))))
        top = 170 + rng.normal(0, 3) - glyph.shape[0]
        if before is not None and rng.random() < 0.35:
            start = round(x)
            for at in range(start, start - round(0.6 * tall), -1):  # pushed to the left until it touches
                here = sheet.ink[round(top) : round(top) + glyph.shape[0], at : at + glyph.shape[1]]
                if here.shape == glyph.shape and float((here * glyph).sum()) > 0.5:
                    x = at - rng.integers(0, 3)
                    break
        else:
            x += rng.uniform(0.15, 0.4) * tall
        before = sheet.digit(int(digit), glyph, x, top)
        x = before.right
    page = inked(rng, sheet, paper(rng, sheet.ink.shape))
    return (
        photograph(page, sheet, rng, hard=0.6, turn=3)
        if rng.random() < 0.5
        else scanned(page, sheet, rng, edges=False)
    )


def pencil_lines(rng: Random) -> Sample:
    """Three lines in pencil."""
    sheet, tall = Sheet(700, 1000), rng.uniform(50, 75)
    writer = any_writer(rng, Pen(max(1.8, tall * rng.uniform(0.04, 0.07)), pressure=0.3))
    for number in range(3):
        sheet.write(phone(rng), writer, 70, 170 + number * 2.1 * tall, tall)
    page = pencil(sheet.ink, paper(rng, sheet.ink.shape), rng, rng.uniform(0.5, 0.85))
    return photograph(page, sheet, rng, hard=0.5, turn=4) if rng.random() < 0.5 else scanned(page, sheet, rng)


def board(rng: Random) -> Sample:
    """Two lines in chalk."""
    sheet, tall = Sheet(700, 1000), rng.uniform(80, 120)
    writer = Drawing(rng, Pen(tall * rng.uniform(0.06, 0.1)))
    for number in range(2):
        sheet.write(digits(rng, int(rng.integers(3, 8))), writer, 70, 250 + number * 2.3 * tall, tall)
    under = paper(rng, sheet.ink.shape, [(48, 72, 60), (56, 58, 60)][rng.integers(2)], grain=3)
    chalk = pencil(sheet.ink, np.zeros_like(under), rng, 1.0)[..., 0] / 58
    page = lay(np.clip(chalk, 0, 1), under, (232, 232, 222), density=rng.uniform(0.7, 0.95))
    return photograph(page, sheet, rng, hard=0.6, turn=4, desk=0)


def columns(rng: Random) -> Sample:
    """Numbers one below the other, right-aligned, as for a sum."""
    sheet, tall = Sheet(900, 700), rng.uniform(55, 75)
    writer = ball(rng, tall)
    for number in range(int(rng.integers(4, 8))):
        text = digits(rng, int(rng.integers(1, 6)))
        end = sheet.write(text, writer, 10, 130 + number * 1.6 * tall, tall)
        shift = 520 - end
        marks = sheet.lines.pop()
        low = round(min(mark.top for mark in marks)), round(max(mark.bottom for mark in marks))
        strip = sheet.ink[low[0] : low[1]]
        fresh = np.zeros_like(strip)
        right = round(marks[-1].right)
        fresh[:, round(shift) + 10 : round(shift) + right] = strip[:, 10:right]
        sheet.ink[low[0] : low[1]] = fresh
        sheet.lines.append(
            [Mark(m.digit, m.left + round(shift), m.top, m.right + round(shift), m.bottom) for m in marks]
        )
    return photograph(inked(rng, sheet, paper(rng, sheet.ink.shape)), sheet, rng, hard=0.7, turn=4)


def among_words(rng: Random) -> Sample:
    """A phone number after a word, with dashes: only its digits count."""
    tall = rng.uniform(50, 85)
    sheet, writer = Sheet(420, 1400), ball(rng, tall)
    words = Drawing(rng, writer.pen, letters="letters")
    x = 50.0
    for letter in [("T", "e", "h"), ("F", "a", "x"), ("K", "t", "n")][rng.integers(3)]:
        glyph = words.glyph(letter, tall * (1 if letter.isupper() or letter == "h" else 0.65))
        sheet.put(glyph, x, 240 - glyph.shape[0])
        x += glyph.shape[1] + 0.12 * tall
    x += 0.6 * tall
    parts = [digits(rng, int(rng.integers(2, 5))) for _ in range(int(rng.integers(2, 4)))]
    whole: list[Mark] = []
    for place, part in enumerate(parts):
        x = sheet.write(part, writer, x, 240, tall, gap=(0.15, 0.35))
        whole += sheet.lines.pop()
        if place < len(parts) - 1:
            dash = render([np.array([[0, 0], [0.2, -0.02], [0.4, 0]]) * tall], writer.pen, rng)
            sheet.put(dash, x, 240 - 0.45 * tall)
            x += dash.shape[1] + 0.25 * tall
    sheet.lines.append(whole)
    page = inked(rng, sheet, paper(rng, sheet.ink.shape))
    return photograph(page, sheet, rng, hard=0.7, turn=5) if rng.random() < 0.6 else scanned(page, sheet, rng)


def mixed_sizes(rng: Random) -> Sample:
    """Digits of many sizes, here and there on the page."""
    sheet = Sheet(1000, 1333)
    for row in range(2):
        for column in range(3):
            tall = float(np.exp(rng.uniform(np.log(35), np.log(190))))
            text = digits(rng, int(rng.integers(1, 4 if tall < 110 else 2)))
            sheet.write(text, ball(rng, tall), 60 + column * 420 + rng.uniform(0, 60), 330 + row * 450, tall)
    page = inked(rng, sheet, paper(rng, sheet.ink.shape))
    made = photograph(page, sheet, rng, hard=0.7, turn=4)
    rows: dict[int, list[Mark]] = {}
    for line in made.lines:
        rows.setdefault(int(line[0].bottom > 560), []).extend(line)
    return Sample(made.picture, [rows[row] for row in sorted(rows)])


def twelve_megapixels(rng: Random) -> Sample:
    """Two lines on a photograph of 4000 × 3000 pixels."""
    sheet, tall = Sheet(1200, 1600), rng.uniform(70, 110)
    writer = ball(rng, tall)
    for number in range(2):
        sheet.write(phone(rng), writer, 90, 450 + number * 2.4 * tall, tall)
    made = photograph(inked(rng, sheet, paper(rng, sheet.ink.shape)), sheet, rng, desk=0.3)
    large = cv2.resize(made.picture, (4000, 3000), interpolation=cv2.INTER_CUBIC)
    scale = 2.5
    lines = [
        [Mark(m.digit, *(scale * side for side in (m.left, m.top, m.right, m.bottom))) for m in line]
        for line in made.lines
    ]
    return Sample(encoded(large.astype(np.float32), 80), lines)


LINES: dict[str, Callable[[Random], Sample]] = {
    "phone number, photographed": phone_photo,
    "phone number, scanned": phone_scan,
    "numbers on a screen": screen_line,
    "sloping lines": sloping,
    "touching digits": touching,
    "pencil, lines": pencil_lines,
    "blackboard, lines": board,
    "numbers in a column": columns,
    "among words and dashes": among_words,
    "many sizes": mixed_sizes,
    "12 megapixels": twelve_megapixels,
}
"""Every kind by name."""
