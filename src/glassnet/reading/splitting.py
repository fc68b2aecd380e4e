"""Cutting touching digits apart: paths from top to bottom that cross as little ink as they can, and seldom.

Where two digits touch there is usually a place at which the ink between them is thin. A path that may bend finds
it even between slanted digits, where no straight line passes. Two digits that lean on one another share a long
piece of stroke: the path along it crosses more ink than one through the hole of a nought beside it, but it enters
ink only once. All cheap paths are proposals only: which of them are used is for the network to judge.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.reading.pieces import Piece
from glassnet.reading.result import Box

__all__ = ["split"]

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
_APART = 0.1
"""Cuts nearer to one another than this share of the height are one."""


def split(piece: Piece) -> list[Piece]:
    """Cut a piece wherever it is thin, into parts from left to right; the piece alone where it is thin nowhere."""
    height, width = piece.ink.shape
    scale = _HEIGHT / height
    columns = max(round(width * scale), 1)
    if not 8 <= columns <= _WIDEST * _HEIGHT:
        return [piece]
    small = cv2.resize(
        piece.ink, (columns, _HEIGHT), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    paths = _cheapest_paths(small)
    if not len(paths):
        return [piece]
    rows = np.linspace(0, _HEIGHT - 1, height)
    full = np.array([np.interp(rows, np.arange(_HEIGHT), path) for path in paths]) / scale
    part = (np.arange(width)[None, None, :] >= full[:, :, None]).sum(axis=0)
    parts = [_cut_out(piece, part == number) for number in range(len(full) + 1)]
    return [one for one in parts if one is not None]


def _cheapest_paths(ink: NDArray[np.float32]) -> NDArray[np.int_]:
    """Paths ``(k, rows)``, a column for each row, that cross little ink, from left to right and well apart."""
    rows, columns = ink.shape
    margin = int(0.12 * rows) + 1
    starts = np.arange(margin, columns - margin, int(0.06 * rows))
    if not len(starts):
        return np.empty((0, rows), int)
    prices, ways = zip(*(_keeping_to_strips(ink, starts, int(reach * rows)) for reach in _REACHES), strict=True)
    price, paths = np.concatenate(prices), np.concatenate(ways)
    crossed = ink[np.arange(rows), paths.clip(0, columns - 1)].sum(axis=1)
    chosen: list[NDArray[np.int_]] = []
    for one in np.argsort(price):
        if len(chosen) == _MOST_CUTS:
            break
        if crossed[one] <= _MOST_INK * rows and all(
            np.abs(paths[one] - other).mean() > _APART * rows for other in chosen
        ):
            chosen.append(paths[one])
    return np.array(sorted(chosen, key=lambda path: float(path.mean()))).reshape(-1, rows)


def _keeping_to_strips(
    ink: NDArray[np.float32], starts: NDArray[np.int_], reach: int
) -> tuple[NDArray[np.float32], NDArray[np.int_]]:
    """Price and columns ``(k, rows)`` of the best path at most ``reach`` columns from each start."""
    padded = np.pad(ink, ((0, 0), (reach, reach)), constant_values=1)
    strips = padded[:, starts[:, None] + np.arange(2 * reach + 1)].transpose(1, 0, 2)
    price, paths = _dynamic_programme(strips)
    return price, paths + starts[:, None] - reach


def _dynamic_programme(ink: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int_]]:
    """The cheapest path down each of k strips of ink ``(k, rows, columns)``: price and columns ``(k, rows)``.

    From row to row a path goes straight down or one column aside.
    """
    count, rows, columns = ink.shape
    total = np.full((count, columns + 2), np.inf, np.float32)
    inner = total[:, 1:-1]
    inner[:] = ink[:, 0] * np.float32(1 + _ENTRY)
    steps = np.empty((rows, count, columns), np.int8)
    above = np.ones((count, columns + 2), np.float32)
    aside = np.array([0, _STEP, _STEP], np.float32)[:, None, None]
    for row in range(1, rows):
        above[:, 1:-1] = ink[:, row - 1]
        came = np.stack([above[:, 1:-1], above[:, :-2], above[:, 2:]])
        ways = np.stack([inner, total[:, :-2], total[:, 2:]]) + aside
        ways += np.float32(_ENTRY) * np.maximum(ink[:, row] - came, 0)
        steps[row] = np.array([0, -1, 1], np.int8)[ways.argmin(axis=0)]
        inner[:] = ways.min(axis=0) + ink[:, row] + np.float32(_STEP)
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
