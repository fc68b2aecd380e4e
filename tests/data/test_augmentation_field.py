"""What happens around and to a digit in its field."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from glassnet.data.augmentation import Augmentation

COUNT = 2000
SQUARE = np.zeros((28, 28), np.uint8)
SQUARE[4:24, 4:24] = 255
SQUARES = np.repeat(SQUARE[None], COUNT, axis=0)


def change(images: NDArray[np.uint8] = SQUARES, **settings: float) -> NDArray[np.uint8]:
    return replace(Augmentation(), **settings)(images, np.random.default_rng(6))


@pytest.mark.parametrize("name", ["erasing", "cut", "neighbour"])
def test_it_happens_to_a_share_of_the_pictures(name: str) -> None:
    whole, some = ((change(**{name: share}) != SQUARES).any(axis=(1, 2)).mean() for share in (1.0, 0.3))
    assert some == pytest.approx(0.3 * whole, abs=0.03)
    assert whole > 0.8


def test_erasing_takes_a_rectangle_away() -> None:
    ink = np.full((COUNT, 28, 28), 255, np.uint8)
    gone = change(ink, erasing=1.0) == 0
    rows, columns = gone.any(axis=2), gone.any(axis=1)
    np.testing.assert_array_equal(gone, rows[:, :, None] & columns[:, None, :])
    for side in (rows, columns):
        length = side.sum(axis=1)
        assert (length.min(), length.max()) == (4, 9)
        assert (np.abs(np.diff(side.astype(int), axis=1)).sum(axis=1) <= 2).all(), "in one piece"
        assert side.mean(axis=0).min() > 0.02, "everywhere"


def test_erasing_adds_no_ink() -> None:
    assert (change(erasing=1.0) <= SQUARES).all()


def test_a_cut_takes_a_strip_of_at_most_a_sixth_off_one_side() -> None:
    out = change(cut=1.0)
    assert (out <= SQUARES).all()
    height, width = out.any(axis=2).sum(axis=1), out.any(axis=1).sum(axis=1)
    assert ((height == 20) | (width == 20)).all(), "one side only"
    assert height.min() == width.min() == 17
    lost = [(out[:, 4] == 0), (out[:, 23] == 0), (out[:, :, 4] == 0), (out[:, :, 23] == 0)]
    for side in lost:
        assert side[:, 4:24].all(axis=1).mean() == pytest.approx(0.21, abs=0.04), "each side as often"


def test_a_blank_picture_can_be_cut() -> None:
    assert not change(np.zeros((5, 28, 28), np.uint8), cut=1.0).any()


def test_a_neighbour_is_ink_at_one_edge_and_leaves_the_digit_alone() -> None:
    out = change(neighbour=1.0)
    assert (out >= SQUARES).all()
    np.testing.assert_array_equal(out[:, 5:23, 5:23], SQUARES[:, 5:23, 5:23])
    margin = out > SQUARES
    edges = [margin[:, :5], margin[:, -5:], margin[:, :, :5], margin[:, :, -5:]]
    share = [edge.sum(axis=(1, 2)) == margin.sum(axis=(1, 2)) for edge in edges]
    assert np.any(share, axis=0).all(), "one edge only"
    for edge in share:
        assert edge.mean() == pytest.approx(0.25, abs=0.04)


def test_half_of_the_neighbours_are_lines_and_half_the_ink_of_other_pictures() -> None:
    """A picture of two greys shows whose ink has come over."""
    blank, ring = np.zeros((1000, 28, 28), np.uint8), np.repeat(SQUARE[None], 1000, axis=0)
    ring[:, 4:24, 4:24] = 77
    out = change(np.concatenate([blank, ring]), neighbour=1.0)[:1000]
    from_another = (out == 77).any(axis=(1, 2))
    line = (out >= 90).any(axis=(1, 2))
    assert not (from_another & line).any()
    assert line.mean() == pytest.approx(0.5, abs=0.05)
    assert from_another.mean() == pytest.approx(0.25, abs=0.05), "half of the others are blank"
    full = (out >= 90).all(axis=2).any(axis=1) | (out >= 90).all(axis=1).any(axis=1)
    np.testing.assert_array_equal(full, line)


def test_the_side_of_a_neighbour_that_shows_is_the_side_that_would() -> None:
    """Left of a digit stands the right-hand end of another one."""
    wedge = np.zeros((28, 28), np.uint8)
    wedge[4:24, 4:8] = 50
    wedge[4:24, 20:24] = 80
    out = change(np.repeat(wedge[None], COUNT, axis=0), neighbour=1.0)
    left, right = out[:, 4:24, 0], out[:, 4:24, -1]
    assert (left == 80).all(axis=1).any()
    assert (right == 50).all(axis=1).any()
    assert not (left == 50).any()
    assert not (right == 80).any()
