"""The products that dense layers are made of, in one piece or in blocks, tall and thin ones included."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engine import products
from glassnet.engine.products import product, transposed_product


@pytest.mark.parametrize("count", [1, 99, 100, 128, 200, 1000])
@pytest.mark.parametrize("features", [1, 784])
@pytest.mark.parametrize("units", [1, 10, 12, 13, 128])
def test_equal_the_plain_products(count: int, features: int, units: int) -> None:
    random = np.random.default_rng(0)
    inputs, weight = random.random((count, features)), random.random((features, units))
    np.testing.assert_allclose(product(inputs, weight), inputs @ weight, rtol=1e-12)
    gradient, out = random.random((count, units)), np.empty((features, units))
    transposed_product(inputs, gradient, out)
    np.testing.assert_allclose(out, inputs.T @ gradient, rtol=1e-12)


@pytest.mark.parametrize(
    ("count", "cost", "rows"),
    [
        (128, 784 * 128, 8),  # the most that divide 128 and cost up to 10⁶
        (784, 128 * 128, 56),
        (1000, 7840, 100),
        (1000, 784 * 128, 8),
        (128, 10 * 128, 0),  # small as it is
        (127, 784 * 128, 0),
        (128, 10**6, 0),
    ],
)
def test_blocks_divide_the_rows_and_stay_small(count: int, cost: int, rows: int) -> None:
    assert products._block(count, cost) == rows


def test_arrays_in_any_order_of_memory() -> None:
    random = np.random.default_rng(0)
    inputs = np.asfortranarray(random.random((200, 30), dtype=np.float32))
    weight = random.random((10, 30), dtype=np.float32).T
    np.testing.assert_allclose(product(inputs, weight), inputs @ weight, rtol=1e-5)
    assert product(inputs, weight).dtype == np.float32
    out = np.empty((10, 30), np.float32).T
    gradient = np.asfortranarray(random.random((200, 10), dtype=np.float32))
    transposed_product(inputs, gradient, out)
    np.testing.assert_allclose(out, inputs.T @ gradient, rtol=1e-5)
