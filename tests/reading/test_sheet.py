"""The sheet is told from the desk it lies on, and bold ink is not taken for a desk."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from glassnet.reading.sheet import find_sheet, shrink
from tests.reading.drawing import digit_ink, on_paper

WOOD = (120, 75, 35)


def test_a_desk_is_found() -> None:
    picture = np.full((300, 400, 3), WOOD, np.uint8)
    picture[40:260, 60:340] = 240
    sheet = find_sheet(picture)
    assert sheet[60:240, 80:320].all()
    assert not sheet[:25].any()
    assert not sheet[:, :45].any()


def test_bold_writing_that_reaches_the_desk_is_on_the_sheet() -> None:
    picture = np.full((300, 400, 3), WOOD, np.uint8)
    picture[40:260, 60:340] = 240
    picture[120:170, 40:140] = (20, 90, 50)
    assert find_sheet(picture)[125:165, 95:140].all()


def test_paper_alone_is_all_sheet() -> None:
    assert find_sheet(np.full((100, 80, 3), (240, 235, 220), np.uint8)).all()


def test_a_bold_coloured_digit_is_no_sheet_on_a_desk() -> None:
    ink = np.pad(digit_ink(3, 60), 4)
    assert find_sheet(on_paper(ink, pen=(30, 50, 150))).all()


def test_a_bold_white_digit_on_a_black_canvas_is_no_sheet_on_a_desk() -> None:
    canvas = np.zeros((400, 400, 3), np.uint8)
    cv2.ellipse(canvas, (200, 130), (70, 90), 20, 0, 360, (255, 255, 255), -1)
    cv2.line(canvas, (250, 160), (180, 380), (255, 255, 255), 60)
    assert find_sheet(canvas).all()


def test_shrink_keeps_the_shape_and_leaves_small_pictures() -> None:
    picture = np.zeros((100, 400, 3), np.uint8)
    assert shrink(picture, 200).shape == (50, 200, 3)
    assert shrink(picture, 400) is picture


def _on_a_desk(brightness: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    picture = np.repeat(rng.normal(brightness, 6, (300, 400, 1)), 3, axis=2).astype(np.uint8)
    picture[40:260, 60:340] = 210
    return picture


@pytest.mark.parametrize("brightness", [40, 90, 120])
def test_a_darker_desk_of_the_same_hue_is_no_paper(brightness: int) -> None:
    sheet = find_sheet(_on_a_desk(brightness))
    assert sheet[60:240, 80:320].all()
    assert not sheet[:25].any()


def test_a_shadow_is_paper() -> None:
    from_the_left, round_lamp = np.full((300, 400, 3), 210, np.uint8), np.full((300, 400, 3), 110, np.uint8)
    from_the_left[:, :150] = 110
    cv2.circle(round_lamp, (200, 150), 160, (210, 210, 210), -1)
    assert find_sheet(from_the_left).all()
    assert find_sheet(round_lamp).all()
    assert find_sheet(_on_a_desk(160)).all()
