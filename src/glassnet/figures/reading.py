"""What a reader saw: the page with a box around every digit, and each digit as the network got it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glassnet.figures.sheet import EDGE_WIDTH, HEADING, WIDTH, Sheet, ink
from glassnet.figures.style import INK, LINE, MUTED, NEGATIVE, PAPER, POSITIVE, SMALL, TEXT, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glassnet.reading.result import Box, ReadDigit, Reading

__all__ = ["reading_sheet"]

ROOM = WIDTH - 2 * EDGE_WIDTH
TALLEST = 1000
"""Pixels of the sheet that a page takes at most, from top to bottom."""
LARGEST_PIXEL = 12
"""A tiny picture is enlarged until its pixels are this large."""
MANY = 60
"""From so many digits on they are drawn at twice their size instead of three times."""
MOST_REFUSED = 30

_GAP = 18
_NAMED = 44
"""Height of a line that says what follows."""


def reading_sheet(picture: NDArray[np.uint8], reading: Reading, *, name: str = "") -> Figure:
    """The page, ``(H, W, 3)`` ``uint8`` as ``open_picture`` gives it, and what was read on it.

    Below the page stand the digits line by line: the 28 × 28 pixels that the network got, the digit, how sure it
    is, and the runner-up; then what was refused, and why. Blue was read, orange was refused.
    """
    page = _fitted(picture)
    refused = reading.rejected[:MOST_REFUSED]
    scale, pitch = (3, 160) if len(reading) < MANY else (2, 112)
    across, down = ROOM // pitch, 28 * scale + 2 + _GAP
    rows = sum(math.ceil(len(line) / across) for line in reading.lines)
    refused_rows = math.ceil(len(refused) / 4)
    height = HEADING + page.shape[0] + 2 * _GAP + rows * down
    height += (_NAMED + refused_rows * (58 + _GAP)) if refused else 0
    sheet = Sheet(height, _title(reading), _note(reading, name))
    left = EDGE_WIDTH
    sheet.paste(page, left, HEADING)
    sheet.frame(left - 1, HEADING - 1, page.shape[1] + 2, page.shape[0] + 2, LINE)
    zoom = page.shape[1] / picture.shape[1]
    for one in reading.rejected:
        _outline(sheet, one.box, zoom, page.shape, NEGATIVE)
    for one in reading:
        _outline(sheet, one.box, zoom, page.shape, POSITIVE, str(one.digit))
    y = HEADING + page.shape[0] + 2 * _GAP
    for line in reading.lines:
        for number, one in enumerate(line):
            row, column = divmod(number, across)
            _card(sheet, one, EDGE_WIDTH + column * pitch, y + row * down, scale)
        y += math.ceil(len(line) / across) * down
    if refused:
        _refusals(sheet, refused, len(reading.rejected), y)
    return sheet.figure()


def _title(reading: Reading) -> str:
    if not reading:
        return "No digit was read"
    digits = f"{len(reading):,} digit{'s' if len(reading) > 1 else ''}"
    return digits if len(reading.lines) == 1 else f"{digits} on {len(reading.lines)} lines"


def _note(reading: Reading, name: str) -> str:
    size = f"{reading.size[1]:,} × {reading.size[0]:,} pixels"
    told = f"{name}, {size}" if name else size
    if reading.reason:
        return f"{told}: {reading.reason}."
    return f"{told}. Below: what the network got, how sure it is, and the runner-up."


def _fitted(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The page in the room there is; a tiny one with its pixels as squares."""
    from PIL import Image

    height, width = picture.shape[:2]
    scale = min(ROOM / width, TALLEST / height)
    if scale >= 2:
        times = min(int(scale), max(2, min(LARGEST_PIXEL, 480 // max(height, width))))
        return picture.repeat(times, axis=0).repeat(times, axis=1)
    size = max(1, int(width * min(scale, 1))), max(1, int(height * min(scale, 1)))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))


def _outline(
    sheet: Sheet, box: Box, zoom: float, page: Sequence[int], colour: str, label: str | None = None
) -> None:
    """A frame around a box of the picture, and its digit on a tag above it."""
    left, top = max(0, math.floor(box.left * zoom) - 3), max(0, math.floor(box.top * zoom) - 3)
    right, bottom = min(page[1], math.ceil(box.right * zoom) + 3), min(page[0], math.ceil(box.bottom * zoom) + 3)
    if right - left < 5 or bottom - top < 5:
        return
    sheet.frame(EDGE_WIDTH + left, HEADING + top, right - left, bottom - top, colour, 2)
    if label is not None:
        x, y = EDGE_WIDTH + left, HEADING + max(0, top - 17)
        sheet.paint(x, y, 15, 18, colour)
        sheet.write(x + 7.5, y + 9, label, size=7.5, colour=PAPER, bold=True, align="center")


def _card(sheet: Sheet, one: ReadDigit, x: int, y: int, scale: int) -> None:
    """One digit as the network got it, and what it said."""
    side = 28 * scale + 2
    sheet.paste(ink(one.pixels), x + 1, y + 1, scale)
    sheet.frame(x, y, side, side, LINE)
    text = x + side + 8
    sheet.write(text, y + 0.2 * side, str(one.digit), size=TEXT + 1 + 2 * (scale - 2), bold=True)
    sheet.write(text, y + 0.53 * side, percent(one.confidence, 0), size=SMALL - (3 - scale), colour=INK)
    other, likely = one.runners_up[0] if one.runners_up else (None, 0.0)
    if other is not None and likely >= 0.005:
        sheet.write(text, y + 0.82 * side, f"{other}: {percent(likely, 0)}", size=SMALL - 2, colour=MUTED)


def _refusals(sheet: Sheet, refused: Sequence[ReadDigit], count: int, y: int) -> None:
    """What is no digit, four in a row, each with its reason."""
    more = f", the first {len(refused)}" if count > len(refused) else ""
    sheet.write(EDGE_WIDTH, y + _NAMED // 2 - 6, f"Refused: {count}{more}", bold=True, colour=NEGATIVE)
    width = ROOM // 4
    for number, one in enumerate(refused):
        row, column = divmod(number, 4)
        left, top = EDGE_WIDTH + column * width, y + _NAMED + row * (58 + _GAP)
        sheet.paste(ink(one.pixels), left + 1, top + 1, 2)
        sheet.frame(left, top, 58, 58, LINE)
        lines = textwrap.wrap(one.reason or "", 25)[:3]
        for place, words in enumerate(lines):
            middle = top + 29 + 19 * (place - (len(lines) - 1) / 2)
            sheet.write(left + 68, middle, words, size=SMALL - 1, colour=MUTED)
