"""Preparations: what becomes of a pixel, and that the same becomes of it ever after."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassnet.engine import PREPARATIONS, Preparation
from glassnet.errors import RecipeError, ShapeError

close = np.testing.assert_allclose

pictures = arrays(np.uint8, st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(1, 4)))
PICTURES = np.array([[[0, 51], [102, 255]], [[0, 51], [0, 51]]], np.uint8)  # 51 / 255 = 0.2
every_kind = pytest.mark.parametrize("kind", PREPARATIONS)


def prepared(kind: str, images: np.ndarray) -> np.ndarray:
    """The inputs without their channel axis."""
    return Preparation.fit(kind, PICTURES)(images)[..., 0]


def test_unit_by_hand():
    close(prepared("unit", PICTURES[0]), [[0, 0.2], [0.4, 1]], rtol=1e-6)


def test_interval_by_hand():
    # 0.01 + 0.99 · [0, 0.2, 0.4, 1]
    close(prepared("interval", PICTURES[0]), [[0.01, 0.208], [0.406, 1]], rtol=1e-6)


def test_centred_by_hand():
    # the mean picture is [[0, 0.2], [0.2, 0.6]]
    close(prepared("centred", PICTURES), [[[0, 0], [0.2, 0.4]], [[0, 0], [-0.2, -0.4]]], atol=1e-7)


def test_standard_by_hand():
    # [0, 51, 102, 255, 0, 51, 0, 51] = 51 · [0, 1, 2, 5, 0, 1, 0, 1]: mean 10/8, variance 32/8 − (10/8)² = 39/16
    expected = (np.array([[0, 1], [2, 5]]) - 1.25) / (np.sqrt(39) / 4)
    close(prepared("standard", PICTURES[0]), expected, rtol=1e-6)


@given(pictures)
def test_every_preparation_agrees_with_its_formula_in_double_precision(images: np.ndarray):
    exact = images / 255
    expected = {
        "unit": exact,
        "interval": 0.01 + 0.99 * exact,
        "centred": exact - exact.mean(axis=0),
        "standard": (images - images.mean()) / (images.std() or 1.0),
    }
    assert set(expected) == set(PREPARATIONS)
    for kind, values in expected.items():
        preparation = Preparation.fit(kind, images)
        inputs = preparation(images)
        assert inputs.shape == (*images.shape, 1)
        assert inputs.dtype == np.float32
        large = max(1.0, float(np.abs(preparation.offset).max()))  # where it nearly cancels the scaled pixels
        close(inputs[..., 0], values, atol=2e-6 * large, rtol=1e-5)


@given(pictures)
def test_unit_stays_within_0_and_1(images: np.ndarray):
    inputs = Preparation.fit("unit", images)(images)
    assert inputs.min() >= 0
    assert inputs.max() <= 1
    assert ((inputs[..., 0] == 1) == (images == 255)).all()


@every_kind
def test_one_picture_alone_is_prepared_like_one_among_many(kind: str):
    preparation = Preparation.fit(kind, PICTURES)
    np.testing.assert_array_equal(preparation(PICTURES[:1]), preparation(PICTURES)[:1])


@every_kind
def test_pictures_are_left_alone_and_double_precision_is_had_on_request(kind: str):
    before = PICTURES.copy()
    preparation = Preparation.fit(kind, PICTURES)
    double = preparation(PICTURES, np.float64)
    assert double.dtype == np.float64
    close(double, preparation(PICTURES), atol=1e-6)
    np.testing.assert_array_equal(PICTURES, before)


def test_the_mean_picture_of_more_pictures_than_are_read_at_once():
    images = np.random.default_rng(0).integers(0, 256, (2500, 3, 2), dtype=np.uint8)
    offset = Preparation.fit("centred", images).offset
    assert offset.dtype == np.float32
    close(offset, -images.mean(axis=0) / 255, rtol=1e-6)


def test_pictures_all_of_one_grey_have_no_spread_to_divide_by():
    grey = np.full((3, 2, 2), 7, np.uint8)
    close(Preparation.fit("standard", grey)(grey), 0, atol=1e-6)


def test_a_kind_that_does_not_exist():
    with pytest.raises(RecipeError, match="there is no preparation 'centered'") as caught:
        Preparation.fit("centered", PICTURES)
    assert caught.value.hint == "did you mean 'centred'?"


def test_pictures_of_another_size_than_those_of_the_training():
    preparation = Preparation.fit("centred", PICTURES)
    with pytest.raises(
        ShapeError, match=r"pictures must be \(2, 2\), as those of the training were, got \(3, 3\)"
    ):
        preparation(np.zeros((1, 3, 3), np.uint8))
