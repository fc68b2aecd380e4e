"""Where reading ends: how small digits may be, and how far a page may be turned."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.reading.camera import encoded, moved
from benchmarks.reading.paper import Random, Sample, Sheet, lay, paper
from benchmarks.reading.report import share
from benchmarks.reading.score import Tally
from benchmarks.reading.writers import Pen, any_writer
from glassnet.models import Committee, Model
from glassnet.reading import read

__all__ = ["run"]

HEIGHTS = (8, 10, 12, 14, 17, 20, 28, 40)
DEGREES = (0, 5, 10, 15, 20, 25, 30, 45)


def run(model: Model | Committee | None, pages: int) -> str:
    """Two tables: the share found and right of digits so high, and of pages turned so far."""
    small = _row("digits so many pixels high", HEIGHTS, lambda rng, tall: page(rng, tall, 0), pages, model)
    turned = _row("pages turned by so many degrees", DEGREES, lambda rng, turn: page(rng, 40, turn), pages, model)
    return f"{small}\n\n{turned}"


def _row(
    name: str,
    values: tuple[int, ...],
    make: Callable[[Random, int], Sample],
    pages: int,
    model: Model | Committee | None,
) -> str:
    found = []
    for value in values:
        tally = Tally(name)
        for number in range(pages):
            sample = make(np.random.default_rng(number), value)
            tally.add(sample, read(sample.picture, model=model), 0.0)
        found.append(share(tally.right, tally.written))
    head, rule = f"| {name} | " + " | ".join(map(str, values)) + " |", "| --- |" + " --- |" * len(values)
    print("  ".join(found), flush=True)
    return "\n".join([head, rule, "| found and right | " + " | ".join(found) + " |"])


def page(rng: Random, tall: float, turn: float) -> Sample:
    """Four lines of seven digits on clean paper, turned to either side."""
    side = round(19 * tall)
    sheet, writer = Sheet(side, side), any_writer(rng, Pen(max(1.2, 0.08 * tall)))
    for number in range(4):
        text = "".join(map(str, rng.integers(0, 10, 7)))
        sheet.write(text, writer, 5 * tall, (5.5 + 3 * number) * tall, tall)
    made = lay(sheet.ink, paper(rng, (side, side), grain=0.5), (25, 35, 110))
    spin = cv2.getRotationMatrix2D((side / 2, side / 2), turn * rng.choice([-1, 1]), 1)
    made = cv2.warpAffine(made, spin, (side, side), borderMode=cv2.BORDER_REPLICATE)
    return Sample(encoded(made, 92), moved(sheet.lines, np.vstack([spin, [0, 0, 1]]), made.shape))
