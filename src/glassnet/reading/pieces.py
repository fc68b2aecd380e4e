"""Pieces of ink: what hangs together, each a digit, a part of one, several that touch, or dirt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.reading.result import Box

__all__ = [
    "SMALLEST_WRITING",
    "Piece",
    "around",
    "find_pieces",
    "gap_between",
    "join",
    "typical",
    "typical_height",
    "without_giants",
]

_GIANT = 0.4
"""What is lower than this share of the highest piece is not written in the same size."""
_ROW = 4
"""So many pieces that are alike are writing..."""
SMALLEST_WRITING = 14
"""...if they are so many pixels high: dust is alike as well."""

FloatImage = NDArray[np.float32]
Mask = NDArray[np.bool_]

_FEWEST_DOTS = 12
"""A digit drawn with dots has at least so many."""


@dataclass(frozen=True, eq=False)
class Piece:
    """Ink that hangs together, cut out of the picture."""

    box: Box
    ink: FloatImage
    """(height, width) of the box: 1 in the middle of a stroke, soft at its edges, 0 elsewhere."""
    strength: float
    """Its contrast with the paper."""
    cut: bool = False
    """Was it cut off from a larger piece?"""

    @property
    def middle(self) -> tuple[float, float]:
        """(down, across)"""
        return (self.box.top + self.box.bottom) / 2, (self.box.left + self.box.right) / 2

    @property
    def size(self) -> int:
        return max(self.box.height, self.box.width)

    @property
    def amount(self) -> float:
        """Ink, in pixels."""
        return float(self.ink.sum())


def around(pieces: Sequence[Piece]) -> Box:
    """The smallest box around several pieces."""
    boxes = [piece.box for piece in pieces]
    return Box(
        min([box.left for box in boxes]),
        min([box.top for box in boxes]),
        max([box.right for box in boxes]),
        max([box.bottom for box in boxes]),
    )


def join(pieces: Sequence[Piece]) -> Piece:
    """One piece made of several."""
    if len(pieces) == 1:
        return pieces[0]
    box = around(pieces)
    ink = np.zeros((box.height, box.width), np.float32)
    for piece in pieces:
        down, across = piece.box.top - box.top, piece.box.left - box.left
        part = ink[down : down + piece.box.height, across : across + piece.box.width]
        np.maximum(part, piece.ink, out=part)
    return Piece(box, ink, max(piece.strength for piece in pieces), any(piece.cut for piece in pieces))


def find_pieces(contrast: FloatImage, mask: Mask) -> list[Piece]:
    """The connected parts of the ink, with soft edges taken from the contrast."""
    ink = mask.astype(np.uint8)
    count, labels, stats = _connected(ink)
    pieces = []
    height, width = mask.shape
    for one in range(1, count):
        left, top, across, down, _ = (int(value) for value in stats[one])
        # One pixel more on each side: the soft rim lies outside of the mask.
        box = Box(max(left - 1, 0), max(top - 1, 0), min(left + across + 1, width), min(top + down + 1, height))
        window = slice(box.top, box.bottom), slice(box.left, box.right)
        own = (labels[window] == one) & mask[window]
        if not own.any():  # nothing but bridges
            continue
        values = contrast[window]
        strength = float(np.quantile(values[own], 0.8))
        rim = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8))
        rim[(ink[window] > 0) & ~own] = 0
        soft = ((values / max(strength, 1e-6) - 0.25) / 0.5).clip(0, 1) * rim
        if soft.sum() >= 1:
            pieces.append(Piece(box, soft.astype(np.float32), strength))
    return pieces


def _connected(ink: NDArray[np.uint8]) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
    """Number, labels and boxes of what hangs together; where a pen left only dots, near ones do."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count - 1 < _FEWEST_DOTS:
        return count, labels, stats
    across, down, area = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA]].T
    longer = np.maximum(across, down)
    dots = (area > 0.65 * across * down) & (longer <= 2 * np.minimum(across, down))
    if area[dots].sum() < 0.8 * area.sum():
        return count, labels, stats
    gap = int(1.5 * np.median(longer)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap))
    bridged = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, disc)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bridged, connectivity=8)
    return count, labels, stats


def typical_height(pieces: Sequence[Piece]) -> float:
    """How high a digit is here, specks and lines not counted: the middle one, large pieces counting more."""
    pieces = without_giants(pieces)
    return typical(pieces, [piece.box.height for piece in pieces])


def without_giants(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces; where many are alike, without the few that are far higher: a margin, the edge of a shadow."""
    highest = max(piece.box.height for piece in pieces)
    small = [piece for piece in pieces if piece.box.height < _GIANT * highest]
    if len(small) < _ROW:
        return list(pieces)
    usual = typical(small, [piece.box.height for piece in small])
    alike = sum(0.6 * usual <= piece.box.height <= 1.6 * usual for piece in small)
    writing = usual >= SMALLEST_WRITING and alike >= max(_ROW, 3 * (len(pieces) - len(small)))
    return without_giants(small) if writing else list(pieces)


def typical(pieces: Sequence[Piece], values: Sequence[float]) -> float:
    """The median of values, one per piece; a piece counts as much as its ink times its size."""
    weights = np.array([piece.amount * piece.size for piece in pieces])
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / max(weights.sum(), 1e-9)
    return float(values[order[int(np.searchsorted(share, 0.5))]])


def gap_between(one: Box, other: Box) -> float:
    """Pixels between two boxes, 0 where they touch."""
    across = max(one.left - other.right, other.left - one.right, 0)
    down = max(one.top - other.bottom, other.top - one.bottom, 0)
    return float(np.hypot(across, down))
