"""What is no writing goes, and what might be one stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from glassnet.reading import remains
from glassnet.reading.pieces import Piece, find_pieces
from glassnet.reading.remains import (
    without_bars,
    without_dirt,
    without_edges,
    without_frames,
    without_pens,
    without_teeth,
)
from glassnet.reading.result import Box
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
    contrast[:] = 0
    cv2.ellipse(contrast, (100, 100), (60, 80), 0, 0, 360, 1, 6)
    contrast[90:95, 90:95] = 1
    assert len(without_frames(_pieces(contrast))) == 2


def test_an_empty_box_goes_and_a_nought_stays() -> None:
    contrast = np.zeros((100, 200), np.float32)
    cv2.rectangle(contrast, (20, 20), (70, 80), 1, 3)
    cv2.ellipse(contrast, (130, 50), (25, 30), 0, 0, 360, 1, 3)
    (kept,) = without_frames(_pieces(contrast))
    assert kept.box.left > 90


def test_the_edge_of_a_sheet_goes_though_digits_stand_in_its_corner() -> None:
    contrast = np.zeros((400, 600), np.float32)
    cv2.line(contrast, (20, 380), (40, 10), 1, 3)
    cv2.line(contrast, (40, 10), (580, 30), 1, 3)
    for number in range(6):
        contrast[100:140, 100 + 50 * number : 125 + 50 * number] = 1
    assert len(_pieces(contrast)) == 7
    assert {piece.box.height for piece in without_frames(_pieces(contrast))} == {42}


def test_a_frame_is_compared_with_what_begins_within_it_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared, contains = [], remains._contains

    def counted(box: Box, other: Box) -> bool:
        compared.append(box)
        return contains(box, other)

    monkeypatch.setattr(remains, "_contains", counted)
    contrast = np.zeros((400, 400), np.float32)
    for top in range(10, 380, 20):
        for left in range(10 + top // 20 % 5, 380, 20):
            cv2.rectangle(contrast, (left, top), (left + 12, top + 12), 1, 2)
    pieces = _pieces(contrast)
    assert without_frames(pieces) == pieces
    assert 0 < len(compared) < 25 * len(pieces), "of 360 others each"


def test_a_punched_hole_is_a_dot_and_a_thick_nought_is_none() -> None:
    contrast = np.zeros((100, 300), np.float32)
    cv2.circle(contrast, (50, 50), 20, 1, -1)
    cv2.circle(contrast, (120, 50), 20, 1, 12)
    contrast[20:80, 200:212] = 1
    assert sorted(piece.box.left > 150 for piece in without_dirt(_pieces(contrast))) == [False, True]
    assert all(piece.box.left > 80 for piece in without_dirt(_pieces(contrast)))


def test_the_boldest_eight_is_no_dot() -> None:
    contrast = np.zeros((110, 100), np.float32)
    cv2.ellipse(contrast, (50, 33), (26, 17), 0, 0, 360, 1, -1)
    cv2.ellipse(contrast, (50, 69), (30, 20), 0, 0, 360, 1, -1)
    assert len(without_dirt(_pieces(contrast))) == 1


def test_the_body_of_a_five_in_felt_pen_is_no_dot() -> None:
    contrast = np.zeros((130, 130), np.float32)
    cv2.circle(contrast, (70, 70), 45, 1, -1)
    cv2.circle(contrast, (70, 70), 9, 0, -1)
    cv2.circle(contrast, (38, 30), 15, 1, -1)
    assert len(without_dirt(_pieces(contrast))) == 1


def test_a_box_without_its_upper_side_is_a_frame_and_a_nought_is_none() -> None:
    contrast = np.zeros((140, 300), np.float32)
    contrast[60:120, [20, 21, 80, 81]] = contrast[118:120, 20:82] = 1
    cv2.ellipse(contrast, (50, 50), (20, 40), 0, 0, 360, 1, 5)
    cv2.ellipse(contrast, (150, 70), (25, 40), 0, -60, 240, 1, 5)  # open above
    kept = without_frames(_pieces(contrast))
    assert [piece.box.left > 100 for piece in sorted(kept, key=lambda piece: piece.box.left)] == [False, True]
    assert all(piece.box.left > 25 for piece in kept)


def _field(bar_height: int) -> np.ndarray:
    """Three squares of 40 pixels, and bars beside them that end where a rule was."""
    contrast = np.zeros((120, 300), np.float32)
    for left in (30, 110, 190):
        contrast[60:100, left : left + 30] = 1
        contrast[100 - bar_height : 100, left + 45 : left + 49] = 1
    return contrast


def test_the_teeth_of_a_comb_go_and_a_one_stays() -> None:
    rule = Rule(False, 0, np.full(300, 102.0), 3.0, 1.0)
    for bar_height, left in ((20, 3), (40, 6), (60, 3)):
        pieces = _pieces(_field(bar_height))
        assert len(without_teeth(pieces, [rule])) == left
        assert without_teeth(pieces, []) == pieces


def test_ones_by_a_thicker_and_darker_pen_than_the_rule_are_no_teeth() -> None:
    pieces = _pieces(_field(20))
    for thickness, strength, left in ((0.8, 0.5, 6), (3.0, 0.5, 3), (0.8, 1.0, 3)):
        assert len(without_teeth(pieces, [Rule(False, 0, np.full(300, 102.0), thickness, strength)])) == left


def test_narrow_digits_that_stand_on_a_rule_are_no_teeth() -> None:
    contrast = _field(20)
    contrast[:, 75:80] = contrast[:, 155:160] = contrast[:, 235:240] = 0  # fives where the bars were
    for left in (75, 155):
        path = np.array([[15, 0], [3, 0], [1, 24], [12, 22], [15, 38], [10, 52], [0, 54]], np.int32)
        cv2.polylines(contrast, [path + np.array([left, 46], np.int32)], False, 1, 4)
    rule = Rule(False, 0, np.full(300, 102.0), 3.0, 1.0)
    pieces = _pieces(contrast)
    assert min(piece.box.width / piece.box.height for piece in pieces) < 0.4
    assert without_teeth(pieces, [rule]) == pieces


def _with_a_pen(end: int) -> np.ndarray:
    """A digit of 60 pixels, and a bar from the upper edge down to row ``end``, leaning."""
    contrast = np.zeros((300, 400), np.float32)
    cv2.ellipse(contrast, (100, 150), (20, 30), 0, 0, 360, 1, 6)
    cv2.line(contrast, (330, -20), (300, end), 1, 14)
    return contrast


def test_a_pen_that_reaches_in_over_the_edge_goes() -> None:
    (kept,) = without_pens(_pieces(_with_a_pen(250)), np.ones((300, 400), bool))
    assert kept.box.right < 130


def test_a_one_that_the_edge_cuts_off_stays() -> None:
    everywhere = np.ones((300, 400), bool)
    assert len(without_pens(_pieces(_with_a_pen(70)), everywhere)) == 2, "it is as high as the digit beside it"
    inside = np.roll(_with_a_pen(250), 20, axis=0)
    inside[:21] = 0
    assert len(without_pens(_pieces(inside), everywhere)) == 2, "it begins and ends on the paper"
    alone = _with_a_pen(250)
    alone[:, :200] = 0
    assert len(without_pens(_pieces(alone), everywhere)) == 1, "there is nothing else to be read"


def test_the_line_between_two_columns_goes_and_a_tall_one_stays() -> None:
    def page(bar: int, others: int) -> list[Piece]:
        contrast = np.zeros((500, 400), np.float32)
        contrast[20 : 20 + bar, 200:206] = 1
        for place in range(others):
            contrast[200:240, 20 + 30 * place : 40 + 30 * place] = 1
        return without_bars(_pieces(contrast))

    assert len(page(bar=160, others=4)) == 4
    assert len(page(bar=100, others=4)) == 5
    assert len(page(bar=160, others=2)) == 3, "two others do not say what is usual"


def test_the_lines_of_a_table_go_where_far_more_was_written() -> None:
    def page(rows: int) -> list[Piece]:
        contrast = np.zeros((500, 400), np.float32)
        for line in range(4):
            contrast[20:480, 20 + 100 * line : 24 + 100 * line] = 1
        for row in range(rows):
            for place in range(3):
                contrast[40 + 90 * row : 80 + 90 * row, 60 + 100 * place : 80 + 100 * place] = 1
        return without_bars(_pieces(contrast))

    assert len(page(rows=4)) == 12
    assert len(page(rows=2)) == 10, "so few digits may stand beside four tall ones"


def test_ones_with_dots_between_are_no_lines() -> None:
    contrast = np.zeros((200, 400), np.float32)
    for place in range(4):
        contrast[40:160, 20 + 60 * place : 30 + 60 * place] = 1
        contrast[140:160, 45 + 60 * place : 65 + 60 * place] = 1
    assert len(without_bars(_pieces(contrast))) == 8
    specks = np.zeros((200, 400), np.float32)
    specks[40:160, 20:30] = 1
    for place in range(4):
        specks[150:156, 100 + 30 * place : 106 + 30 * place] = 1
    assert len(without_bars(_pieces(specks))) == 5


def test_a_bent_stroke_is_no_line() -> None:
    contrast = np.zeros((500, 400), np.float32)
    cv2.polylines(contrast, [np.array([[240, 30], [170, 200], [240, 400]], np.int32)], False, 1, 12)
    for place in range(4):
        contrast[200:240, 20 + 30 * place : 40 + 30 * place] = 1
    assert len(without_bars(_pieces(contrast))) == 5
