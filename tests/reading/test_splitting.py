"""Cuts go through thin places, and no ink is lost on the way."""

from __future__ import annotations

import cv2
import numpy as np

from glassnet.reading.pieces import Piece, join
from glassnet.reading.result import Box
from glassnet.reading.splitting import split
from tests.reading.drawing import digit_ink


def _piece(ink: np.ndarray) -> Piece:
    return Piece(Box(30, 20, 30 + ink.shape[1], 20 + ink.shape[0]), ink.astype(np.float32), 0.5)


def _touching(left: int, right: int, overlap: int = 3) -> np.ndarray:
    one, other = digit_ink(left, 60), digit_ink(right, 60)
    height = max(len(one), len(other))
    ink = np.zeros((height, one.shape[1] + other.shape[1] - overlap), np.float32)
    ink[: len(one), : one.shape[1]] = one
    place = ink[: len(other), -other.shape[1] :]
    np.maximum(place, other, out=place)
    return ink


def test_a_cut_goes_where_two_digits_touch() -> None:
    ink = _touching(0, 1)
    ends = np.cumsum([part.amount for part in split([_piece(ink)])[0]])
    assert min(abs(ends - digit_ink(0, 60).sum())) < 0.05 * ink.sum()


def test_the_parts_together_are_the_whole() -> None:
    whole = _piece(_touching(3, 8))
    parts = split([whole])[0]
    assert len(parts) > 1
    assert all(part.cut for part in parts)
    again = join(parts)
    window = np.zeros_like(whole.ink)
    top, left = again.box.top - whole.box.top, again.box.left - whole.box.left
    window[top : top + again.box.height, left : left + again.box.width] = again.ink
    assert np.array_equal(window, whole.ink)


def test_parts_stand_from_left_to_right() -> None:
    lefts = [part.box.left for part in split([_piece(_touching(5, 6))])[0]]
    assert lefts == sorted(lefts)


def test_a_slanted_gap_is_found() -> None:
    ink = np.zeros((80, 120), np.float32)
    cv2.line(ink, (50, 5), (20, 75), 1, 7)
    cv2.line(ink, (80, 5), (50, 75), 1, 7)
    cv2.line(ink, (35, 40), (65, 40), 1, 2)  # a thread between them
    ends = np.cumsum([part.amount for part in split([_piece(ink)])[0]]) / ink.sum()
    assert min(abs(ends - 0.5)) < 0.04  # one of the cuts has a stroke on either side, where no upright one would


def test_noughts_that_share_a_stroke_are_cut_there_and_not_only_through_their_holes() -> None:
    ink = np.zeros((100, 150), np.float32)
    cv2.ellipse(ink, (38, 50), (34, 44), 0, 0, 360, 1, 7)
    cv2.ellipse(ink, (107, 50), (34, 44), 0, 0, 360, 1, 7)
    ink[30:70, 68:78] = 1
    ends = np.cumsum([part.amount for part in split([_piece(ink)])[0]]) / ink.sum()
    assert min(abs(ends - 0.5)) < 0.08


def test_what_is_narrow_or_endless_is_left_alone() -> None:
    narrow, endless = _piece(np.ones((50, 6))), _piece(np.ones((10, 200)))
    assert split([narrow, endless]) == [[narrow], [endless]]


def test_company_changes_no_cut() -> None:
    pieces = [_piece(_touching(left, right)) for left, right in ((0, 1), (3, 8), (5, 6))] * 12
    boxes = [[part.box for part in parts] for parts in split([*pieces, _piece(np.ones((50, 6)))])]
    assert boxes[:-1] == [[part.box for part in split([piece])[0]] for piece in pieces]
