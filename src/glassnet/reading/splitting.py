"""Cutting touching digits apart: paths from top to bottom that cross as little ink as they can, and seldom.

Where two digits touch there is usually a place at which the ink between them is thin. A path that may bend finds
it even between slanted digits, where no straight line passes. Two digits that lean on one another share a long
piece of stroke: the path along it crosses more ink than one through the hole of a nought beside it, but it enters
ink only once. All cheap paths are proposals only: which of them are used is for the network to judge.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.reading.pieces import Piece
from glassnet.reading.result import Box

__all__ = ["split"]

FloatImage = NDArray[np.float32]

_HEIGHT = 48
"""Rows in which paths are sought: fine enough for any pen."""
_WIDEST = 8
"""What is wider than so many heights is a line, not digits that touch."""
_MOST_INK = 0.55
"""A cut through more ink than this share of the piece's height goes through a digit's middle."""
_MOST_CUTS = 12
"""So many are proposed at most: what needs more is no writing."""
_STEP = 0.01
"""The price of a pixel of paper, and of a step aside: of equal paths the straightest is taken."""
_REACHES = (0.2, 0.06)
"""How far a path may go aside, in heights: far for slanted digits, and hardly, not to end in the next hole."""
_ENTRY = 8.0
"""The price of going from paper into ink: about a stroke's width more."""
_WAYS = (
    (slice(1, -1), np.float32(0)),
    (slice(None, -2), np.float32(_STEP)),
    (slice(2, None), np.float32(_STEP)),
)
"""A path comes from straight above, from the left or from the right."""
_BATCH = 32
"""So many pieces are cut at once: more would take memory and save no time."""
_APART = 0.1
"""Cuts nearer to one another than this share of the height are one."""


