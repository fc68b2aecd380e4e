"""Pictures of several digits or half of one, made of any digits."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data import Dataset, strokes
from glassnet.data.composites import make_composites
from glassnet.errors import DataError

DIGITS = strokes.generate(300, seed=4)


def test_they_are_in_the_normal_form_and_none_or_several() -> None:
    made = make_composites(DIGITS, 60, seed=1)
    assert made.images.shape == (60, 28, 28)
    assert made.classes == (*"0123456789", "none", "several")
    assert set(made.labels) == {10, 11}
    for image in made.images:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert max(np.ptp(rows), np.ptp(columns)) + 1 <= 20


def test_picture_number_i_is_always_the_same() -> None:
    whole = make_composites(DIGITS, 30, seed=1).images
    np.testing.assert_array_equal(make_composites(DIGITS, 10, seed=1, start=20).images, whole[20:])
    assert not np.array_equal(make_composites(DIGITS, 30, seed=2).images, whole)


def test_several_digits_are_wider_than_one() -> None:
    def width(images: np.ndarray) -> float:
        return float(np.mean([np.ptp(np.flatnonzero(image.any(axis=0))) + 1 for image in images]))

    composites = make_composites(DIGITS, 300)
    made = composites.images[composites.labels == 11]
    wide = [image for image in made if np.ptp(np.flatnonzero(image.any(axis=0))) == 19]
    assert 0.65 < len(made) / 300 < 0.85, "a quarter is halves"
    assert len(wide) / len(made) > 0.7
    assert width(made) > width(DIGITS.images) + 2


def test_a_faint_or_tiny_digit_can_be_halved() -> None:
    images = np.zeros((1, 28, 28), np.uint8)
    images[0, 13:15, 14] = 9
    made = make_composites(Dataset(images, np.array([5], np.uint8)), 20)
    assert made.images.any(axis=(1, 2)).all()


def test_what_is_no_digit_data_is_refused() -> None:
    letters = Dataset(np.ones((2, 28, 28), np.uint8), np.zeros(2, np.uint8), "letters", ("a", "b"))
    with pytest.raises(DataError, match="letters: composites are made of digits"):
        make_composites(letters, 5)
    ones = Dataset(np.full((2, 28, 28), 255, np.uint8), np.ones(2, np.uint8), "ones")
    with pytest.raises(DataError, match="no digit in it that could be halved"):
        make_composites(ones, 5)
