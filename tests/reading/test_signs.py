"""A plus and a times are known by their shape; digits and letters are neither."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from glassnet.data.strokes import generate
from glassnet.reading.pen import as_digit
from glassnet.reading.signs import crosses


def drawn(*strokes: tuple[int, int, int, int], pen: int = 9, turned: float = 0) -> np.ndarray:
    """The normal form of straight strokes from (x, y) to (x, y) on a canvas of 140 × 140, turned by degrees."""
    canvas = np.zeros((140, 140), np.float32)
    for left, top, right, bottom in strokes:
        cv2.line(canvas, (left, top), (right, bottom), 1, pen, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((70, 70), turned, 1)
    return as_digit(cv2.warpAffine(canvas, turn, (140, 140)))


LEVEL, UPRIGHT = (25, 70, 115, 70), (70, 25, 70, 115)


@pytest.mark.parametrize("turned", [0, 12, 30, 45, 80])
@pytest.mark.parametrize("pen", [2, 9, 16])
def test_two_strokes_that_cross_are_a_sign_whichever_way_they_are_turned(turned: float, pen: int) -> None:
    assert crosses(drawn(LEVEL, UPRIGHT, pen=pen, turned=turned)[None]).tolist() == [True]


def test_a_hurried_plus_and_a_narrow_times_are_signs() -> None:
    hurried = drawn((20, 68, 118, 58), (72, 25, 66, 118))
    narrow = drawn((40, 25, 100, 115), (100, 25, 40, 115))
    assert crosses(np.stack([hurried, narrow])).tolist() == [True, True]


@pytest.mark.parametrize("strokes", [(LEVEL,), (UPRIGHT, (70, 115, 115, 115)), ((25, 25, 115, 25), UPRIGHT)])
def test_a_dash_a_corner_and_a_letter_t_are_none(strokes: tuple[tuple[int, int, int, int], ...]) -> None:
    assert not crosses(drawn(*strokes)[None]).any()


def test_hardly_any_digit_is_a_sign() -> None:
    assert crosses(generate(2000, seed=3).images).mean() < 0.002


def test_blank_pictures_and_none_at_all() -> None:
    assert crosses(np.zeros((2, 28, 28), np.uint8)).tolist() == [False, False]
    assert crosses(np.zeros((0, 28, 28), np.uint8)).shape == (0,)
