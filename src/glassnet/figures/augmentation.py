"""What augmentation does to digits: a row for each, untouched at its left end, apart from its versions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glassnet.figures.sheet import EDGE_WIDTH, HEADING, WIDTH, Sheet, ink
from glassnet.figures.style import INK, MUTED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["augmentation_sheet"]

NAMES = 155
"""Pixels at the left for what was done to the pictures of a row."""

GAP = 9
APART = 30
"""Pixels between an original and its first version."""

NAMED = 34
"""Height of the line that says which is which."""


def augmentation_sheet(
    rows: Sequence[tuple[str, NDArray[np.uint8]]], *, title: str = "", note: str = ""
) -> Figure:
    """``rows`` of a name and pictures ``(M, H, W)``, as ink on paper: the first of each, heavily framed, apart."""
    room = WIDTH - 2 * EDGE_WIDTH - NAMES - APART
    step = max(1, math.ceil((rows[0][1].shape[2] + GAP) / room))  # of pictures wider than that, every such pixel
    height, width = rows[0][1][0, ::step, ::step].shape
    columns = max(len(pictures) for _, pictures in rows)
    scale = max(1, min(3, (room // columns - GAP) // width))
    pitch, across = scale * height + GAP, scale * width + GAP
    top = (HEADING if title else EDGE_WIDTH) + NAMED
    sheet = Sheet(top + len(rows) * pitch + 20, title, note)
    left = EDGE_WIDTH + NAMES
    sheet.write(left, top - NAMED / 2, "original", bold=True)
    if columns > 1:
        sheet.write(left + across + APART, top - NAMED / 2, "what a network gets in its place", colour=MUTED)
    for number, (name, pictures) in enumerate(rows):
        y = top + number * pitch
        sheet.write(EDGE_WIDTH, y + pitch / 2, name, colour=MUTED)
        for column, picture in enumerate(pictures[: room // across, ::step, ::step]):
            x = left + column * across + (APART if column else 0)
            sheet.paste(ink(picture), x, y, scale)
            if column == 0:
                sheet.frame(x - 3, y - 3, scale * width + 6, scale * height + 6, INK, 3)
    return sheet.figure()
