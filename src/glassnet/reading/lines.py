"""Lines of writing: which pieces of ink stand beside one another, and in what order they are read."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from glassnet.reading.pieces import Piece, around, gap_between, join, typical_height
from glassnet.reading.result import Box

__all__ = ["find_lines"]

_STEEPEST = 0.35
"""As a tangent: nobody writes lines that slope more than this."""
_LOW = 0.65
"""Times the usual height: what is lower is a part of a digit near it, or writing of another size."""
_TORN, _WHOLE = 0.06, 1.25
"""Times the usual height: parts of one digit, all of them low, are so near one another, and so high together."""
_LETTERS = 4
"""So many low pieces in a row are a word: caps of fives stand farther apart."""
_NEAR = 0.6
"""Times the usual height: so far from the rest of its digit is a detached stroke at most."""


def find_lines(pieces: Sequence[Piece], height: float) -> list[list[Piece]]:
    """Lines from top to bottom, each with its pieces from left to right; ``height`` is that of a usual digit.

    Every piece is linked with the next one to its right that stands beside it. Neighbours in a sloping or curved
    line stand beside one another even where its two ends do not. Low pieces belong to the one near them;
    where there is none, or they are a word above or below, they are writing of another size, with lines of their
    own.
    """
    large = [piece for piece in pieces if piece.box.height >= _LOW * height]
    low = [piece for piece in pieces if piece.box.height < _LOW * height]
    broken = _broken(low, height)
    if broken:
        whole = {join(parts): parts for parts in broken}
        torn = {piece for parts in broken for piece in parts}
        rest = [piece for piece in pieces if piece not in torn]
        lines = find_lines([*rest, *whole], height)
        return [_from_the_left([part for piece in line for part in whole.get(piece, [piece])]) for line in lines]
    slope = _slope(large, height)
    lines = _chains(large, slope)
    labels = _labels(low, large)
    alone = [piece for piece in low if piece not in labels]
    while len(apart := [piece for piece in alone if not _joins_one(piece, lines, height)]) < len(alone):
        alone = apart  # a part may be near another one that has joined just now
    small = [*alone, *labels]
    if large and small:
        lines = _merged(lines + find_lines(small, typical_height(small)), slope)
    return sorted(
        map(_from_the_left, lines),
        key=lambda line: float(np.median([_level(piece, slope) for piece in line])),
    )


def _broken(low: Sequence[Piece], height: float) -> list[list[Piece]]:
    """The low pieces that touch one another nearly and make a digit together: its strokes were faint."""
    if not low:
        return []
    near, all_boxes = int(_TORN * height / 2), around(low)
    room = np.zeros((all_boxes.height + 2 * near + 1, all_boxes.width + 2 * near + 1), np.uint8)
    corners = [(piece.box.top - all_boxes.top, piece.box.left - all_boxes.left) for piece in low]
    for piece, (top, left) in zip(low, corners, strict=True):
        room[top : top + piece.box.height + 2 * near + 1, left : left + piece.box.width + 2 * near + 1] = 1
    _, together = cv2.connectedComponents(room)
    groups: dict[int, list[Piece]] = {}
    for piece, corner in zip(low, corners, strict=True):
        groups.setdefault(int(together[corner]), []).append(piece)
    return [group for group in groups.values() if _is_digit(around(group), height)]


def _is_digit(box: Box, height: float) -> bool:
    return _LOW * height <= box.height <= _WHOLE * height and box.width <= box.height


def _labels(low: Sequence[Piece], large: Sequence[Piece]) -> set[Piece]:
    """Low pieces that stand in rows of their own, above or below the large ones: print, not parts of digits."""
    rows: list[list[Piece]] = []
    for piece in sorted(low, key=lambda piece: piece.box.left):
        row = next((row for row in rows if _follows(row[-1], piece)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    return {
        piece
        for row in rows
        if len(row) >= _LETTERS and not any(_beside(piece, other) for piece in row for other in large)
        for piece in row
    }


def _follows(piece: Piece, other: Piece) -> bool:
    """Is it the next letter of a word, close and about as high?"""
    lower, higher = sorted((piece.box.height, other.box.height))
    gap, off = other.box.left - piece.box.right, abs(piece.middle[0] - other.middle[0])
    return 2 * lower >= higher and gap <= lower and off <= higher / 2


def _beside(piece: Piece, other: Piece) -> bool:
    """Do both stand at one level, near enough to be read together?"""
    return other.box.top < piece.middle[0] < other.box.bottom and gap_between(piece.box, other.box) < other.size


def _from_the_left(line: list[Piece]) -> list[Piece]:
    return sorted(line, key=lambda piece: piece.middle[1])


def _level(piece: Piece, slope: float) -> float:
    """How far down the piece stands on a page whose lines were turned level."""
    down, across = piece.middle
    return down - slope * across


def _slope(pieces: Sequence[Piece], height: float) -> float:
    """The usual slope from a piece to its right neighbour, down per across; 0 where there are too few."""
    if len(pieces) < 4:
        return 0.0
    down, across = np.array([piece.middle for piece in pieces]).T
    right, lower = across[None] - across[:, None], down[None] - down[:, None]
    beside = (right > 0.3 * height) & (right < 4 * height) & (np.abs(lower) < _STEEPEST * right + 0.1 * height)
    distance = np.where(beside, right, np.inf)
    nearest = distance.argmin(axis=1)
    rows = np.flatnonzero(np.isfinite(distance.min(axis=1)))
    if len(rows) < 3:
        return 0.0
    return float(np.median(lower[rows, nearest[rows]] / right[rows, nearest[rows]]))


def _chains(pieces: Sequence[Piece], slope: float) -> list[list[Piece]]:
    """Link each piece with its nearest right neighbour that stands beside it, if that is mutual."""
    order = sorted(pieces, key=lambda piece: piece.middle[1])
    lines: list[list[Piece]] = []
    for piece in order:
        fits: list[tuple[float, int, list[Piece]]] = []
        for line in lines:
            last = _last_large(line)
            distance = _step(last, piece, slope)
            if distance is not None:
                fits.append((distance, len(fits), line))
        if fits:
            min(fits)[2].append(piece)
        else:
            lines.append([piece])
    return _merged(lines, slope)


def _last_large(line: list[Piece]) -> Piece:
    """The last piece of a line that is not much lower than its neighbours: a dash tells little of where it is."""
    recent = line[-3:]
    tallest = max(piece.box.height for piece in recent)
    return next(piece for piece in reversed(recent) if piece.box.height >= 0.5 * tallest)


def _step(left: Piece, right: Piece, slope: float) -> float | None:
    """How far apart two pieces of one line are; ``None`` where they do not stand beside one another."""
    gap = max(right.middle[1] - left.middle[1], 0)
    off = abs(_level(right, slope) - _level(left, slope))
    higher = max(left.box.height, right.box.height)
    lower = min(left.box.height, right.box.height)
    if off > 0.5 * higher + 0.05 * min(gap, 3 * higher) or off > 0.8 * (higher + lower) / 2:
        return None
    return gap + 3 * off


def _merged(lines: list[list[Piece]], slope: float) -> list[list[Piece]]:
    """Lines at the same level, one beginning where the other has ended, are one."""
    merged: list[list[Piece]] = []
    for line in sorted(map(_from_the_left, lines), key=lambda line: line[0].middle[1]):
        for earlier in merged:
            if line[0].middle[1] > earlier[-1].middle[1] and _step(earlier[-1], line[0], slope) is not None:
                earlier.extend(line)
                break
        else:
            merged.append(line)
    return merged


def _joins_one(piece: Piece, lines: list[list[Piece]], height: float) -> bool:
    """Add a low piece to the line of the nearest one that it stands beside; whether there is one near enough."""
    nearest, best = None, _NEAR * height
    for line in lines:
        for other in line:
            distance = gap_between(piece.box, other.box)
            beside = other.box.top - 0.4 * other.size < piece.middle[0] < other.box.bottom + 0.4 * other.size
            if beside and distance < best:
                nearest, best = line, distance
    if nearest is not None:
        nearest.append(piece)
    return nearest is not None
