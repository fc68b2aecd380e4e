"""What augmentation does to digits: a row for each, untouched at its left end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glassnet.figures.sheet import EDGE_WIDTH, HEADING, WIDTH, Sheet, ink
from glassnet.figures.style import LINE, MUTED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["augmentation_sheet"]

NAMES = 190
"""Pixels at the left for what was done to the pictures of a row."""

GAP = 6


def augmentation_sheet(
    rows: Sequence[tuple[str, NDArray[np.uint8]]], *, title: str = "", note: str = ""
) -> Figure:
    """``rows`` of a name and pictures ``(M, H, W)``, as ink on paper, the first of each in a frame of its own."""
    room = WIDTH - 2 * EDGE_WIDTH - NAMES
    step = max(1, math.ceil((rows[0][1].shape[2] + GAP) / room))  # of pictures wider than that, every such pixel
    height, width = rows[0][1][0, ::step, ::step].shape
    columns = max(len(pictures) for _, pictures in rows)
    scale = max(1, min(3, (room // columns - GAP) // width))
    pitch = scale * height + GAP
    top = HEADING if title else EDGE_WIDTH
    sheet = Sheet(top + len(rows) * pitch + 20, title, note)
    for number, (name, pictures) in enumerate(rows):
        y = top + number * pitch
        sheet.write(EDGE_WIDTH, y + pitch / 2, name, colour=MUTED)
        for column, picture in enumerate(pictures[: room // (scale * width + GAP), ::step, ::step]):
            x = EDGE_WIDTH + NAMES + column * (scale * width + GAP)
            sheet.paste(ink(picture), x, y, scale)
            if column == 0:
                sheet.frame(x - 2, y - 2, scale * width + 4, scale * height + 4, LINE, 2)
    return sheet.figure()
