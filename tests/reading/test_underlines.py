"""The line under a sum goes, and the digits that touch it stay."""

from __future__ import annotations

import cv2
import numpy as np

from glassnet.reading.pieces import Piece, find_pieces
from glassnet.reading.underlines import without_underlines


def _pieces(contrast: np.ndarray) -> list[Piece]:
    return find_pieces(contrast, contrast > 0.2)


def _sum(lowest: int) -> np.ndarray:
    """Two ones and a nought of 60 pixels whose feet stand at row ``lowest``, over a line at row 150."""
    contrast = np.zeros((220, 400), np.float32)
    for left in (100, 200):
        cv2.line(contrast, (left, lowest - 60), (left, lowest), 0.8, 6)
    cv2.ellipse(contrast, (270, lowest - 30), (20, 28), 0, 0, 360, 0.8, 6)
    cv2.line(contrast, (60, 148), (340, 152), 0.8, 6)
    return contrast


def test_a_line_under_a_sum_goes_and_digits_that_touch_it_are_apart() -> None:
    apart, touching = _pieces(_sum(130)), _pieces(_sum(152))
    assert (len(apart), len(touching)) == (4, 1)
    for pieces in (apart, [*touching, *_pieces(_sum(100))]):  # what it touches is as high as the other writing
        kept = without_underlines(pieces)
        lefts = sorted({10 * round(piece.box.left / 10) for piece in kept})
        assert lefts == [100, 200, 250]
        assert all(44 <= piece.box.height <= 72 for piece in kept)
        assert {round(piece.strength, 1) for piece in kept} == {0.8}


def test_a_line_that_a_ruling_has_broken_goes_and_minus_signs_stay() -> None:
    contrast = _sum(130)
    contrast[:, [120, 121, 122, 190, 191, 260, 261]] = 0  # the ruling was there
    cv2.ellipse(contrast, (270, 100), (20, 28), 0, 0, 360, 0.8, 6)
    broken = [piece for piece in _pieces(contrast) if piece.box.top > 140]
    assert len(broken) == 4
    assert max(piece.box.width for piece in broken) < 90
    assert [piece for piece in without_underlines(_pieces(contrast)) if piece.box.top > 140] == []
    contrast[140:] = 0
    for left in range(60, 340, 70):
        cv2.line(contrast, (left, 150), (left + 50, 150), 0.8, 6)
    assert len([piece for piece in without_underlines(_pieces(contrast)) if piece.box.top > 140]) == 4


def test_wide_writing_without_a_line_stays_as_it_is() -> None:
    contrast = np.zeros((220, 500), np.float32)
    for left in range(100, 400, 50):  # noughts that hang together
        cv2.ellipse(contrast, (left, 100), (25, 30), 0, 0, 360, 0.8, 6)
    pieces = _pieces(contrast)
    assert len(pieces) == 1
    assert without_underlines(pieces) == pieces
    assert without_underlines([]) == []
