"""A drawing reaches the network as the same bytes that its picture would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from glassnet.data.normal_form import normal_form
from glassnet.data.picture import load_digit
from glassnet.web.ink import draw, paint
from tests.web.conftest import FOUR

POINTS = st.floats(0, 255, allow_nan=False)
STROKES = st.lists(
    st.lists(st.tuples(POINTS, POINTS), min_size=1, max_size=12).map(lambda points: [*sum(points, ())]),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize("dark_on_light", [False, True])
@pytest.mark.parametrize("pen", [3, 10, 18, 40])
def test_a_drawing_and_its_picture_give_the_same_bytes(tmp_path: Path, pen: float, dark_on_light: bool):
    drawing = draw(FOUR, pen)
    assert drawing.steps is not None
    picture = 255 - drawing.canvas if dark_on_light else drawing.canvas
    Image.fromarray(picture).save(tmp_path / "four.png")
    np.testing.assert_array_equal(load_digit(tmp_path / "four.png"), drawing.steps.digit)


@settings(max_examples=40)
@given(strokes=STROKES, pen=st.floats(2, 64))
def test_any_drawing_has_a_normal_form(strokes: list[list[float]], pen: float):
    drawing = draw(strokes, pen)
    assert drawing.canvas.dtype == np.uint8
    assert drawing.canvas.max() == 255
    faint = (drawing.canvas > 0) & (drawing.canvas < 51)
    assert not faint.any()
    assert not drawing.canvas[[0, -1]].any()  # no pen reaches the border of the margin
    assert not drawing.canvas[:, [0, -1]].any()
    assert drawing.steps is not None
    np.testing.assert_array_equal(drawing.steps.digit, normal_form(drawing.canvas))


def test_no_strokes_are_no_ink():
    drawing = draw([], 18)
    assert drawing.steps is None
    assert drawing.is_a_dot
    assert drawing.as_dict() == {"rules": [], "box": None, "centre_of_mass": None, "offset": None}
    assert draw([[]], 18).steps is None


def test_a_dot_is_told_from_a_short_line():
    assert draw([[100, 100]], 18).is_a_dot
    assert draw([[100, 100, 104, 101]], 18).is_a_dot
    assert not draw([[100, 100, 100, 140]], 18).is_a_dot


def test_the_pen_is_as_wide_as_it_says():
    canvas = paint([[50, 128, 200, 128]], 20)
    column = canvas[:, 100]
    assert column.sum() / 255 == pytest.approx(20, abs=0.6)


def test_the_box_is_where_the_ink_is():
    box = draw([[50, 100, 150, 200]], 10).box
    assert box is not None
    assert box == pytest.approx((45, 95, 156, 206), abs=1)


def test_the_steps_are_pictures_and_rules():
    drawing = draw(FOUR, 18)
    assert {name: picture.shape for name, picture in drawing.pictures().items()} == {
        "normal/1": (84, 84),
        "normal/2": (84, 84),
        "normal/3": (20, 20),
    }
    assert len(drawing.rules()) == 4


def test_as_drawn_is_the_canvas_made_smaller():
    high_up = [[10, 10, 10, 40]]
    shrunk = draw(high_up, 10).shrunk
    assert shrunk.shape == (28, 28)
    assert shrunk[:8, :4].any()
    assert not shrunk[8:].any()
