"""Page one and the engine compute the same numbers: losses, gradients and weights, step by step, in float64.

Books hold pictures as columns, the engine as rows, so every weight is the other's transpose. Both divide by the
number of samples once: scratch in the gradients, the engine in the loss.
"""

from __future__ import annotations

import numpy as np
import pytest

from glassnet import scratch
from glassnet.data import Dataset
from glassnet.engine import SGD, Network, SigmoidSquaredError, SoftmaxCrossEntropy
from glassnet.training import Finished, Recipe, train

close = np.testing.assert_allclose
RANDOM = np.random.default_rng(5)
IMAGES = RANDOM.integers(0, 256, (60, 6, 6), dtype=np.uint8)
LABELS = RANDOM.integers(0, 10, 60).astype(np.uint8)
COLUMNS = IMAGES.reshape(60, -1).T / 255


def put(network: Network, parameters: scratch.Parameters) -> None:
    """Give the engine's network scratch's parameters."""
    first, last = network.layers[-3], network.layers[-1]
    first.weight[...], first.bias[...] = parameters[0].T, parameters[1][:, 0]
    last.weight[...], last.bias[...] = parameters[2].T, parameters[3][:, 0]


def taken(network: Network, suffix: str = "") -> list[np.ndarray]:
    """The engine's parameters, or their gradients, in scratch's shapes."""
    first, last = network.layers[-3], network.layers[-1]
    arrays = [getattr(layer, name + suffix) for layer in (first, last) for name in ("weight", "bias")]
    return [array.T if array.ndim == 2 else array[:, None] for array in arrays]


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("init", ["he", "uniform"])
def test_full_batch_step_by_step(activation: str, init: str) -> None:
    parameters = scratch.init_params(8, 36, init=init, rng=1)
    network = Network(["dense 8", activation, "dense 10"], (36,), dtype=np.float64)
    put(network, parameters)
    loss, optimizer = SoftmaxCrossEntropy(), SGD()
    for _ in range(30):
        Z1, A1, _, A2 = scratch.forward_prop(*parameters, COLUMNS, activation)
        gradients = scratch.backward_prop(Z1, A1, A2, parameters[2], COLUMNS, LABELS, activation)
        value, gradient = loss(network.forward(COLUMNS.T, training=True), LABELS)
        network.backward(gradient)
        assert value == pytest.approx(scratch.cross_entropy(A2, LABELS), rel=1e-12)
        for ours, theirs in zip(taken(network, "_gradient"), gradients, strict=True):
            close(ours, theirs, rtol=1e-9, atol=1e-14)
        parameters = scratch.update_params(*parameters, *gradients, 0.5)
        optimizer.step(network.parameters, network.gradients, 0.5)
        for ours, theirs in zip(taken(network), parameters, strict=True):
            close(ours, theirs, rtol=1e-9, atol=1e-12)


def test_one_example_at_a_time_step_by_step() -> None:
    book = scratch.NeuralNetwork(36, 7, 10, 0.3, rng=2)
    layers = ["dense 7 use_bias=false", "sigmoid", "dense 10 use_bias=false"]
    network = Network(layers, (36,), dtype=np.float64)
    network.layers[0].weight[...], network.layers[2].weight[...] = book.W1.T, book.W2.T
    loss, optimizer = SigmoidSquaredError(), SGD()
    for pixels, label in zip(COLUMNS.T, LABELS, strict=True):
        target = np.full(10, 0.01)
        target[label] = 0.99
        close(1 / (1 + np.exp(-network.forward(pixels[None])))[0], book.query(pixels).ravel(), rtol=1e-11)
        _, gradient = loss(network.forward(pixels[None], training=True), label[None])
        network.backward(gradient)
        optimizer.step(network.parameters, network.gradients, 0.3)
        book.train(pixels, target)
        close(network.layers[0].weight.T, book.W1, rtol=1e-9, atol=1e-13)
        close(network.layers[2].weight.T, book.W2, rtol=1e-9, atol=1e-13)


def test_the_recipe_s_trainer_arrives_where_gradient_descent_does() -> None:
    """The whole way: preparation, full batch and blocks, against scratch's own loop."""
    recipe = Recipe.model_validate(
        {
            "network": {"layers": ["dense 8", "relu", "dense 10"], "dtype": "float64"},
            "optimizer": {"name": "sgd", "learning_rate": 0.5},
            "training": {"batch_size": "full", "epochs": 40},
        }
    )
    start = recipe.make_network((6, 6, 1), 10)
    parameters = scratch.gradient_descent(
        COLUMNS, LABELS, 0.5, 40, params=tuple(taken(start)), report=lambda line: None
    )
    events = train(recipe, Dataset(IMAGES, LABELS))
    network = next(event.state.network for event in events if isinstance(event, Finished))
    for ours, theirs in zip(taken(network), parameters, strict=True):
        close(ours, theirs, rtol=1e-8, atol=1e-11)
