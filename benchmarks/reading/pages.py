"""Pictures of several digits: phone numbers, forms, columns, whole pages."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

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
from benchmarks.reading.writers import Drawing, Pen, Printed, Writer, any_writer, render

__all__ = ["PAGES"]


def digits(rng: Random, count: int) -> str:
    return "".join(map(str, rng.integers(0, 10, count)))


def phone(rng: Random) -> str:
    number = "0" + digits(rng, int(rng.integers(6, 12)))
    return f"{number[:4]} {number[4:]}" if rng.random() < 0.5 else number


def ball(rng: Random, tall: float) -> Writer:
    return any_writer(rng, Pen(max(1.4, tall * rng.uniform(0.035, 0.08))))


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
    "phone number, photographed": phone_photo,
    "phone number, scanned": phone_scan,
    "numbers on a screen": screen_line,
    "sloping lines": sloping,
    "touching digits": touching,
    "ruled notebook, lines": notebook,
    "squared paper, lines": squares,
    "form, boxes and combs": form,
    "pencil, lines": pencil_lines,
    "blackboard, lines": board,
    "numbers in a column": columns,
    "among words and dashes": among_words,
    "many sizes": mixed_sizes,
    "12 megapixels": twelve_megapixels,
    "page of 100 digits": page_100,
    "page of 200 digits": page_200,
}
"""Every origin by name."""
