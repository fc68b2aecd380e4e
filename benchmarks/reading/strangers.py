"""Pictures on which there is no digit: whoever reads one there reads what nobody wrote."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.reading.camera import encoded, photograph, scanned, wood
from benchmarks.reading.paper import BALLPOINTS, Floats, Random, Sample, Sheet, lay, paper, ruled, squared, waves
from benchmarks.reading.writers import Drawing, Pen, any_writer, render

__all__ = ["STRANGERS"]


def taken(rng: Random, page: Floats) -> Sample:
    """The picture of it, by telephone or scanner."""
    sheet = Sheet(*page.shape[:2])
    return photograph(page, sheet, rng) if rng.random() < 0.6 else scanned(page, sheet, rng)


def blank(rng: Random) -> Sample:
    """Paper alone."""
    return taken(rng, paper(rng, (600, 800)))


def blank_canvas(rng: Random) -> Sample:
    """A canvas of one colour."""
    side = int(rng.choice([28, 100, 280]))
    return Sample(np.full((side, side, 3), rng.choice([0, 255, 128, 250]), np.uint8), [])


def blank_ruled(rng: Random) -> Sample:
    """Ruled and squared paper without a word."""
    page, pitch = paper(rng, (600, 800)), rng.uniform(35, 90)
    if rng.random() < 0.5:
        ruled(page, pitch, rng)
    else:
        squared(page, pitch, rng)
    return taken(rng, page)


def blank_form(rng: Random) -> Sample:
    """Boxes of a form that nobody filled in."""
    page, side = paper(rng, (300, 900), grain=0.5), int(rng.integers(40, 70))
    for place in range(10):
        left = 60 + round(place * side * 1.12)
        cv2.rectangle(page, (left, 100), (left + side, 100 + side), (60.0, 60.0, 60.0), int(rng.integers(1, 3)))
    return taken(rng, page)


def written(rng: Random, sheet: Sheet, shape: tuple[int, int]) -> Sample:
    return taken(
        rng, lay(sheet.ink, paper(rng, shape), BALLPOINTS[rng.integers(len(BALLPOINTS))], rng, density=0.9)
    )


def scribble(rng: Random) -> Sample:
    """A pen that was tried out."""
    sheet, tall = Sheet(480, 640), rng.uniform(120, 300)
    time = np.linspace(0, 1, 300)
    place = np.zeros((2, 300))
    waves_in_it = rng.uniform(1.5, 6)
    for overtone in (1, 2, 3):
        phase, size = rng.uniform(0, 2 * np.pi, (2, 1)), rng.normal(0, 1, (2, 1)) / overtone
        place += size * np.sin(2 * np.pi * waves_in_it * overtone * rng.uniform(0.6, 1.4, (2, 1)) * time + phase)
    place += rng.normal(0, 1.5, (2, 1)) * time
    place = (place - place.min(axis=1, keepdims=True)) / np.ptp(place) * tall
    glyph = render([place.T], Pen(tall * rng.uniform(0.015, 0.05)), rng)
    sheet.put(glyph, rng.uniform(20, 300), rng.uniform(20, 150))
    return written(rng, sheet, (480, 640))


def letter(rng: Random) -> Sample:
    """A letter that is like no digit."""
    sheet, tall = Sheet(480, 640), rng.uniform(120, 280)
    writer = Drawing(rng, Pen(tall * rng.uniform(0.03, 0.09)), letters="letters")
    glyph = writer.glyph(str(rng.choice(_letters())), tall)
    sheet.put(glyph, rng.uniform(20, 300), rng.uniform(20, 150))
    return written(rng, sheet, (480, 640))


def words(rng: Random) -> Sample:
    """Words by hand."""
    sheet, tall = Sheet(480, 900), rng.uniform(50, 80)
    writer, letters = Drawing(rng, Pen(tall * 0.06), letters="letters"), _letters()
    for line in range(int(rng.integers(1, 4))):
        x = 50.0
        while x < 780:
            glyph = writer.glyph(str(rng.choice(letters)), tall * rng.uniform(0.75, 1.1))
            if x + glyph.shape[1] > 880:
                break
            sheet.put(glyph, x, 90 + line * 1.9 * tall + tall - glyph.shape[0])
            x += glyph.shape[1] + tall * (0.15 if rng.random() < 0.8 else 0.8)
    return written(rng, sheet, (480, 900))


def _letters() -> list[str]:
    from glassnet.data.strokes.alphabets import alphabet

    return sorted({shown for shown in alphabet("letters").shows if shown.isalpha()})


def printed_words(rng: Random) -> Sample:
    """A printed sentence without a figure in it."""
    from matplotlib import get_data_path
    from PIL import Image, ImageDraw, ImageFont

    text = "the quick brown fox\njumps over the lazy dog\nand runs away from\nevery hen in the yard"
    font = ImageFont.truetype(f"{get_data_path()}/fonts/ttf/DejaVuSerif.ttf", int(rng.integers(22, 46)))
    picture = Image.new("L", (900, 400))
    ImageDraw.Draw(picture).multiline_text((40, 40), text, 255, font, spacing=14)
    return taken(rng, lay(np.asarray(picture, np.float32) / 255, paper(rng, (400, 900)), (30, 30, 34)))


def blot(rng: Random) -> Sample:
    """Ink that was spilled."""
    shape = (480, 640)
    y, x = np.indices(shape, dtype=np.float32)
    middle, size = (rng.uniform(100, 380), rng.uniform(100, 540)), rng.uniform(25, 90)
    away = np.hypot(y - middle[0], (x - middle[1]) * rng.uniform(0.7, 1.3))
    away += size * 0.25 * waves(rng, shape, size / 1.5)
    spilled = np.clip((size - away) / 2, 0, 1)
    return taken(rng, lay(spilled, paper(rng, shape), BALLPOINTS[rng.integers(4)], density=0.95))


def symbol(rng: Random) -> Sample:
    """A heart, a star, a tick, an arrow, a house, a face, a hash."""
    sheet, tall = Sheet(480, 640), rng.uniform(120, 260)
    turn = np.linspace(0, 2 * np.pi, 60)
    heart = np.stack(
        [16 * np.sin(turn) ** 3, -(13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn))], 1
    )
    spikes = np.linspace(0, 4 * np.pi, 6)
    star = np.stack([np.sin(spikes), -np.cos(spikes)], 1)
    circle = np.stack([np.cos(turn), np.sin(turn)], 1)

    def path(*points: tuple[float, float]) -> np.ndarray:
        return np.array(points, float)

    drawings = (
        [heart], [star],
        [path((0, 5), (3, 9), (9, 0))],
        [path((0, 5), (10, 5)), path((7, 2), (10, 5), (7, 8))],
        [path((0, 4), (5, 0), (10, 4), (10, 11), (0, 11), (0, 4), (10, 4))],
        [circle, 0.1 * circle + (-0.35, -0.3), 0.1 * circle + (0.35, -0.3), 0.5 * circle[5:26] + (0, 0.1)],
        [path((3, 0), (2, 10)), path((7, 0), (6, 10)), path((0, 3), (10, 3)), path((0, 7), (10, 7))],
        [path((0, 0), (8, 10)), path((8, 0), (0, 10))],
        [path((0, 5), (10, 5)), path((5, 0), (5, 10))],
    )  # fmt: skip
    strokes = [np.asarray(stroke, float) for stroke in drawings[rng.integers(len(drawings))]]
    low = np.min([stroke.min(axis=0) for stroke in strokes], axis=0)
    high = np.max([stroke.max(axis=0) for stroke in strokes], axis=0)
    scale = tall / (high - low).max()
    dense = []
    for stroke in strokes:
        places = np.linspace(0, len(stroke) - 1, 80)
        bent = np.stack(
            [np.interp(places, np.arange(len(stroke)), (stroke - low)[:, k] * scale) for k in (0, 1)], 1
        )
        dense.append(bent + cv2.GaussianBlur(rng.normal(0, 0.08 * tall, bent.shape), (1, 0), 6))
    sheet.put(render(dense, Pen(tall * rng.uniform(0.025, 0.08)), rng), rng.uniform(20, 300), rng.uniform(20, 150))
    return written(rng, sheet, (480, 640))


def photo(rng: Random) -> Sample:
    """A photograph of something else: wood, leaves, bricks, cloth, sky."""
    shape, kind = (600, 800), rng.integers(5)
    sheet = Sheet(*shape)
    if kind == 0:
        page = wood(rng, shape)
    elif kind == 1:
        page = np.full((*shape, 3), (60, 90, 45), np.float32)
        for _ in range(250):
            middle = tuple(map(int, rng.integers(0, shape[::-1])))
            size = int(rng.integers(15, 60)), int(rng.integers(5, 22))
            colour = (rng.uniform(40, 110), rng.uniform(80, 190), rng.uniform(20, 80))
            cv2.ellipse(page, middle, size, rng.uniform(0, 360), 0, 360, colour, -1, cv2.LINE_AA)
        page = cv2.GaussianBlur(page, (0, 0), 1)
    elif kind == 2:
        page = np.full((*shape, 3), (170, 165, 158), np.float32)
        for row in range(13):
            for place in range(-1, 9):
                left, top = place * 100 + 50 * (row % 2), row * 48
                tone = rng.normal(0, 14)
                cv2.rectangle(page, (left, top), (left + 93, top + 41), (150 + tone, 75 + tone, 55 + tone), -1)
        page += 5 * waves(rng, shape, 3)[..., None]
    elif kind == 3:
        y, x = np.indices(shape, dtype=np.float32)
        weave = 25 * np.sin(x * rng.uniform(0.3, 0.8)) * np.sin(y * rng.uniform(0.3, 0.8))
        weave += 30 * ((x // 80 + y // 80) % 2) + 6 * waves(rng, shape, 3)
        page = (
            np.array([(120, 60, 70), (60, 80, 140), (150, 140, 120)][rng.integers(3)], np.float32)
            + weave[..., None]
        )
    else:
        cloud = sum(waves(rng, shape, coarse) * weight for coarse, weight in ((300, 1), (120, 0.6), (40, 0.3)))
        cover = np.clip(0.5 + 0.6 * cloud, 0, 1)[..., None]
        page = np.array((90, 140, 215), np.float32) * (1 - cover) + np.array((245, 245, 248), np.float32) * cover
    return photograph(page.astype(np.float32), sheet, rng, desk=0, turn=4)


def two_digits(rng: Random) -> Sample:
    """Two digits: one too many for whoever asks for exactly one."""
    sheet, tall = Sheet(480, 640), rng.uniform(100, 200)
    writer = any_writer(rng, Pen(tall * rng.uniform(0.04, 0.08)))
    text = "".join(map(str, rng.integers(0, 10, 2)))
    sheet.write(text, writer, rng.uniform(40, 120), rng.uniform(240, 400), tall, gap=(0.03, 0.3))
    page = lay(sheet.ink, paper(rng, (480, 640)), BALLPOINTS[rng.integers(5)], rng, density=0.9)
    return photograph(page, sheet, rng, hard=0.6, desk=0, turn=5)


def noise(rng: Random) -> Sample:
    """Grey noise."""
    side = int(rng.choice([28, 64, 280]))
    return Sample(encoded(rng.normal(128, 60, (side, side, 1)).repeat(3, 2).astype(np.float32), 100), [])


STRANGERS: dict[str, Callable[[Random], Sample]] = {
    "blank paper": blank,
    "blank canvas": blank_canvas,
    "blank ruled paper": blank_ruled,
    "empty form": blank_form,
    "scribble": scribble,
    "letter": letter,
    "words by hand": words,
    "printed words": printed_words,
    "blot": blot,
    "symbol": symbol,
    "photograph of something else": photo,
    "noise": noise,
    "two digits": two_digits,
}
"""Every kind by name."""
