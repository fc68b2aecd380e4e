"""The line under a sum is drawn by the pen that wrote the digits, and hangs together with those that touch it.

Printed lines are found in the whole picture and are long for it (:mod:`~glassnet.reading.rules`). A drawn one is
long for the writing only: no stroke of a digit is straight and level for two and a half times a digit's height.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.reading.pieces import Piece, find_pieces, typical_height
from glassnet.reading.result import Box
from glassnet.reading.rules import enlarged, without_rules
from glassnet.reading.straight import Rule, longest_gap, straight_lines

__all__ = ["without_underlines"]

_LONG = 2.5
"""Times the height of a digit."""
_LOW = 0.3
"""What is so long and lower than this is nothing but a line."""
_HEIGHT = 50
"""Rows of a digit in the copy in which lines are sought: pens are a few pixels wide there."""
_LONGEST_GAP = 3
"""Pixels of that copy: a pen that draws a line is not lifted, and in a row of bars there are gaps."""


def without_underlines(pieces: list[Piece]) -> list[Piece]:
    """The pieces; what is wide because a long level line is part of it comes without the line."""
    writing = [piece for piece in pieces if piece.box.width < _LONG * piece.box.height]
    if not writing:
        return pieces
    height = typical_height(writing)
    return [part for piece in pieces for part in _without_lines(piece, height)]


def _without_lines(piece: Piece, height: float) -> Iterable[Piece]:
    if piece.box.width < _LONG * height:
        return [piece]
    if piece.box.height < _LOW * height:
        return []
    scale = max(height / _HEIGHT, 1.0)
    small = cv2.resize(piece.ink, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
    lines = [
        line for line in straight_lines(small, int(_LONG * height / scale / 2), 0.5) if _is_drawn(line, small)
    ]
    if not lines:
        return [piece]
    ink = without_rules(piece.ink, piece.ink > 0.5, [enlarged(line, scale) for line in lines])
    return _moved(find_pieces(piece.ink, ink), piece)


def _is_drawn(line: Rule, ink: NDArray[np.float32]) -> bool:
    return not line.upright and longest_gap(line, ink) <= _LONGEST_GAP


def _moved(parts: Iterable[Piece], whole: Piece) -> Iterator[Piece]:
    """Parts that were found in the ink of a piece, at their places in the picture."""
    left, top = whole.box.left, whole.box.top
    for part in parts:
        box = Box(part.box.left + left, part.box.top + top, part.box.right + left, part.box.bottom + top)
        yield replace(part, box=box, strength=whole.strength)
