"""Bending: exact where it can be worked by hand, and equal to PyTorch's resampling where it cannot."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from glassnet.data.augmentation import Augmentation
from glassnet.data.augmentation.bending import KNOTS, PATTERNS, affine_amounts, bend, elastic_amounts

RNG = np.random.default_rng(5)
NOISE = RNG.integers(0, 256, (4, 9, 9), np.uint8)


def amounts(
    count: int = 1,
    *,
    shift: tuple[float, float] = (0, 0),
    degrees: float = 0,
    scale: tuple[float, float] = (1, 1),
    shear: float = 0,
    knots: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    out = np.zeros((count, 2, PATTERNS), np.float32)
    out[:, :, :3] = affine_amounts(
        np.tile(np.float64(shift), (count, 1)), np.full(count, degrees), np.tile(np.float64(scale), (count, 1)),
        np.full(count, shear),
    )  # fmt: skip
    if knots is not None:
        out[:, :, 3:] = knots
    return out


def test_nothing_moves_nothing() -> None:
    assert_array_equal(bend(NOISE, amounts(4)), NOISE)


def test_a_shift_goes_right_and_down_and_brings_paper() -> None:
    out = bend(NOISE, amounts(4, shift=(2, 1)))
    assert_array_equal(out[:, 1:, 2:], NOISE[:, :-1, :-2])
    assert not out[:, :1].any()
    assert not out[:, :, :2].any()


def test_half_a_pixel_is_the_mean_of_two() -> None:
    picture = np.array([[[0, 100, 200, 0]]], np.uint8)
    assert_array_equal(bend(picture, amounts(shift=(0.5, 0))), [[[0, 50, 150, 100]]])
    assert_array_equal(bend(picture, amounts(shift=(-0.25, 0))), [[[25, 125, 150, 0]]])


@pytest.mark.parametrize("far", [-40, -9, 9, 1e6])
def test_what_is_shifted_out_is_gone(far: float) -> None:
    assert not bend(NOISE, amounts(4, shift=(far, 0))).any()
    assert not bend(NOISE, amounts(4, shift=(0, far))).any()


def test_turns_are_clockwise() -> None:
    assert_array_equal(bend(NOISE, amounts(4, degrees=90)), np.rot90(NOISE, -1, axes=(1, 2)))
    assert_array_equal(bend(NOISE, amounts(4, degrees=180)), NOISE[:, ::-1, ::-1])


def test_pictures_of_even_and_uneven_sides_turn_about_their_centre() -> None:
    for shape in ((2, 8, 8), (2, 7, 12)):
        pictures = RNG.integers(0, 256, shape, np.uint8)
        assert_array_equal(bend(pictures, amounts(2, degrees=180)), pictures[:, ::-1, ::-1])


def test_each_side_scales_alone() -> None:
    picture = np.zeros((1, 9, 9), np.uint8)
    picture[0, 3:6, 3:6] = 255
    wide = bend(picture, amounts(scale=(3, 1)))[0]
    assert_array_equal(wide[4] > 127, np.ones(9, bool))
    assert_array_equal(wide[:, 4] > 127, picture[0, :, 4] > 127)
    tall = bend(picture, amounts(scale=(1, 3)))[0]
    assert_array_equal(tall, wide.T)


def test_shear_moves_rows_below_the_centre_to_the_right() -> None:
    picture = np.zeros((1, 9, 9), np.uint8)
    picture[0, :, 4] = 255
    assert_array_equal(bend(picture, amounts(shear=1))[0], 255 * np.eye(9, dtype=np.uint8))


def test_a_whole_map_goes_where_the_formula_says() -> None:
    """A dot at p lands at R K S p + t, worked out forwards."""
    turn, shear, scale, shift = np.deg2rad(20), 0.3, np.array([1.5, 0.8]), np.array([2.0, -1.0])
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    picture = np.zeros((1, 41, 41), np.uint8)
    picture[0, 20 - 6, 20 + 5] = 255
    out = bend(picture, amounts(shift=(2, -1), degrees=20, scale=(1.5, 0.8), shear=shear))[0].astype(float)
    y, x = ((out * axis).sum() / out.sum() - 20 for axis in np.indices(out.shape))
    expected = rotation @ np.array([[1, shear], [0, 1]]) @ (scale * (5, -6)) + shift
    np.testing.assert_allclose([x, y], expected, atol=0.15)


def test_equal_knots_are_a_shift() -> None:
    knots = np.zeros((1, 2, KNOTS * KNOTS), np.float32)
    knots[:, 0], knots[:, 1] = -2, -1
    assert_array_equal(bend(NOISE, amounts(4, knots=knots)), bend(NOISE, amounts(4, shift=(2, 1))))


def test_a_knot_moves_what_is_near_it_and_nothing_far_away() -> None:
    pictures = RNG.integers(1, 256, (1, 29, 29), np.uint8)
    knots = np.zeros((1, 2, KNOTS, KNOTS), np.float32)
    knots[0, 0, 1, 1] = -1  # this knot lies on pixel (7, 7): what is there comes from one to the left
    out = bend(pictures, amounts(knots=knots.reshape(1, 2, -1)))[0]
    assert out[7, 7] == pictures[0, 7, 6]
    assert_array_equal(out[14], pictures[0, 14])
    assert_array_equal(out[21:], pictures[0, 21:])
    assert_array_equal(out[:, 21:], pictures[0][:, 21:])


def test_elastic_displacements_have_the_standard_deviation_that_is_asked_for() -> None:
    drawn = elastic_amounts(0.7, 2000, np.random.default_rng(1))
    assert drawn.shape == (2000, 2, 25)
    np.testing.assert_allclose(drawn.std(axis=0), 0.7, rtol=0.08)
    assert abs(drawn.mean()) < 0.01


@pytest.mark.parametrize(
    ("name", "most"), [("shift", 3.0), ("rotation", 40.0), ("scale", 0.4), ("shear", 0.5)], ids=str
)
def test_magnitudes_are_even_up_to_the_largest(name: str, most: float) -> None:
    """Measured on two dots, whose places give the affine map back."""
    dots = np.zeros((400, 61, 61), np.uint8)
    dots[:, 30:32, 40:42] = dots[:, 40:42, 30:32] = 255
    out = Augmentation(**{name: most})(dots, np.random.default_rng(2)).astype(float)
    y, x = np.indices((61, 61)) - 30.0
    lower, upper = (x < y)[None], (x > y)[None]

    def centre(part: NDArray[np.bool_], axis: NDArray[np.float64]) -> NDArray[np.float64]:
        ink = out * part
        return np.asarray((ink * axis).sum(axis=(1, 2)) / ink.sum(axis=(1, 2)))

    right_x, right_y, low_x, low_y = (centre(part, axis) for part in (upper, lower) for axis in (x, y))
    found = {
        "shift": (right_x + low_x) / 2 - 5.5,
        "rotation": np.rad2deg(np.arctan2(right_y - low_y, right_x - low_x)) + 45,
        "scale": (right_x - low_x) / 10 - 1,
        "shear": (right_x - low_x - 10) / (right_y - low_y),
    }[name]
    assert np.abs(found).max() < 1.03 * most
    np.testing.assert_allclose(
        np.quantile(found, [0.05, 0.5, 0.95]), [-0.9 * most, 0, 0.9 * most], atol=0.13 * most
    )


def test_height_and_width_scale_independently_of_each_other() -> None:
    square = np.zeros((300, 41, 41), np.uint8)
    square[:, 13:28, 13:28] = 255
    out = Augmentation(scale=0.3)(square, np.random.default_rng(2)) > 127
    height, width = out.any(axis=2).sum(axis=1), out.any(axis=1).sum(axis=1)
    assert abs(np.corrcoef(height, width)[0, 1]) < 0.15
    assert height.std() > 1


def test_the_same_as_pytorch() -> None:
    """The field from the formula, the resampling by ``grid_sample``: within one grey level."""
    torch = pytest.importorskip("torch", reason="needs the extra 'peers'")
    count, side = 20, 28
    pictures = np.random.default_rng(1).integers(0, 256, (count, side, side), np.uint8)
    rng = np.random.default_rng(2)
    drawn = np.zeros((count, 2, PATTERNS), np.float32)
    degrees, scale = rng.uniform(-20, 20, count), rng.uniform(0.8, 1.2, (count, 2))
    shift, shear = rng.uniform(-3, 3, (count, 2)), rng.uniform(-0.2, 0.2, count)
    drawn[:, :, :3] = affine_amounts(shift, degrees, scale, shear)
    matrices = torch.from_numpy(drawn[:, :, :3].copy())
    matrices[:, :, 2] *= 2 / (side - 1)  # PyTorch measures a picture from −1 to 1
    grid = torch.nn.functional.affine_grid(matrices, [count, 1, side, side], align_corners=True)
    expected = torch.nn.functional.grid_sample(
        torch.from_numpy(pictures).float()[:, None], grid, align_corners=True, padding_mode="zeros"
    )[:, 0].numpy()
    assert np.abs(bend(pictures, drawn) - expected).max() < 0.6
