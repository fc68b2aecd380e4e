"""Connected ink, cut out of the picture and put together again."""

from __future__ import annotations

import numpy as np

from glassnet.reading.pieces import find_pieces, gap_between, join, typical_height, without_giants
from glassnet.reading.result import Box


def _pieces(contrast: np.ndarray) -> list:
    return find_pieces(contrast, contrast > 0.2)


def test_pieces_are_what_hangs_together() -> None:
    contrast = np.zeros((60, 80), np.float32)
    contrast[10:30, 5:10] = 0.5
    contrast[10:30, 40:50] = 0.9
    left, right = sorted(_pieces(contrast), key=lambda piece: piece.box.left)
    assert (left.box, right.box) == (Box(4, 9, 11, 31), Box(39, 9, 51, 31))  # with one pixel for the soft rim
    assert left.strength == np.float32(0.5)
    assert right.ink.max() == 1
    assert left.amount == 100


def test_a_piece_holds_only_its_own_ink() -> None:
    contrast = np.zeros((40, 40), np.float32)
    contrast[5:35, 5:8] = contrast[32:35, 5:35] = 1  # an L around...
    contrast[10:20, 15:25] = 1  # ...a square
    corner, square = sorted(_pieces(contrast), key=lambda piece: -piece.size)
    assert corner.amount == 30 * 3 + 27 * 3
    assert square.amount == 100


def test_joining_puts_every_piece_in_its_place() -> None:
    contrast = np.zeros((60, 80), np.float32)
    contrast[10:30, 5:10] = contrast[12:40, 40:50] = 1
    whole = join(_pieces(contrast))
    box = whole.box
    assert np.array_equal(whole.ink, contrast[box.top : box.bottom, box.left : box.right])


def test_a_line_of_dots_is_one_piece() -> None:
    contrast = np.zeros((120, 120), np.float32)
    for at in range(10, 110, 7):
        contrast[at : at + 4, 50:54] = 1
    assert len(_pieces(contrast)) == 1


def test_the_typical_height_is_that_of_most_ink() -> None:
    contrast = np.zeros((100, 300), np.float32)
    for left in range(10, 200, 30):
        contrast[20:60, left : left + 5] = 1
    for left in range(0, 300, 6):
        contrast[90:92, left : left + 2] = 1
    assert typical_height(_pieces(contrast)) == 42


def test_gaps() -> None:
    assert gap_between(Box(0, 0, 10, 10), Box(13, 14, 20, 20)) == 5
    assert gap_between(Box(0, 0, 10, 10), Box(5, 5, 20, 20)) == 0


def test_a_margin_does_not_make_specks_of_a_row_of_digits() -> None:
    contrast = np.zeros((500, 300), np.float32)
    contrast[10:490, 20:30] = 1
    for left in range(60, 260, 40):
        contrast[200:240, left : left + 8] = 1
    pieces = _pieces(contrast)
    assert 38 <= typical_height(pieces) <= 44
    assert len(without_giants(pieces)) == 5
    assert len(without_giants(pieces[:4])) == 4  # too few of them to be sure which is the writing