def split(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Cut every piece wherever it is thin, into parts from left to right; whole is what is thin nowhere."""
    return [parts for first in range(0, len(pieces), _BATCH) for parts in _split(pieces[first : first + _BATCH])]


def _split(pieces: Sequence[Piece]) -> list[list[Piece]]:
    small = [_at_usual_height(piece) for piece in pieces]
    paths = iter(_cheapest_paths([ink for ink in small if ink is not None]))
    return [
        [piece] if ink is None else _along(next(paths), piece) for piece, ink in zip(pieces, small, strict=True)
    ]


def _at_usual_height(piece: Piece) -> FloatImage | None:
    """Its ink, ``_HEIGHT`` rows; ``None`` where it is too narrow or too wide to be cut."""
    height, width = piece.ink.shape
    scale = _HEIGHT / height
    columns = max(round(width * scale), 1)
    if not 8 <= columns <= _WIDEST * _HEIGHT:
        return None
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(piece.ink, (columns, _HEIGHT), interpolation=smooth))


def _along(paths: NDArray[np.int_], piece: Piece) -> list[Piece]:
    """The parts of a piece between paths ``(k, _HEIGHT)``."""
    if not len(paths):
        return [piece]
    height, width = piece.ink.shape
    rows = np.linspace(0, _HEIGHT - 1, height)
    full = np.array([np.interp(rows, np.arange(_HEIGHT), path) for path in paths]) * (height / _HEIGHT)
    part = (np.arange(width)[None, None, :] >= full[:, :, None]).sum(axis=0)
    parts = [_cut_out(piece, part == number) for number in range(len(full) + 1)]
    return [one for one in parts if one is not None]


def _cheapest_paths(inks: Sequence[FloatImage]) -> list[NDArray[np.int_]]:
    """For each ink, paths ``(k, rows)``, a column for each row, that cross little of it, from left to right.

    They are sought in all at once: a step of one is as cheap as a step of a hundred.
    """
    margin = int(0.12 * _HEIGHT) + 1
    starts = [np.arange(margin, ink.shape[1] - margin, int(0.06 * _HEIGHT)) for ink in inks]
    found = [_keeping_to_strips(inks, starts, int(reach * _HEIGHT)) for reach in _REACHES] if inks else []
    ends = np.cumsum([len(some) for some in starts])
    chosen = []
    for ink, some, end in zip(inks, starts, ends, strict=True):
        own = slice(end - len(some), end)
        price, paths = (np.concatenate([one[kind][own] for one in found]) for kind in (0, 1))
        chosen.append(_well_apart(ink, price, paths))
    return chosen


def _well_apart(ink: FloatImage, price: NDArray[np.float32], paths: NDArray[np.int_]) -> NDArray[np.int_]:
    """The cheapest of the paths, none near another one or through much ink, from left to right."""
    rows, columns = ink.shape
    crossed = ink[np.arange(rows), paths.clip(0, columns - 1)].sum(axis=1)
    free = crossed <= _MOST_INK * rows
    chosen: list[NDArray[np.int_]] = []
    for one in np.argsort(price):
        if len(chosen) == _MOST_CUTS:
            break
        if free[one]:
            chosen.append(paths[one])
            free &= np.abs(paths - paths[one]).mean(axis=1) > _APART * rows
    return np.array(sorted(chosen, key=lambda path: float(path.mean()))).reshape(-1, rows)


def _keeping_to_strips(
    inks: Sequence[FloatImage], starts: Sequence[NDArray[np.int_]], reach: int
) -> tuple[NDArray[np.float32], NDArray[np.int_]]:
    """Price and columns ``(k, rows)`` of the best path at most ``reach`` columns from each start in each ink."""
    strips = np.concatenate([
        np.pad(ink, ((0, 0), (reach, reach)), constant_values=1)[:, some[:, None] + np.arange(2 * reach + 1)]
        for ink, some in zip(inks, starts, strict=True)
    ], axis=1)  # fmt: skip
    price, paths = _dynamic_programme(strips)
    return price, paths + np.concatenate(starts)[:, None] - reach


def _dynamic_programme(ink: FloatImage) -> tuple[NDArray[np.float32], NDArray[np.int_]]:
    """The cheapest path down each of k strips of ink ``(rows, k, columns)``: price and columns ``(k, rows)``.

    From row to row a path goes straight down or one column aside.
    """
    rows, count, columns = ink.shape
    total = np.full((count, columns + 2), np.inf, np.float32)
    inner = total[:, 1:-1]
    inner[:] = ink[0] * np.float32(1 + _ENTRY)
    steps = np.zeros((rows, count, columns), np.int8)
    above = np.ones((count, columns + 2), np.float32)
    for row in range(1, rows):
        here = ink[row]
        above[:, 1:-1] = ink[row - 1]
        straight, right, left = (
            total[:, which] + aside + np.float32(_ENTRY) * np.maximum(here - above[:, which], 0)
            for which, aside in _WAYS
        )
        bent = np.minimum(right, left)
        steps[row] = np.where(straight <= bent, 0, np.where(right <= left, -1, 1))
        inner[:] = np.minimum(straight, bent) + here + np.float32(_STEP)
    paths = np.empty((count, rows), int)
    paths[:, -1] = inner.argmin(axis=1)
    every = np.arange(count)
    for row in range(rows - 1, 0, -1):
        paths[:, row - 1] = paths[:, row] + steps[row, every, paths[:, row]]
    return inner.min(axis=1), paths


def _cut_out(piece: Piece, where: NDArray[np.bool_]) -> Piece | None:
    ink = np.where(where, piece.ink, 0)
    down, across = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if ink.sum() < 1:  # less than a pixel
        return None
    top, bottom, left, right = int(down[0]), int(down[-1]) + 1, int(across[0]), int(across[-1]) + 1
    box = Box(piece.box.left + left, piece.box.top + top, piece.box.left + right, piece.box.top + bottom)
    return Piece(box, ink[top:bottom, left:right], piece.strength, cut=True)
