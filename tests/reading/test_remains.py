"""What is no writing goes, and what might be one stays."""

from __future__ import annotations

import numpy as np

from glassnet.reading.pieces import Piece, find_pieces
from glassnet.reading.remains import without_dirt, without_edges, without_frames, without_teeth
from glassnet.reading.rules import Rule


def _pieces(contrast: np.ndarray) -> list[Piece]:
    return find_pieces(contrast, contrast > 0.2)


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


def _field(bar_height: int) -> np.ndarray:
    """Three squares of 40 pixels, and bars beside them that end where a rule was."""
    contrast = np.zeros((120, 300), np.float32)
    for left in (30, 110, 190):
        contrast[60:100, left : left + 30] = 1
        contrast[100 - bar_height : 100, left + 45 : left + 49] = 1
    return contrast


def test_the_teeth_of_a_comb_go_and_a_one_stays() -> None:
    rule = Rule(False, 0, np.full(300, 102.0), 3.0, 0.5)
    for bar_height, left in ((20, 3), (40, 6), (60, 3)):
        pieces = _pieces(_field(bar_height))
        assert len(without_teeth(pieces, [rule])) == left
        assert without_teeth(pieces, []) == pieces
