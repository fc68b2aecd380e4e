"""Shadows are taken out of a picture, and ink stays in."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from glassnet.reading.ink import find_ink
from glassnet.reading.light import in_even_light
from tests.reading.drawing import digit_ink, on_paper

SIZE = (300, 400)


def _sheet() -> np.ndarray:
    sheet = np.zeros(SIZE, np.float32)
    ink = digit_ink(3, 150)
    sheet[70 : 70 + ink.shape[0], 130 : 130 + ink.shape[1]] = ink
    return sheet


def _shadow(deep: float, soft: float = 4.0) -> np.ndarray:
    """A hand's: an ellipse that covers the lower half of the digit."""
    covered = np.zeros(SIZE, np.float32)
    cv2.ellipse(covered, (190, 220), (70, 110), 60, 0, 360, 1.0, -1)
    return np.asarray(1 - deep * cv2.GaussianBlur(covered, (0, 0), soft))


def _agreement(found: np.ndarray, ink: np.ndarray) -> float:
    true = ink > 0.5
    return float((found & true).sum() / (found | true).sum())


def test_paper_in_a_shadow_becomes_as_light_as_beside_it() -> None:
    sheet, light = _sheet(), _shadow(0.55)
    even = in_even_light(on_paper(sheet, light=light, grain=2)).mean(axis=2)
    paper = cv2.dilate((sheet > 0).astype(np.uint8), np.ones((15, 15), np.uint8)) == 0
    assert even[paper & (light < 0.46)].mean() > 0.9 * even[paper & (light > 0.99)].mean()
    assert even[cv2.erode(sheet, np.ones((9, 9))) == 1].mean() < 0.4 * even[paper].mean()


@pytest.mark.parametrize("deep", [0.3, 0.5, 0.65])
@pytest.mark.parametrize("pen", [(30, 30, 40), (190, 40, 50)])
def test_a_digit_half_in_a_shadow_is_all_of_its_ink(deep: float, pen: tuple[int, int, int]) -> None:
    sheet = _sheet()
    assert _agreement(find_ink(on_paper(sheet, pen, light=_shadow(deep), grain=2)).mask, sheet) > 0.85


def test_a_shadow_with_a_hard_edge_across_a_digit_is_no_ink() -> None:
    sheet = _sheet()
    beyond = np.arange(400) + np.arange(300)[:, None] / 2 > 280
    picture = on_paper(sheet, light=np.where(beyond, 0.55, 1).astype(np.float32), grain=2)
    assert _agreement(find_ink(picture).mask, sheet) > 0.8


def test_a_dark_desk_stays_dark() -> None:
    picture = on_paper(_sheet(), grain=2)
    picture[:, 330:] = picture[:, 330:] * 0.2
    assert in_even_light(picture)[:, 340:].mean() < 0.5 * in_even_light(picture)[:, 280:320].mean()


def test_a_lamps_reflection_is_no_ink() -> None:
    sheet = _sheet()
    spot = np.zeros(SIZE, np.float32)
    cv2.circle(spot, (120, 60), 30, 1.0, -1)
    picture = on_paper(sheet, (160, 40, 50), (170, 180, 185), grain=2).astype(np.float32)
    picture += 90 * cv2.GaussianBlur(spot, (0, 0), 15)[..., None]
    assert _agreement(find_ink(picture.clip(0, 255).astype(np.uint8)).mask, sheet) > 0.85


def test_chalk_on_a_board_in_uneven_light_is_ink() -> None:
    sheet = _sheet()
    picture = on_paper(sheet, (235, 235, 230), (50, 62, 58), light=_shadow(0.5, 30), grain=2)
    assert _agreement(find_ink(picture).mask, sheet) > 0.8


def test_what_lies_in_even_light_already_is_left_alone() -> None:
    picture = on_paper(_sheet(), grain=2)
    assert in_even_light(picture) is picture
    tiny = on_paper(digit_ink(3, 20), light=0.5)
    assert in_even_light(tiny) is tiny


def test_sides_of_odd_length() -> None:
    picture = on_paper(_sheet()[:291, :383], light=_shadow(0.5)[:291, :383])
    assert in_even_light(picture).shape == picture.shape
