"""From a drawing to pixels, by the one way that digits go: ink on paper, then the normal form.

A drawing saved as a picture and read by ``glassnet predict`` gives the same 28 × 28 pixels, byte for byte: what is
painted here is what would be in that file, and what counts as paper there is paper here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from glassnet.data.normal_form import NoInkError, NormalFormSteps, normal_form

__all__ = ["Drawing", "draw", "paint"]

CANVAS = 256
"""Pixels a side: one for each unit of the canvas."""
MARGIN = 36
"""Room around it, so that a thick pen at the border is not cut off."""
FINE = 4
"""Painted so many times larger and averaged, which gives grey rims."""
PAPER = 51
"""Grey levels below this count as paper when a picture is read, so none are left in it."""
SHOWN = 84
"""Side of the pictures of the steps."""
DOT = 1.5
"""Ink that is nowhere longer than so many pens are wide is a dot."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """A drawing on its way to the network. ``steps`` is ``None`` where there is no ink."""

    canvas: NDArray[np.uint8]
    """(328, 328): the canvas with its margin, ink bright on black."""
    steps: NormalFormSteps | None
    pen: float

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        """Left, top, right, bottom of the ink on the canvas, in its units."""
        if self.steps is None:
            return None
        top, left, bottom, right = (side - MARGIN for side in self.steps.box)
        return left, top, right, bottom

    @property
    def shrunk(self) -> NDArray[np.uint8]:
        """(28, 28): the canvas merely made smaller, as no network was taught to read it."""
        inner = Image.fromarray(self.canvas[MARGIN:-MARGIN, MARGIN:-MARGIN])
        return np.asarray(inner.resize((28, 28), Image.Resampling.BOX))

    @property
    def is_a_dot(self) -> bool:
        """Whether there is too little ink to tell a digit by."""
        if self.steps is None:
            return True
        top, left, bottom, right = self.steps.box
        return max(bottom - top, right - left) <= DOT * self.pen

    def pictures(self) -> dict[str, NDArray[np.uint8]]:
        """What happened on the way, ``normal/1`` to ``normal/3``; see :func:`glassnet.data.normal_form`."""
        assert self.steps is not None
        square = np.floor(self.steps.square * 255 + 0.5).astype(np.uint8)
        return {
            "normal/1": _resized(self.canvas[MARGIN:-MARGIN, MARGIN:-MARGIN]),
            "normal/2": _resized(square),
            "normal/3": self.steps.shrunk,
        }

    def rules(self) -> list[str]:
        """The steps in words."""
        assert self.steps is not None
        top, left, bottom, right = self.steps.box
        down, across = self.steps.centre_of_mass
        rows, columns = self.steps.offset
        return [
            f"The ink is {right - left} wide and {bottom - top} high on a canvas of 255.",
            f"It is put in the middle of a square of side {len(self.steps.square)}.",
            "The square is averaged down to 20 × 20 pixels.",
            f"The centre of mass, row {down:.1f} and column {across:.1f}, goes to the middle of 28 × 28: "
            f"{rows} rows down, {columns} columns to the right.",
        ]

    def as_dict(self) -> dict[str, Any]:
        """Where the ink was and where it went."""
        return {
            "rules": self.rules() if self.steps else [],
            "box": self.box,
            "centre_of_mass": self.steps.centre_of_mass if self.steps else None,
            "offset": self.steps.offset if self.steps else None,
        }


def draw(strokes: Sequence[Sequence[float]], pen: float) -> Drawing:
    """Paint strokes (x, y, x, y, …, from 0 to 255) with a round pen and bring them into the normal form."""
    canvas = paint(strokes, pen)
    try:
        return Drawing(canvas, normal_form(canvas, steps=True), pen)
    except NoInkError:
        return Drawing(canvas, None, pen)


def paint(strokes: Sequence[Sequence[float]], pen: float) -> NDArray[np.uint8]:
    """The canvas and its margin, (328, 328): ink up to 255 on 0, with grey rims and nothing fainter than ink."""
    side = (CANVAS + 2 * MARGIN) * FINE
    picture = Image.new("L", (side, side))
    brush = ImageDraw.Draw(picture)
    radius = pen * FINE / 2
    for stroke in strokes:
        points = [
            ((x + MARGIN + 0.5) * FINE, (y + MARGIN + 0.5) * FINE)
            for x, y in zip(stroke[::2], stroke[1::2], strict=True)
        ]
        if len(points) > 1:
            brush.line(points, fill=255, width=round(2 * radius))
        for x, y in points:
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    canvas = np.array(picture.reduce(FINE))
    canvas[canvas < PAPER] = 0
    if canvas.any():  # a thin pen nowhere fills a pixel: full ink is what reads as ink
        canvas = np.floor(canvas * (255 / canvas.max()) + 0.5).astype(np.uint8)
    return canvas


def _resized(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(picture).resize((SHOWN, SHOWN), Image.Resampling.BOX))
