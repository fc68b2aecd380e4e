"""Each condition does what its name says, by as much as it says, the same way every time."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data import strokes
from glassnet.training.robustness import (
    CONDITIONS,
    blurred,
    faded,
    noisy,
    redrawn,
    robustness,
    shifted,
    turned,
)

DIGITS = strokes.generate(200, seed=11)
IMAGES = DIGITS.images


def dot(row: int = 10, column: int = 12, count: int = 4) -> np.ndarray:
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, row, column] = 255
    return images


def test_shifts_go_in_all_four_directions() -> None:
    places = [tuple(map(int, np.argwhere(image)[0])) for image in shifted(dot(), 3)]
    assert places == [(7, 12), (10, 15), (13, 12), (10, 9)]
    assert not shifted(dot(row=0, count=1), 1).any()  # it has left the picture


def test_turns_alternate() -> None:
    left, right = turned(dot(row=4, column=14, count=2), 45)
    assert np.argwhere(left)[:, 1].mean() < 10
    assert np.argwhere(right)[:, 1].mean() > 17


def test_noise_has_the_strength_it_says_and_is_the_same_again() -> None:
    grey = np.full((50, 28, 28), 128, np.uint8)
    made = noisy(grey, 25)
    assert made.std() == pytest.approx(25, rel=0.02)
    assert made.mean() == pytest.approx(128, abs=0.5)
    np.testing.assert_array_equal(made, noisy(grey, 25))


def test_blur_spreads_by_its_radius_and_keeps_the_ink() -> None:
    square = np.zeros((1, 28, 28), np.uint8)
    square[0, 9:14, 9:14] = 255  # its rows lie around 11 with a variance of 2
    soft = blurred(square, 2.0)[0].astype(float)
    variance = (soft.sum(axis=1) * (np.arange(28) - 11) ** 2).sum() / soft.sum()
    assert variance == pytest.approx(2 + 2.0**2, rel=0.05)
    assert soft.sum() == pytest.approx(square.sum(), rel=0.01)


@pytest.mark.parametrize("pixels", [-2, -1, 1, 2])
def test_strokes_get_wider_or_thinner_by_so_many_pixels(pixels: int) -> None:
    bar = np.zeros((1, 28, 28), np.uint8)
    bar[0, 4:24, 12:16] = 200
    made = redrawn(bar, pixels)[0].astype(float)
    assert made.max() == 200
    assert made[14].sum() / 200 == pytest.approx(4 + pixels)
    assert (made[14] * np.arange(28)).sum() / made[14].sum() == pytest.approx(13.5)  # it stays where it was


def test_a_blank_picture_stays_blank() -> None:
    for name, deform in CONDITIONS.items():
        if "noise" not in name and "paper" not in name:
            assert not deform(np.zeros((2, 28, 28), np.uint8)).any(), name


def test_contrast_and_paper() -> None:
    assert faded(dot(count=1), 0.25).max() == 64
    grey = faded(dot(count=1), 1.0, paper=0.3)
    assert (grey.min(), grey.max()) == (76, 255)


def test_every_condition_but_the_first_changes_pictures_and_their_shape_stays() -> None:
    for name, deform in CONDITIONS.items():
        before = IMAGES.copy()
        made = deform(IMAGES)
        np.testing.assert_array_equal(IMAGES, before)
        assert (made.shape, made.dtype) == (IMAGES.shape, np.uint8)
        assert (made == IMAGES).all() == (name == "as they are"), name


def test_rows_count_what_was_right() -> None:
    """A reader that knows every picture by heart, and says 0 to any other, is right on the untouched ones."""
    known = {image.tobytes(): label for image, label in zip(IMAGES, DIGITS.labels, strict=True)}

    def by_heart(images: np.ndarray) -> np.ndarray:
        return np.array([known.get(image.tobytes(), 0) for image in images])

    first, *others = robustness(by_heart, IMAGES, DIGITS.labels)
    assert (first["condition"], first["accuracy"]) == ("as they are", 1.0)
    zeros = (DIGITS.labels == 0).mean()
    assert [row["accuracy"] for row in others] == [pytest.approx(zeros)] * (len(CONDITIONS) - 1)
    assert all(row["interval"][0] < row["accuracy"] < row["interval"][1] for row in others)
