"""Lines of writing: which pieces of ink stand beside one another, and in what order they are read."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from glassnet.reading.pieces import Piece, around, join, typical_height
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
_OFF = 0.8
"""Times the mean height of two pieces: what stands so much higher or lower than another is of another line."""
_ASKED = 500
"""So many pieces, or a few more, tell how a page slopes; to ask all of thousands would fill the memory."""


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
    small = _without_a_line([piece for piece in low if piece not in labels], lines, height)
    small += [piece for piece in low if piece in labels]
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
    ends = np.zeros((3, len(low)))  # of the rows: right side, middle and height of the last piece
    for piece in sorted(low, key=lambda piece: piece.box.left):
        place = _goes_on(ends[:, : len(rows)], piece)
        if place == len(rows):
            rows.append([])
        rows[place].append(piece)
        ends[:, place] = piece.box.right, piece.middle[0], piece.box.height
    boxes = np.array([_edges(piece) for piece in large]).reshape(-1, 4).T
    words = (row for row in rows if len(row) >= _LETTERS)
    return {piece for row in words if not any(_stands_beside(one, boxes) for one in row) for piece in row}


def _goes_on(ends: NDArray[np.float64], piece: Piece) -> int:
    """The first of the rows whose next letter it may be, close to the last and as high; else their number."""
    right, middle, height = ends
    lower, higher = np.minimum(height, piece.box.height), np.maximum(height, piece.box.height)
    near = (piece.box.left - right <= lower) & (np.abs(middle - piece.middle[0]) <= higher / 2)
    fits = np.flatnonzero(near & (2 * lower >= higher))
    return int(fits[0]) if len(fits) else ends.shape[1]


def _stands_beside(piece: Piece, boxes: NDArray[np.int_]) -> bool:
    """Does it stand at the level of one of the boxes ``(4, n)``, near enough to be read together?"""
    top, bottom, left, right = boxes
    middle, box = piece.middle[0], piece.box
    gap = np.maximum(np.maximum(left - box.right, box.left - right), 0)
    return bool(((top < middle) & (middle < bottom) & (gap < np.maximum(bottom - top, right - left))).any())


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
    asked = slice(None, None, -(-len(pieces) // _ASKED))
    right, lower = across[None] - across[asked, None], down[None] - down[asked, None]
    beside = (right > 0.3 * height) & (right < 4 * height) & (np.abs(lower) < _STEEPEST * right + 0.1 * height)
    distance = np.where(beside, right, np.inf)
    nearest = distance.argmin(axis=1)
    rows = np.flatnonzero(np.isfinite(distance.min(axis=1)))
    if len(rows) < 3:
        return 0.0
    return float(np.median(lower[rows, nearest[rows]] / right[rows, nearest[rows]]))


def _chains(pieces: Sequence[Piece], slope: float) -> list[list[Piece]]:
    """From left to right, add each piece to the line whose end is nearest and beside it, or begin another line."""
    lines: list[list[Piece]] = []
    lasts: list[Piece] = []
    known = np.zeros((2, len(pieces)))
    levels, heights = known  # of ``lasts``: most are seen to be too high or too low by these alone
    for piece in _from_the_left(list(pieces)):
        off = np.abs(levels[: len(lines)] - _level(piece, slope))
        near = np.flatnonzero(off <= _OFF * (heights[: len(lines)] + piece.box.height) / 2)
        steps = [(distance, n) for n in near if (distance := _step(lasts[n], piece, slope)) is not None]
        if steps:
            place = int(min(steps)[1])
            lines[place].append(piece)
            lasts[place] = _last_large(lines[place])
        else:
            place = len(lines)
            lines.append([piece])
            lasts.append(piece)
        known[:, place] = _level(lasts[place], slope), lasts[place].box.height
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
    if off > 0.5 * higher + 0.05 * min(gap, 3 * higher) or off > _OFF * (higher + lower) / 2:
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


def _without_a_line(low: Sequence[Piece], lines: list[list[Piece]], height: float) -> list[Piece]:
    """Add low pieces to the line of the nearest one that each stands beside; those are left that none is near.

    A part may be near another one that has joined just now, so they are asked again until none joins any more,
    but never about what they have been found to be far from.
    """
    standing = [(piece, number) for number, line in enumerate(lines) for piece in line]
    boxes = np.zeros((5, len(standing) + len(low)))  # top, bottom, left, right, and the number of the line
    for place, (piece, number) in enumerate(standing):
        boxes[:, place] = *_edges(piece), number
    count, before = len(standing), -1
    far = dict.fromkeys(low, 0)  # from how many boxes each was found to be far
    while before < count:
        before = count
        for piece, asked in list(far.items()):
            nearest = _nearest_line(piece, boxes[:, asked:count], height)
            if nearest is None:
                far[piece] = count
                continue
            lines[nearest].append(piece)
            boxes[:, count] = *_edges(piece), nearest
            count += 1
            del far[piece]
    return list(far)


def _edges(piece: Piece) -> tuple[int, int, int, int]:
    return piece.box.top, piece.box.bottom, piece.box.left, piece.box.right


def _nearest_line(piece: Piece, boxes: NDArray[np.float64], height: float) -> int | None:
    """The line of the nearest of the boxes ``(5, n)`` that a low piece stands beside, if one is near enough."""
    top, bottom, left, right, lines = boxes
    box, middle = piece.box, piece.middle[0]
    slack = 0.4 * np.maximum(bottom - top, right - left)
    distance = np.hypot(
        np.maximum(np.maximum(left - box.right, box.left - right), 0),
        np.maximum(np.maximum(top - box.bottom, box.top - bottom), 0),
    )
    distance[(middle <= top - slack) | (middle >= bottom + slack)] = np.inf
    nearest = distance.min(initial=np.inf)
    return int(lines[distance == nearest].min()) if nearest < _NEAR * height else None
