"""Views of a digit: turned the right way, about the middle, and nothing lost that stays inside."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.data import strokes
from glassnet.errors import ModelError
from glassnet.models.views import ROTATED_AND_SCALED, resampled, view


def test_a_quarter_turn_is_numpy_s() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 9, 9), dtype=np.uint8)
    np.testing.assert_array_equal(resampled(images, degrees=90), np.rot90(images, axes=(1, 2)))
    np.testing.assert_array_equal(view(images, "rotate -180"), images[:, ::-1, ::-1])


def test_enlarged_about_the_middle() -> None:
    images = np.zeros((1, 9, 9), np.uint8)
    images[0, 4, 4], images[0, 4, 6] = 200, 100
    twice = resampled(images, scale=2)[0]
    assert twice[4, 4] == 200
    assert twice[4, 8] == 100
    assert twice[4, 5] == 100  # half-way between the ink and the paper beside it


def test_a_turn_there_and_back_is_nearly_nothing() -> None:
    images = strokes.generate(1200, seed=3).images  # more than one portion
    back = view(view(images, "rotate 8"), "rotate -8").astype(int)
    assert np.abs(back - images).mean() < 8
    assert np.abs(view(images, "rotate 8").astype(int) - images).mean() > np.abs(back - images).mean()


def test_the_usual_views_differ_and_the_plain_one_is_the_picture() -> None:
    images = strokes.generate(5, seed=1).images
    seen = [view(images, each) for each in ROTATED_AND_SCALED]
    assert seen[0] is images
    assert len({each.tobytes() for each in seen}) == len(ROTATED_AND_SCALED)
    assert all(each.dtype == np.uint8 for each in seen)


@pytest.mark.parametrize(
    "notation", ["", "rotate", "rotate x", "rotate nan", "scale 0", "scale inf", "flip", "plain 3"]
)
def test_views_that_do_not_exist(notation: str) -> None:
    with pytest.raises(ModelError, match="there is no view"):
        view(np.zeros((1, 4, 4), np.uint8), notation)
