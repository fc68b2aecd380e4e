"""What a reader saw: the page with a box around every digit, and each digit as the network got it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
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
FEW, MANY = 4, 60
"""Up to so few digits are drawn at five times their size, from so many on at twice, between at three times."""
MOST_REFUSED = 30
REFUSED_ACROSS = 3
DOUBT = 0.9
"""An answer with less confidence stands out."""

_GAP = 18
_NAMED = 44
"""Height of a line that says what follows."""
_LETTER = 11
"""Pixels that a letter of the note takes, about."""


@dataclass(frozen=True)
class _Cards:
    """How digits stand below the page: each as the network got it, above what it said."""

    scale: int
    """Pixels of the sheet for one of a digit's."""
    pitch: int
    """From one digit to the next: the words below them need as much."""
    size: float
    """Of the words."""

    @classmethod
    def for_count(cls, count: int) -> _Cards:
        if count <= FEW:
            return cls(5, 186, TEXT)
        return cls(3, 112, SMALL) if count < MANY else cls(2, 93, SMALL - 2)

    @property
    def side(self) -> int:
        return 28 * self.scale + 2

    @property
    def line(self) -> int:
        """From one line of words to the next."""
        return round(2.2 * self.size)

    @property
    def down(self) -> int:
        return self.side + 2 * self.line + _GAP

    @property
    def across(self) -> int:
        return ROOM // self.pitch

    def rows(self, line: Sequence[ReadDigit]) -> int:
        return math.ceil(len(line) / self.across)


def reading_sheet(picture: NDArray[np.uint8], reading: Reading, *, name: str = "") -> Figure:
    """The page, ``(H, W, 3)`` ``uint8`` as ``open_picture`` gives it, and what was read on it.

    Below the page stand the digits line by line: the 28 × 28 pixels that the network got, the digit, how sure it
    is, and the runner-up; then what was refused, and why. Blue was read, orange was refused.
    """
    page = _fitted(picture)
    refused = reading.rejected[:MOST_REFUSED]
    cards = _Cards.for_count(len(reading))
    height = HEADING + page.shape[0] + 2 * _GAP + sum(map(cards.rows, reading.lines)) * cards.down
    height += _NAMED if len(reading) else 0
    height += (_NAMED + math.ceil(len(refused) / REFUSED_ACROSS) * (58 + _GAP)) if refused else 0
    sheet = Sheet(height, _title(reading), _note(reading, name))
    sheet.paste(page, EDGE_WIDTH, HEADING)
    sheet.frame(EDGE_WIDTH - 1, HEADING - 1, page.shape[1] + 2, page.shape[0] + 2, LINE)
    zoom = page.shape[1] / picture.shape[1]
    for one in reading.rejected:
        _outline(sheet, one.box, zoom, page.shape, NEGATIVE)
    for one in reading:
        _outline(sheet, one.box, zoom, page.shape, POSITIVE, str(one.digit))
    y = HEADING + page.shape[0] + 2 * _GAP
    if len(reading):
        sheet.write(EDGE_WIDTH, y + _NAMED // 2 - 6, "What the network got", bold=True, colour=POSITIVE)
        sheet.write(EDGE_WIDTH + 258, y + _NAMED // 2 - 6, "how sure it is, and the runner-up", colour=MUTED)
        y += _NAMED
    for line in reading.lines:
        for number, one in enumerate(line):
            row, column = divmod(number, cards.across)
            _card(sheet, one, EDGE_WIDTH + column * cards.pitch, y + row * cards.down, cards)
        y += cards.rows(line) * cards.down
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
    why = f": {reading.reason}." if reading.reason else ""
    room = ROOM // _LETTER - len(size) - len(why) - 2
    if len(name) > room:  # the middle says least: pictures of one series begin alike, and the end has the kind
        name = f"{name[: room // 2 - 1]}…{name[-(room // 2) :]}"
    return f"{name}, {size}{why}" if name else f"{size}{why}"


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
        high = max(12, min(18, (bottom - top) // 2))  # on a full page a large tag would cover the line above
        wide, x, y = high - 3, EDGE_WIDTH + left, HEADING + max(0, top - high + 1)
        sheet.paint(x, y, wide, high, colour)
        sheet.write(x + wide / 2, y + high / 2, label, size=high / 2.4, colour=PAPER, bold=True, align="center")


def _card(sheet: Sheet, one: ReadDigit, x: int, y: int, cards: _Cards) -> None:
    """One digit as the network got it, and below what it said."""
    side, size = cards.side, cards.size
    sheet.paste(ink(one.pixels), x + 1, y + 1, cards.scale)
    sheet.frame(x, y, side, side, LINE)
    first, doubtful = y + side + 0.85 * cards.line, one.confidence < DOUBT
    sheet.write(x, first, str(one.digit), size=size + 2, bold=True)
    colour = INK if doubtful else MUTED
    sheet.write(x + 2.8 * size, first, percent(one.confidence, 0), size=size, colour=colour, bold=doubtful)
    other, likely = one.runners_up[0] if one.runners_up else (None, 0.0)
    if other is not None and likely >= 0.005:
        sheet.write(x, first + cards.line, f"{other}: {percent(likely, 0)}", size=size - 0.5, colour=MUTED)


def _refusals(sheet: Sheet, refused: Sequence[ReadDigit], count: int, y: int) -> None:
    """What is no digit, a few in a row, each with its reason."""
    more = f", the first {len(refused)}" if count > len(refused) else ""
    sheet.write(EDGE_WIDTH, y + _NAMED // 2 - 6, f"Refused: {count}{more}", bold=True, colour=NEGATIVE)
    width = ROOM // REFUSED_ACROSS
    for number, one in enumerate(refused):
        row, column = divmod(number, REFUSED_ACROSS)
        left, top = EDGE_WIDTH + column * width, y + _NAMED + row * (58 + _GAP)
        sheet.paste(ink(one.pixels), left + 1, top + 1, 2)
        sheet.frame(left, top, 58, 58, LINE)
        lines = textwrap.wrap(one.reason or "", 28, max_lines=3, placeholder=" …")
        for place, words in enumerate(lines):
            middle = top + 29 + 19 * (place - (len(lines) - 1) / 2)
            sheet.write(left + 68, middle, words, size=SMALL - 1, colour=MUTED)
