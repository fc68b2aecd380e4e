"""Sums and factors by channel, over rows taken as one run: the same as over the channels themselves."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engine import Network
from glassnet.engine.picture_rows import along_rows, apart, as_rows, channel_products, channel_sums, together

close = np.testing.assert_allclose


@pytest.mark.parametrize("shape", [(4, 3), (2, 5, 3, 4), (1, 1, 1, 1)], ids=str)
def test_the_same_as_by_channel(shape: tuple[int, ...]):
    random = np.random.default_rng(0)
    pictures, others, values = random.normal(size=shape), random.normal(size=shape), random.normal(size=shape[-1])
    rows, axes, channels = as_rows(pictures), tuple(range(len(shape) - 1)), shape[-1]
    assert np.shares_memory(rows, pictures)
    close(channel_sums(rows, channels), pictures.sum(axis=axes))
    close(channel_products(rows, as_rows(others), channels), (pictures * others).sum(axis=axes))
    close((rows * along_rows(values, rows)).reshape(shape), pictures * values)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_columns_apart_and_together_again(count: int):
    pictures = np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype(np.float32)
    columns = apart(pictures, count)
    assert len(columns) == count
    for place, some in enumerate(columns):
        np.testing.assert_array_equal(some, pictures[:, :, place::count])
        assert some.flags.c_contiguous
    np.testing.assert_array_equal(together(columns), pictures)
    np.testing.assert_array_equal(together([some[::-1] for some in columns]), pictures[::-1])  # not contiguous


def test_pictures_stay_in_the_order_of_their_shape_from_layer_to_layer():
    """Forward and backward through the layers that usually stand between two convolutions."""
    between = ["relu", "leaky_relu", "sigmoid", "tanh", "gelu", "batch_norm", "pool 2", "average_pool 2"]
    network = Network(["conv 3 3x3 padding=same", *between, "conv 2 1x1"], (8, 8, 1))
    _ = network.gradients
    values = np.random.default_rng(0).normal(size=(4, 8, 8, 1)).astype(np.float32)
    for layer in network.layers:
        values = layer.forward(values, training=True)
        assert values.flags.c_contiguous, layer
    gradient = np.ones_like(values)
    for layer in reversed(network.layers):
        gradient = layer.backward(gradient)
        assert gradient.flags.c_contiguous, layer
