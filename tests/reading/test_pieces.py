"""Connected ink, and what of it is no writing."""

from __future__ import annotations

import numpy as np

from glassnet.reading.pieces import (
    find_pieces,
    gap_between,
    join,
    typical_height,
    without_dirt,
    without_edges,
    without_frames,
)
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


def test_specks_and_faint_remains_are_dirt() -> None:
    contrast = np.zeros((100, 200), np.float32)
    contrast[20:80, 20:30] = contrast[20:80, 60:70] = 0.8
    contrast[50:54, 100:104] = 0.8
    contrast[20:80, 140:142] = 0.25
    assert len(_pieces(contrast)) == 4
    assert [piece.box.left for piece in without_dirt(_pieces(contrast))] == [19, 59]
    assert without_dirt([]) == []


def test_a_dark_edge_goes_and_a_digit_that_is_cut_off_stays() -> None:
    contrast = np.zeros((200, 200), np.float32)
    contrast[:, :3] = 1
    contrast[100:200, 90:100] = 1
    (kept,) = without_edges(_pieces(contrast), np.ones((200, 200), bool))
    assert kept.box.left == 89


def test_what_lies_along_the_edge_of_the_sheet_goes() -> None:
    contrast = np.zeros((200, 200), np.float32)
    sheet = np.ones((200, 200), bool)
    sheet[:, 120:] = False
    contrast[20:180, 117:119] = contrast[50:150, 60:70] = 1
    (kept,) = without_edges(_pieces(contrast), sheet)
    assert kept.box.left == 59


def test_a_box_around_something_goes_and_a_nought_with_a_speck_stays() -> None:
    contrast = np.zeros((200, 200), np.float32)
    contrast[20:180, 20:180] = 1
    contrast[24:176, 24:176] = 0
    contrast[60:140, 90:100] = 1
    (kept,) = without_frames(_pieces(contrast))
    assert kept.box.left == 89
    contrast[60:140, 90:100] = 0
    contrast[90:95, 90:95] = 1
    assert len(without_frames(_pieces(contrast))) == 2


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
