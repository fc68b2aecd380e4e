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

from glassnet.reading.pieces import Piece, around, find_pieces, typical_height
from glassnet.reading.result import Box
from glassnet.reading.rules import enlarged, without_rules
from glassnet.reading.straight import Rule, longest_gap, straight_lines

__all__ = ["without_underlines"]

_LONG = 2.5
"""Times the height of a digit."""
_LOW = 0.3
"""What is so long and lower than this is nothing but a line."""
_FLAT = 3.0
"""Part of a line, which a ruling has broken, is so many times as wide as high..."""
_GAP = 0.15
"""...and as near the next one as this, in heights of a digit: the bars of sevens are farther apart."""
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
    broken = _broken_lines(pieces, height)
    return [part for piece in pieces if piece not in broken for part in _without_lines(piece, height)]


def _broken_lines(pieces: list[Piece], height: float) -> set[Piece]:
    """The parts of drawn lines: long and low, one beginning right where another ends, long enough together."""
    flat = sorted((piece for piece in pieces if _is_flat(piece, height)), key=lambda piece: piece.box.left)
    lines: list[list[Piece]] = []
    for piece in flat:
        line = next((line for line in lines if _goes_on(line[-1], piece, height)), None)
        if line is None:
            lines.append([piece])
        else:
            line.append(piece)
    return {piece for line in lines if around(line).width >= _LONG * height for piece in line}


def _is_flat(piece: Piece, height: float) -> bool:
    return piece.box.height < _LOW * height and piece.box.width > _FLAT * piece.box.height


def _goes_on(piece: Piece, other: Piece, height: float) -> bool:
    """Does the other one begin at the right end of a piece, at its level?"""
    gap = other.box.left - piece.box.right
    return abs(gap) <= _GAP * height and abs(other.middle[0] - piece.middle[0]) <= _LOW * height


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
    along, across = piece.box.width / small.shape[1], piece.box.height / small.shape[0]
    ink = without_rules(piece.ink, piece.ink > 0.5, [enlarged(line, along, across) for line in lines])
    return _moved(find_pieces(piece.ink, ink), piece)


def _is_drawn(line: Rule, ink: NDArray[np.float32]) -> bool:
    return not line.upright and longest_gap(line, ink) <= _LONGEST_GAP


def _moved(parts: Iterable[Piece], whole: Piece) -> Iterator[Piece]:
    """Parts that were found in the ink of a piece, at their places in the picture."""
    left, top = whole.box.left, whole.box.top
    for part in parts:
        box = Box(part.box.left + left, part.box.top + top, part.box.right + left, part.box.bottom + top)
        yield replace(part, box=box, strength=whole.strength)
