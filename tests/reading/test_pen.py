"""Any pen becomes the usual one, and what is usual stays as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from glassnet.data.normal_form import normal_form
from glassnet.data.strokes import generate
from glassnet.reading.pen import as_digit, stroke_width


def _drawn(pen: int, side: int = 200) -> np.ndarray:
    ink = np.zeros((side, side), np.float32)
    path = np.array([[60, 40], [140, 40], [90, 165]], np.int32) * side // 200
    cv2.polylines(ink, [path], False, 1, pen)
    return ink


@pytest.mark.parametrize("width", [4, 9, 15])
def test_the_width_of_a_stroke(width: int) -> None:
    strokes = np.zeros((100, 100), np.uint8)
    strokes[10:90, 40 : 40 + width] = 1
    assert stroke_width(strokes) == pytest.approx(width, abs=1.2)


def test_no_ink_has_no_width() -> None:
    assert stroke_width(np.zeros((20, 20), np.uint8)) == 0


def test_all_pens_come_out_alike() -> None:
    amounts = [float(as_digit(_drawn(pen)).sum()) / 255 for pen in (1, 4, 9, 20, 30)]
    assert max(amounts) < 2 * min(amounts)
    plain = [float(normal_form(_drawn(pen)).sum()) / 255 for pen in (1, 30)]
    assert plain[1] > 4 * plain[0]  # which the rule of MNIST's makers alone does not do


def test_a_usual_pen_is_left_as_it_is() -> None:
    digits = generate(60, seed=2, level=0.3)
    alike = [
        np.corrcoef(as_digit(image / np.float32(255)).ravel(), image.ravel())[0, 1] for image in digits.images
    ]
    assert np.median(alike) > 0.98


@pytest.mark.parametrize("side", [200, 500, 1000])
def test_a_line_of_one_pixel_stays_whole_however_large_the_canvas(side: int) -> None:
    def ring(pen: int) -> np.ndarray:
        ink = np.zeros((side, side), np.float32)
        cv2.circle(ink, (side // 2, side // 2), 2 * side // 5, 1, pen)
        cv2.line(ink, (side // 2, side // 10), (side // 2, side // 2), 1, side // 30)
        return ink

    # Shrunk as it is, the line would be faint beside the broad stroke, and be taken for nothing.
    hair, usual = (as_digit(ring(pen)).ravel() for pen in (1, side // 12))
    assert np.corrcoef(hair, usual)[0, 1] > 0.6


def test_thin_strokes_become_as_wide_as_usual_ones() -> None:
    usual = float(as_digit(_drawn(17)).sum())  # of 125 pixels, which is left as it is
    for pen in (1, 4, 8):
        assert 0.75 * usual < as_digit(_drawn(pen)).sum() < usual, pen


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 60), (60, 1), (5, 5)])
def test_any_shape(shape: tuple[int, int]) -> None:
    assert as_digit(np.ones(shape, np.float32)).shape == (28, 28)
