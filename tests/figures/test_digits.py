"""Sheets of pictures show the pictures as they are, pixel for pixel, each with its own words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.figures import digit_sheet, gallery, worst_digits
from glassnet.figures.sheet import EDGE_WIDTH, HEADING
from glassnet.figures.style import INK, LINE
from glassnet.training import Evaluation, evaluate
from tests.figures.conftest import CLASSES, colour, pixels, words


def test_a_picture_is_ink_on_paper_with_square_pixels():
    image = np.random.default_rng(0).integers(0, 256, (1, 28, 28), dtype=np.uint8)
    drawn = pixels(digit_sheet(image, title="one"))
    scale = 6  # five columns
    corner = drawn[HEADING + 1 :, EDGE_WIDTH + 1 :][: 28 * scale, : 28 * scale]
    for channel in range(3):
        np.testing.assert_array_equal(corner[scale // 2 :: scale, scale // 2 :: scale, channel], 255 - image[0])
        np.testing.assert_array_equal(corner[::scale, ::scale, channel], 255 - image[0])
    assert tuple(drawn[HEADING, EDGE_WIDTH]) == colour(LINE)


def test_labels_stand_below_their_pictures(images: np.ndarray):
    written = words(digit_sheet(images, np.arange(12) % 3, classes=CLASSES, title="$HOME/digits", note="twelve"))
    assert written == ["$HOME/digits", "twelve", *"abcabcabcabc"]


def test_without_a_title_the_sheet_begins_at_the_top(images: np.ndarray):
    assert len(pixels(digit_sheet(images))) == len(pixels(digit_sheet(images, title="t"))) - HEADING + EDGE_WIDTH


@given(st.integers(0, 40), st.integers(1, 60), st.integers(1, 60), st.booleans())
@settings(max_examples=10, deadline=None, derandomize=True)
def test_any_number_of_pictures_of_any_size_fits(count: int, height: int, width: int, labelled: bool):
    images = np.zeros((count, height, width), np.uint8)
    figure = digit_sheet(images, np.zeros(count, np.uint8) if labelled else None, title="t")
    assert words(figure)[0] == "t"


@pytest.mark.parametrize("shape", [(300, 200), (28, 500), (1, 1)])
def test_pictures_larger_than_their_place_are_thinned_out(shape: tuple[int, int]):
    drawn = pixels(digit_sheet(np.full((7, *shape), 255, np.uint8)))
    assert (drawn[:, : EDGE_WIDTH - 1] == 255).all()
    assert (drawn[:, -EDGE_WIDTH + 1 :] == 255).all()
    assert (drawn == 0).any()


def test_the_worst_mistakes_come_first(evaluation: Evaluation, images: np.ndarray):
    figure = worst_digits(evaluation, images)
    title, note, first, sure, *_ = words(figure)
    assert title == "4 of 12 pictures misread"
    assert note.startswith("Worst first")
    assert (first, sure) == ("is b, read c", "90 % sure")
    assert words(figure).count("is c, read b") == 2
    drawn = pixels(figure)
    np.testing.assert_array_equal(drawn[HEADING + 3, EDGE_WIDTH + 3], 255 - images[8, 0, 0])
    assert words(worst_digits(evaluation, images, most=2))[0] == "4 of 12 pictures misread: the worst 2"


def test_long_names_get_a_line_each(images: np.ndarray):
    names = ("trouser", "coat")
    wrong = evaluate(np.eye(2)[[0, 0]], np.array([0, 1], np.uint8), names)
    assert words(worst_digits(wrong, images))[2:] == ["is coat", "read trouser", "100 % sure"]


def test_nothing_misread_is_said(images: np.ndarray):
    right = evaluate(np.eye(3)[[0, 1]], np.array([0, 1], np.uint8), CLASSES)
    assert words(worst_digits(right, images)) == ["Not one of 2 pictures was misread"]


def test_the_gallery_says_what_was_read_and_whether_it_is_right(images: np.ndarray):
    probabilities = np.array([[0.75, 0.25, 0], [0.002, 0.001, 0.997]])
    written = words(gallery(images[:2], probabilities, np.array([0, 1]), classes=CLASSES))
    assert written[:2] == ["1 of these 2 answers are right", "The three likeliest answers to each picture."]
    assert written[2:9] == ["a  ✓", "a", "75 %", "b", "25 %", "c", "0 %"]
    assert written[9:] == ["c  ✗ is b", "c", "> 99 %", "a", "< 1 %", "b", "< 1 %"]


def test_bars_are_as_long_as_the_probabilities(images: np.ndarray):
    drawn = pixels(gallery(images[:1], np.array([[0.75, 0.25, 0.0]]), classes=CLASSES))
    row = drawn[HEADING + 58 - 5]
    dark, light = ((row == colour(name)).all(axis=-1).sum() for name in (INK, LINE))
    assert dark / (dark + light) == pytest.approx(0.75, abs=0.03)


def test_without_labels_nothing_is_judged(images: np.ndarray):
    written = words(gallery(images[:1], np.array([[0.75, 0.25, 0.0]]), classes=CLASSES, note="one"))
    assert written[:3] == ["What the model says to 1 pictures", "one", "a"]


def test_two_classes_are_enough_for_a_gallery(images: np.ndarray):
    assert words(gallery(images[:1], np.array([[0.75, 0.25]]), classes=("shirt", "shoe")))[2] == "shirt"
