"""What is looked at, and where it lies in the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from glassnet.reading import read
from glassnet.reading.result import Box
from glassnet.reading.view import look_at
from tests.reading.drawing import on_paper, write


def test_a_picture_that_can_be_worked_with_is_left_as_it_is() -> None:
    picture = on_paper(write(["27"]))
    view = look_at(picture)
    assert view.pixels is picture
    assert view.in_picture(Box(1, 2, 30, 40)) == Box(1, 2, 30, 40)


@pytest.mark.parametrize("size", [(1500, 2000), (220, 12_000), (12_000, 220)])
def test_boxes_lie_where_they_lay_however_narrow_the_picture(size: tuple[int, int]) -> None:
    """Both sides are rounded, each in its own way."""
    view = look_at(np.zeros((*size, 3), np.uint8))
    height, width = view.pixels.shape[:2]
    assert height * width < 2_300_000 < size[0] * size[1]
    assert view.in_picture(Box(0, 0, width, height)) == Box(0, 0, size[1], size[0])
    far = view.in_picture(Box(width - 10, height - 10, width, height))
    assert (size[1] - far.left, size[0] - far.top) == pytest.approx(
        [10 * scale for scale in view.scale[::-1]], abs=1
    )


@pytest.mark.parametrize("margin", [10, 40])
@pytest.mark.parametrize("colours", [((60, 60, 70), (190, 185, 170)), ((230, 230, 225), (40, 60, 50))])
def test_a_margin_around_a_picture_is_not_looked_at(margin: int, colours: tuple[tuple[int, ...], ...]) -> None:
    inner = on_paper(write(["4718"]), *colours, grain=2)
    picture = np.pad(inner, ((margin, margin), (2 * margin, margin), (0, 0)), constant_values=255)
    view = look_at(picture)
    assert (view.corner, view.pixels.shape, view.size) == ((margin, 2 * margin), inner.shape, picture.shape[:2])
    assert view.in_picture(Box(5, 6, 50, 60)) == Box(5 + 2 * margin, 6 + margin, 50 + 2 * margin, 60 + margin)
    reading, alone = read(picture), read(inner)
    assert reading.text == alone.text == "4718"
    assert reading.digits[0].box.left == alone.digits[0].box.left + 2 * margin


@pytest.mark.parametrize("drawn", ["line of digits", "bar", "frame", "disc"])
def test_the_paper_of_a_drawing_is_no_margin(drawn: str) -> None:
    picture = np.full((300, 400, 3), 255, np.uint8)
    if drawn == "line of digits":
        picture = on_paper(np.pad(write(["4718"]), 40))
    elif drawn == "bar":
        picture[50:250, 150:230] = 20
    elif drawn == "frame":
        cv2.rectangle(picture, (100, 50), (300, 250), (0, 0, 0), 8)
        cv2.line(picture, (180, 100), (180, 200), (0, 0, 0), 8)
    else:
        cv2.circle(picture, (200, 150), 100, (0, 0, 0), -1)
    assert look_at(picture).pixels is picture


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (64, 64)])
def test_one_colour_has_no_margin(size: tuple[int, int]) -> None:
    assert look_at(np.full((*size, 3), 200, np.uint8)).pixels.shape[:2] == size
