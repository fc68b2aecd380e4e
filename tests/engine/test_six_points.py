"""Two ways down a picture, one answer: six points against stacked rows, step by step and there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.engine.six_points import SixPoints
from glassnet.engine.sliding import kernel_gradient, slide, turned
from glassnet.engine.stacked_rows import StackedRows

close = np.testing.assert_allclose


def outputs(scheme: SixPoints | StackedRows, inputs: np.ndarray, weight: np.ndarray, height: int) -> np.ndarray:
    needed = scheme.rows_needed(height)
    padded = np.zeros((len(inputs), needed, *inputs.shape[2:]), inputs.dtype)
    padded[:, : inputs.shape[1]] = inputs[:, :needed]
    products = slide(scheme.spread(padded, height), scheme.spread_kernels(weight))
    return scheme.collect(products, height)


def test_by_hand():
    """Four outputs of one column: 1·a + 2·b + 3·c for the rows 1, 2, 4, 8, 16, 32."""
    inputs = np.array([1.0, 2, 4, 8, 16, 32]).reshape(1, 6, 1, 1)
    weight = np.array([1.0, 2, 3]).reshape(3, 1, 1, 1)
    for scheme in (StackedRows(3), SixPoints(3)):
        close(outputs(scheme, inputs, weight, 4).ravel(), [17, 34, 68, 136])


def test_half_the_products_of_three_rows_and_fewer_of_five():
    three, five = SixPoints(3), SixPoints(5)
    assert three.kinds * three.places(28) == 42  # against 3 · 28 = 84
    assert five.kinds * five.places(8) == 24  # against 5 · 8 = 40


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 5), st.integers(1, 9), st.integers(1, 3), st.integers(1, 3), st.integers(0, 99))
def test_agrees_with_stacked_rows(kernel_rows: int, height: int, channels: int, count: int, seed: int):
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(count, height + kernel_rows - 1, 4, channels))
    weight = random.normal(size=(kernel_rows, 2, channels, 3))
    ours, plain = (
        outputs(scheme, inputs, weight, height) for scheme in (SixPoints(kernel_rows), StackedRows(kernel_rows))
    )
    assert ours.shape == plain.shape == (count, height, 3, 3)
    close(ours, plain, atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 5), st.integers(1, 9), st.integers(0, 99))
def test_every_way_back_is_the_transpose_of_the_way_there(kernel_rows: int, height: int, seed: int):
    """⟨A v, g⟩ = ⟨v, Aᵀ g⟩ for spreading inputs, spreading kernels and collecting products."""
    random = np.random.default_rng(seed)
    for scheme in (SixPoints(kernel_rows), StackedRows(kernel_rows)):
        inputs = random.normal(size=(2, scheme.rows_needed(height), 4, 3))
        rows = scheme.spread(inputs, height)
        gradient, sent = random.normal(size=rows.shape), np.full_like(inputs, np.nan)
        scheme.spread_back(gradient, sent, height)
        assert np.vdot(rows, gradient) == pytest.approx(np.vdot(inputs, sent))

        weight = random.normal(size=(kernel_rows, 2, 3, 2))
        kernels = scheme.spread_kernels(weight)
        gradient = random.normal(size=kernels.shape)
        assert np.vdot(kernels, gradient) == pytest.approx(np.vdot(weight, scheme.spread_kernels_back(gradient)))

        products = random.normal(size=(2 * scheme.places(height), scheme.kinds, 3, 2))
        gradient, sent = random.normal(size=(2, height, 3, 2)), np.empty_like(products)
        scheme.collect_back(gradient, out=sent)
        np.testing.assert_array_equal(scheme.collect_back(gradient), sent)
        collected = scheme.collect(products, height)
        assert np.vdot(collected, gradient) == pytest.approx(np.vdot(products, sent))


@pytest.mark.parametrize("kernel_rows", [2, 3, 4, 5])
def test_float32_loses_no_more_than_a_digit(kernel_rows: int):
    random = np.random.default_rng(0)
    inputs = random.normal(size=(4, 16 + kernel_rows - 1, 20, 32))
    weight = random.normal(size=(kernel_rows, kernel_rows, 32, 8)) / kernel_rows
    exact = outputs(StackedRows(kernel_rows), inputs, weight, 16)

    def error(scheme: SixPoints | StackedRows) -> float:
        rounded = outputs(scheme, inputs.astype(np.float32), weight.astype(np.float32), 16)
        assert rounded.dtype == np.float32
        return float(np.sqrt(np.mean((rounded - exact) ** 2)))

    assert error(SixPoints(kernel_rows)) < 10 * error(StackedRows(kernel_rows))
    assert error(SixPoints(kernel_rows)) < 5e-6 * exact.std()


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_sliding_along_a_row_and_back(stride: int):
    random = np.random.default_rng(0)
    rows, kernels = random.normal(size=(5, 2, 10, 3)), random.normal(size=(2, 4, 3, 2))
    products = slide(rows, kernels, stride)
    expected = [
        np.einsum("rpjc,pjcf->rpf", rows[:, :, x : x + 4], kernels) for x in range(0, 7, stride)
    ]  # each window by itself
    close(products, np.stack(expected, axis=2))

    gradient = random.normal(size=products.shape)
    assert np.vdot(products, gradient) == pytest.approx(
        np.vdot(kernels, kernel_gradient(rows, gradient, 4, stride))
    )
    spaced = np.zeros((5, 2, 10 + 3, 2))
    spaced[:, :, 3 : 3 + 7 : stride] = gradient
    assert np.vdot(products, gradient) == pytest.approx(np.vdot(rows, slide(spaced, turned(kernels))))
