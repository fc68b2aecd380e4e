"""What is left on a picture besides writing: edges, frames, teeth of combs, specks. None of it is to be read."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.reading.pieces import Piece, typical, typical_height
from glassnet.reading.result import Box
from glassnet.reading.rules import Rule

__all__ = ["without_dirt", "without_edges", "without_frames", "without_teeth"]

Mask = NDArray[np.bool_]

_BAR = 0.4
"""An upright line is at most so many times as wide as it is high."""
_UNLIKE = 0.15
"""Teeth are higher or lower than the writing by more than this share of its height; a handwritten 1 is not."""


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


def without_frames(pieces: list[Piece]) -> list[Piece]:
    """Leave out what goes around other pieces: the box of a form, the edge of a sheet on a desk."""
    frames = [piece for piece in pieces if _is_frame(piece, pieces)]
    return [piece for piece in pieces if piece not in frames]


def _is_frame(piece: Piece, pieces: list[Piece]) -> bool:
    inside = sum(other.amount for other in pieces if other is not piece and _contains(piece.box, other.box))
    if inside < 0.06 * piece.amount:  # a speck in a nought
        return False
    height, width = piece.ink.shape
    band_down, band_across = max(height // 8, 2), max(width // 8, 2)
    covered = [
        (piece.ink[:band_down] > 0.5).any(axis=0).mean(),
        (piece.ink[-band_down:] > 0.5).any(axis=0).mean(),
        (piece.ink[:, :band_across] > 0.5).any(axis=1).mean(),
        (piece.ink[:, -band_across:] > 0.5).any(axis=1).mean(),
    ]
    return sum(bool(share > 0.75) for share in covered) >= 3


def _contains(box: Box, other: Box) -> bool:
    return box.left < other.left and box.top < other.top and box.right > other.right and box.bottom > other.bottom


def without_teeth(pieces: list[Piece], rules: list[Rule]) -> list[Piece]:
    """Leave out what divides a form's field into places: several upright lines on a rule, unlike the writing."""
    bars = [piece for piece in pieces if piece.box.width <= _BAR * piece.box.height]
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
    """Does the bar end on a rule, below or above it?"""
    across = bar.middle[1]
    slack = rule.thickness + 3
    if rule.upright or not rule.reaches(across, slack):
        return False
    place = rule.across_at(across)
    return min(abs(bar.box.top - place), abs(bar.box.bottom - place)) <= slack


def without_dirt(pieces: list[Piece]) -> list[Piece]:
    """Leave out specks: pieces far smaller than the writing around them, or far fainter."""
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
