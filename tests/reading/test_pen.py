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


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 60), (60, 1), (5, 5)])
def test_any_shape(shape: tuple[int, int]) -> None:
    assert as_digit(np.ones(shape, np.float32)).shape == (28, 28)
