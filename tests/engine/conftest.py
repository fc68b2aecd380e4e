"""A network with most kinds of layers, a small problem, and the loop that learns it."""

from __future__ import annotations

import numpy as np

from glassnet.engine import Adam, Network, SoftmaxCrossEntropy

EVERYTHING = ["dense 8", "batch_norm", "relu", "dropout 0.3", "dense 6", "tanh", "dense 3"]


def problem(count: int = 12, width: int = 5, dtype: type = np.float32) -> tuple[np.ndarray, np.ndarray]:
    """Random inputs ``(N, width)`` and labels of three classes."""
    random = np.random.default_rng(20)
    return random.normal(size=(count, width)).astype(dtype), random.integers(0, 3, count)


def learn(
    network: Network,
    inputs: np.ndarray,
    labels: np.ndarray,
    steps: int,
    optimizer: Adam | None = None,
    rate: float = 0.01,
) -> list[float]:
    """Full-batch steps of Adam; the loss before each."""
    loss, optimizer, losses = SoftmaxCrossEntropy(), optimizer or Adam(), []
    for _ in range(steps):
        value, gradient = loss(network.forward(inputs, training=True), labels)
        network.backward(gradient)
        optimizer.step(network.parameters, network.gradients, rate)
        losses.append(value)
    return losses


def views_share_memory(network: Network) -> bool:
    """Whether all that the layers compute with lies in the network's own vectors."""
    _ = network.gradients
    vectors = (("", network.parameters), ("_gradient", network.gradients))
    learned = all(
        np.shares_memory(getattr(layer, name + ending), vector)
        for layer in network.layers
        for name in layer.parameter_shapes()
        for ending, vector in vectors
    )
    kept = all(
        np.shares_memory(getattr(layer, name), network.state)
        for layer in network.layers
        for name in layer.state_shapes()
    )
    return learned and kept
