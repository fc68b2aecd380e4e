"""What is left on a picture besides writing: edges, frames, teeth of combs, specks. None of it is to be read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.reading.pieces import SMALLEST_WRITING, Piece, typical, typical_height
from glassnet.reading.result import Box
from glassnet.reading.rules import Rule

__all__ = ["without_bars", "without_dirt", "without_edges", "without_frames", "without_pens", "without_teeth"]

Mask = NDArray[np.bool_]

_BAR = 0.4
"""An upright line is at most so many times as wide as it is high..."""
_TOOTH = 0.3
"""...and a tooth, which is straight, so wide at most as seen along its own direction: a narrow 5 is wider."""
_SOLID = 0.66
"""A disc fills this share of its box at least; a pen leaves paper in a nought..."""
_ROUND = 0.93
"""...and this share of its own convex hull: the boldest 8 still has a waist."""
_SMALLEST_DOT = 14
"""Pixels: smaller digits are solid as well."""
_SMALLEST_BOX = 24
"""Pixels: in a small picture a nought has corners."""
_SLIM = 0.16
"""A pen that lies on the paper is straight: at most so wide as this share of its length..."""
_REACHING_IN = 0.3
"""...and longer than this share of the picture's shorter side, within which it begins or ends."""
_LONGER = 1.5
"""Nobody writes a 1 so many times as long as all other digits of a page, and over its edge."""
_TOWERING = 3.0
"""Nor one so many times as high as all else that was written: that is the line between two columns..."""
_WRITTEN, _DOT = 3, 0.1
"""...where so many other things were written, none so much lower as the dots between ones..."""
_COLUMNS = 2
"""...and no more lines than these: many that are alike are writing..."""
_PLENTY = 3
"""...but where so many times as many other things were written, they are what is left of a table."""
_UNLIKE = 0.15
"""Teeth are higher or lower than the writing by more than this share of its height; a handwritten 1 is not."""
_THICKER, _DARKER = 2.0, 1.6
"""Nor are they so many times as thick, and two pixels, and as strong as the rule they stand on."""


