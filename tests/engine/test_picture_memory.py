"""How pictures lie in memory: the shape is the contract's, the order is the layers' own, and copies are rare."""

from __future__ import annotations

import numpy as np

from glassnet.engine import Network
from glassnet.engine.picture_memory import by_rows, by_samples


def test_there_and_back_is_the_same_picture():
    pictures = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    rows = by_rows(pictures)
    assert rows.shape == (3, 5, 4, 2)
    assert rows.flags.c_contiguous
    assert rows[2, 4, 3, 1] == pictures[1, 2, 3, 4]
    np.testing.assert_array_equal(by_samples(rows), pictures)


def test_the_way_back_is_a_view_and_so_is_the_next_way_there():
    rows = np.zeros((3, 5, 4, 2))
    pictures = by_samples(rows)
    assert pictures.shape == (2, 3, 4, 5)
    assert np.shares_memory(pictures, rows)
    assert np.shares_memory(by_rows(pictures), rows)


def test_the_order_passes_through_layers_that_know_nothing_of_it():
    """Forward and backward through the layers that usually stand between two convolutions."""
    between = ["relu", "leaky_relu", "sigmoid", "tanh", "gelu", "batch_norm", "pool 2"]
    network = Network(["conv 3 3x3 padding=same", *between, "conv 2 3x3"], (8, 8, 1))
    _ = network.gradients
    values = np.random.default_rng(0).normal(size=(4, 8, 8, 1)).astype(np.float32)
    for layer in network.layers:
        values = layer.forward(values, training=True)
        assert np.shares_memory(by_rows(values), values), layer
    gradient = np.ones_like(values)
    for layer in reversed(network.layers[1:]):
        gradient = layer.backward(gradient)
        assert np.shares_memory(by_rows(gradient), gradient) or layer is network.layers[-1], layer
