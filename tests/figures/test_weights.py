"""Weights as pictures: blue for, orange against, in the shape of what they are multiplied with."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.engine import Network
from glassnet.errors import ShapeError
from glassnet.figures import first_layer_weights
from glassnet.figures.sheet import EDGE_WIDTH, HEADING
from glassnet.figures.style import NEGATIVE, POSITIVE
from tests.figures.conftest import colour, pixels, words


def weights_of(network: Network, name: str) -> np.ndarray:
    return dict(network.named_parameters())[name]


def test_positive_is_blue_negative_is_orange_zero_is_paper():
    network = Network(["dense 2", "relu", "dense 3"], (2, 2, 1))
    weights_of(network, "1.weight")[:] = np.array([[1, 0], [-1, 0], [0, 0], [1, 0]])
    drawn = pixels(first_layer_weights(network))
    size = int(0.9 * (1200 - 2 * EDGE_WIDTH) / 5) // 2
    at = [drawn[HEADING + size // 2 + y * size, EDGE_WIDTH + size // 2 + x * size] for y in (0, 1) for x in (0, 1)]
    assert [tuple(map(int, each)) for each in at] == [
        colour(POSITIVE), colour(NEGATIVE), (255, 255, 255), colour(POSITIVE)
    ]  # fmt: skip
    assert "−1" in words(first_layer_weights(network))
    assert "+1" in words(first_layer_weights(network))


def test_classes_are_named_where_the_first_layer_is_the_last():
    network = Network(["dense 3"], (4, 4, 1))
    assert {"left", "right", "up"} <= set(words(first_layer_weights(network, ("left", "right", "up"))))
    deeper = Network(["dense 3", "relu", "dense 3"], (4, 4, 1))
    assert "left" not in words(first_layer_weights(deeper, ("left", "right", "up")))


def test_of_many_units_the_strongest_are_shown():
    network = Network(["dense 70", "relu", "dense 2"], (4, 4, 1))
    weights = weights_of(network, "1.weight")
    weights[:] = 0.01
    weights[:, 6:] = 1  # the first six are the weak ones
    figure = first_layer_weights(network)
    assert words(figure)[0] == "What layer 1 (dense 70) looks for: the 64 strongest of 70 units"
    drawn = pixels(figure)
    assert tuple(drawn[HEADING + 5, EDGE_WIDTH + 5]) == colour(POSITIVE)


@pytest.mark.parametrize(
    ("layers", "shape", "says"),
    [
        (["conv 4 3x5", "relu", "dense 2"], (8, 8, 1), "layer 0 (conv 4 3x5) looks for: all 4 units"),
        (["pool 2", "dense 6", "relu", "dense 2"], (8, 8, 1), "layer 2 (dense 6)"),
        (["batch_norm", "flatten", "dropout 0.1", "dense 6"], (8, 8, 1), "layer 3 (dense 6)"),
        (["dense 3", "relu", "dense 2"], (1, 1, 1), "all 3 units"),
        (["dense 30", "relu", "dense 2"], (60, 40, 1), "all 30 units"),
    ],
)
def test_the_first_weights_are_found_wherever_they_are(layers: list[str], shape: tuple[int, ...], says: str):
    figure = first_layer_weights(Network(layers, shape))
    assert says in words(figure)[0]
    figure.canvas.draw()


def test_weights_that_are_all_zero_can_be_drawn():
    network = Network(["dense 2"], (3, 3, 1), initializer="he_normal")
    network.parameters[:] = 0
    assert (pixels(first_layer_weights(network))[HEADING + 10, EDGE_WIDTH + 10] == 255).all()


@pytest.mark.parametrize("layers", [["relu", "flatten"], ["global_average_pool", "dense 2"]])
def test_weights_that_meet_no_picture_are_refused(layers: list[str]):
    with pytest.raises(ShapeError, match="no weights in this network that meet a picture"):
        first_layer_weights(Network(layers, (4, 4, 3)))
    with pytest.raises(ShapeError, match="no weights"):
        first_layer_weights(Network(["dense 2"], (16,)))