def without_edges(pieces: list[Piece], sheet: Mask) -> list[Piece]:
    """Leave out what lies along the edge of the picture or of the sheet: a scan's dark border, a shadow, a finger.

    ``sheet`` is :attr:`~glassnet.reading.ink.Ink.sheet`. A digit that is cut off by the edge has most of its ink
    elsewhere.
    """
    band = max(min(sheet.shape) // 50, 1)
    framed = cv2.copyMakeBorder(sheet.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inner = cv2.erode(framed, np.ones((2 * band + 1, 2 * band + 1), np.uint8))[1:-1, 1:-1]
    return [piece for piece in pieces if not _hugs_the_edge(piece, inner)]


def _hugs_the_edge(piece: Piece, inner: NDArray[np.uint8]) -> bool:
    box = piece.box
    window = inner[box.top : box.bottom, box.left : box.right]
    if window.all():
        return False
    outside = float(piece.ink[window == 0].sum()) / piece.amount
    share = max(box.height / inner.shape[0], box.width / inner.shape[1])
    solid = piece.amount > 0.5 * box.width * box.height
    long = share > 0.5 or (share > 0.25 and solid)
    return outside > (0.15 if long else 0.6)


def without_pens(pieces: list[Piece], sheet: Mask) -> list[Piece]:
    """Leave out what was laid on the paper: a pen, a ruler, straight and reaching in over the picture's edge."""
    height, width = sheet.shape
    reaching = [
        piece
        for piece in pieces
        if piece.size > _REACHING_IN * min(height, width)
        and (
            min(piece.box.left, piece.box.top) <= 1
            or piece.box.right >= width - 1
            or piece.box.bottom >= height - 1
        )
        and _slimness(piece) < _SLIM
    ]
    others = [piece for piece in pieces if piece not in reaching]
    if not others:
        return pieces
    longest = max(piece.size for piece in others)
    return [piece for piece in pieces if piece not in reaching or piece.size < _LONGER * longest]


def without_bars(pieces: list[Piece]) -> list[Piece]:
    """Leave out upright lines that tower over all that is written: between columns drawn by hand, of a margin."""
    slim = {piece for piece in pieces if piece.box.height > 4 * piece.box.width and _slimness(piece) < _SLIM}
    heights = [piece.box.height for piece in pieces if piece not in slim]
    written = [height for height in heights if height >= SMALLEST_WRITING]
    towering = [bar for bar in slim if written and bar.box.height >= _TOWERING * max(heights)]
    if len(written) < _PLENTY * len(towering):
        towering = [
            bar for bar in towering if sum(height >= _DOT * bar.box.height for height in heights) >= _WRITTEN
        ]
        if len(towering) > _COLUMNS:
            return pieces
    return [piece for piece in pieces if piece not in towering]


def _slimness(piece: Piece) -> float:
    """Width over length of the tightest rectangle around it."""
    sides = _rectangle(piece)
    return min(sides) / max(sides)


def _rectangle(piece: Piece) -> tuple[float, float]:
    """The two sides of the tightest rectangle around it, in pixels, whichever way it is turned."""
    _, (one, other), _ = cv2.minAreaRect(cv2.findNonZero((piece.ink > 0.5).astype(np.uint8)))
    return float(one) + 1, float(other) + 1


def without_frames(pieces: list[Piece]) -> list[Piece]:
    """Leave out what goes around other pieces, a form's box, the edge of a sheet on a desk, and empty boxes."""
    from_the_left = sorted(pieces, key=_left)
    frames = {piece for piece in pieces if _is_box(piece) or _goes_around(piece, from_the_left)}
    return [piece for piece in pieces if piece not in frames]


def _left(piece: Piece) -> int:
    return piece.box.left


def _goes_around(piece: Piece, from_the_left: list[Piece]) -> bool:
    """Is it a frame, or the edge of a sheet, around other pieces? Those that begin left or right of it are not."""
    framed = sum(side > 0.75 for side in _sides(piece)) >= 3
    sparse = piece.amount < 0.12 * piece.box.width * piece.box.height
    if not (framed or sparse):
        return False
    first = bisect_right(from_the_left, piece.box.left, key=_left)
    end = bisect_left(from_the_left, piece.box.right, key=_left)
    inside = [other for other in from_the_left[first:end] if _contains(piece.box, other.box)]
    if sum(other.amount for other in inside) < 0.06 * piece.amount:  # a speck in a nought
        return False
    if framed:
        return True
    # Digits do not stand in the corner of a digit: the edges of a sheet, and what the desk shows beyond them.
    writing = [other.size for other in inside if other.size >= 0.05 * piece.size]
    return len(writing) >= 3 and piece.size > 3 * float(np.median(writing))


def _is_box(piece: Piece) -> bool:
    """Is it a hollow rectangle, or one without its upper or its lower side? A nought has round corners."""
    height, width = piece.ink.shape
    down, across = max(height // 8, 2), max(width // 8, 2)
    corners = [
        piece.ink[rows, columns].max()
        for rows in (slice(None, down), slice(-down, None))
        for columns in (slice(None, across), slice(-across, None))
    ]
    if min(height, width) < _SMALLEST_BOX or piece.amount > 0.5 * height * width or min(corners) <= 0.5:
        return False
    top, bottom, left, right = _sides(piece)
    whole = min(top, bottom, left, right) > 0.9
    empty = piece.ink[2 * down : -2 * down, 2 * across : -2 * across].max() < 0.5
    return whole or (empty and min(left, right, max(top, bottom)) > 0.9 and min(top, bottom) < 0.3)


def _sides(piece: Piece) -> list[float]:
    """Which share of the top, the bottom, the left and the right side of its box is covered by the piece."""
    height, width = piece.ink.shape
    down, across = max(height // 8, 2), max(width // 8, 2)
    return [
        float((piece.ink[:down] > 0.5).any(axis=0).mean()),
        float((piece.ink[-down:] > 0.5).any(axis=0).mean()),
        float((piece.ink[:, :across] > 0.5).any(axis=1).mean()),
        float((piece.ink[:, -across:] > 0.5).any(axis=1).mean()),
    ]


def _contains(box: Box, other: Box) -> bool:
    return box.left < other.left and box.top < other.top and box.right > other.right and box.bottom > other.bottom


def without_teeth(pieces: list[Piece], rules: list[Rule]) -> list[Piece]:
    """Leave out what divides a form's field into places: several upright lines on a rule, unlike the writing."""
    bars = [piece for piece in pieces if piece.box.width <= _BAR * piece.box.height and _slimness(piece) <= _TOOTH]
    writing = [piece for piece in pieces if piece not in bars]
    if not writing:
        return pieces
    height = typical_height(writing)
    unlike = [bar for bar in bars if abs(bar.box.height - height) > _UNLIKE * height]
    teeth: set[Piece] = set()
    for rule in rules:
        standing = [bar for bar in unlike if _stands_on(bar, rule)]
        if len(standing) >= 2:
            teeth.update(standing)
    return [piece for piece in pieces if piece not in teeth]


def _stands_on(bar: Piece, rule: Rule) -> bool:
    """Does the bar end on a rule, below or above it, and was it printed with it?"""
    across = bar.middle[1]
    slack = rule.thickness + 3
    if rule.upright or not rule.reaches(across, slack):
        return False
    if bar.strength > _DARKER * rule.strength and min(_rectangle(bar)) > _THICKER * rule.thickness + 2:
        return False
    place = rule.across_at(across)
    return min(abs(bar.box.top - place), abs(bar.box.bottom - place)) <= slack


def without_dirt(pieces: list[Piece]) -> list[Piece]:
    """Leave out solid dots, and specks: pieces far smaller than the writing around them, or far fainter."""
    pieces = [piece for piece in pieces if not _is_dot(piece)]
    if not pieces:
        return []
    height = typical_height(pieces)
    strength = typical(pieces, [piece.strength for piece in pieces])
    kept = []
    for piece in pieces:
        speck = piece.size < 0.12 * height or (piece.size < 0.25 * height and piece.amount < 0.006 * height**2)
        faint = piece.strength < 0.4 * strength
        if not (speck or faint):
            kept.append(piece)
    return kept


def _is_dot(piece: Piece) -> bool:
    """Is it round and solid: a hole punched for a file, a button on a screen, a bullet?"""
    height, width = piece.ink.shape
    alike = max(height, width) <= 1.25 * min(height, width)
    filled = piece.amount > _SOLID * (height - 2) * (width - 2)
    return alike and piece.size >= _SMALLEST_DOT and filled and _fills_its_hull(piece)


def _fills_its_hull(piece: Piece) -> bool:
    strokes = (piece.ink > 0.5).astype(np.uint8)
    hull = cv2.fillConvexPoly(np.zeros_like(strokes), cv2.convexHull(cv2.findNonZero(strokes)), 1)
    return bool(strokes.sum() >= _ROUND * hull.sum())
